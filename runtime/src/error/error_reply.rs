//! An error reply of the service, in whichever way it is spelled.
//!
//! RPC gateways write `Code`, `Message`, `RequestId`; ROA ones `code`, `message`,
//! `requestid`; some products `errorCode`, `msg`. A body that is neither JSON nor
//! XML (a proxy's page, say) keeps its status and the beginning of its text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value as Json;

use crate::mask::{MASK, masked, masked_json, masked_words};

/// How much of a text that is no error document is kept as the message.
const TEXT_CHARS: usize = 300;

/// How many bytes of such a text are looked through for secrets.
const LOOKED_THROUGH: usize = 64 << 10;

/// How much of a message an error shows; the whole of it can be asked for.
const SHOWN_CHARS: usize = 1000;

/// A reply, with what an error document says.
#[derive(Default)]
pub(crate) struct Service {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
    pub(crate) recommend: Option<String>,
    pub(crate) access_denied_detail: Option<Json>,
    pub(crate) retry_after: Option<Duration>,
}

/// What gateways call the header with the request id: the common one, PDS, FC.
const REQUEST_ID_HEADERS: [&str; 3] = ["x-acs-request-id", "x-ca-request-id", "x-fc-request-id"];

/// The request id that the gateway writes into the headers.
pub(crate) fn header_id(headers: &http::HeaderMap) -> Option<String> {
    let mut ids = REQUEST_ID_HEADERS
        .iter()
        .filter_map(|name| headers.get(*name));
    ids.find_map(|id| Some(id.to_str().ok()?.to_owned()))
}

impl Service {
    /// Reads what there is; nothing in a reply makes it fail. What of `secrets`
    /// it repeats is masked, but in its headers and its body as it came.
    pub(crate) fn read(reply: http::Response<Bytes>, secrets: &[&str]) -> Self {
        let (parts, body) = reply.into_parts();
        let header_id = header_id(&parts.headers);
        let fields = fields(&body);
        let text = |names: &[&str]| names.iter().find_map(|name| plain(fields.get(*name)?));
        let message = match text(&[
            "Message",
            "message",
            "ErrorMessage",
            "errorMessage",
            "msg",
            "Msg",
        ]) {
            Some(message) => message,
            None if fields.is_empty() => beginning(&body, secrets),
            None => String::new(),
        };
        Self {
            status: parts.status.as_u16(),
            code: text(&["Code", "code", "ErrorCode", "errorCode"])
                .map(|code| masked_words(code.trim(), secrets))
                .unwrap_or_default(),
            message: without_signed_text(masked(&message, secrets, MASK)),
            request_id: header_id
                .or_else(|| {
                    text(&[
                        "RequestId",
                        "requestId",
                        "requestid",
                        "RequestID",
                        "request_id",
                    ])
                })
                .map(|id| masked_words(&id, secrets)),
            recommend: text(&["Recommend", "recommend"])
                .map(|recommend| masked(&recommend, secrets, MASK)),
            access_denied_detail: ["AccessDeniedDetail", "accessDeniedDetail"]
                .iter()
                .find_map(|name| fields.get(*name))
                .filter(|detail| !detail.is_null())
                .cloned()
                .map(|mut detail| {
                    masked_json(&mut detail, secrets);
                    detail
                }),
            retry_after: crate::retry::retry_after(&parts.headers, SystemTime::now()),
            headers: parts.headers,
            body,
        }
    }

    /// What a reply of status 200 says when it reports a failure in its body:
    /// `Success: false` with a code.
    pub(crate) fn reports_failure(body: &[u8]) -> bool {
        if !says_unsuccessful(body) {
            return false;
        }
        let fields = fields(body);
        let unsuccessful = ["Success", "success"]
            .iter()
            .any(|name| match fields.get(*name) {
                Some(Json::Bool(success)) => !success,
                Some(Json::String(text)) => text.eq_ignore_ascii_case("false"),
                _ => false,
            });
        let coded = ["Code", "code", "ErrorCode", "errorCode"]
            .iter()
            .any(|name| fields.get(*name).and_then(plain).is_some());
        unsuccessful && coded
    }
}

/// How a body begins, with what of `secrets` it repeats masked.
pub(crate) fn excerpt(body: &[u8], secrets: &[&str]) -> String {
    beginning(body, secrets)
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if !self.code.is_empty() {
            write!(f, " {}", one_line(&self.code))?;
        } else if let Some(reason) = http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|s| s.canonical_reason())
        {
            write!(f, " {reason}")?;
        }
        if !self.message.is_empty() {
            let message = one_line(&self.message);
            match message.char_indices().nth(SHOWN_CHARS) {
                Some((end, _)) => write!(f, ": {}…", &message[..end])?,
                None => write!(f, ": {message}")?,
            }
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request id {})", one_line(id))?;
        }
        let detail = |name: &str| self.access_denied_detail.as_ref()?.get(name)?.as_str();
        if let Some(action) = detail("AuthAction") {
            write!(f, "; denied: {}", one_line(action))?;
            let why = [detail("NoPermissionType"), detail("PolicyType")];
            let why: Vec<_> = why.into_iter().flatten().map(one_line).collect();
            if !why.is_empty() {
                write!(f, " ({})", why.join(", "))?;
            }
        }
        Ok(())
    }
}

/// A cheap look that spares most replies the second reading: somewhere, a member
/// `Success` or `success` is false.
fn says_unsuccessful(body: &[u8]) -> bool {
    if body.first() == Some(&b'<') {
        return [&b"<Success>false<"[..], b"<success>false<"]
            .iter()
            .any(|text| memchr::memmem::find(body, text).is_some());
    }
    memchr::memmem::find_iter(body, b"uccess\"").any(|at| {
        let rest = body[at + 7..].trim_ascii_start();
        let Some(value) = rest.strip_prefix(b":") else {
            return false;
        };
        let value = value.trim_ascii_start();
        value.starts_with(b"false")
            || value.starts_with(b"\"false\"")
            || value.starts_with(b"\"False\"")
    })
}

/// The members of the document, or those of its only member, if that is an object
/// (`{"Error": {…}}`).
fn fields(body: &[u8]) -> BTreeMap<String, Json> {
    let start = body.trim_ascii_start();
    let document = match start.first() {
        Some(b'{') => {
            let mut members = BTreeMap::<String, Json>::new();
            match crate::decode::decode_json(start, &mut members) {
                Ok(_) => members,
                Err(_) => BTreeMap::new(),
            }
        }
        Some(b'<') => {
            let mut texts = BTreeMap::<String, String>::new();
            // What could be read up to an error is still what the service said.
            let _ = crate::decode::decode_xml(start, &mut texts);
            texts
                .into_iter()
                .map(|(name, text)| (name, Json::String(text)))
                .collect()
        }
        _ => BTreeMap::new(),
    };
    match document.iter().next() {
        Some((_, Json::Object(inner))) if document.len() == 1 => inner
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        _ => document,
    }
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first characters of a text, for bodies that are no error document. Secrets
/// are masked before it is cut: half of one would not be found.
fn beginning(body: &[u8], secrets: &[&str]) -> String {
    let body = &body[..body.len().min(LOOKED_THROUGH)];
    let text = masked(&String::from_utf8_lossy(body), secrets, MASK);
    text.trim().chars().take(TEXT_CHARS).collect()
}

/// A message about a signature repeats the whole request.
fn without_signed_text(mut message: String) -> String {
    if let Some(at) = message.find("string to sign is") {
        message.truncate(at);
        message.push_str("string to sign is [see Error::diagnosis]");
    }
    message
}

/// Whether a code is one that a documented template stands for: `%s` and the like
/// are any text. A template of placeholders alone stands for nothing.
pub(super) fn fits(template: &str, code: &str) -> bool {
    let Some((head, rest)) = placeholder(template) else {
        return false;
    };
    if head.is_empty() && rest.is_empty() {
        return false;
    }
    let Some(mut left) = code.strip_prefix(head) else {
        return false;
    };
    let mut rest = rest;
    while let Some((literal, after)) = placeholder(rest) {
        match left.find(literal) {
            Some(at) => left = &left[at + literal.len()..],
            None => return false,
        }
        rest = after;
    }
    left.ends_with(rest)
}

/// A template up to its first placeholder, and what follows that: `%s`, `%d`,
/// `{0}`, `{name}`, `<name>`, `${name}`, `***`.
fn placeholder(template: &str) -> Option<(&str, &str)> {
    let at = template.find(['%', '{', '<', '*', '$'])?;
    let (head, tail) = template.split_at(at);
    let length = match tail.as_bytes()[0] {
        b'%' => tail.len().min(2),
        b'*' => tail.len() - tail.trim_start_matches('*').len(),
        b'<' => tail.find('>')? + 1,
        _ => tail.find('}')? + 1,
    };
    tail.get(length..).map(|after| (head, after))
}

/// A text without line breaks and other control characters.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        Cow::Owned(
            text.split(char::is_control)
                .filter(|s| !s.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        )
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &'static str) -> Service {
        let mut reply = http::Response::new(Bytes::from_static(body.as_bytes()));
        *reply.status_mut() = http::StatusCode::from_u16(status).expect("a status");
        Service::read(reply, &["s3cret-token"])
    }

    #[test]
    fn every_spelling_is_read() {
        for body in [
            r#"{"Code":"A.B","Message":"no","RequestId":"R","HostId":"h","Recommend":"https://x"}"#,
            r#"{"code":"A.B","message":"no","requestId":"R"}"#,
            r#"{"code":"A.B","message":"no","requestid":"R","httpCode":400}"#,
            r#"{"ErrorCode":"A.B","ErrorMessage":"no","RequestId":"R"}"#,
            r#"{"errorCode":"A.B","msg":"no","request_id":"R"}"#,
            r#"{"Error":{"Code":"A.B","Message":"no","RequestId":"R"}}"#,
            r#"{"Code":"A.B","Message":"no","RequestId":"R","Text":"\ud83d","Number":1e400}"#,
            "<?xml version='1.0'?><Error><RequestId>R</RequestId><Code>A.B</Code><Message>no</Message></Error>",
        ] {
            let service = read(400, body);
            assert_eq!(service.to_string(), "400 A.B: no (request id R)", "{body}");
        }
        assert_eq!(read(500, r#"{"Code":17,"Message":"no"}"#).code, "17");
    }

    #[test]
    fn a_body_that_is_no_document_keeps_status_and_bounded_text() {
        let page = read(502, "<html><body>\n<h1>Bad gateway</h1>");
        assert!(page.to_string().starts_with("502 Bad Gateway"), "{page}");
        assert_eq!(
            read(503, "upstream\nis down").to_string(),
            "503 Service Unavailable: upstream is down"
        );
        assert_eq!(read(500, "").to_string(), "500 Internal Server Error");
        assert_eq!(
            read(500, "{\"Code\": tru").to_string(),
            "500 Internal Server Error: {\"Code\": tru"
        );
        let long: &'static str = Box::leak("é".repeat(5000).into_boxed_str());
        assert_eq!(read(500, long).message.chars().count(), TEXT_CHARS);
    }

    #[test]
    fn messages_carry_no_secret() {
        let echoed = read(400, r#"{"Code":"X","Message":"token s3cret-token is old"}"#);
        assert_eq!(echoed.message, "token *** is old");
        let signed = read(
            400,
            r#"{"Code":"SignatureDoesNotMatch","Message":"no. server string to sign is:GET&%2F&Password%3Dx"}"#,
        );
        assert!(!signed.message.contains("Password"), "{}", signed.message);
    }

    #[test]
    fn a_failure_within_a_success_needs_false_and_a_code() {
        for (body, failed) in [
            (r#"{"Success":false,"Code":"X"}"#, true),
            (r#"{"success" : "false", "errorCode":"X"}"#, true),
            ("<R><Success>false</Success><Code>X</Code></R>", true),
            (r#"{"Success":true,"Code":"200"}"#, false),
            (r#"{"Success":false}"#, false),
            (r#"{"Data":{"Success":false},"Code":"200"}"#, false),
            ("", false),
        ] {
            assert_eq!(Service::reports_failure(body.as_bytes()), failed, "{body}");
        }
    }

    #[test]
    fn templates_stand_for_any_text_and_never_for_everything() {
        for (template, code, fit) in [
            ("InvalidParameter.%s", "InvalidParameter.Name", true),
            ("%s.NotFound", "Vpc.NotFound", true),
            ("A.%s.B.%s", "A.x.B.y", true),
            ("Missing{0}", "MissingName", true),
            ("Quota.<name>", "Quota.Ip", true),
            ("InvalidParameter.%s", "Invalid.Name", false),
            ("A.%s.B", "A.x.C", false),
            ("%s", "Anything", false),
            ("NotFound", "NotFound", false),
        ] {
            assert_eq!(fits(template, code), fit, "{template} {code}");
        }
    }
}
