//! Answers as server-sent events, of operations whose `schemes` have `sse`.

use serde_json::{Value as Json, json};

use crate::Request;
use crate::signature::Refusal;

/// How many events an answer has where nobody says.
const EVENTS: usize = 3;

/// How many events a request is answered with; none where it wants an ordinary answer.
/// Nothing but a parameter tells the service so, and not every operation has one: there a
/// header asks this server.
pub(crate) fn wanted(api: &Json, request: &Request) -> Option<usize> {
    let schemes = api["schemes"].as_array().into_iter().flatten();
    let is_sse = |scheme: &str| scheme.trim().eq_ignore_ascii_case("sse");
    if !{ schemes }.any(|scheme| scheme.as_str().is_some_and(is_sse)) {
        return None;
    }
    let asked = request
        .header("x-mock-events")
        .map(|count| count.parse().ok());
    asked.unwrap_or_else(|| asks(request).then_some(EVENTS))
}

/// Whether a parameter `stream` is true, in the query, in the form, or anywhere in a document.
fn asks(request: &Request) -> bool {
    let mut pairs = request.query.iter().chain(&request.form);
    pairs.any(|(name, value)| is_stream(name) && value == "true" || says(value.as_bytes()))
        || says(&request.body)
}

fn is_stream(name: &str) -> bool {
    name.eq_ignore_ascii_case("stream")
}

fn says(document: &[u8]) -> bool {
    fn is_on(value: &Json) -> bool {
        match value {
            Json::Object(members) => members
                .iter()
                .any(|(name, value)| is_stream(name) && *value == true || is_on(value)),
            Json::Array(items) => items.iter().any(is_on),
            _ => false,
        }
    }
    document.starts_with(b"{") && serde_json::from_slice(document).is_ok_and(|value| is_on(&value))
}

/// The documented reply so often; and what a request asks to fail with then.
pub(crate) fn body(reply: &str, count: usize, failure: Option<Refusal>) -> String {
    let reply: Json = serde_json::from_str(reply).unwrap_or_else(|_| json!({}));
    let failure = failure.map(
        |refusal| json!({ "Success": false, "Code": refusal.code, "Message": refusal.message }),
    );
    let data = std::iter::repeat_n(reply, count).chain(failure);
    let event = |(id, data)| format!("id: {id}\ndata: {data}\n\n");
    (1..).zip(data).map(event).collect()
}
