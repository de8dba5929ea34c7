//! From a reply's body to a response: which decoder, and into what.

use bytes::Bytes;

use super::reply::Raw;
use crate::decode::{self, Mismatch};
use crate::error::{Cause, Error, Service};
use crate::schema::ReplyBody;
use crate::value::{Object, Slot, Value, View};

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
        Some(b'<') => decode::decode_xml(body, value),
        Some(_) => decode::decode_json(body, value),
    };
    decoded.map_err(|error| {
        value.clear();
        let mut reply = http::Response::new(raw.body.clone());
        *reply.headers_mut() = raw.headers.clone();
        *reply.status_mut() = http::StatusCode::from_u16(raw.status).unwrap_or_default();
        Error::new(
            raw.operation,
            Cause::Reply {
                message: error.to_string(),
                reply: Service::read(reply, &[]),
            },
        )
        .after(raw.attempts)
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
