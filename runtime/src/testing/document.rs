//! The body of a reply, as far as secrets can be found in it.

use std::collections::BTreeMap;

use bytes::Bytes;
use data_encoding::BASE64;
use serde_json::Value as Json;

use super::masker::Masker;
use crate::decode::{Format, content};
use crate::mask::MASK;

/// The body of a reply.
pub(super) enum Document<'r> {
    Json(Json),
    /// With what it says as JSON.
    Xml(&'r str, Json),
    /// Server-sent events.
    Events(&'r str),
    Text(&'r str),
    /// It begins as a document, and is none.
    Broken,
    Bytes(&'r [u8]),
}

impl<'r> Document<'r> {
    pub(super) fn of(reply: &'r http::Response<Bytes>) -> Self {
        let body = content(reply.body());
        let text = match std::str::from_utf8(body) {
            Ok(text) => text,
            // Cut within a character.
            Err(_) if matches!(body.first(), Some(b'{' | b'[' | b'"' | b'<')) => {
                return Self::Broken;
            }
            Err(_) => return Self::Bytes(reply.body()),
        };
        let kind = reply.headers().get(http::header::CONTENT_TYPE);
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
            return Self::Events(text);
        }
        match text.as_bytes().first() {
            Some(b'{' | b'[' | b'"') => serde_json::from_str(text).map_or(Self::Broken, Self::Json),
            Some(b'<') => xml(text).map_or(Self::Broken, |json| Self::Xml(text, json)),
            _ => Self::Text(text),
        }
    }

    /// Visits what may name a secret.
    pub(super) fn each(&self, visit: &mut impl FnMut(&Json)) {
        match self {
            Self::Json(json) | Self::Xml(_, json) => visit(json),
            Self::Events(text) => {
                for line in text.lines() {
                    if let Some(json) = data(line).and_then(|data| serde_json::from_str(data).ok())
                    {
                        visit(&json);
                    }
                }
            }
            Self::Text(_) | Self::Broken | Self::Bytes(_) => {}
        }
    }

    /// How it is called in a recording, and what is written there.
    pub(super) fn masked(&self, masker: &mut Masker<'_>) -> (&'static str, Json) {
        match self {
            Self::Json(json) => ("json", masker.json(json)),
            Self::Xml(text, _) => {
                let masked = masker.text(text);
                // A character may be written in ways that nobody lists.
                let is_clean = xml(&masked).is_some_and(|json| !masker.holds_secret(&json));
                (
                    "text",
                    if is_clean { masked } else { MASK.to_owned() }.into(),
                )
            }
            Self::Events(text) => {
                let lines = text.lines().map(|line| event_line(masker, line));
                ("text", lines.collect::<String>().into())
            }
            Self::Text(text) => ("text", masker.text(text).into()),
            Self::Broken => ("text", MASK.into()),
            Self::Bytes(bytes) => ("base64", BASE64.encode(&masker.bytes(bytes)).into()),
        }
    }
}

fn xml(text: &str) -> Option<Json> {
    let mut members = BTreeMap::<String, Json>::new();
    Format::Xml.decode(text.as_bytes(), &mut members).ok()?;
    Some(Json::Object(members.into_iter().collect()))
}

/// The data of an event's line.
fn data(line: &str) -> Option<&str> {
    Some(line.strip_prefix("data:")?.trim_start())
}

/// A line of an event without secrets.
fn event_line(masker: &mut Masker<'_>, line: &str) -> String {
    let Some(data) = data(line) else {
        return format!("{}\n", masker.text(line));
    };
    let data = match serde_json::from_str(data) {
        Ok(json) => masker.json(&json).to_string(),
        Err(_) if data.starts_with(['{', '[', '"']) => MASK.to_owned(),
        Err(_) => masker.text(data),
    };
    format!("data: {data}\n")
}
