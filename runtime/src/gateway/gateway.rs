//! [`Gateway`]: what the engine, `explain` and the readers of replies know of one.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;

use super::host::Destination;
use crate::encode::{UnsignedRequest, check_path};
use crate::endpoint::{Endpoint, EndpointError};
use crate::signature::{Common, Identity, Signature, SignedRequest};

/// A gateway that products stand behind.
pub(crate) trait Gateway: fmt::Debug + Send + Sync + 'static {
    /// Where a call goes that names no host.
    fn endpoint(&self, destination: &Destination<'_>) -> Result<Endpoint<'static>, EndpointError>;

    /// Adds what every request says of itself, and signs.
    ///
    /// # Errors
    /// In words, where the request cannot be signed that way.
    fn sign<'a>(
        &self,
        request: UnsignedRequest<'a>,
        signing: &'a Signing<'a>,
    ) -> Result<SignedRequest<'a>, String>;

    /// Says of a request that it is no new call, where the gateway has a way to.
    fn mark_repeated(&self, request: &mut UnsignedRequest<'_>, retries: u32, pause: Duration) {
        let _ = (request, retries, pause);
    }

    /// How it spells what its replies say.
    fn spelling(&self) -> &'static Spelling;
}

/// How a gateway spells what its replies say. Of several names, the first that is there
/// counts.
#[derive(Debug)]
pub(crate) struct Spelling {
    /// The headers with the request's id.
    pub(crate) request_id: &'static [&'static str],
    /// The members of an error reply with its code.
    pub(crate) code: &'static [&'static str],
    /// The members of an error reply with its message.
    pub(crate) message: &'static [&'static str],
}

impl Spelling {
    /// The request's id, as far as the headers say it.
    pub(crate) fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let mut values = self.request_id.iter().filter_map(|name| headers.get(*name));
        values.find_map(|value| Some(value.to_str().ok()?.to_owned()))
    }
}

/// What a signature and the common parameters are made of.
pub(crate) struct Signing<'a> {
    pub(crate) common: Common<'a>,
    pub(crate) scheme: &'a str,
    pub(crate) signature: Signature,
    /// Empty where nothing is signed.
    pub(crate) secret: &'a str,
}

impl Signing<'_> {
    pub(super) fn is_signed(&self) -> bool {
        matches!(self.common.identity, Identity::Key { .. })
    }

    /// The access key's id and its secret; both empty where nothing is signed.
    pub(super) fn key(&self) -> (&str, &str) {
        match self.common.identity {
            Identity::Key { id, .. } => (id, self.secret),
            _ => ("", ""),
        }
    }

    pub(super) fn url(&self, path: &str, query: &str) -> String {
        let separator = if query.is_empty() { "" } else { "?" };
        [self.scheme, "://", self.common.host, path, separator, query].concat()
    }
}

/// A request with its form written, once it is known that it can be sent as it is:
/// interceptors may have changed it.
pub(super) fn finish<'a>(
    mut request: UnsignedRequest<'a>,
    signing: &Signing<'_>,
) -> Result<UnsignedRequest<'a>, String> {
    check_headers(&request, signing)?;
    check_path(&request.path)?;
    request.write_form();
    Ok(request)
}

/// Refuses a header that says how the message itself is sent, or is the signature's. A
/// second one would contradict the first, or make the server wait for what never
/// comes.
fn check_headers(request: &UnsignedRequest<'_>, signing: &Signing<'_>) -> Result<(), String> {
    const OURS: &[&str] = &[
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let is_ours = |name: &str| {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        OURS.iter().any(|other| is(other)) || is("authorization") && signing.is_signed()
    };
    match request.headers.iter().find(|(name, _)| is_ours(name)) {
        Some((name, _)) => Err(format!(
            "the header {name} is the client's own to write: leave it out"
        )),
        None => Ok(()),
    }
}
