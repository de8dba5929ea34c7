//! Members that products spell in several ways.

use serde_json::{Map, Value as Json};

/// The spellings of the member with a request's id, in lower case.
const REQUEST_ID: [&str; 2] = ["requestid", "request_id"];

/// Whether a member of this name holds a request's id.
pub(crate) fn is_request_id(name: &str) -> bool {
    REQUEST_ID.iter().any(|id| name.eq_ignore_ascii_case(id))
}

/// The request's id in a document.
pub(crate) fn request_id(members: &Map<String, Json>) -> Option<String> {
    members
        .iter()
        .filter(|(name, _)| is_request_id(name))
        .find_map(|(_, value)| plain(value))
}

/// The text of the first of these members that has one. A number is one too.
pub(crate) fn first_string(members: &Map<String, Json>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| plain(members.get(*name)?))
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
