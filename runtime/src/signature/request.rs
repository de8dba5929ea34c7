//! What a signature covers, and what every request says of itself.

use std::time::SystemTime;

use crate::params::Pair;
use crate::schema::ApiStyle;

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

/// The header `accept` for a reply's format.
pub(super) fn accept(format: &str) -> Pair<'static> {
    let accept = match format {
        "json" => "application/json".into(),
        "xml" => "application/xml".into(),
        other => ["application/", other].concat().into(),
    };
    ("accept".into(), accept)
}
