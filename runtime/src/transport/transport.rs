//! [`Transport`], and what it is told.

use std::fmt;
use std::time::Duration;

use super::body::Body;
use super::error::TransportError;
use crate::future::BoxFuture;
use crate::schema::Operation;

/// A transport: sends one signed request, and gives the reply.
///
/// An implementation follows no redirect (the signature covers one host) and sends each
/// request once. The limits in [`SendOptions`] are kept by whoever calls it: a call reads
/// the reply's body to its limit, and drops what is not done in time.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request`; resolves once the head of the reply is there, or later: its body
    /// may be a stream of what is still to come.
    ///
    /// # Errors
    /// When there is no HTTP reply. A reply of any status is `Ok`, a redirect too, which
    /// ends the call with an error.
    fn send(
        &self,
        request: http::Request<Body>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;

    /// Whether it keeps what it sends, as a recorder does: the engine then tells it what must
    /// not be kept.
    #[doc(hidden)]
    fn is_recording(&self) -> bool {
        false
    }
}

/// The limits of one attempt, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendOptions {
    /// The time limit of the whole attempt, from the first step of connecting to
    /// the last byte of the reply.
    pub timeout: Duration,
    /// The most bytes that the reply's body may have.
    pub max_reply_bytes: usize,
    /// Streaming (events, a download): a success is read as it comes. Then these are the
    /// limits of its head, and its body may be a stream of any length.
    pub streamed: bool,
    /// The operation that is called; none where credentials are fetched.
    pub operation: Option<&'static Operation>,
}

impl SendOptions {
    /// Creates limits of `timeout` and `max_reply_bytes`.
    pub fn new(timeout: Duration, max_reply_bytes: usize) -> Self {
        Self {
            timeout,
            max_reply_bytes,
            streamed: false,
            operation: None,
        }
    }
}

impl Default for SendOptions {
    /// Limits an attempt to 10 seconds and a reply to 64 MiB.
    fn default() -> Self {
        Self::new(Duration::from_secs(10), 64 << 20)
    }
}

/// The host of a request and its port; never a user and a password.
pub(super) fn host(uri: &http::Uri) -> String {
    let host = uri.host().unwrap_or_default();
    match uri.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
