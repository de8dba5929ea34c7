//! What the providers that ask a server share: one bounded exchange, its reply as
//! JSON, the access key in it, and error strings that hold no secret.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::credentials::{Credentials, refuses_key};
use super::error::CredentialsError;
use super::secret::Secret;
use crate::decode::{first_string, request_id};
use crate::mask::masked;
use crate::params::encode;
use crate::time::parse_iso8601;
use crate::transport::{SendOptions, Transport, TransportErrorKind, exchange};

/// No reply with an access key comes near this.
const MAX_REPLY_BYTES: usize = 256 << 10;
/// How much of a server's own words an error repeats.
const MAX_MESSAGE_CHARS: usize = 300;

/// One provider's way to its server.
#[derive(Clone, Debug)]
pub(super) struct Server {
    transport: Arc<dyn Transport>,
    /// The provider, for errors.
    provider: &'static str,
    /// How long one exchange may take.
    timeout: Duration,
}

impl Server {
    pub(super) fn new(
        transport: Arc<dyn Transport>,
        provider: &'static str,
        timeout: Duration,
    ) -> Self {
        Self {
            transport,
            provider,
            timeout,
        }
    }

    pub(super) fn error(&self, message: impl Into<String>) -> CredentialsError {
        CredentialsError::new(self.provider, message)
    }

    /// The reply, of whatever status.
    pub(super) async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let what = redacted(&request);
        let options = SendOptions::new(self.timeout, MAX_REPLY_BYTES);
        let failed = match exchange(&*self.transport, request, options).await {
            Ok(reply) => return Ok(reply),
            Err(failed) => failed,
        };
        use TransportErrorKind::{Connect, Dns, Reset, Timeout};
        let message = match failed.kind() {
            Timeout => format!("{what}: no reply within {:?}", self.timeout),
            _ => format!("{what}: {failed}"),
        };
        let error = match failed.kind() {
            Dns | Connect | Reset => self.error(message).transient(),
            // a time-out has taken long enough already
            _ => self.error(message),
        };
        Err(Failure {
            was_sent: failed.was_sent(),
            error,
        })
    }

    /// The text that a reply of a 2xx status is.
    pub(super) async fn text(&self, request: Request<Bytes>) -> Result<Secret, Failure> {
        let what = redacted(&request);
        let (head, body) = self.send(request).await?.into_parts();
        let text = std::str::from_utf8(&body).map(|text| Secret::new(text.trim()));
        wipe(body);
        match text {
            Ok(text) if head.status.is_success() && !text.is_empty() => Ok(text),
            Ok(_) if head.status.is_success() => Err(format!("{what}: the reply is empty")),
            Err(_) if head.status.is_success() => Err(format!("{what}: the reply is no text")),
            _ => Err(format!("{what}: status {}", head.status.as_u16())),
        }
        .map_err(|message| Failure {
            was_sent: true,
            error: self.error(message).of_status(head.status.as_u16()),
        })
    }

    /// The object that a reply of a 2xx status holds. Of a refusal, the error
    /// repeats the code and the message, but for `secrets`, which a server may
    /// quote back.
    pub(super) async fn object(
        &self,
        request: Request<Bytes>,
        secrets: &[&str],
    ) -> Result<Map<String, Value>, CredentialsError> {
        let what = redacted(&request);
        let (head, body) = self.send(request).await?.into_parts();
        let status = head.status;
        let parsed = serde_json::from_slice(&body);
        wipe(body);
        let message = match parsed {
            Ok(Value::Object(object)) if status.is_success() => return Ok(object),
            Ok(Value::Object(object)) => {
                let message = format!("{what}: {}", refusal(Some(status), &object, secrets));
                let code = CODES.iter().find_map(|name| object.get(*name)?.as_str());
                if code.is_some_and(refuses_key) {
                    return Err(self.error(message).refusing_key());
                }
                message
            }
            _ if !status.is_success() => format!("{what}: status {}", status.as_u16()),
            Ok(_) => format!("{what}: the reply is no JSON object"),
            Err(e) => format!("{what}: the reply is no JSON: {e}"),
        };
        let error = self.error(message).of_status(status.as_u16());
        match status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            true => Err(error.transient()),
            false => Err(error),
        }
    }
}

/// Fetches up to three times, as long as what fails is transient, with pauses of
/// 0.2 and 0.4 seconds. Each time a request is made and signed anew.
pub(super) async fn persist<F>(fetch: impl Fn() -> F) -> Result<Credentials, CredentialsError>
where
    F: Future<Output = Result<Credentials, CredentialsError>>,
{
    for pause in [200, 400] {
        match fetch().await {
            Err(e) if e.is_transient() => {
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            done => return done,
        }
    }
    fetch().await
}

/// An exchange without a good reply.
pub(super) struct Failure {
    /// Whether the server may have seen the request.
    pub(super) was_sent: bool,
    pub(super) error: CredentialsError,
}

impl From<Failure> for CredentialsError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

/// How the members that make up an access key are called.
pub(super) struct KeyNames {
    id: &'static str,
    secret: &'static str,
    token: &'static str,
    expiry: &'static str,
}

impl KeyNames {
    /// STS, the ECS metadata server, credentials URIs, CloudSSO.
    pub(super) const PASCAL: Self = Self {
        id: "AccessKeyId",
        secret: "AccessKeySecret",
        token: "SecurityToken",
        expiry: "Expiration",
    };
    /// The OAuth server.
    pub(super) const CAMEL: Self = Self {
        id: "accessKeyId",
        secret: "accessKeySecret",
        token: "securityToken",
        expiry: "expiration",
    };
    /// External programs.
    pub(super) const SNAKE: Self = Self {
        id: "access_key_id",
        secret: "access_key_secret",
        token: "sts_token",
        expiry: "expiration",
    };
}

/// The access key in an object. A temporary one must have its token and its
/// expiry; any other may have them.
pub(super) fn access_key(
    object: &mut Map<String, Value>,
    names: &KeyNames,
    temporary: bool,
) -> Result<Credentials, String> {
    let mut take = |name: &str| match object.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(Secret::new(text))),
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(_)) => Ok(None),
        Some(_) => Err(format!("`{name}` is no text")),
    };
    let missing = |name: &str| format!("there is no `{name}`");

    let id = take(names.id)?.ok_or_else(|| missing(names.id))?;
    let secret = take(names.secret)?.ok_or_else(|| missing(names.secret))?;
    let mut credentials = Credentials::new(id.expose(), secret.expose());
    match take(names.token)? {
        Some(token) => credentials = credentials.with_security_token(token.expose()),
        None if temporary => return Err(missing(names.token)),
        None => {}
    }
    match take(names.expiry)? {
        Some(text) => {
            let expiry = parse_iso8601(text.expose()).ok_or_else(|| {
                format!("`{}` is no time like 2026-01-31T12:00:00Z", names.expiry)
            })?;
            credentials = credentials.with_expiry(expiry);
        }
        None if temporary => return Err(missing(names.expiry)),
        None => {}
    }
    Ok(credentials)
}

/// What the members with a code are called by RPC, ROA and OAuth servers.
const CODES: [&str; 4] = ["Code", "code", "ErrorCode", "error"];

/// A server's refusal in words: status, code, message and request id, as far as
/// they are there, under the spellings of RPC, ROA and OAuth.
pub(super) fn refusal(
    status: Option<StatusCode>,
    object: &Map<String, Value>,
    secrets: &[&str],
) -> String {
    let text = |names: &[&str]| Some(clean(&first_string(object, names)?, secrets));
    let mut words = Vec::new();
    words.extend(status.map(|status| format!("status {}", status.as_u16())));
    words.extend(text(&CODES));
    words.extend(text(&[
        "Message",
        "message",
        "ErrorMessage",
        "error_description",
    ]));
    let id = request_id(object).map(|id| clean(&id, secrets));
    words.extend(id.map(|id| format!("request id {id}")));
    words.join(", ")
}

/// A server's words without the secrets, on one line, at most 300 characters.
pub(super) fn clean(text: &str, secrets: &[&str]) -> String {
    let text = masked(text, secrets, "[redacted]");
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(MAX_MESSAGE_CHARS) {
        words.truncate(end);
        words.push('…');
    }
    words
}

/// `application/x-www-form-urlencoded`, with the protocol's percent-encoding.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// An endpoint as it was given, of which `Debug` writes the host alone: with it may
/// stand a user and a password.
#[derive(Clone)]
pub(super) struct Address(String);

impl Address {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl std::ops::Deref for Address {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::endpoint::shown(self).fmt(f)
    }
}

/// `scheme://host[:port]` of an endpoint that is a host, or a URL whose path and
/// query are dropped. Without a scheme it is `https`.
pub(super) fn origin(endpoint: &str) -> Result<String, String> {
    let (scheme, authority) = parts(endpoint)?;
    Ok(format!("{scheme}://{authority}"))
}

/// [`origin`] of a server that is sent a token: plain `http` to this machine only.
pub(super) fn secure_origin(url: &str) -> Result<String, String> {
    let (scheme, authority) = parts(url)?;
    match (scheme.as_str(), authority.host()) {
        ("https", _) | (_, "127.0.0.1" | "[::1]" | "localhost") => {
            Ok(format!("{scheme}://{authority}"))
        }
        _ => Err("a token must not be sent over plain http".to_owned()),
    }
}

fn parts(endpoint: &str) -> Result<(Scheme, Authority), String> {
    let endpoint = endpoint.trim();
    let uri = match endpoint.contains("://") {
        true => endpoint.parse::<Uri>(),
        false => format!("https://{endpoint}").parse(),
    };
    let parts = uri.map(Uri::into_parts).unwrap_or_default();
    match (parts.scheme, parts.authority) {
        (Some(scheme), Some(authority))
            if (scheme == Scheme::HTTP || scheme == Scheme::HTTPS)
                && !authority.host().is_empty()
                && !authority.as_str().contains('@') =>
        {
            Ok((scheme, authority))
        }
        _ => Err("the endpoint is neither a host nor an http or https URL".to_owned()),
    }
}

/// A request without a body.
pub(super) fn empty(method: Method, url: &str) -> Result<Request<Bytes>, String> {
    build(Request::builder().method(method).uri(url), Bytes::new())
}

/// A request with a body.
pub(super) fn post(
    url: &str,
    content_type: &'static str,
    body: String,
) -> Result<Request<Bytes>, String> {
    let request = Request::builder().method(Method::POST).uri(url);
    build(
        request.header(header::CONTENT_TYPE, content_type),
        body.into(),
    )
}

/// Sets a header to a value that is not to be printed.
pub(super) fn set_secret(
    request: &mut Request<Bytes>,
    name: &str,
    value: &str,
) -> Result<(), String> {
    let unfit = || format!("the header `{name}` cannot hold its value");
    let header = HeaderName::try_from(name).map_err(|_| unfit())?;
    let mut value = HeaderValue::try_from(value).map_err(|_| unfit())?;
    value.set_sensitive(true);
    request.headers_mut().insert(header, value);
    Ok(())
}

fn build(request: http::request::Builder, body: Bytes) -> Result<Request<Bytes>, String> {
    request
        .header(header::ACCEPT, "application/json")
        .body(body)
        // the builder's own words may quote the URL
        .map_err(|_| "the endpoint is no valid URL".to_owned())
}

/// A request as an error may name it: the query can hold keys, and so can the
/// path of a URL that the user chose.
fn redacted(request: &Request<Bytes>) -> String {
    let uri = request.uri();
    let host = uri.authority().map_or("", |a| a.as_str());
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let path = match request.extensions().get::<SecretPath>() {
        Some(SecretPath) => "/…",
        None => uri.path(),
    };
    let scheme = uri.scheme_str().unwrap_or_default();
    format!("{} {scheme}://{host}{path}", request.method())
}

/// Marks a request whose path no error is to name.
#[derive(Clone, Copy)]
pub(super) struct SecretPath;

/// Overwrites a reply that held keys, where no one else holds it.
fn wipe(body: Bytes) {
    if let Ok(mut body) = body.try_into_mut() {
        body.as_mut().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_lose_secrets_in_every_spelling() {
        let secret = "a+b/c=";
        let text =
            "string to sign is: POST&%2F&Token%3Da%252Bb%252Fc%253D, a%2Bb%2Fc%3D, a+b/c=\nend";
        let clean = clean(text, &[secret, ""]);
        assert_eq!(
            clean,
            "string to sign is: POST&%2F&Token%3D[redacted], [redacted], [redacted] end"
        );
    }

    #[test]
    fn a_servers_words_are_cut_at_a_character() {
        let clean = clean(&"é".repeat(1000), &[]);
        assert_eq!(clean.chars().count(), MAX_MESSAGE_CHARS + 1);
    }

    #[test]
    fn an_endpoint_is_a_host_or_a_url() {
        assert_eq!(
            origin("sts.aliyuncs.com").unwrap(),
            "https://sts.aliyuncs.com"
        );
        assert_eq!(
            origin("http://127.0.0.1:80/x?y").unwrap(),
            "http://127.0.0.1:80"
        );
        for bad in ["", "ftp://a", "a b", "https://", "https://user:pw@host"] {
            assert!(origin(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn tokens_travel_over_plain_http_to_this_machine_only() {
        for good in [
            "https://a.com/x",
            "http://127.0.0.1:1/",
            "http://[::1]",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert!(secure_origin(good).is_ok(), "{good}");
        }
        for bad in [
            "http://a.com",
            "http://127.0.0.1.evil.com",
            "http://localhost.evil.com:80",
        ] {
            assert!(secure_origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn errors_show_no_query_no_password_and_no_secret_path() {
        let mut request = empty(Method::GET, "http://u:pw@h:1/p?AccessKeyId=x").unwrap();
        assert_eq!(redacted(&request), "GET http://h:1/p");
        request.extensions_mut().insert(SecretPath);
        assert_eq!(redacted(&request), "GET http://h:1/…");
    }
}
