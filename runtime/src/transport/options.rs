//! [`HttpOptions`]: how the built-in transport connects.

use std::fmt;
use std::time::Duration;

use super::proxy::{Proxy, ProxyChoice};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Below what servers and the gateways between allow: a connection is not used just as
/// the other side closes it.
pub(crate) const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// The options of [`Http`](super::Http): how it connects.
#[derive(Clone)]
pub struct HttpOptions {
    pub(super) connect_timeout: Option<Duration>,
    pub(super) pool_idle_timeout: Duration,
    pub(super) pool_max_idle_per_host: usize,
    pub(super) proxy: ProxyChoice,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) identity: Option<Identity>,
}

/// A client certificate with its key, both PEM.
#[derive(Clone)]
#[cfg_attr(
    not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")),
    expect(dead_code, reason = "there is no TLS to give it to")
)]
pub(super) struct Identity {
    pub(super) certificate: Vec<u8>,
    pub(super) key: Vec<u8>,
}

impl Default for HttpOptions {
    /// Gives 5 seconds to connect, connections kept for 5 seconds without use, the
    /// proxy that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`,
    /// `NO_PROXY`, in either case), the platform's root certificates.
    fn default() -> Self {
        Self {
            connect_timeout: None,
            pool_idle_timeout: POOL_IDLE_TIMEOUT,
            pool_max_idle_per_host: usize::MAX,
            proxy: ProxyChoice::Environment,
            roots: Vec::new(),
            identity: None,
        }
    }
}

impl HttpOptions {
    /// Limits how long connecting may take, name resolution and TLS included.
    /// Default: 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets how long a connection that is not in use is kept for the next request;
    /// a day at most. Default: 5 seconds. It is to be shorter than what the server
    /// and all between allow: a write that is sent just as the other side closes
    /// the connection fails, and may not be sent again.
    #[must_use]
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        // Far enough, and every sum with it is a point in time.
        self.pool_idle_timeout = timeout.min(Duration::from_secs(24 * 60 * 60));
        self
    }

    /// Limits how many connections to a host are kept that are not in use; 0 keeps
    /// none. Default: as many as were used at once.
    #[must_use]
    pub fn pool_max_idle_per_host(mut self, connections: usize) -> Self {
        self.pool_max_idle_per_host = connections;
        self
    }

    /// Sends every request through `proxy`, whatever the environment says.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = ProxyChoice::Explicit(proxy);
        self
    }

    /// Uses no proxy, whatever the environment says.
    #[must_use]
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::None;
        self
    }

    /// Accepts these root certificates (PEM, one or several) besides the
    /// platform's.
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Presents this certificate to servers that ask for one; both PEM.
    #[must_use]
    pub fn client_certificate(
        mut self,
        certificate: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.identity = Some(Identity {
            certificate: certificate.into(),
            key: key.into(),
        });
        self
    }
}

/// What is set.
impl HttpOptions {
    /// How long to wait for a connection.
    pub(crate) fn connecting(&self) -> Duration {
        self.connect_timeout.unwrap_or(CONNECT_TIMEOUT)
    }

    /// Whether someone said how long to wait for a connection.
    pub(crate) fn says_connect_timeout(&self) -> bool {
        self.connect_timeout.is_some()
    }

    pub(crate) fn idle_timeout(&self) -> Duration {
        self.pool_idle_timeout
    }

    pub(crate) fn max_idle_per_host(&self) -> usize {
        self.pool_max_idle_per_host
    }

    /// The proxy that was named, or that there is none; `None` where the environment says.
    pub(crate) fn named_proxy(&self) -> Option<Option<&Proxy>> {
        match &self.proxy {
            ProxyChoice::Environment => None,
            ProxyChoice::None => Some(None),
            ProxyChoice::Explicit(proxy) => Some(Some(proxy)),
        }
    }

    pub(crate) fn extra_roots(&self) -> usize {
        self.roots.len()
    }

    pub(crate) fn has_client_certificate(&self) -> bool {
        self.identity.is_some()
    }
}

impl fmt::Debug for HttpOptions {
    /// Writes all but keys and logins.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("HttpOptions");
        shown.field("connect_timeout", &self.connecting());
        shown.field("pool_idle_timeout", &self.pool_idle_timeout);
        if self.pool_max_idle_per_host != usize::MAX {
            shown.field("pool_max_idle_per_host", &self.pool_max_idle_per_host);
        }
        match &self.proxy {
            ProxyChoice::Environment => shown.field("proxy", &"from the environment"),
            ProxyChoice::None => shown.field("proxy", &"none"),
            ProxyChoice::Explicit(proxy) => shown.field("proxy", proxy),
        };
        shown
            .field("extra_roots", &self.roots.len())
            .field("client_certificate", &self.identity.is_some())
            .finish()
    }
}
