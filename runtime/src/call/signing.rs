//! One attempt's request: what every request says of itself, and the signature.

use std::borrow::Cow;
use std::time::SystemTime;

use bytes::Bytes;
use http::HeaderName;

use crate::config::{Format, Signature};
use crate::credentials::Credentials;
use crate::endpoint::Endpoint;
use crate::gateway;
use crate::interceptor::Unsigned;
use crate::operation::{ApiStyle, Gateway, Operation};
use crate::signature::{self, Common, Identity, Pair, ToSign, roa, v1, v3};

/// What the signature and the common parameters are made of.
pub(crate) struct Signing<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) endpoint: &'a Endpoint<'a>,
    pub(crate) signature: Signature,
    pub(crate) format: Format,
    pub(crate) user_agent: &'a str,
    pub(crate) credentials: &'a Credentials,
    pub(crate) time: SystemTime,
    pub(crate) nonce: &'a str,
}

/// A request that is ready to be sent, and how its signature came about.
pub(crate) struct Signed<'a> {
    pub(crate) method: Cow<'a, str>,
    pub(crate) url: String,
    pub(crate) headers: Vec<Pair<'a>>,
    pub(crate) body: Bytes,
    /// V3: the canonical request. V1: the canonical query. Empty where nothing
    /// is signed.
    pub(crate) canonical: String,
    pub(crate) string_to_sign: String,
    /// As it is in the request.
    pub(crate) value: String,
}

/// Signs `request`.
///
/// # Errors
/// In words, where the request cannot be signed that way.
pub(crate) fn sign<'a>(
    mut request: Unsigned<'a>,
    how: &'a Signing<'a>,
) -> Result<Signed<'a>, String> {
    let is_form = !request.form.is_empty();
    if is_form {
        // With `+` for a space, as the official clients write a form; `%` itself
        // is `%25` there, so `%20` is nothing else.
        let form = signature::canonical_query(&request.form).replace("%20", "+");
        request.body = Bytes::from(form);
        let kind = "application/x-www-form-urlencoded";
        request.headers.push(("content-type".into(), kind.into()));
    }
    let product = how.operation.product;
    let common = how.common();
    match (gateway::signature(product, how.signature), product.style) {
        (_, _) if product.gateway == Gateway::Pds => {
            Ok(sign_roa(request, gateway::pds::headers(&common), how))
        }
        (Signature::V3, _) => Ok(sign_v3(request, how)),
        (Signature::V1, ApiStyle::Rpc) => sign_v1(request, how),
        (Signature::V1, ApiStyle::Roa) => Ok(sign_roa(request, roa::headers(&common), how)),
    }
}

fn sign_v3<'a>(mut request: Unsigned<'a>, how: &'a Signing<'a>) -> Signed<'a> {
    let common = how.common();
    let hash = v3::payload_hash(&request.body);
    request.query.extend(v3::common_params(&common));
    if how.format == Format::Xml && how.operation.product.style == ApiStyle::Rpc {
        // The gateway looks at the parameter, not at `accept`.
        if !request.query.iter().any(|(name, _)| name == "Format") {
            request.query.push(("Format".into(), "XML".into()));
        }
    }
    let mut headers = v3::headers(&common, "");
    // Owned, unlike the others: the hash is made here.
    if let Some(header) = headers
        .iter_mut()
        .find(|(name, _)| name == "x-acs-content-sha256")
    {
        header.1 = hash.clone();
    }
    let headers = merged(headers, request.headers);
    let to_sign = ToSign {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &headers,
    };
    let (id, secret) = how.key();
    let signed = v3::sign(&to_sign, &hash, id, secret);
    let url = how.url(&request.path, signed.query());
    let mut ready = Signed::unsigned(request.method, url, headers, request.body);
    if how.is_signed() {
        ready.authorize(signed.authorization);
        ready.canonical = signed.canonical_request;
        ready.string_to_sign = signed.string_to_sign;
        ready.value = signed.signature;
    }
    ready
}

fn sign_v1<'a>(mut request: Unsigned<'a>, how: &'a Signing<'a>) -> Result<Signed<'a>, String> {
    let common = how.common();
    let own = v1::common_params(&common);
    // The parameters of the protocol and of the operation share one name space.
    let clash = own.iter().map(|(name, _)| name).find(|name| {
        let mut all = request.query.iter().chain(&request.form);
        all.any(|(other, _)| other == *name)
    });
    if let Some(name) = clash {
        return Err(format!(
            "its parameter {name} cannot be sent with signature V1, which has one of that name; use V3"
        ));
    }
    request.query.extend(own);
    let (_, secret) = how.key();
    let (mut query, signed) = if request.form.is_empty() {
        let signed = v1::sign(&request.method, &request.query, secret);
        (signed.canonical.clone(), signed)
    } else {
        let query = signature::canonical_query(&request.query);
        request.query.extend(request.form);
        (query, v1::sign(&request.method, &request.query, secret))
    };
    if how.is_signed() {
        query.push_str("&Signature=");
        query.push_str(&signature::encode(&signed.signature));
    }
    let headers = merged(v1::headers(&common), request.headers);
    let mut ready = Signed::unsigned(request.method, how.url("/", &query), headers, request.body);
    if how.is_signed() {
        ready.canonical = signed.canonical;
        ready.string_to_sign = signed.string_to_sign;
        ready.value = signed.signature;
    }
    Ok(ready)
}

fn sign_roa<'a>(
    request: Unsigned<'a>,
    protocol: Vec<Pair<'a>>,
    how: &'a Signing<'a>,
) -> Signed<'a> {
    let headers = merged(protocol, request.headers);
    let to_sign = ToSign {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &headers,
    };
    let (id, secret) = how.key();
    let signed = roa::sign(&to_sign, id, secret);
    let query = signature::canonical_query(&request.query);
    let url = how.url(&request.path, &query);
    let mut ready = Signed::unsigned(request.method, url, headers, request.body);
    if how.is_signed() {
        ready.authorize(signed.authorization);
        ready.string_to_sign = signed.string_to_sign;
        ready.value = signed.signature;
    }
    ready
}

impl<'a> Signed<'a> {
    fn unsigned(method: Cow<'a, str>, url: String, headers: Vec<Pair<'a>>, body: Bytes) -> Self {
        Self {
            method,
            url,
            headers,
            body,
            canonical: String::new(),
            string_to_sign: String::new(),
            value: String::new(),
        }
    }

    /// Adds the signature. A parameter of that name (AliGenie has one) gives way to it.
    fn authorize(&mut self, value: String) {
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

/// Whether a header is not to be shown by what handles it.
fn is_secret(name: &str) -> bool {
    matches!(
        name,
        "authorization" | "x-acs-security-token" | "x-acs-bearer-token"
    )
}

impl Signing<'_> {
    fn common(&self) -> Common<'_> {
        Common {
            host: &self.endpoint.authority,
            action: self.operation.name,
            version: self.operation.product.version,
            style: self.operation.product.style,
            format: match self.format {
                Format::Json => "json",
                Format::Xml => "xml",
            },
            user_agent: self.user_agent,
            time: self.time,
            nonce: self.nonce,
            identity: self.identity(),
        }
    }

    fn identity(&self) -> Identity<'_> {
        if self.operation.anonymous {
            return Identity::Anonymous;
        }
        if let Some(token) = self.credentials.bearer_token() {
            return Identity::Bearer(token);
        }
        match self.credentials.access_key_id() {
            "" => Identity::Anonymous,
            id => Identity::Key {
                id,
                security_token: self.credentials.security_token(),
            },
        }
    }

    fn is_signed(&self) -> bool {
        matches!(self.identity(), Identity::Key { .. })
    }

    fn key(&self) -> (&str, &str) {
        (
            self.credentials.access_key_id(),
            self.credentials.access_key_secret(),
        )
    }

    fn url(&self, path: &str, query: &str) -> String {
        let Endpoint { scheme, authority } = self.endpoint;
        let separator = if query.is_empty() { "" } else { "?" };
        [scheme, "://", authority, path, separator, query].concat()
    }
}

/// The protocol's headers and the request's own, which do not replace any of the
/// protocol's but `accept` and `user-agent`.
fn merged<'a>(mut protocol: Vec<Pair<'a>>, own: Vec<Pair<'a>>) -> Vec<Pair<'a>> {
    for (name, value) in own {
        match protocol.iter_mut().find(|(other, _)| *other == name) {
            Some(header) if name == "accept" || name == "user-agent" => header.1 = value,
            Some(_) => {}
            None => protocol.push((name, value)),
        }
    }
    protocol
}
