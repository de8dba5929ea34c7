//! From a reply's body to a response: which decoder, and into what.

use bytes::Bytes;

use crate::error::Error;
use crate::operation::ReplyBody;
use crate::reply::Raw;
use crate::wire::{self, Mismatch, Object, Slot, Value, View};

/// Fills `response` with what `raw` holds. The format is the body's own: a
/// gateway may answer in another one than was asked for.
pub(crate) fn decode(raw: &mut Raw, response: &mut dyn Object) -> Result<Vec<Mismatch>, Error> {
    let mismatches = match raw.operation.reply {
        ReplyBody::Empty => Vec::new(),
        ReplyBody::Binary => {
            bytes(response.get_mut(0), &raw.body);
            Vec::new()
        }
        ReplyBody::Object => document(raw, response)?,
        ReplyBody::Document => document(raw, response.get_mut(0))?,
    };
    if raw.request_id.is_none() {
        raw.request_id = request_id(response);
    }
    Ok(mismatches)
}

fn document(raw: &Raw, value: &mut dyn Value) -> Result<Vec<Mismatch>, Error> {
    let body = raw.body.trim_ascii();
    let decoded = match body.first() {
        // A success may have no body, whatever the documentation shows.
        None => return Ok(Vec::new()),
        Some(b'<') => wire::decode_xml(body, value),
        Some(_) => wire::decode_json(body, value),
    };
    decoded.map_err(|error| {
        value.clear();
        raw.error(format!("cannot be read: {error}"))
    })
}

fn bytes(value: &mut dyn Value, body: &Bytes) {
    match value.slot() {
        Slot::Bytes(slot) => *slot = body.clone(),
        Slot::Text(slot) => *slot = String::from_utf8_lossy(body).into_owned(),
        _ => {}
    }
}

/// The root's field with the request's id, in any of its spellings.
fn request_id(response: &dyn Object) -> Option<String> {
    let fields = response.schema().fields.iter();
    let same = |name: &str| {
        name.eq_ignore_ascii_case("RequestId") || name.eq_ignore_ascii_case("request_id")
    };
    let at = fields.into_iter().position(|field| same(field.name))?;
    match response.get(at).view() {
        View::Text(id) if !id.is_empty() => Some(id.to_owned()),
        _ => None,
    }
}
