//! The only way to the network: [`Transport`], what it is told, and how it fails.
//!
//! The engine speaks to this trait alone, so a test can answer in the network's
//! place ([`Replay`](crate::testing::Replay)) and an app can bring its own HTTP client.

#[cfg(all(
    feature = "native-tls",
    not(any(feature = "rustls", feature = "rustls-aws-lc"))
))]
mod native;
mod reqwest;
mod surroundings;
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
mod tls;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

pub use self::reqwest::{Http, HttpOptions, Proxy};
pub(crate) use self::surroundings::Surroundings;
use crate::BoxFuture;

/// Sends one signed request and reads the whole reply.
///
/// An implementation follows no redirect (the signature covers one host), sends
/// each request once, and keeps to the limits in [`SendOptions`].
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request`; resolves once the last byte of the reply is there.
    ///
    /// # Errors
    /// When there is no complete HTTP reply. A reply of any status is `Ok`.
    fn send(
        &self,
        request: http::Request<Bytes>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;
}

/// The limits of one attempt.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SendOptions {
    /// How long the whole attempt may take, from the first step of connecting to
    /// the last byte of the reply.
    pub timeout: Duration,
    /// How many bytes the reply's body may have.
    pub max_reply_bytes: usize,
}

impl SendOptions {
    /// Limits of `timeout` and `max_reply_bytes`.
    pub fn new(timeout: Duration, max_reply_bytes: usize) -> Self {
        Self {
            timeout,
            max_reply_bytes,
        }
    }
}

impl Default for SendOptions {
    /// 10 seconds and 64 MiB.
    fn default() -> Self {
        Self::new(Duration::from_secs(10), 64 << 20)
    }
}

/// Why there is no reply.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// In which step a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The host's name was not resolved.
    Dns,
    /// No connection: refused, unreachable, cut off in the handshake, or not made
    /// in time.
    Connect,
    /// The two sides do not agree on TLS, or a certificate was not accepted. Not
    /// worth another attempt.
    Tls,
    /// Connected, but no complete reply in time.
    Timeout,
    /// The connection ended before the reply was complete, or what came was no
    /// HTTP.
    Reset,
    /// The reply is larger than allowed.
    TooLarge,
    /// Anything else; not worth another attempt.
    Other,
}

impl TransportErrorKind {
    /// The kind's name in logs, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Reset => "reset",
            Self::TooLarge => "too_large",
            Self::Other => "other",
        }
    }
}

impl TransportError {
    /// A failure of a kind, in words. The words must hold no secret and no query
    /// string (there, signatures travel).
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// With the error underneath.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// In which step it failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether the service may have seen the request. `false` where that is
    /// certainly not so: then even a write may be sent again.
    pub fn was_sent(&self) -> bool {
        !matches!(
            self.kind,
            TransportErrorKind::Dns | TransportErrorKind::Connect | TransportErrorKind::Tls
        )
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}

/// Whether an error is one of the TLS protocol.
fn tls_error(error: &(dyn std::error::Error + 'static)) -> bool {
    #[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
    return tls::is_error(error);
    #[cfg(all(
        feature = "native-tls",
        not(any(feature = "rustls", feature = "rustls-aws-lc"))
    ))]
    return native::is_error(error);
    #[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")))]
    {
        let _ = error;
        false
    }
}
