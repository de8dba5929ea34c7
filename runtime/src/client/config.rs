//! What an app decides once for its clients: [`Config`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::interceptor::Interceptor;
use super::origins::Origin;
use super::settings::{Settings, SharedTransport};
use crate::credentials::ProvideCredentials;
use crate::decode::Format;
use crate::endpoint::Network;
use crate::environment::Environment;
use crate::retry::Retry;
use crate::signature::Signature;
use crate::transport::{HttpOptions, Proxy, Transport};
use crate::upload::Uploads;

/// The configuration that clients are made from: credentials, region, limits,
/// transport.
///
/// [`load`](Self::load) takes it from the environment and from profiles, [`new`](Self::new)
/// from the code alone; what a setter says goes before both. [`settings`](Self::settings)
/// reads it, and [`origins`](Self::origins) tells where each value comes from.
///
/// A clone is cheap, and clients of one configuration and its clones share their
/// connections: one pool for each Tokio runtime that calls are made on.
///
/// ```
/// # use alicloud_runtime as alicloud;
/// use alicloud::{Config, Credentials};
///
/// let config = Config::new(Credentials::new("an access key id", "its secret"))
///     .region("cn-hangzhou")
///     .timeout(std::time::Duration::from_secs(30));
/// ```
#[derive(Clone)]
pub struct Config {
    settings: Arc<Settings>,
}

impl Config {
    /// Creates a configuration with these credentials and the defaults, which the
    /// setters name.
    pub fn new(credentials: impl ProvideCredentials) -> Self {
        Self {
            settings: Arc::new(Settings {
                credentials: Arc::new(credentials),
                region: None,
                endpoint: None,
                network: Network::Public,
                account_id: None,
                signature: Signature::V3,
                format: Format::Json,
                timeout: Duration::from_secs(10),
                deadline: None,
                stream_timeout: Duration::from_secs(60),
                max_reply_bytes: 64 << 20,
                uploads: Uploads::default(),
                preflight: true,
                fill_unset: true,
                in_band_failures: true,
                retry: Retry::default(),
                user_agent: Vec::new(),
                interceptors: Vec::new(),
                environment: Environment::process(),
                origins: BTreeMap::from([("credentials", Origin::Code)]),
                sts_endpoint: None,
                own_transport: None,
                http: HttpOptions::default(),
                built_in: SharedTransport::default(),
            }),
        }
    }

    /// Sets the region of calls that name none, e.g. `cn-hangzhou`. Default: none;
    /// products with one central region know theirs.
    #[must_use]
    pub fn region(self, region: impl Into<String>) -> Self {
        let region = region.into();
        self.set("region", |s| s.region = Some(region))
    }

    /// Sends every call to this host, e.g. `ga.cn-hangzhou.aliyuncs.com`, instead
    /// of the one that the product and the region give. HTTPS, unless it starts
    /// with `http://`; a port may follow. No path, query or user.
    #[must_use]
    pub fn endpoint(self, endpoint: impl Into<String>) -> Self {
        let endpoint = endpoint.into();
        self.set("endpoint", |s| s.endpoint = Some(endpoint))
    }

    /// Chooses which of a product's hosts to use: the public ones (default) or those
    /// inside of a VPC.
    #[must_use]
    pub fn network(self, network: Network) -> Self {
        self.set("network", |s| s.network = network)
    }

    /// Sets the id of the account, a number such as `1234567890123456`, for
    /// products whose hosts begin with it
    /// (`1234567890123456.cn-hangzhou.fc.aliyuncs.com`). Default: none; a call of
    /// such a product is then refused, with an error that says so.
    #[must_use]
    pub fn account_id(self, id: impl Into<String>) -> Self {
        let id = id.into();
        self.set("account_id", |s| s.account_id = Some(id))
    }

    /// Sets how requests are signed. Default: [`Signature::V3`]. Products whose
    /// gateway takes one signature alone are signed with that one.
    #[must_use]
    pub fn signature(self, signature: Signature) -> Self {
        self.set("signature", |s| s.signature = signature)
    }

    /// Sets the format of replies. Default: [`Format::Json`].
    #[must_use]
    pub fn format(self, format: Format) -> Self {
        self.set("format", |s| s.format = format)
    }

    /// Limits how long one attempt may take, to the reply's last byte. Default: 10
    /// seconds; a few operations are documented to take longer. Where a file is sent, the
    /// time begins anew while bytes of it go out, so that its size does not matter; a
    /// [`deadline`](Self::deadline) bounds that too.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.set("timeout", |s| s.timeout = timeout)
    }

    /// Limits how long a call may take with all of its attempts and the pauses between
    /// them. Default: none, so attempts times [`timeout`](Self::timeout) and pauses.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        self.set("deadline", |s| s.deadline = Some(deadline))
    }

    /// Limits how long a reply that is read as it comes may be silent: until the next event of
    /// [`Call::events`](crate::Call::events), or the next bytes of
    /// [`Call::download`](crate::Call::download). Default: 60 seconds. Until such a reply
    /// begins, [`timeout`](Self::timeout) counts; over all of it, [`deadline`](Self::deadline).
    #[must_use]
    pub fn stream_timeout(self, timeout: Duration) -> Self {
        self.set("stream_timeout", |s| s.stream_timeout = timeout)
    }

    /// Limits how many bytes a reply's body may have, or one event of
    /// [`Call::events`](crate::Call::events); a [`download`](crate::Call::download) may have
    /// any number. Default: 64 MiB.
    #[must_use]
    pub fn max_reply_bytes(self, bytes: usize) -> Self {
        self.set("max_reply_bytes", |s| s.max_reply_bytes = bytes)
    }

    /// Limits how many bytes a file may have that a call sends, as its body or uploaded before it.
    /// A larger one ends the call before anything is sent. Default: 5 GiB, which is what
    /// OSS takes at once; the service that reads it may allow much less.
    #[must_use]
    pub fn max_file_bytes(self, bytes: u64) -> Self {
        self.set("max_file_bytes", |s| s.uploads.max_bytes = bytes)
    }

    /// Uploads files through OSS's transfer acceleration where the service allows it: for
    /// apps that are far from the bucket's region. Default: no, as with the official clients.
    #[must_use]
    pub fn accelerate_uploads(self, on: bool) -> Self {
        self.set("accelerate_uploads", |s| s.uploads.accelerate = on)
    }

    /// Asks this host for the permission to upload a file, instead of
    /// `openplatform.aliyuncs.com`. Written as for [`endpoint`](Self::endpoint), which
    /// does not apply to it.
    #[must_use]
    pub fn open_platform_endpoint(self, endpoint: impl Into<String>) -> Self {
        let endpoint = endpoint.into();
        self.set("open_platform_endpoint", |s| {
            s.uploads.open_platform = endpoint
        })
    }

    /// Sets whether requests are checked against their documentation (required
    /// parameters, documented bounds) before anything is sent. Default: yes. To
    /// turn off where the service has become more lenient than this crate knows.
    #[must_use]
    pub fn preflight(self, on: bool) -> Self {
        self.set("preflight", |s| s.preflight = on)
    }

    /// Sets whether a request's unset region and idempotency token are filled in: with
    /// the region of the call, and with a token that every attempt carries. Default:
    /// yes. Off, exactly what was set is sent.
    #[must_use]
    pub fn fill_unset(self, on: bool) -> Self {
        self.set("fill_unset", |s| s.fill_unset = on)
    }

    /// Sets whether a reply of status 200 that says `Success: false` and gives a code
    /// is an error. Default: yes.
    #[must_use]
    pub fn in_band_failures(self, on: bool) -> Self {
        self.set("in_band_failures", |s| s.in_band_failures = on)
    }

    /// Sets what is sent again, how often and after which pause. Default:
    /// [`Retry::default`]; [`Retry::off`] sends once.
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        self.set("retry", |s| s.retry = retry)
    }

    /// Appends a product token such as `my-app/1.2` to the user agent. The environment
    /// variable `ALIBABA_CLOUD_USER_AGENT` is appended too, where it is set.
    #[must_use]
    pub fn user_agent(self, product: impl Into<String>) -> Self {
        let product = product.into();
        self.set("user_agent", |s| s.user_agent.push(product))
    }

    /// Adds an interceptor, after those that are there.
    #[must_use]
    pub fn interceptor(self, interceptor: impl Interceptor) -> Self {
        self.set("interceptors", |s| {
            s.interceptors.push(Arc::new(interceptor))
        })
    }

    /// Sends through this transport instead of the built-in HTTP client, whose settings
    /// (the ones below) then have no effect.
    #[must_use]
    pub fn transport(self, transport: impl Transport) -> Self {
        self.set("transport", |s| s.own_transport = Some(Arc::new(transport)))
    }

    /// Limits how long connecting may take, TLS included. Default: 5 seconds.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.set_http("connect_timeout", |http| http.connect_timeout(timeout))
    }

    /// Sets how long a connection that is not in use is kept for the next call; a
    /// day at most. Default: 5 seconds, which is shorter than what the gateways
    /// allow; see [`HttpOptions::pool_idle_timeout`].
    #[must_use]
    pub fn pool_idle_timeout(self, timeout: Duration) -> Self {
        self.set_http("pool_idle_timeout", |http| http.pool_idle_timeout(timeout))
    }

    /// Limits how many connections to a host are kept that are not in use; 0 keeps
    /// none. Default: as many as were used at once.
    #[must_use]
    pub fn pool_max_idle_per_host(self, connections: usize) -> Self {
        self.set_http("pool_max_idle_per_host", |http| {
            http.pool_max_idle_per_host(connections)
        })
    }

    /// Sends every request through this proxy. Default: what the environment
    /// names (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).
    #[must_use]
    pub fn proxy(self, proxy: Proxy) -> Self {
        self.set_http("proxy", |http| http.proxy(proxy))
    }

    /// Uses no proxy, whatever the environment says.
    #[must_use]
    pub fn no_proxy(self) -> Self {
        self.set_http("proxy", HttpOptions::no_proxy)
    }

    /// Accepts these root certificates (PEM) besides the platform's.
    #[must_use]
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.set_http("root_certificates", |http| http.root_certificates(pem))
    }

    /// Presents this certificate to servers and proxies that ask for one (PEM both).
    #[must_use]
    pub fn client_certificate(
        self,
        certificate: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.set_http("client_certificate", |http| {
            http.client_certificate(certificate, key)
        })
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(self.change());
        self
    }

    /// Changes what the setter of this name sets.
    fn set(self, setting: &'static str, change: impl FnOnce(&mut Settings)) -> Self {
        self.with(|s| {
            s.origins.insert(setting, Origin::Code);
            change(s);
        })
    }

    fn set_http(
        self,
        setting: &'static str,
        change: impl FnOnce(HttpOptions) -> HttpOptions,
    ) -> Self {
        self.set(setting, |s| {
            s.http = change(std::mem::take(&mut s.http));
            s.built_in = SharedTransport::default();
        })
    }

    /// With a value from outside of the code.
    pub(super) fn said<T>(
        self,
        setting: &'static str,
        (value, origin): (T, Origin),
        change: impl FnOnce(&mut Settings, T),
    ) -> Self {
        self.with(|s| {
            s.origins.insert(setting, origin);
            change(s, value);
        })
    }

    /// With other credentials.
    pub(super) fn with_provider(
        self,
        provider: Arc<dyn ProvideCredentials>,
        origin: Origin,
    ) -> Self {
        self.said("credentials", (provider, origin), |s, provider| {
            s.credentials = provider;
        })
    }

    pub(super) fn change(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }

    pub(super) fn shared(&self) -> &Arc<Settings> {
        &self.settings
    }
}

impl fmt::Debug for Config {
    /// Writes what matters when two configurations behave differently; no secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}
