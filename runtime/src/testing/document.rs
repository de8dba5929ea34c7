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
        match text.as_bytes().first() {
            Some(b'{' | b'[' | b'"') => serde_json::from_str(text).map_or(Self::Broken, Self::Json),
            Some(b'<') => xml(text).map_or(Self::Broken, |json| Self::Xml(text, json)),
            // Whatever its type is called: events are read all the same.
            _ if is_events(text) => Self::Events(text),
            _ => Self::Text(text),
        }
    }

    /// Visits what may name a secret.
    pub(super) fn each(&self, visit: &mut impl FnMut(&Json)) {
        match self {
            Self::Json(json) | Self::Xml(_, json) => visit(json),
            Self::Events(text) => {
                let lines: Vec<Line<'_>> = lines(text).collect();
                let one_by_one = lines.iter().filter_map(|(line, _)| data(line));
                let documents = of_each(&lines).map(joined);
                for data in documents.chain(one_by_one.map(str::to_owned)) {
                    if let Ok(json) = serde_json::from_str(&data) {
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
                let lines: Vec<Line<'_>> = lines(text).collect();
                let events = of_each(&lines).map(|event| without_secrets(masker, event));
                ("text", events.collect::<String>().into())
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

/// Whether a text begins as events do.
fn is_events(text: &str) -> bool {
    const NAMES: [&str; 5] = ["data:", "event:", "id:", "retry:", ":"];
    let mut lines = lines(text).map(|(line, _)| line);
    let first = lines.find(|line| !line.is_empty());
    first.is_some_and(|line| NAMES.iter().any(|name| line.starts_with(name)))
}

/// A line, and what ends it.
type Line<'t> = (&'t str, &'t str);

/// The lines of events, which end in any of three ways.
fn lines(mut text: &str) -> impl Iterator<Item = Line<'_>> {
    std::iter::from_fn(move || {
        let at = text.find(['\r', '\n']).unwrap_or(text.len());
        let (line, rest) = text.split_at(at);
        let ends = if rest.starts_with("\r\n") { 2 } else { 1 };
        let (end, rest) = rest.split_at(ends.min(rest.len()));
        text = rest;
        (!line.is_empty() || !end.is_empty()).then_some((line, end))
    })
}

/// The lines of each event.
fn of_each<'l, 't>(lines: &'l [Line<'t>]) -> impl Iterator<Item = &'l [Line<'t>]> {
    lines.split_inclusive(|(line, _)| line.is_empty())
}

/// The data of an event's line.
fn data(line: &str) -> Option<&str> {
    Some(line.strip_prefix("data:")?.trim_start())
}

/// The data of an event, which may be a document of several lines.
fn joined(event: &[Line<'_>]) -> String {
    let data: Vec<&str> = event.iter().filter_map(|(line, _)| data(line)).collect();
    data.join("\n")
}

/// An event without secrets; a document in one line.
fn without_secrets(masker: &mut Masker<'_>, event: &[Line<'_>]) -> String {
    let all = joined(event);
    let mut document = match serde_json::from_str(&all) {
        Ok(json) => Some(masker.json(&json).to_string()),
        Err(_) if all.starts_with(['{', '[', '"']) => Some(MASK.to_owned()),
        Err(_) => None,
    };
    let is_document = document.is_some();
    let mut out = String::new();
    for (line, end) in event {
        match data(line) {
            Some(_) if is_document => match document.take() {
                Some(document) => out.push_str(&format!("data: {document}")),
                None => continue,
            },
            Some(data) => out.push_str(&format!("data: {}", masker.text(data))),
            None => out.push_str(&masker.text(line)),
        }
        out.push_str(end);
    }
    out
}
