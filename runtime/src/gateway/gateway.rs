//! [`Gateway`]: what the engine, `explain` and the readers of replies know of one.

use std::fmt;

use crate::encode::UnsignedRequest;
use crate::endpoint::{self, Endpoint, EndpointError, Network};
use crate::schema::{Place, Product};
use crate::signature::{Common, Identity, Signature, SignedRequest};
use crate::value::{Object, View};

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
}

/// What decides where a call goes.
pub(crate) struct Destination<'a> {
    pub(crate) product: &'static Product,
    pub(crate) region: Option<&'a str>,
    pub(crate) network: Network,
    pub(crate) account_id: Option<&'a str>,
    pub(crate) request: &'a dyn Object,
}

impl Destination<'_> {
    /// The parameter that stands in the host, if one is set.
    pub(super) fn parameter(&self) -> Result<Option<String>, EndpointError> {
        let mut fields = self.request.schema().fields.iter().enumerate();
        let found = fields.find(|(index, field)| {
            field.place == Place::Host && !self.request.get(*index).is_unset()
        });
        let Some((index, field)) = found else {
            return Ok(None);
        };
        let value = match self.request.get(index).view() {
            View::Text(text) => text.to_owned(),
            View::Int(number) => number.to_string(),
            _ => String::new(),
        };
        let what = format!("the parameter {}", field.name);
        endpoint::label(&what, &value).map(Some)
    }
}

/// What gateways call the header with the request's id: the common one, PDS, FC.
const REQUEST_IDS: [&str; 3] = ["x-acs-request-id", "x-ca-request-id", "x-fc-request-id"];

/// The request's id, where a reply's headers have it.
pub(crate) fn request_id(headers: &http::HeaderMap) -> Option<String> {
    let mut ids = REQUEST_IDS.iter().filter_map(|name| headers.get(*name));
    ids.find_map(|id| Some(id.to_str().ok()?.to_owned()))
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

/// Refuses a header that says how the message itself is sent, or is the signature's. A
/// second one would contradict the first, or make the server wait for what never
/// comes.
pub(super) fn check_headers(
    request: &UnsignedRequest<'_>,
    signing: &Signing<'_>,
) -> Result<(), String> {
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
