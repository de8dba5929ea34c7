//! What the examples of an operation show of a documented reply.

use serde_json::Value as Json;

use super::sample::SampleValue;
use crate::metadata::Entries;
use crate::model::{Field, Operation, ReplyBody, Struct, Type};
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

/// What the service calls the parts of an error, in lower case or in upper.
const CODES: &[&str] = &["Code", "ErrorCode", "ErrCode"];
const MESSAGES: &[&str] = &["Message", "ErrorMessage", "ErrMessage", "Msg", "ErrMsg"];

/// Bytes of an event in an example.
const EVENT_BYTES: usize = 80;

/// A sample reply as the data of an event: as much of it as is on one line of an example.
pub(super) fn event(operation: &Operation, sample: &str) -> Option<String> {
    reply(operation, sample)?;
    let mut left = EVENT_BYTES;
    let sample: Json = serde_json::from_str(sample).ok()?;
    let text = beginning(&sample, &mut left)?.to_string();
    let is_failure = text.to_ascii_lowercase().contains("task-failed");
    reply(operation, &text).filter(|_| !is_failure)?;
    Some(text)
}

/// What of a document is written in so many bytes: the members that are short enough, and the
/// first item of a list.
fn beginning(document: &Json, left: &mut usize) -> Option<Json> {
    let take = |bytes: usize, left: &mut usize| left.checked_sub(bytes).map(|rest| *left = rest);
    match document {
        Json::Object(members) => {
            take(2, left)?;
            let mut short = serde_json::Map::new();
            for (name, value) in members.iter().filter(|(name, value)| tells(name, value)) {
                let mut rest = *left;
                let Some(()) = take(name.len() + 4, &mut rest) else {
                    continue;
                };
                if let Some(value) = beginning(value, &mut rest) {
                    short.insert(name.clone(), value);
                    *left = rest;
                }
            }
            (!short.is_empty()).then_some(Json::Object(short))
        }
        Json::Array(items) => {
            take(2, left)?;
            Some(Json::Array(vec![beginning(items.first()?, left)?]))
        }
        scalar => {
            take(scalar.to_string().len(), left)?;
            Some(scalar.clone())
        }
    }
}

/// Whether a member is worth its place: samples fill in errors beside what was answered.
fn tells(name: &str, value: &Json) -> bool {
    let error = [CODES, MESSAGES].concat();
    let is_error = error.iter().any(|it| it.eq_ignore_ascii_case(name));
    match value {
        Json::Null => false,
        Json::String(text) => !matches!(text.as_str(), "" | "null") && !is_error,
        Json::Array(_) | Json::Object(_) => true,
        Json::Bool(_) | Json::Number(_) => !is_error,
    }
}

/// What a documented sample reply says of the response: a field of it, and code
/// that gives its value.
pub(super) fn reply(operation: &Operation, sample: &str) -> Option<Reply> {
    let root: Entries<'_, SampleValue<'_>> = serde_json::from_str(sample).ok()?;
    // Of a repeated key the last value counts.
    let get = |name: &str| {
        let mut members = root.0.iter().rev();
        members.find_map(|(key, value)| (&**key == name).then_some(value))
    };
    // The client makes an error of a reply that says it failed.
    let failed = ["Success", "success"].iter().filter_map(|name| get(name));
    let failed = failed.into_iter().any(|value| match value {
        SampleValue::Bool(value) => !value,
        SampleValue::Text(text) => text.eq_ignore_ascii_case("false"),
        _ => false,
    });
    let response = operation.response.first()?;
    if failed || is_error(&root, response) {
        return None;
    }
    // And of one that is another document than documented.
    let is_known = |name: &str| {
        let plain = name.replace('_', "");
        plain.eq_ignore_ascii_case("RequestId") || response.fields.iter().any(|f| f.name == name)
    };
    let is_documented = match operation.reply {
        ReplyBody::Object => root.0.is_empty() || root.0.iter().any(|(name, _)| is_known(name)),
        _ => matches!(response.fields.first()?.ty, Type::Any | Type::Map(_)),
    };
    if !is_documented {
        return None;
    }
    let is_id = |field: &Field| field.name.eq_ignore_ascii_case("RequestId");
    let of_field =
        |field: &&Field| value(field, get(field.name)?).map(|value| (field.ident.clone(), value));
    let mut found = response
        .fields
        .iter()
        .filter(|field| !is_id(field))
        .find_map(|field| of_field(&field));
    if found.is_none() {
        found = response
            .fields
            .iter()
            .filter(|field| is_id(field))
            .find_map(|field| of_field(&field));
    }
    Some(Reply { field: found })
}

/// Whether it has a code and a message, and of what is documented nothing else.
fn is_error(sample: &Entries<'_, SampleValue<'_>>, response: &Struct) -> bool {
    let is = |names: &[&str], name: &str| names.iter().any(|it| it.eq_ignore_ascii_case(name));
    let has = |names: &[&str]| sample.iter().any(|(name, _)| is(names, name));
    let mut answer = sample.iter().filter(|(name, _)| {
        !is(&["RequestId", "Request_Id"], name) && response.fields.iter().any(|f| f.name == *name)
    });
    has(CODES) && has(MESSAGES) && answer.next().is_none()
}

/// What a sample gives.
pub(super) struct Reply {
    /// A field of the response, and its value.
    pub(super) field: Option<(Ident, Code)>,
}

templates! {
    fn some(value: i64) -> Code = Value { Some(__value) }
}

fn value(field: &Field, shown: &SampleValue<'_>) -> Option<Code> {
    match (&field.ty, shown) {
        (Type::Text, SampleValue::Text(text)) => {
            let shows = !text.is_empty() && text.len() <= 60 && !text.contains(char::is_control);
            shows.then(|| (&**text).code())
        }
        (Type::Int, SampleValue::Int(value)) => Some(some(*value).code()),
        _ => None,
    }
}
