//! From a reply's body to a response: whether it is one, which decoder, and into what.
//!
//! A success is one only if it is what the operation documents: a page of a proxy, an
//! empty body or another document would otherwise be a response with nothing in it.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_core::de::IgnoredAny;

use super::reply::Raw;
use crate::decode::{self, Format, Mismatches, content, is_request_id};
use crate::error::{Error, one_line};
use crate::gateway;
use crate::schema::{ApiStyle, Operation, ReplyBody};
use crate::value::{Object, Slot, Value, View};

/// How many members an error names of a reply that has others than documented.
const NAMED: usize = 5;

/// Whether the body of a success can be the operation's reply, or an event of it, as far
/// as that is seen without reading it. If not, the words go on from "it".
pub(crate) fn check(
    operation: &Operation,
    reply: &http::Response<Bytes>,
    wants_events: bool,
) -> Result<(), &'static str> {
    let body = content(reply.body());
    if !wants_events
        && is_stream(reply.headers())
        && !body.is_empty()
        && Format::of_object(body).is_none()
    {
        return Err("is a stream of events: read it with `events`");
    }
    let may_be_empty = || {
        let is_other = operation.or_empty && reply.status() != http::StatusCode::OK;
        let is_known = operation.product.style == ApiStyle::Rpc;
        operation.method == "HEAD"
            || match operation.reply {
                ReplyBody::Empty => true,
                ReplyBody::Any => !is_known,
                _ => is_other,
            }
    };
    match (operation.reply, Format::of(body)) {
        (ReplyBody::Binary, _) => Ok(()),
        (_, None) if may_be_empty() => Ok(()),
        (_, None) => Err("is empty"),
        (_, Some(Format::Xml)) if is_html(body, reply.headers()) => Err("is an HTML page"),
        (ReplyBody::Object, _) if Format::of_object(body).is_none() => {
            Err("is no object in JSON or XML")
        }
        _ => Ok(()),
    }
}

/// Fills `response` with what `raw` holds. The format is the body's own: a
/// gateway may answer in another one than was asked for.
pub(crate) fn decode(raw: &mut Raw, response: &mut dyn Object) -> Result<Mismatches, Error> {
    let mismatches = match raw.operation.reply {
        ReplyBody::Empty => Mismatches::default(),
        ReplyBody::Binary => {
            bytes(response.get_mut(0), &raw.body);
            Mismatches::default()
        }
        ReplyBody::Object => document(raw, response)?,
        ReplyBody::Document | ReplyBody::Any => document(raw, response.get_mut(0))?,
    };
    if raw.request_id.is_none() {
        raw.request_id = request_id(response);
    }
    if raw.operation.reply == ReplyBody::Object {
        let fields = response.schema().fields;
        let lacks_id =
            raw.request_id.is_none() && fields.iter().any(|field| is_request_id(field.name));
        let is_unset = (0..fields.len()).all(|at| response.get(at).is_unset());
        // Seldom so, and then worth a second reading.
        if lacks_id || is_unset {
            is_documented(raw, lacks_id, response).map_err(|why| raw.unreadable(why))?;
        }
    }
    Ok(mismatches)
}

/// Fills `response` with what an event holds, or a whole reply. An event need not have
/// anything in particular: a stream says now this, now that.
pub(crate) fn decode_either(
    raw: &mut Raw,
    is_event: bool,
    response: &mut dyn Object,
) -> Result<Mismatches, Error> {
    if !is_event {
        return decode(raw, response);
    }
    match raw.operation.reply {
        ReplyBody::Object => document(raw, response),
        _ => document(raw, response.get_mut(0)),
    }
}

fn document(raw: &Raw, value: &mut dyn Value) -> Result<Mismatches, Error> {
    let body = content(&raw.body);
    // Where nothing is not right, the reply was refused before.
    let Some(format) = Format::of(body) else {
        return Ok(Mismatches::default());
    };
    match format.decode(body, value) {
        Ok(mismatches) => match mismatches.iter().find(|mismatch| mismatch.is_document()) {
            Some(wrong) => Err(raw.unreadable(format_args!(
                "it is {}, where the documentation has {}",
                wrong.found, wrong.expected
            ))),
            None => Ok(mismatches),
        },
        Err(error) => {
            value.clear();
            Err(raw.unreadable(error))
        }
    }
}

/// Whether an object is the one that is documented. Of others, only names are told:
/// values may be secrets.
fn is_documented(raw: &Raw, needs_id: bool, response: &dyn Object) -> Result<(), String> {
    let body = content(&raw.body);
    let Some(format) = Format::of(body) else {
        return Ok(());
    };
    let names = names(body, format);
    let has_id = names.iter().any(|name| is_request_id(name));
    let fields = response.schema().fields;
    let knows = |name: &String| fields.iter().any(|field| field.name == name);
    let problem = if !names.is_empty() && !has_id && !names.iter().any(knows) {
        "has no documented member".to_owned()
    } else if needs_id && !has_id {
        let headers = gateway::of(raw.operation.product).spelling().request_id;
        format!(
            "has no request id, in the body or in the header {}",
            headers.first().copied().unwrap_or_default()
        )
    } else {
        return Ok(());
    };
    let shown: Vec<_> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{}`", one_line(&name.chars().take(40).collect::<String>())))
        .collect();
    let more = if names.len() > NAMED { ", …" } else { "" };
    Err(match shown.as_slice() {
        [] => format!("it {problem}: it has no members"),
        _ => format!("it {problem}; its members are {}{more}", shown.join(", ")),
    })
}

/// Whether a body has a request id of its own, where a response looks for one: among the
/// members of the whole, not in one of them.
pub(crate) fn has_request_id(body: &[u8]) -> bool {
    let body = content(body);
    Format::of(body)
        .is_some_and(|format| names(body, format).iter().any(|name| is_request_id(name)))
}

/// The members of a document that was read before, so that it can be read once more.
fn names(body: &[u8], format: Format) -> Vec<String> {
    if format == Format::Xml {
        let members = decode::members(body).into_iter();
        return members.map(|(name, _)| name).collect();
    }
    let members: BTreeMap<String, IgnoredAny> =
        serde_json::from_str(&String::from_utf8_lossy(body)).unwrap_or_default();
    members.into_keys().collect()
}

fn is_stream(headers: &http::HeaderMap) -> bool {
    let kind = headers
        .get(http::header::CONTENT_TYPE)
        .map(|kind| kind.as_bytes());
    kind.is_some_and(|kind| kind.starts_with(b"text/event-stream"))
}

/// Whether a body that begins with `<` is a page: by its first element or document
/// type, or by its content type where that can be no other document.
fn is_html(body: &[u8], headers: &http::HeaderMap) -> bool {
    let mut rest = body;
    // What may come first in both.
    while let Some(end) = [(&b"<?"[..], &b"?>"[..]), (b"<!--", b"-->")]
        .iter()
        .filter(|(start, _)| rest.starts_with(start))
        .find_map(|(_, end)| Some(memchr::memmem::find(rest, end)? + end.len()))
    {
        rest = rest[end..].trim_ascii_start();
    }
    let is_page = [&b"<!doctype html"[..], b"<html", b"<head", b"<body"]
        .iter()
        .any(|start| {
            let (head, tail) = rest.split_at(rest.len().min(start.len()));
            head.eq_ignore_ascii_case(start) && !tail.first().is_some_and(u8::is_ascii_alphanumeric)
        });
    let content_type = headers.get(http::header::CONTENT_TYPE);
    is_page || content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn bytes(value: &mut dyn Value, body: &Bytes) {
    match value.slot() {
        Slot::Bytes(slot) => *slot = body.clone(),
        Slot::Text(slot) => *slot = String::from_utf8_lossy(body).into_owned(),
        _ => {}
    }
}

/// The request's id in the body of a success, which is not decoded yet.
pub(crate) fn request_id_of(raw: &Raw) -> Option<String> {
    if matches!(raw.operation.reply, ReplyBody::Binary | ReplyBody::Empty) {
        return None;
    }
    decode::request_id(&decode::members(&raw.body))
}

/// What the root's field with the request's id holds.
fn request_id(response: &dyn Object) -> Option<String> {
    let mut fields = response.schema().fields.iter();
    let at = fields.position(|field| is_request_id(field.name))?;
    match response.get(at).view() {
        View::Text(id) if !id.is_empty() => Some(id.to_owned()),
        _ => None,
    }
}
