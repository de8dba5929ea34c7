//! Whether a document of a successful reply reports a failure, in which of several forms.

use serde_json::{Map, Value as Json};

use crate::decode::{first_string, is_request_id, request_id};
use crate::gateway::Spelling;
use crate::schema::Field;

/// What the header of an event calls a task that failed.
const TASK_FAILED: &str = "task-failed";

/// What stands beside code and message in an error, and is no part of any answer.
const BESIDE: [&str; 6] = [
    "AccessDeniedDetail",
    "HostId",
    "Recommend",
    "Success",
    "success",
    "httpStatusCode",
];

/// A cheap look that spares most events the second reading.
pub(super) fn may_be(body: &[u8]) -> bool {
    [TASK_FAILED.as_bytes(), b"ode\"", b"ode<"]
        .iter()
        .any(|text| memchr::memmem::find(body, text).is_some())
}

/// Whether a document says `Success: false`.
pub(super) fn is_unsuccessful(members: &Map<String, Json>) -> bool {
    success(members) == Some(false)
}

fn success(members: &Map<String, Json>) -> Option<bool> {
    let mut said = ["Success", "success"]
        .iter()
        .filter_map(|name| members.get(*name));
    said.find_map(|success| match success {
        Json::Bool(success) => Some(*success),
        Json::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        Json::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        _ => None,
    })
}

/// What a document holds that is `{"error": …}` and nothing else.
pub(super) fn alone(members: &mut Map<String, Json>) -> Option<&mut Json> {
    let is_alone = members.len() == 1;
    let (name, held) = members.iter_mut().next()?;
    (is_alone && name.eq_ignore_ascii_case("error")).then_some(held)
}

/// What an event says of a task that failed, as members of an error:
/// `Header {Event: task-failed, ErrorCode, ErrorMessage}`, in either case. Where it gives no
/// code, that is `task-failed`.
pub(super) fn of_task(
    members: &Map<String, Json>,
    spelling: &Spelling,
) -> Option<Map<String, Json>> {
    let header = ["Header", "header"]
        .iter()
        .find_map(|name| members.get(*name)?.as_object());
    // Where it is the only member, its own were taken for the document's.
    let header = header.unwrap_or(members);
    let event = first_string(header, &["Event", "event"])?;
    if !event.eq_ignore_ascii_case(TASK_FAILED) {
        return None;
    }
    let code = first_string(header, &["ErrorCode", "errorCode"]);
    let code = code.or_else(|| first_string(header, spelling.code));
    let message = first_string(header, &["ErrorMessage", "errorMessage"]);
    let message = message.or_else(|| first_string(header, spelling.message));
    let id = request_id(header).or_else(|| request_id(members));
    let said = [
        (spelling.code.first(), Some(code.unwrap_or(event))),
        (spelling.message.first(), message),
        (Some(&"RequestId"), id),
    ];
    let said = said.into_iter();
    Some(
        said.filter_map(|(name, text)| Some(((*name?).to_owned(), text?.into())))
            .collect(),
    )
}

/// Whether a document is an error and nothing else: it has a code, which says nothing good, and
/// a message, and nothing that is documented; or, where that is not known, nothing else.
pub(super) fn is_error(members: &Map<String, Json>, spelling: &Spelling, fields: &[Field]) -> bool {
    let (Some(code), Some(_)) = (
        first_string(members, spelling.code),
        first_string(members, spelling.message),
    ) else {
        return false;
    };
    let is_good = ["0", "200", "ok", "success"]
        .iter()
        .any(|good| code.eq_ignore_ascii_case(good));
    if is_good || success(members) == Some(true) {
        return false;
    }
    let mut answer = members.keys().map(String::as_str).filter(|name| {
        !is_request_id(name) && !spelling.message.contains(name) && !BESIDE.contains(name)
    });
    match fields {
        [] => answer.all(|name| spelling.code.contains(&name)),
        _ => !answer.any(|name| fields.iter().any(|field| field.name == name)),
    }
}
