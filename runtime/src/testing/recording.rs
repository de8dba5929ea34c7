//! The file of a recording: one exchange a line, in JSON. What is written there, and how it
//! is replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use data_encoding::BASE64;
use serde_json::{Value as Json, json};

use super::ids::shape;
use super::prepared::Of;
use super::recorded::{Recorded, decode};
use super::replay::Replay;
use crate::mask::MASK;
use crate::transport::TransportErrorKind;

/// The member of the first line, with the version of the format.
const HEAD: &str = "alicloud-recording";

/// The parameters that older signatures put into the query.
const COMMON: [&str; 12] = [
    "AccessKeyId",
    "Action",
    "BearerToken",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// What the first line says.
pub(super) fn head() -> Json {
    json!({ HEAD: 1 })
}

/// The parameters of a request: what is recorded and compared.
pub(super) struct Parameters {
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
    pub(super) form: BTreeMap<String, String>,
    /// The body, where it is a JSON document.
    pub(super) body: Option<Json>,
}

impl Parameters {
    pub(super) fn of(request: &Recorded) -> Self {
        let is_signed = request.query("SignatureNonce").is_some();
        let query = request.queries().iter();
        let segments = request.path().split('/').map(decode);
        Self {
            path: segments.collect::<Vec<_>>().join("/"),
            query: query
                .filter(|(name, _)| !(is_signed && COMMON.contains(&&**name)))
                .filter(|(name, _)| name != "SignatureType")
                .cloned()
                .collect(),
            form: request.forms().iter().cloned().collect(),
            body: if request.forms().is_empty() {
                request.json()
            } else {
                None
            },
        }
    }

    /// The names of what is not as it was recorded.
    fn differing(&self, recorded: &Self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        if !is_like(&recorded.path, &self.path) {
            names.insert("path".to_owned());
        }
        for (recorded, actual) in [(&recorded.query, &self.query), (&recorded.form, &self.form)] {
            for name in recorded.keys().chain(actual.keys()) {
                let is_same = match (recorded.get(name), actual.get(name)) {
                    (Some(recorded), Some(actual)) => is_like(recorded, actual),
                    _ => false,
                };
                if !is_same {
                    names.insert(name.clone());
                }
            }
        }
        match (&recorded.body, &self.body) {
            (Some(Json::Object(recorded)), Some(Json::Object(actual))) => {
                for name in recorded.keys().chain(actual.keys()) {
                    let is_same = match (recorded.get(name), actual.get(name)) {
                        (Some(recorded), Some(actual)) => is_like_json(recorded, actual),
                        _ => false,
                    };
                    if !is_same {
                        names.insert(name.clone());
                    }
                }
            }
            (Some(recorded), Some(actual)) if is_like_json(recorded, actual) => {}
            (None, None) => {}
            _ => drop(names.insert("body".to_owned())),
        }
        names
    }
}

/// Whether a text is as it was recorded: the same but for ids, and for anything in place of
/// the mask.
fn is_like(recorded: &str, actual: &str) -> bool {
    if let (Some(recorded), Some(actual)) = (document(recorded), document(actual)) {
        return is_like_json(&recorded, &actual);
    }
    let (recorded, actual) = (shape(recorded), shape(actual));
    let Some((first, rest)) = recorded.split_once(MASK) else {
        return recorded == actual;
    };
    let Some(mut left) = actual.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split(MASK).peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// A document within a text.
fn document(text: &str) -> Option<Json> {
    let is_one = text.trim_start().starts_with(['{', '[']);
    is_one.then(|| serde_json::from_str(text).ok()).flatten()
}

fn is_like_json(recorded: &Json, actual: &Json) -> bool {
    match (recorded, actual) {
        (Json::String(mask), _) if mask == MASK => true,
        (Json::String(recorded), Json::String(actual)) => is_like(recorded, actual),
        (Json::Number(_), Json::Number(_)) => is_like(&recorded.to_string(), &actual.to_string()),
        (Json::Array(recorded), Json::Array(actual)) => {
            recorded.len() == actual.len()
                && recorded.iter().zip(actual).all(|(a, b)| is_like_json(a, b))
        }
        (Json::Object(recorded), Json::Object(actual)) => {
            recorded.len() == actual.len()
                && recorded.iter().all(|(name, recorded)| {
                    let actual = actual.get(name);
                    actual.is_some_and(|actual| is_like_json(recorded, actual))
                })
        }
        _ => recorded == actual,
    }
}

/// Answers as recorded.
impl Replay {
    /// Creates a replay of what a [`Recorder`](super::Recorder) wrote.
    ///
    /// A request is answered by the first exchange that is left, of the same operation with the
    /// same parameters. An id is the same as any other of its kind, and what the recording
    /// masks is the same as anything: write `***` in place of a value that changes from run to
    /// run. Path, query, form and JSON body are compared; host, headers and other bodies are
    /// not. What fails is a call whose error names the parameters that differ.
    ///
    /// # Errors
    /// When the file cannot be read, or a line of it is not what a recorder writes.
    pub fn from_recording(path: impl AsRef<Path>) -> Result<Self, RecordingError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|e| RecordingError::io(path, e))?;
        let replay = Self::new();
        let wrong = |line: usize, message: String| RecordingError {
            path: path.to_owned(),
            line: Some(line),
            message,
            source: None,
        };
        let mut has_head = false;
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            if line.trim().is_empty() {
                continue;
            }
            let json: Json = serde_json::from_str(line)
                .map_err(|e| wrong(number, format!("it is no JSON: {e}")))?;
            if !has_head {
                if json != head() {
                    let message = format!("it is not {}: no recording of this version", head());
                    return Err(wrong(number, message));
                }
                has_head = true;
                continue;
            }
            replay
                .exchange(&json, format!("{}:{number}", path.display()))
                .map_err(|why| wrong(number, why))?;
        }
        match has_head {
            true => Ok(replay),
            false => Err(wrong(1, "it is empty".to_owned())),
        }
    }

    /// Prepares the answer of one exchange, which is recorded at this place.
    fn exchange(&self, json: &Json, at: String) -> Result<(), String> {
        let of = Of::Recorded {
            product: text(json, "product")?.to_owned(),
            version: text(json, "version")?.to_owned(),
            name: text(json, "operation")?.to_owned(),
        };
        let request = json.get("request").ok_or("it has no `request`")?;
        let recorded = Parameters {
            path: text(request, "path")?.to_owned(),
            query: texts(request, "query")?,
            form: texts(request, "form")?,
            body: request.get("body").cloned(),
        };
        let answer = match (json.get("failure"), json.get("reply")) {
            (Some(failure), _) => Self::new().fail(failure_of(failure)?),
            (None, Some(reply)) => Self::new().reply(reply_of(reply)?),
            (None, None) => return Err("it has neither `reply` nor `failure`".to_owned()),
        };
        self.rule::<()>(of, at.clone())
            .unless(move |request| {
                let names = Parameters::of(request).differing(&recorded);
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                match &*names {
                    [] => None,
                    [name] => Some(format!("{name} differs")),
                    names => Some(format!("{} differ", names.join(", "))),
                }
            })
            .then(answer)
            .last("at", |last| last.answer.at = at);
        Ok(())
    }
}

fn text<'j>(json: &'j Json, name: &str) -> Result<&'j str, String> {
    let member = json.get(name).and_then(Json::as_str);
    member.ok_or_else(|| format!("it has no text `{name}`"))
}

/// The texts of an object; none where there is no such member.
fn texts(json: &Json, name: &str) -> Result<BTreeMap<String, String>, String> {
    let wrong = || format!("its `{name}` is no object of texts");
    let Some(member) = json.get(name) else {
        return Ok(BTreeMap::new());
    };
    let members = member.as_object().ok_or_else(wrong)?;
    let members = members.iter();
    members
        .map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect::<Option<_>>()
        .ok_or_else(wrong)
}

fn failure_of(json: &Json) -> Result<TransportErrorKind, String> {
    use TransportErrorKind as Kind;
    const ALL: [Kind; 8] = [
        Kind::Dns,
        Kind::Connect,
        Kind::Tls,
        Kind::Proxy,
        Kind::Timeout,
        Kind::Reset,
        Kind::TooLarge,
        Kind::Other,
    ];
    let kind = ALL.into_iter().find(|kind| json == kind.name());
    kind.ok_or_else(|| "its `failure` is none that there is".to_owned())
}

fn reply_of(json: &Json) -> Result<http::Response<Bytes>, String> {
    let body = match (json.get("json"), json.get("text"), json.get("base64")) {
        (Some(json), _, _) => json.to_string().into(),
        (None, Some(Json::String(text)), _) => text.clone().into(),
        (None, None, Some(Json::String(text))) => BASE64
            .decode(text.as_bytes())
            .map_err(|e| format!("its `base64` is none: {e}"))?
            .into(),
        _ => return Err("its reply has no `json`, `text` or `base64`".to_owned()),
    };
    let mut reply = http::Response::new(body);
    let status = json.get("status").and_then(Json::as_u64);
    let status = status.and_then(|status| http::StatusCode::from_u16(status.try_into().ok()?).ok());
    *reply.status_mut() = status.ok_or("its reply has no `status`")?;
    for (name, value) in texts(json, "headers")? {
        let name = http::HeaderName::from_bytes(name.as_bytes());
        let value = http::HeaderValue::from_str(&value);
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err("one of its `headers` is none".to_owned());
        };
        reply.headers_mut().insert(name, value);
    }
    Ok(reply)
}

/// The reason why a recording cannot be written or read.
#[derive(Debug)]
pub struct RecordingError {
    path: PathBuf,
    line: Option<usize>,
    message: String,
    source: Option<std::io::Error>,
}

impl RecordingError {
    pub(super) fn io(path: &Path, error: std::io::Error) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
            message: error.to_string(),
            source: Some(error),
        }
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the line that is wrong, from 1; `None` where it is the file.
    pub fn line(&self) -> Option<usize> {
        self.line
    }
}

impl fmt::Display for RecordingError {
    /// One line, with the file. It says what is wrong, and nothing of what is there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the recording {}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for RecordingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|e| e as _)
    }
}
