//! The form of an operation, made of its metadata. `assets/page.js` reads it: a `.param` is a
//! leaf with a value, an object, a list or a map, under its wire name.

use maud::{Markup, html};
use serde_json::{Map, Value as Json};

use super::markdown;
use crate::explore::{Member, Shape};

/// Values that can be chosen with a click; the others are in the field's list.
const MOST_CHIPS: usize = 8;
/// Optional parameters that are shown without being asked for.
const MOST_OPEN: usize = 10;

/// The parameters, those that are required first.
pub(super) fn parameters(parameters: &[Member]) -> Markup {
    let is_asked = |it: &&Member| it.required && it.unset.is_empty();
    let (required, optional): (Vec<_>, Vec<_>) = parameters.iter().partition(is_asked);
    html! {
        @if parameters.is_empty() {
            div.empty { strong { "It takes no parameters" } p { "It can be sent as it is." } }
        }
        @if !required.is_empty() {
            div.group {
                h3 { "Required" }
                (members(&required, true))
            }
        }
        @if !optional.is_empty() {
            details.group open[required.is_empty() || optional.len() <= MOST_OPEN] {
                summary { "Optional (" (optional.len()) ")" }
                @if optional.len() > MOST_OPEN {
                    input #filter type="search" placeholder="Filter by name" aria-label="Filter optional parameters by name"
                        autocomplete="off" spellcheck="false";
                }
                (members(&optional, true))
            }
        }
    }
}

fn members(members: &[&Member], is_root: bool) -> Markup {
    html! {
        div.members.root[is_root] {
            @for member in members { (param(member)) }
        }
    }
}

/// A parameter under its name.
fn param(member: &Member) -> Markup {
    let required = member.required.then_some("");
    match kind(member, &member.shape) {
        Kind::Leaf => html! {
            div.param data-shape="leaf" data-name=(member.name) data-required=[required] {
                div.head { label.name { (member.name) } (facts(member)) }
                (control(member, &member.shape))
                p.problem aria-live="polite" {}
                (note(member))
            }
        },
        kind => html! {
            fieldset.param.nest data-shape=(kind.name()) data-name=(member.name)
                data-required=[required] aria-label=(member.name) {
                div.head { span.name { (member.name) } (facts(member)) }
                (note(member))
                p.problem aria-live="polite" {}
                (body(member, &member.shape))
            }
        },
    }
}

/// Parameters as the form holds them: what is typed into a field is a text. A number as a number
/// would lose digits in a browser.
pub(super) fn texts(members: &[Member], values: &Map<String, Json>) -> Json {
    let known = members.iter();
    let texts = known.filter_map(|member| {
        let value = values.get(member.name)?;
        Some((member.name.to_owned(), text(member, &member.shape, value)))
    });
    Json::Object(texts.collect())
}

/// Nothing for what has no place in the form: it is a problem of the request.
fn text(member: &Member, shape: &Shape, value: &Json) -> Json {
    match (kind(member, shape), shape, value) {
        (_, _, Json::Null) => Json::Null,
        (Kind::Leaf, _, Json::String(text)) => text.as_str().into(),
        (Kind::Leaf, _, value) => value.to_string().into(),
        (Kind::Object, _, Json::Object(values)) => texts(&member.members, values),
        (Kind::List, Shape::List(item), Json::Array(values)) => {
            let values = values.iter();
            values.map(|value| text(member, item, value)).collect()
        }
        (Kind::Map, Shape::Map(item), Json::Object(entries)) => {
            let entries = entries.iter();
            let texts = entries.map(|(key, value)| (key.clone(), text(member, item, value)));
            Json::Object(texts.collect())
        }
        _ => Json::Null,
    }
}

#[derive(PartialEq, Eq)]
enum Kind {
    Leaf,
    Object,
    List,
    Map,
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Object => "object",
            Self::List => "list",
            Self::Map => "map",
        }
    }
}

/// How it is filled in: an object whose members are not described is typed as JSON.
fn kind(member: &Member, shape: &Shape) -> Kind {
    match shape {
        Shape::Object if member.members.is_empty() => Kind::Leaf,
        Shape::Object => Kind::Object,
        Shape::List(_) => Kind::List,
        Shape::Map(_) => Kind::Map,
        _ => Kind::Leaf,
    }
}

/// What is inside of an object, a list or a map.
fn body(member: &Member, shape: &Shape) -> Markup {
    let inner = match shape {
        Shape::List(item) | Shape::Map(item) => item,
        _ => {
            let all: Vec<_> = member.members.iter().collect();
            return html! { div.body { (members(&all, false)) } };
        }
    };
    let key = matches!(shape, Shape::Map(_)).then(|| {
        html! { input data-key="" placeholder="key" aria-label="Key" autocomplete="off" spellcheck="false"; }
    });
    let is_row = kind(member, inner) == Kind::Leaf;
    let remove = html! { button.remove type="button" { "Remove" } };
    let what = match is_row {
        true => "value",
        false => "item",
    };
    html! {
        div.body {
            ol.items {}
            button.add type="button" { "+ Add " (what) span.quiet { " to " (member.name) } }
            template {
                @if is_row {
                    li {
                        div.row {
                            @if let Some(key) = &key { (key) }
                            (item(member, inner))
                            (remove)
                        }
                    }
                } @else {
                    li.item {
                        div.item-head { span { (member.name) " " b data-number="" {} } (remove) }
                        @if let Some(key) = &key { p { (key) } }
                        (item(member, inner))
                    }
                }
            }
        }
    }
}

/// An item of a list or a map, which has no name of its own.
fn item(member: &Member, shape: &Shape) -> Markup {
    let kind = kind(member, shape);
    html! {
        div.param data-shape=(kind.name()) data-name="" {
            @if kind == Kind::Leaf { (control(member, shape)) }
            p.problem aria-live="polite" {}
            @if kind != Kind::Leaf { (body(member, shape)) }
        }
    }
}

/// Where a value is typed.
fn control(member: &Member, shape: &Shape) -> Markup {
    let hint = placeholder(member);
    let inputmode = match shape {
        Shape::Int => Some("numeric"),
        Shape::Float => Some("decimal"),
        _ => None,
    };
    html! {
        @match shape {
            _ if member.secret => {
                input type="password" data-value="" autocomplete="new-password" spellcheck="false"
                    placeholder="secret: it is masked wherever it is shown";
            }
            Shape::Bool => {
                select data-value="" {
                    option value="" { "not set" }
                    option value="true" { "true" }
                    option value="false" { "false" }
                }
            }
            Shape::Any | Shape::Object | Shape::List(_) | Shape::Map(_) => {
                textarea data-value="" rows="3" spellcheck="false" autocomplete="off"
                    placeholder=(if hint.is_empty() { "JSON" } else { &hint }) {}
            }
            _ if member.example.contains('\n') => {
                textarea data-value="" rows="4" spellcheck="false" autocomplete="off" placeholder=(hint) {}
            }
            _ => {
                input data-value="" inputmode=[inputmode] autocomplete="off" spellcheck="false" placeholder=(hint);
                @if !member.values.is_empty() { (values(member)) }
            }
        }
    }
}

fn values(member: &Member) -> Markup {
    html! {
        datalist {
            @for value in &member.values { option value=(value.value) { (value.title) } }
        }
        @if member.values.len() <= MOST_CHIPS {
            div.values {
                @for value in &member.values {
                    // The field's list is for the keyboard.
                    button.value type="button" tabindex="-1" value=(value.value) title=(value.title) {
                        (value.value)
                    }
                }
            }
        }
    }
}

fn placeholder(member: &Member) -> String {
    let text = match (member.example, member.default) {
        _ if !member.unset.is_empty() => return format!("if not set: {}", member.unset),
        ("", "") => return String::new(),
        ("", default) => format!("default: {default}"),
        (example, _) => format!("for example {example}"),
    };
    shortened(&text, 120)
}

fn shortened(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Type, bounds, marks.
pub(super) fn facts(member: &Member) -> Markup {
    let mut facts = vec![member.kind.clone()];
    facts.extend(member.bounds.iter().cloned());
    if !matches!(member.place, "" | "query" | "form") {
        facts.push(format!("in the {}", member.place));
    }
    if !member.default.is_empty() && !member.default.contains('\n') {
        facts.push(format!("default {}", shortened(member.default, 40)));
    }
    html! {
        @if !member.unset.is_empty() {
            span.tag { "filled in" }
        } @else if member.required {
            span.tag.must { "required" }
        }
        @if member.secret { span.tag.doubt { "secret" } }
        @if member.deprecated { span.tag.doubt { "deprecated" } }
        span.kind { (markdown::inline(&facts.join(" · "))) }
    }
}

/// What it is: the first paragraph, the rest when it is asked for.
fn note(member: &Member) -> Markup {
    let (first, rest) = match member.description.split_once("\n\n") {
        Some((first, rest)) => (first, rest),
        None => (member.description.as_str(), ""),
    };
    html! {
        @if !first.is_empty() {
            div.note {
                (markdown::prose(first))
                @if !rest.is_empty() {
                    details { summary { "More" } (markdown::prose(rest)) }
                }
            }
        }
    }
}
