//! Values as the parameters of a query or a form: each style of the metadata.

use super::json;
use crate::params::Pair;
use crate::schema::Style;
use crate::value::{Value, View};
use serde_json::Value as Json;
use std::{borrow::Cow, fmt::Write};

/// Appends the parameters that a value becomes. An unset value becomes none.
pub fn params<'a>(name: &'a str, style: Style, value: &'a dyn Value, out: &mut Vec<Pair<'a>>) {
    let view = value.view();
    if matches!(view, View::Unset) {
        return;
    }
    let text = match style {
        Style::Flat if is_nested(&view) => {
            // Room for an index and a member's name.
            let mut key = String::with_capacity(name.len() + 32);
            key.push_str(name);
            return flatten(&mut key, view, out);
        }
        Style::Flat | Style::Text => text(view),
        Style::Json => json::to_json(value).into(),
        Style::Simple => joined(view, ",").into(),
        Style::Space => joined(view, " ").into(),
        Style::Pipe => joined(view, "|").into(),
    };
    out.push((name.into(), text));
}

fn is_nested(view: &View<'_>) -> bool {
    matches!(
        view,
        View::List(_)
            | View::Map(_)
            | View::Object(_)
            | View::Json(Json::Null | Json::Array(_) | Json::Object(_))
    )
}

/// A value as one string: scalars as they are, anything else as JSON, which is what
/// the metadata's styles amount to where it forgets to name one.
pub(super) fn text(view: View<'_>) -> Cow<'_, str> {
    match view {
        View::Unset | View::Json(Json::Null) => "".into(),
        View::Bool(true) => "true".into(),
        View::Bool(false) => "false".into(),
        View::Int(value) => value.to_string().into(),
        View::Text(value) => value.into(),
        View::Bytes(value) => String::from_utf8_lossy(value),
        View::File(_) => json::NOT_UPLOADED.into(),
        View::Json(Json::String(value)) => value.into(),
        // Numbers are written as JSON does: `1.5`, `1.0`.
        other => json::view_to_json(other).into(),
    }
}

/// `Name.1`, `Name.2`, members `Name.Key`, nested freely. `key` is the name so
/// far and comes back as it was.
fn flatten<'a>(key: &mut String, view: View<'a>, out: &mut Vec<Pair<'a>>) {
    match view {
        View::Unset | View::Json(Json::Null) => {}
        View::List(list) => {
            for index in 0..list.len() {
                nested(key, index + 1, list.at(index).view(), out);
            }
        }
        View::Map(map) => map.each(&mut |name, value| {
            nested(key, MapKey(name), value.view(), out);
        }),
        View::Object(object) => {
            for (index, field) in object.schema().fields.iter().enumerate() {
                let value = object.get(index);
                if value.is_unset() {
                    continue;
                }
                match field.wrapper {
                    Some(wrapper) => nested(key, Wrapped(field.name, wrapper), value.view(), out),
                    None => nested(key, field.name, value.view(), out),
                }
            }
        }
        View::Json(Json::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                nested(key, index + 1, View::Json(item), out);
            }
        }
        View::Json(Json::Object(members)) => {
            for (name, value) in members {
                nested(key, MapKey(name), View::Json(value), out);
            }
        }
        scalar => out.push((key.clone().into(), text(scalar))),
    }
}

fn nested<'a>(key: &mut String, segment: impl Segment, view: View<'a>, out: &mut Vec<Pair<'a>>) {
    let length = key.len();
    key.push('.');
    segment.push_onto(key);
    flatten(key, view, out);
    key.truncate(length);
}

/// One step of a flattened name.
trait Segment {
    fn push_onto(&self, key: &mut String);
}

impl Segment for &str {
    fn push_onto(&self, key: &mut String) {
        key.push_str(self);
    }
}

impl Segment for usize {
    fn push_onto(&self, key: &mut String) {
        // Most lists are short, and formatting takes long.
        match u8::try_from(*self) {
            Ok(digit @ 0..=9) => key.push(char::from(b'0' + digit)),
            _ => push_display(self, key),
        }
    }
}

/// A name that the metadata does not know is written `#<length>#<name>`, so that
/// the gateway can tell where it ends. The length counts characters, as the
/// official Python client does; the others disagree beyond ASCII.
struct MapKey<'a>(&'a str);

impl Segment for MapKey<'_> {
    fn push_onto(&self, key: &mut String) {
        key.push('#');
        push_display(self.0.chars().count(), key);
        key.push('#');
        key.push_str(self.0);
    }
}

/// A list inside of its wrapper.
struct Wrapped<'a>(&'a str, &'a str);

impl Segment for Wrapped<'_> {
    fn push_onto(&self, key: &mut String) {
        key.push_str(self.0);
        key.push('.');
        key.push_str(self.1);
    }
}

/// A list as one string. The separator is not escaped: the protocol has no way to.
fn joined(view: View<'_>, separator: &str) -> String {
    let mut out = String::new();
    let mut first = true;
    let mut push = |view: View<'_>| {
        if matches!(view, View::Unset | View::Json(Json::Null)) {
            return;
        }
        if !std::mem::take(&mut first) {
            out.push_str(separator);
        }
        out.push_str(&text(view));
    };
    match view {
        View::List(list) => (0..list.len()).for_each(|index| push(list.at(index).view())),
        View::Json(Json::Array(items)) => items.iter().for_each(|item| push(View::Json(item))),
        other => push(other),
    }
    out
}

fn push_display(value: impl std::fmt::Display, out: &mut String) {
    write!(out, "{value}").expect("writing to a String cannot fail");
}
