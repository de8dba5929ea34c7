//! The three signatures of Alibaba Cloud's API gateway, as pure functions: what
//! is signed comes in, what is sent goes out. No clock, no randomness, no I/O.
//!
//! - [`v3`]: ACS3-HMAC-SHA256, for every style of API, the default;
//! - [`v1`]: HMAC-SHA1 over the parameters of an RPC call;
//! - [`roa`]: HMAC-SHA1 over the headers of a ROA call (`acs`), what the old
//!   signature means there.
//!
//! Source of the protocol facts: Alibaba Cloud's pages "Request syntax and
//! signature method V3", "Request syntax and signature method V2 for RPC APIs"
//! and "… for ROA-style APIs", and the official clients where the pages are silent.

mod percent;
pub mod roa;
pub mod v1;
pub mod v3;

pub use percent::encode;

use crate::time::{format_http_date, format_iso8601};
use percent::{into_text, push_encoded};

use crate::operation::ApiStyle;
use std::{borrow::Cow, time::SystemTime};

/// A parameter or a header: name and value, not encoded. Most names are constants
/// and most values stand in the request already, so neither is copied.
pub type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// A request, as far as it is signed. Its texts may be owned or borrowed.
#[derive(Clone, Copy, Debug)]
pub struct ToSign<'a, T = String> {
    /// The HTTP method, in upper case.
    pub method: &'a str,
    /// The path as it is sent, percent-encoded; empty stands for `/`.
    pub path: &'a str,
    /// The query's parameters in any order, not encoded.
    pub query: &'a [(T, T)],
    /// The headers in any order.
    pub headers: &'a [(T, T)],
}

/// Pairs that own their texts.
pub fn owned(pairs: Vec<Pair<'_>>) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Who calls. The secret is not part of it: that goes only to a `sign` function.
#[derive(Clone, Copy)]
pub enum Identity<'a> {
    /// Nobody: the operation takes anonymous calls.
    Anonymous,
    /// The holder of a bearer token; nothing is signed.
    Bearer(&'a str),
    /// The holder of an access key.
    Key {
        /// The access key's id.
        id: &'a str,
        /// The security token of a temporary key.
        security_token: Option<&'a str>,
    },
}

impl std::fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Bearer(_) => f.write_str("Bearer([redacted])"),
            Self::Key { id, security_token } => f
                .debug_struct("Key")
                .field("id", id)
                .field("security_token", &security_token.map(|_| "[redacted]"))
                .finish(),
        }
    }
}

/// What every request says of itself, whatever the operation takes.
#[derive(Clone, Copy, Debug)]
pub struct Common<'a> {
    /// The host, with the port where it is not the scheme's own.
    pub host: &'a str,
    /// The operation's name.
    pub action: &'a str,
    /// The product's version.
    pub version: &'a str,
    /// How the gateway routes.
    pub style: ApiStyle,
    /// `json` or `xml`: what the reply shall be.
    pub format: &'a str,
    /// The product token of the client.
    pub user_agent: &'a str,
    /// Now. The gateway refuses a V3 request that is 15 minutes off.
    pub time: SystemTime,
    /// Any text that no other request carries.
    pub nonce: &'a str,
    /// Who calls.
    pub identity: Identity<'a>,
}

/// The query string that is signed and sent: sorted by the raw name (by bytes),
/// names and values encoded, `name=` for an empty value.
pub fn canonical_query<T: AsRef<str>>(params: &[(T, T)]) -> String {
    let mut out = Vec::with_capacity(encoded_size(params));
    push_canonical_query(params, &mut out);
    into_text(out)
}

fn push_canonical_query<T: AsRef<str>>(params: &[(T, T)], out: &mut Vec<u8>) {
    for (index, (_, name, value)) in sorted(params).into_iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        push_encoded(name.as_bytes(), out);
        out.push(b'=');
        push_encoded(value.as_bytes(), out);
    }
}

/// A guess at the size of the canonical query that is rarely too small.
fn encoded_size<T: AsRef<str>>(params: &[(T, T)]) -> usize {
    params
        .iter()
        .map(|(name, value)| name.as_ref().len() + value.as_ref().len() * 3 / 2 + 2)
        .sum()
}

/// Pairs in their order by name, then by value, each after the beginning of its
/// name as a number: that alone decides most comparisons.
fn sorted<T: AsRef<str>>(pairs: &[(T, T)]) -> Vec<(u64, &str, &str)> {
    let mut sorted: Vec<_> = pairs
        .iter()
        .map(|(name, value)| {
            let name = name.as_ref();
            (beginning(name), name, value.as_ref())
        })
        .collect();
    sorted.sort_unstable();
    sorted
}

/// The first eight bytes; numbers compare as the texts do, but for texts that
/// begin alike.
fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

/// The header `accept` for a reply's format.
fn accept(format: &str) -> Pair<'static> {
    let accept = match format {
        "json" => "application/json".into(),
        "xml" => "application/xml".into(),
        other => ["application/", other].concat().into(),
    };
    ("accept".into(), accept)
}

/// A pair of borrowed texts.
fn pair<'a>(name: &'a str, value: &'a str) -> Pair<'a> {
    (name.into(), value.into())
}
