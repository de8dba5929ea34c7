//! An error reply of the service, in whichever way it is spelled.
//!
//! The one reader of them. The gateway says how code and message are called. A body that
//! is neither JSON nor XML (a proxy's page, say) keeps its status and the beginning of its
//! text.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Map, Value as Json};

use super::failure;
use crate::decode::{self, Format, content, first_string, request_id};
use crate::gateway::Spelling;
use crate::mask::{MASK, masked, masked_json, masked_words};
use crate::retry;
use crate::schema::Field;
use crate::signature::{self, Diagnosis};

/// How much of a string that is no error document is kept as the message.
const TEXT_CHARS: usize = 300;

/// How many bytes of such a string are looked through for secrets.
const LOOKED_THROUGH: usize = 64 << 10;

/// How much of a message an error displays; the whole of it can be asked for.
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
    /// Its headers say that it is throttling, whatever the code.
    pub(crate) is_throttled: bool,
}

/// A reply, with what an error document says as it came: it may repeat secrets of the
/// request.
pub(crate) struct Unmasked {
    reply: http::Response<Bytes>,
    members: Map<String, Json>,
    spelling: &'static Spelling,
}

impl Unmasked {
    /// Reads what there is; nothing in a reply makes it fail.
    pub(crate) fn read(reply: http::Response<Bytes>, spelling: &'static Spelling) -> Self {
        let members = members(reply.body());
        Self {
            members: failure::of_task(&members, spelling).unwrap_or(members),
            reply,
            spelling,
        }
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        first_string(&self.members, names)
    }

    fn code(&self) -> Option<String> {
        self.text(self.spelling.code)
            .map(|code| code.trim().to_owned())
    }

    fn message(&self) -> Option<String> {
        self.text(self.spelling.message)
    }

    /// What is wrong with the signature, where that is what the reply is about.
    pub(crate) fn diagnosis(&self, string_to_sign: &str) -> Option<Diagnosis> {
        let (code, message) = (self.code()?, self.message().unwrap_or_default());
        signature::diagnose(&code, &message, self.reply.headers(), string_to_sign)
    }

    /// The same with what it repeats of `secrets` masked, but in its headers and its body
    /// as it came.
    pub(crate) fn masked(self, secrets: &[&str]) -> Service {
        let message = match self.message() {
            Some(message) => message,
            None if self.members.is_empty() => excerpt(self.reply.body(), secrets),
            None => String::new(),
        };
        let code = self.code().unwrap_or_default();
        let id = self.spelling.request_id(self.reply.headers());
        let id = id.or_else(|| request_id(&self.members));
        let recommend = self.text(&["Recommend", "recommend"]);
        let mut detail = ["AccessDeniedDetail", "accessDeniedDetail"]
            .iter()
            .find_map(|name| self.members.get(*name))
            .filter(|detail| !detail.is_null())
            .cloned();
        if let Some(detail) = &mut detail {
            masked_json(detail, secrets);
        }
        let (parts, body) = self.reply.into_parts();
        Service {
            status: parts.status.as_u16(),
            code: masked_words(&code, secrets),
            message: without_signed_text(masked(&message, secrets, MASK)),
            request_id: id.map(|id| masked_words(&id, secrets)),
            recommend: recommend.map(|recommend| masked(&recommend, secrets, MASK)),
            access_denied_detail: detail,
            retry_after: retry::retry_after(&parts.headers, SystemTime::now()),
            is_throttled: retry::says_throttled(&parts.headers),
            headers: parts.headers,
            body,
        }
    }
}

impl Service {
    /// Reads a reply, and masks what it repeats of `secrets`.
    pub(crate) fn read(
        reply: http::Response<Bytes>,
        spelling: &'static Spelling,
        secrets: &[&str],
    ) -> Self {
        Unmasked::read(reply, spelling).masked(secrets)
    }

    /// What a reply of status 200 says when it reports a failure in its body:
    /// `Success: false` with a code.
    pub(crate) fn reports_failure(body: &[u8], spelling: &Spelling) -> bool {
        if !says_unsuccessful(body) {
            return false;
        }
        let members = members(body);
        failure::is_unsuccessful(&members) && first_string(&members, spelling.code).is_some()
    }

    /// What one event says, or a document that came in place of events, when it reports a
    /// failure. `fields` are those that are documented.
    pub(crate) fn event_reports_failure(
        body: &[u8],
        spelling: &Spelling,
        fields: &[Field],
    ) -> bool {
        if !failure::may_be(body) && !says_unsuccessful(body) {
            return false;
        }
        let mut members = decode::members(body);
        if let Some(Json::Object(error)) = failure::alone(&mut members) {
            members = std::mem::take(error);
        }
        failure::is_unsuccessful(&members) && first_string(&members, spelling.code).is_some()
            || failure::of_task(&members, spelling).is_some()
            || failure::is_error(&members, spelling, fields)
    }
}

/// How a body begins, for those that are no error document. Secrets are masked before
/// it is cut: half of one would not be found.
pub(crate) fn excerpt(body: &[u8], secrets: &[&str]) -> String {
    let body = &body[..body.len().min(LOOKED_THROUGH)];
    let text = masked(&String::from_utf8_lossy(body), secrets, MASK);
    text.trim().chars().take(TEXT_CHARS).collect()
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
    if Format::of(content(body)) == Some(Format::Xml) {
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
fn members(body: &[u8]) -> Map<String, Json> {
    let mut members = decode::members(body);
    if members.len() == 1
        && let Some(Json::Object(inner)) = members.values_mut().next()
    {
        return std::mem::take(inner);
    }
    members
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
/// are any string. A template of placeholders alone stands for nothing.
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

/// A string without line breaks and other control characters.
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
    use crate::gateway::{ACS, Gateway};

    fn read(status: u16, body: &'static str) -> Service {
        let mut reply = http::Response::new(Bytes::from_static(body.as_bytes()));
        *reply.status_mut() = http::StatusCode::from_u16(status).expect("a status");
        Service::read(reply, ACS.spelling(), &["s3cret-token"])
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
    fn the_gateway_says_how_code_message_and_id_are_called() {
        static OTHER: Spelling = Spelling {
            request_id: &["x-old-id", "x-its-id"],
            code: &["error"],
            message: &["reason"],
        };
        let body = r#"{"error":"A.B","reason":"no","Code":"X","Message":"x","RequestId":"x"}"#;
        let mut reply = http::Response::new(Bytes::from(body));
        reply
            .headers_mut()
            .insert("x-its-id", http::HeaderValue::from_static("R"));
        let service = Service::read(reply, &OTHER, &[]);
        assert_eq!(service.to_string(), "200 A.B: no (request id R)");
        let failed = br#"{"Success":false,"error":"A.B"}"#;
        assert!(Service::reports_failure(failed, &OTHER));
        assert!(!Service::reports_failure(failed, ACS.spelling()));
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
            let reported = Service::reports_failure(body.as_bytes(), ACS.spelling());
            assert_eq!(reported, failed, "{body}");
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

    const FIELDS: [Field; 3] = [
        Field::member("Content"),
        Field::member("Message"),
        Field::member("RequestId"),
    ];

    fn code(body: &'static str, fields: &[Field]) -> Option<String> {
        let spelling = ACS.spelling();
        Service::event_reports_failure(body.as_bytes(), spelling, fields).then(|| {
            let said = Unmasked::read(http::Response::new(body.into()), spelling).masked(&[]);
            let id = said.request_id.unwrap_or_default();
            format!("{}|{}|{id}", said.code, said.message)
        })
    }

    #[test]
    fn a_failure_is_known_in_each_of_its_forms() {
        for body in [
            r#"{"Header":{"Event":"task-failed","ErrorCode":"A.B","ErrorMessage":"no","StatusCode":400},"RequestId":"R","Content":"x"}"#,
            r#"{"header":{"event":"task-failed","errorCode":"A.B","errorMessage":"no","requestId":"R"}}"#,
            r#"{"Success":false,"Code":"A.B","Message":"no","RequestId":"R","Content":"x"}"#,
            r#"{"success":false,"errCode":"A.B","errMessage":"no","requestId":"R","data":null}"#,
            r#"{"Code":"A.B","Message":"no","RequestId":"R","HostId":"h"}"#,
            r#"{"code":"A.B","message":"no","requestId":"R"}"#,
            r#"{"error":{"code":"A.B","message":"no","requestId":"R"}}"#,
        ] {
            assert_eq!(code(body, &FIELDS).as_deref(), Some("A.B|no|R"), "{body}");
            assert_eq!(code(body, &[]).as_deref(), Some("A.B|no|R"), "{body}");
        }
        let bare = r#"{"header":{"event":"task-failed","errorMessage":"no"},"payload":{}}"#;
        assert_eq!(code(bare, &FIELDS).as_deref(), Some("task-failed|no|"));
    }

    #[test]
    fn an_answer_is_no_failure() {
        for body in [
            r#"{"Header":{"Event":"task-finished","ErrorCode":"","ErrorMessage":""},"Content":"x"}"#,
            r#"{"header":{"event":"result-generated"},"payload":{"output":{"text":"task-failed"}}}"#,
            r#"{"Success":true,"Code":"A.B","Message":"no"}"#,
            r#"{"Code":"200","Message":"OK"}"#,
            r#"{"code":"Success","message":"done"}"#,
            r#"{"Content":{"code":"A.B","message":"no"}}"#,
            r#"{"Content":"say \"code\"","Message":"no"}"#,
            r#"{"Content":"x","Code":"A.B","Message":"no"}"#,
            r#"{"Success":false}"#,
            "[1]",
            "",
        ] {
            assert_eq!(code(body, &FIELDS), None, "{body}");
        }
        let unknown = r#"{"code":"A.B","message":"no","data":[]}"#;
        assert_eq!(code(unknown, &[]), None);
        assert!(code(unknown, &FIELDS).is_some());
        let documented = [Field::member("code"), Field::member("message")];
        assert_eq!(code(r#"{"code":"A.B","message":"no"}"#, &documented), None);
    }
}
