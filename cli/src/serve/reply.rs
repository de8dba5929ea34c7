//! What came back, each line beside what it means.

use maud::{Markup, html};
use serde_json::Value as Json;

use crate::explore::{Answer, HeardEvent, MASK, Member, Operation};

/// Lines that are written; what is inside of a longer reply is counted.
const MOST_LINES: usize = 3_000;
/// Steps of indentation that the style has.
const DEEPEST: usize = 6;
/// Characters of an event that is folded.
const EXCERPT: usize = 160;

/// The panel beside the form.
pub(super) fn answer(operation: Operation, answer: &Answer, to_mock: bool) -> Markup {
    let of = if to_mock {
        "of the mock"
    } else {
        "of the service"
    };
    html! {
        h2 tabindex="-1" { "Reply " (of) }
        div.pad {
            (tags(answer))
            (error(operation, answer))
            (body(operation, answer))
            (headers(answer))
        }
    }
}

/// The panel of a reply that comes event by event, before the first one.
pub(super) fn listening(to_mock: bool) -> Markup {
    html! {
        h2 tabindex="-1" { "Reply " (if to_mock { "of the mock" } else { "of the service" }) }
        div.pad {
            div.outcome data-outcome="" {
                div.title {
                    span.tag { "receiving" }
                    button.small type="button" data-stop="" { "Stop" }
                }
            }
            p.quiet data-count="" role="status" { "Waiting for the first event…" }
            ol.events data-events="" aria-label="Events" aria-live="off" {}
        }
    }
}

/// An event; the first one is shown whole.
pub(super) fn event(operation: Operation, number: usize, event: &HeardEvent) -> Markup {
    let json: Option<Json> = serde_json::from_str(&event.data).ok();
    let lines = json.map(|json| lines(&json, &operation.reply()));
    let excerpt = match &lines {
        Some(lines) => lines.iter().map(Line::code).collect::<Vec<_>>().join(" "),
        None => event.data.replace('\n', " "),
    };
    html! {
        li {
            details open[number == 1] {
                summary {
                    span.number { (number) }
                    @if event.event != "message" { span.tag { (event.event) } }
                    @if !event.id.is_empty() { span.quiet { "id " (event.id) } }
                    code.excerpt { (excerpt.chars().take(EXCERPT).collect::<String>()) }
                }
                @match &lines {
                    Some(lines) => (explained(lines, "Data")),
                    None => pre.wrapped tabindex="0" { (event.data) },
                }
            }
        }
    }
}

/// What became of a reply that came event by event.
pub(super) fn outcome(operation: Operation, answer: &Answer) -> Markup {
    html! {
        (tags(answer))
        (error(operation, answer))
        @if !answer.success { (body(operation, answer)) }
        (headers(answer))
    }
}

fn tags(answer: &Answer) -> Markup {
    html! {
        div.title {
            @if answer.success {
                span.tag.good { "success" }
            } @else {
                span.tag.bad { "failure" }
            }
            @if let Some(status) = answer.status { span.tag { "HTTP " (status) } }
            @if let Some(code) = &answer.code { code { (code) } }
            @if let Some(id) = &answer.request_id { span.quiet { "request id " code { (id) } } }
            @if answer.attempts > 1 { span.quiet { (answer.attempts) " attempts" } }
        }
    }
}

fn error(operation: Operation, answer: &Answer) -> Markup {
    html! {
        @if let Some(error) = &answer.error { p { (error) } }
        @if let Some(error) = &answer.documented {
            p.quiet {
                "Documented: " (if error.meaning.is_empty() { error.message } else { error.meaning })
                @if !error.rust.is_empty() {
                    " In Rust: " code { (operation.spec().module()) "::" (operation.method()) "::ErrorKind::" (error.rust) }
                }
            }
        }
    }
}

fn headers(answer: &Answer) -> Markup {
    html! {
        @if !answer.headers.is_empty() {
            details {
                summary.quiet { "Headers (" (answer.headers.len()) ")" }
                pre.wrapped tabindex="0" {
                    @for (name, value) in &answer.headers { (name) ": " (value) "\n" }
                }
            }
        }
    }
}

fn body(operation: Operation, answer: &Answer) -> Markup {
    let json: Option<Json> = serde_json::from_str(&answer.body).ok();
    let members = match answer.success {
        true => operation.reply(),
        false => Vec::new(),
    };
    html! {
        @match json {
            _ if answer.body.is_empty() => {}
            Some(json) if answer.success => (explained(&lines(&json, &members), "Body")),
            _ => pre.wrapped tabindex="0" { (answer.body) },
        }
    }
}

fn explained(lines: &[Line], label: &str) -> Markup {
    html! {
        div.explained role="group" tabindex="0" aria-label=(label) {
            @for line in lines {
                div.line {
                    code class={ "in-" (line.depth.min(DEEPEST)) } {
                        @if let Some(name) = &line.name { span.key { (name) } ": " }
                        (line.text)
                    }
                    span.what { (line.what) }
                }
            }
        }
    }
}

/// A line of JSON, indented, and what it is.
struct Line {
    depth: usize,
    name: Option<String>,
    text: String,
    what: String,
}

impl Line {
    /// The JSON of it.
    fn code(&self) -> String {
        match &self.name {
            Some(name) => format!("{name}: {}", self.text),
            None => self.text.clone(),
        }
    }
}

fn lines(json: &Json, members: &[Member]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut writer = Writer { lines: &mut lines };
    writer.value(0, None, json, None, members, "");
    lines
}

struct Writer<'a> {
    lines: &'a mut Vec<Line>,
}

impl Writer<'_> {
    fn line(&mut self, depth: usize, name: Option<&str>, text: String, member: Option<&Member>) {
        self.lines.push(Line {
            depth,
            name: name.map(|name| Json::from(name).to_string()),
            text,
            what: member.map(what).unwrap_or_default(),
        });
    }

    /// A value, under its name or in a list; `members` are those of an object in it.
    fn value(
        &mut self,
        depth: usize,
        name: Option<&str>,
        json: &Json,
        member: Option<&Member>,
        members: &[Member],
        comma: &str,
    ) {
        if member.is_some_and(|member| member.secret) && !json.is_null() {
            return self.line(depth, name, format!("\"{MASK}\"{comma}"), member);
        }
        let (open, close) = match json {
            Json::Object(entries) if !entries.is_empty() => ("{", "}"),
            Json::Array(items) if !items.is_empty() => ("[", "]"),
            _ => return self.line(depth, name, format!("{json}{comma}"), member),
        };
        if self.lines.len() >= MOST_LINES {
            let inside = match json {
                Json::Array(items) => format!("{} items", items.len()),
                _ => "more".to_owned(),
            };
            return self.line(
                depth,
                name,
                format!("{open}… {inside} {close}{comma}"),
                member,
            );
        }
        self.line(depth, name, open.to_owned(), member);
        match json {
            Json::Object(entries) => {
                let last = entries.len() - 1;
                for (index, (key, value)) in entries.iter().enumerate() {
                    let found = members.iter().find(|it| it.name == key);
                    let comma = if index < last { "," } else { "" };
                    // A list that is wrapped in an object is described as the list.
                    let within = match found {
                        Some(found) => found.members.as_slice(),
                        None => members,
                    };
                    self.value(depth + 1, Some(key), value, found, within, comma);
                }
            }
            Json::Array(items) => {
                let last = items.len() - 1;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index < last { "," } else { "" };
                    self.value(depth + 1, None, item, None, members, comma);
                }
            }
            _ => {}
        }
        self.line(depth, None, format!("{close}{comma}"), None);
    }
}

/// A member in one line: its type, and how its description begins.
fn what(member: &Member) -> String {
    let first = member.description.split("\n\n").next().unwrap_or_default();
    let first = first.replace('\n', " ").replace('`', "");
    let values: Vec<_> = member.values.iter().take(6).map(|it| it.value).collect();
    let mut parts = vec![member.kind.clone()];
    if member.secret {
        parts.push("secret: the terminal's `--send` prints it".to_owned());
    }
    if !first.is_empty() {
        parts.push(first);
    } else if !values.is_empty() {
        parts.push(format!("one of {}", values.join(", ")));
    }
    parts.join(" · ")
}
