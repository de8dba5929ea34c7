//! What came back, each line beside what it means.

use maud::{Markup, html};
use serde_json::Value as Json;

use crate::explore::{Answer, MASK, Member, Operation};

/// Lines that are written; what is inside of a longer reply is counted.
const MOST_LINES: usize = 3_000;
/// Steps of indentation that the style has.
const DEEPEST: usize = 6;

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
            @if let Some(error) = &answer.error { p { (error) } }
            @if let Some(error) = &answer.documented {
                p.quiet {
                    "Documented: " (if error.meaning.is_empty() { error.message } else { error.meaning })
                    @if !error.rust.is_empty() {
                        " In Rust: " code { (operation.spec().module()) "::" (operation.method()) "::Error::" (error.rust) }
                    }
                }
            }
            (body(operation, answer))
            @if !answer.headers.is_empty() {
                details {
                    summary.quiet { "Headers (" (answer.headers.len()) ")" }
                    pre.wrapped {
                        @for (name, value) in &answer.headers { (name) ": " (value) "\n" }
                    }
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
            Some(json) if answer.success => {
                div.explained tabindex="0" aria-label="Body" {
                    @for line in lines(&json, &members) {
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
            _ => pre.wrapped tabindex="0" { (answer.body) },
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
