//! How a transport fails.

use std::fmt;

use crate::driver::Missing;
use crate::mask::{MASK, masked};

/// The error of a transport: why there is no reply.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    not_sent: bool,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}
/// The step in which a request failed.
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
    /// The proxy refused the request, wants another login, or cannot be used. Not
    /// worth another attempt.
    Proxy,
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
    /// Returns the kind's name in logs, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
            Self::Timeout => "timeout",
            Self::Reset => "reset",
            Self::TooLarge => "too_large",
            Self::Other => "other",
        }
    }
}

impl TransportError {
    /// Creates a failure of a kind, in words. The words must hold no secret and no
    /// query string (there, signatures travel).
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            not_sent: false,
            source: None,
        }
    }

    /// Says that the service has certainly not seen the request, which the kind
    /// alone does not say: even a write may be sent again then.
    #[must_use]
    pub fn not_sent(mut self) -> Self {
        self.not_sent = true;
        self
    }

    /// Adds the error underneath, which [`get_ref`](Self::get_ref) gives; what it
    /// says at its root is shown too, where the message does not say it already.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the error underneath, to look for its type. It is no
    /// [`source`](std::error::Error::source): what it says is in `Display`, and whoever
    /// prints a chain of sources would print it twice.
    pub fn get_ref(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.source.as_deref()
    }

    /// Returns the step in which it failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns whether the service may have seen the request. `false` where that is
    /// certainly not so: then even a write may be sent again.
    pub fn was_sent(&self) -> bool {
        use TransportErrorKind::{Connect, Dns, Proxy, Tls};
        !self.not_sent && !matches!(self.kind, Dns | Connect | Tls | Proxy)
    }

    /// The same with other words.
    pub(crate) fn reworded(mut self, message: impl FnOnce(&str) -> String) -> Self {
        // What is said of the error underneath stays before what is added.
        self.message = message(&self.to_string());
        self
    }
}

impl From<Missing> for TransportError {
    fn from(missing: Missing) -> Self {
        Self::new(TransportErrorKind::Other, missing.to_string()).not_sent()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let Some(source) = self.source.as_deref() else {
            return Ok(());
        };
        // An app's own transport may bring an error that quotes its URL.
        let root = masked(&root(source).to_string(), &[], MASK);
        match root.is_empty() || self.message.contains(&root) {
            true => Ok(()),
            false => write!(f, ": {root}"),
        }
    }
}

impl std::error::Error for TransportError {}

/// The error underneath all others. What an I/O error wraps is not its source but
/// that error's; so it has to be asked for.
fn root<'e>(error: &'e (dyn std::error::Error + 'static)) -> &'e (dyn std::error::Error + 'static) {
    let io = error.downcast_ref::<std::io::Error>();
    match io.and_then(std::io::Error::get_ref) {
        Some(wrapped) => root(wrapped),
        None => error.source().map_or(error, root),
    }
}
