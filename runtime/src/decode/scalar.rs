//! A scalar as it was found, put where the documentation wants another one.

use crate::value::{Slot, Value};
use bytes::Bytes;
use serde_json::Value as Json;

/// A scalar in a reply.
#[derive(Clone, Copy)]
pub(super) enum Found<'a> {
    Bool(bool),
    Int(i64),
    /// Above what an `i64` holds.
    Large(u64),
    Float(f64),
    Text(&'a str),
}

impl Found<'_> {
    /// What it is, for a report.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Int(_) => "an integer",
            Self::Large(_) => "an integer out of range",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
        }
    }
}

/// Puts a scalar into a value, or says what the value expected.
pub(super) fn put(found: Found<'_>, value: &mut dyn Value) -> Result<(), &'static str> {
    let slot = value.slot();
    let expected = expected(&slot);
    match slot {
        Slot::Text(out) => {
            out.clear();
            push_string(found, out);
        }
        Slot::Int(out) => *out = int(found).ok_or(expected)?,
        Slot::Bool(out) => *out = bool(found).ok_or(expected)?,
        Slot::Float(out) => *out = float(found).ok_or(expected)?,
        Slot::Bytes(out) => *out = Bytes::from(string(found)),
        Slot::File(out) => *out = string(found).into(),
        Slot::FileUrl(out) => *out = string(found).into(),
        Slot::Json(out) => *out = json(found),
        Slot::List(_) | Slot::Map(_) | Slot::Object(_) => return Err(expected),
    }
    Ok(())
}

/// What a slot takes, for a report.
pub(super) fn expected(slot: &Slot<'_>) -> &'static str {
    match slot {
        Slot::Bool(_) => "true or false",
        Slot::Int(_) => "an integer",
        Slot::Float(_) => "a number",
        Slot::Text(_) | Slot::Bytes(_) | Slot::File(_) | Slot::FileUrl(_) => "text",
        Slot::Json(_) => "anything",
        Slot::List(_) => "a list",
        Slot::Map(_) | Slot::Object(_) => "an object",
    }
}

fn string(found: Found<'_>) -> String {
    let mut text = String::new();
    push_string(found, &mut text);
    text
}

fn push_string(found: Found<'_>, out: &mut String) {
    match found {
        Found::Text(value) => out.push_str(value),
        Found::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Found::Int(value) => out.push_str(&value.to_string()),
        Found::Large(value) => out.push_str(&value.to_string()),
        Found::Float(_) => out.push_str(&json(found).to_string()),
    }
}

fn int(found: Found<'_>) -> Option<i64> {
    match found {
        Found::Int(value) => Some(value),
        Found::Float(value) => whole(value),
        Found::Text(text) => {
            let text = text.trim();
            text.parse()
                .ok()
                .or_else(|| text.parse().ok().and_then(whole))
        }
        Found::Bool(_) | Found::Large(_) => None,
    }
}

/// `1.0` and `1e3` are integers. Both bounds are powers of two, hence exact; the
/// upper one, 2^63, is one too many.
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value)).then_some(value as i64)
}

fn bool(found: Found<'_>) -> Option<bool> {
    match found {
        Found::Bool(value) => Some(value),
        Found::Text(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Found::Text(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn float(found: Found<'_>) -> Option<f64> {
    match found {
        Found::Float(value) => Some(value),
        Found::Int(value) => Some(value as f64),
        Found::Large(value) => Some(value as f64),
        Found::Text(text) => text
            .trim()
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite()),
        Found::Bool(_) => None,
    }
}

fn json(found: Found<'_>) -> Json {
    match found {
        Found::Bool(value) => value.into(),
        Found::Int(value) => value.into(),
        Found::Large(value) => value.into(),
        Found::Float(value) => value.into(),
        Found::Text(value) => value.into(),
    }
}
