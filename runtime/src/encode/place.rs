//! A request's fields, placed into an HTTP request as the metadata says. Common
//! parameters, headers and the signature are not added here.

use bytes::Bytes;

use super::content_type;
use super::path;
use super::preflight::Violation;
use super::request::UnsignedRequest;
use super::{flatten, json};
use crate::schema::{Operation, Place};
use crate::value::{Object, Value, View};

/// Encodes the request of an operation. It fails only where a path parameter is
/// missing or would make the path that of another operation; everything else is for
/// `preflight` to find.
pub fn encode<'a>(
    operation: &Operation,
    request: &'a dyn Object,
) -> Result<UnsignedRequest<'a>, Vec<Violation>> {
    let (template, query) = match operation.path.split_once('?') {
        Some((template, query)) => (template, Some(query)),
        None => (operation.path, None),
    };
    let mut encoded = UnsignedRequest::new(operation.method);
    encoded.path = path::fill(template, request)?;
    encoded.query.reserve(16);
    encoded.query.extend(query.into_iter().flat_map(|query| {
        query.split('&').map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.into(), value.into())
        })
    }));
    place_fields(request, &mut encoded);
    Ok(encoded)
}

fn place_fields<'a>(request: &'a dyn Object, encoded: &mut UnsignedRequest<'a>) {
    for (index, field) in request.schema().fields.iter().enumerate() {
        let value = request.get(index);
        match field.place {
            Place::Body => encoded.set_body(document(value), content_type::JSON),
            // An operation that can take a form says so of an empty one too.
            Place::Form => encoded.set_body(Bytes::new(), content_type::FORM),
            _ => {}
        }
        if value.is_unset() {
            continue;
        }
        match field.place {
            Place::Query => flatten::params(field.name, field.style, value, &mut encoded.query),
            Place::Form => flatten::params(field.name, field.style, value, &mut encoded.form),
            Place::Header => flatten::params(field.name, field.style, value, &mut encoded.headers),
            Place::BodyIfSet => {
                encoded.set_body(json::to_json(value).into(), content_type::JSON);
            }
            Place::RawBody => match value.view() {
                View::File(content) => encoded.set_file(content),
                View::Bytes(bytes) => encoded.set_body(bytes.clone(), content_type::BINARY),
                view => {
                    let text = flatten::text(view).into_owned();
                    encoded.set_body(text.into(), content_type::JSON);
                }
            },
            // The path is filled from its template, the host by the gateway.
            Place::Path | Place::Host | Place::Body | Place::Member => {}
        }
    }
}

/// An operation that takes a document of parts always gets one: the official clients
/// send `{}` for an object of which nothing is given, and `[]` for a list of objects.
fn document(value: &dyn Value) -> Bytes {
    match value.view() {
        View::Unset => Bytes::from_static(b"{}"),
        _ => json::to_json(value).into(),
    }
}
