//! A request that [`super::Replay`] took.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

/// A recorded attempt as it was sent: signed, complete.
#[derive(Clone)]
pub struct Recorded {
    request: http::Request<Bytes>,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
}

impl Recorded {
    pub(super) fn new(request: http::Request<Bytes>) -> Self {
        let query = pairs(request.uri().query().unwrap_or_default());
        let is_form = request
            .headers()
            .get(http::header::CONTENT_TYPE)
            .is_some_and(|kind| {
                kind.as_bytes()
                    .starts_with(b"application/x-www-form-urlencoded")
            });
        let form = match std::str::from_utf8(request.body()) {
            Ok(body) if is_form => pairs(body),
            _ => Vec::new(),
        };
        Self {
            request,
            query,
            form,
        }
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> &str {
        self.request.method().as_str()
    }

    /// Returns the whole URL.
    pub fn url(&self) -> String {
        self.request.uri().to_string()
    }

    /// Returns the host that it was sent to.
    pub fn host(&self) -> &str {
        self.request.uri().host().unwrap_or_default()
    }

    /// Returns the path, percent-encoded.
    pub fn path(&self) -> &str {
        self.request.uri().path()
    }

    /// Returns a parameter of the query, decoded.
    pub fn query(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// Returns all parameters of the query, decoded, sorted by name.
    pub fn queries(&self) -> &[(String, String)] {
        &self.query
    }

    /// Returns a parameter of a form body, decoded.
    pub fn form(&self, name: &str) -> Option<&str> {
        find(&self.form, name)
    }

    /// Returns all parameters of a form body, decoded, sorted by name.
    pub fn forms(&self) -> &[(String, String)] {
        &self.form
    }

    /// Returns a parameter wherever it travels, as text: in the query, in a form body, or as a
    /// member of a JSON body, where a list or an object is the JSON of it.
    pub fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        if let Some(value) = self.query(name).or_else(|| self.form(name)) {
            return Some(value.into());
        }
        match self.json()?.get(name)? {
            serde_json::Value::String(text) => Some(text.clone().into()),
            value => Some(value.to_string().into()),
        }
    }

    /// Returns the body, where it is a JSON document.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(self.body()).ok()
    }

    /// Returns a header's value, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// Returns the headers, without `host`.
    pub fn headers(&self) -> &http::HeaderMap {
        self.request.headers()
    }

    /// Returns the operation's name, as the request gives it to the gateway.
    pub fn operation(&self) -> Option<&str> {
        self.header("x-acs-action").or_else(|| self.query("Action"))
    }

    /// Returns the body.
    pub fn body(&self) -> &Bytes {
        self.request.body()
    }
}

impl fmt::Debug for Recorded {
    /// Writes names only: a test's output must not hold what it sent as a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[(String, String)]| -> Vec<String> {
            pairs.iter().map(|(name, _)| name.clone()).collect()
        };
        f.debug_struct("Recorded")
            .field("method", &self.method())
            .field("host", &self.host())
            .field("path", &self.path())
            .field("operation", &self.operation())
            .field("query", &names(&self.query))
            .field("form", &names(&self.form))
            .field("body_bytes", &self.body().len())
            .finish()
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value.as_str())
}

fn pairs(encoded: &str) -> Vec<(String, String)> {
    encoded
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Percent-decodes, with `+` for a space; what is no valid escape stays.
pub(super) fn decode(text: &str) -> String {
    let text = if text.contains('+') {
        Cow::Owned(text.replace('+', " "))
    } else {
        Cow::Borrowed(text)
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = match after {
            [high, low, ..] if byte == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}
