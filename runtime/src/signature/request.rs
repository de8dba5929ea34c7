//! What a signature covers, and what every request says of itself.

use std::borrow::Cow;
use std::time::SystemTime;

use bytes::Bytes;
use http::HeaderName;

use crate::decode::Format;
use crate::params::Pair;
use crate::schema::ApiStyle;

/// A request, as far as it is signed. Its strings may be owned or borrowed. Closed on
/// purpose: a literal names all that a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// The caller. The secret is not part of it: that goes only to a `sign` function.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Identity<'a> {
    /// Nobody: the operation takes anonymous calls.
    Anonymous,
    /// The holder of a bearer token; nothing is signed.
    Bearer(&'a str),
    /// The holder of an identity token; nothing is signed.
    IdToken(&'a str),
    /// The holder of an access key.
    Key {
        /// The access key's id.
        id: &'a str,
        /// The security token of a temporary key.
        security_token: Option<&'a str>,
    },
}

/// The header of an identity token, whatever the signature of others.
pub(super) const ID_TOKEN: &str = "x-acs-zero-trust-idtoken";

impl std::fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Bearer(_) => f.write_str("Bearer([redacted])"),
            Self::IdToken(_) => f.write_str("IdToken([redacted])"),
            Self::Key { id, security_token } => f
                .debug_struct("Key")
                .field("id", id)
                .field("security_token", &security_token.map(|_| "[redacted]"))
                .finish(),
        }
    }
}

/// The common parameters: what every request says of itself, whatever the operation
/// takes. Closed on purpose: a literal names all that the gateway wants to know.
#[derive(Clone, Copy, Debug)]
pub struct Common<'a> {
    /// The host, with the port where it is not the scheme's own.
    pub host: &'a str,
    /// The operation's name.
    pub action: &'a str,
    /// The product's version.
    pub version: &'a str,
    /// The routing of the gateway.
    pub style: ApiStyle,
    /// The format that the reply shall have.
    pub format: Format,
    /// The product token of the client.
    pub user_agent: &'a str,
    /// Now. The gateway refuses a V3 request that is 15 minutes off.
    pub time: SystemTime,
    /// A nonce: any string that no other request carries.
    pub nonce: &'a str,
    /// The caller.
    pub identity: Identity<'a>,
}

/// A request that is ready to be sent, and how its signature came about.
pub(crate) struct SignedRequest<'a> {
    pub(crate) method: Cow<'a, str>,
    pub(crate) url: String,
    pub(crate) headers: Vec<Pair<'a>>,
    pub(crate) body: Bytes,
    /// V3: the canonical request. V1: the canonical query. Empty where nothing
    /// is signed.
    pub(crate) canonical_request: String,
    pub(crate) string_to_sign: String,
    /// As it is in the request.
    pub(crate) signature: String,
}

impl<'a> SignedRequest<'a> {
    pub(crate) fn unsigned(
        method: Cow<'a, str>,
        url: String,
        headers: Vec<Pair<'a>>,
        body: Bytes,
    ) -> Self {
        Self {
            method,
            url,
            headers,
            body,
            canonical_request: String::new(),
            string_to_sign: String::new(),
            signature: String::new(),
        }
    }

    /// Adds the signature. A parameter of that name (AliGenie has one) gives way to it.
    pub(crate) fn authorize(&mut self, value: String) {
        self.headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        self.headers.push(("authorization".into(), value.into()));
    }

    /// The request, as a transport sends it.
    pub(crate) fn into_http(self) -> Result<http::Request<Bytes>, String> {
        let unsendable = |e: &dyn std::fmt::Display| format!("it makes no HTTP request: {e}");
        // Not by `http::request::Builder`, which moves the whole request for each header.
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method.parse().map_err(|e| unsendable(&e))?;
        *request.uri_mut() = self.url.try_into().map_err(|e| unsendable(&e))?;
        // The transport writes the host, from the URL.
        let headers = || self.headers.iter().filter(|(name, _)| name != "host");
        request.headers_mut().reserve(self.headers.len());
        // The values share one allocation, which their copies on the way share too.
        let size = headers().map(|(_, value)| value.len()).sum();
        let mut values = Vec::with_capacity(size);
        headers().for_each(|(_, value)| values.extend_from_slice(value.as_bytes()));
        let mut values = Bytes::from(values);
        for (name, value) in headers() {
            let value = values.split_to(value.len());
            // A value is not repeated in the error: it may be a secret.
            let mut value = http::HeaderValue::from_maybe_shared(value).map_err(|_| {
                format!("the header {name} has a character that headers cannot carry")
            })?;
            value.set_sensitive(is_secret(name));
            let name = header_name(name).map_err(|e| unsendable(&e))?;
            request.headers_mut().append(name, value);
        }
        Ok(request)
    }
}

/// A header's name; those of the protocol are not read again and again.
fn header_name(name: &str) -> Result<HeaderName, http::header::InvalidHeaderName> {
    const VERSION: HeaderName = HeaderName::from_static("x-acs-version");
    const ACTION: HeaderName = HeaderName::from_static("x-acs-action");
    const DATE: HeaderName = HeaderName::from_static("x-acs-date");
    const NONCE: HeaderName = HeaderName::from_static("x-acs-signature-nonce");
    const HASH: HeaderName = HeaderName::from_static("x-acs-content-sha256");
    Ok(match name {
        "accept" => http::header::ACCEPT,
        "authorization" => http::header::AUTHORIZATION,
        "user-agent" => http::header::USER_AGENT,
        "x-acs-version" => VERSION,
        "x-acs-action" => ACTION,
        "x-acs-date" => DATE,
        "x-acs-signature-nonce" => NONCE,
        "x-acs-content-sha256" => HASH,
        other => return HeaderName::from_bytes(other.as_bytes()),
    })
}

/// Whether what handles a header is not to print its value.
fn is_secret(name: &str) -> bool {
    matches!(
        name,
        "authorization" | "x-acs-security-token" | "x-acs-bearer-token" | ID_TOKEN
    )
}
