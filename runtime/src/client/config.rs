//! What an app decides once for its clients: [`Config`].

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::interceptor::Interceptor;
use crate::credentials::{self, MetadataBypass, ProvideCredentials};
use crate::decode::Format;
use crate::endpoint::{self, Network};
use crate::error::{Cause, Error};
use crate::guard::Guard;
use crate::retry::Retry;
use crate::signature::Signature;
use crate::throttle::{Limiters, Limits};
use crate::transport::{self, Http, HttpOptions, Proxy, Transport, TransportError};

/// What clients are made from: credentials, region, limits, transport.
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

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) network: Network,
    pub(crate) account_id: Option<String>,
    pub(crate) signature: Signature,
    pub(crate) format: Format,
    pub(crate) timeout: Duration,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_reply_bytes: usize,
    pub(crate) preflight: bool,
    pub(crate) fill_unset: bool,
    pub(crate) in_band_failures: bool,
    pub(crate) retry: Retry,
    pub(crate) user_agent: Vec<String>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) guards: Vec<Guard>,
    /// Shared by the clones, and made anew when a limit changes.
    pub(crate) limiters: Arc<Limiters>,
    own_transport: Option<Arc<dyn Transport>>,
    http: HttpOptions,
    built_in: SharedTransport,
}

/// Built when the first client is made, shared by the clones, and forgotten
/// when an option of it changes.
type SharedTransport = Arc<OnceLock<Result<Arc<dyn Transport>, TransportError>>>;

impl Config {
    /// A configuration with these credentials and the defaults, which the setters
    /// name.
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
                max_reply_bytes: 64 << 20,
                preflight: true,
                fill_unset: true,
                in_band_failures: true,
                retry: Retry::default(),
                user_agent: Vec::new(),
                interceptors: Vec::new(),
                guards: Vec::new(),
                limiters: Arc::new(Limiters::new(Limits::default())),
                own_transport: None,
                http: HttpOptions::default(),
                built_in: SharedTransport::default(),
            }),
        }
    }

    /// A configuration from the process's surroundings: the credentials of
    /// [`credentials::default_chain`], and the region that `ALIBABA_CLOUD_REGION_ID`
    /// names.
    ///
    /// # Errors
    /// When there are no credentials: what was tried, and why it failed.
    pub async fn from_env() -> Result<Self, Error> {
        let config = Self::from_env_lazy()?;
        config.settings.credentials.provide().await?;
        Ok(config)
    }

    /// Like [`from_env`](Self::from_env), but looks for credentials only when the
    /// first call is sent.
    ///
    /// # Errors
    /// When the HTTP client cannot be built that some credentials are fetched with.
    pub fn from_env_lazy() -> Result<Self, Error> {
        let http = Http::new(&HttpOptions::default())
            .map_err(|e| Error::without_call(Cause::Transport(e)))?;
        let transport = MetadataBypass::new(Arc::new(http));
        let config = Self::new(credentials::default_chain(Arc::new(transport)));
        Ok(match std::env::var("ALIBABA_CLOUD_REGION_ID") {
            Ok(region) if !region.is_empty() => config.region(region),
            _ => config,
        })
    }

    /// The region of calls that name none, e.g. `cn-hangzhou`. Default: none;
    /// products with one central region know theirs.
    #[must_use]
    pub fn region(self, region: impl Into<String>) -> Self {
        let region = region.into();
        self.with(|s| s.region = Some(region))
    }

    /// Sends every call to this host, e.g. `ga.cn-hangzhou.aliyuncs.com`, instead
    /// of the one that the product and the region give. HTTPS, unless it starts
    /// with `http://`; a port may follow. No path, query or user.
    #[must_use]
    pub fn endpoint(self, endpoint: impl Into<String>) -> Self {
        let endpoint = endpoint.into();
        self.with(|s| s.endpoint = Some(endpoint))
    }

    /// Which of a product's hosts to use: the public ones (default) or those
    /// inside of a VPC.
    #[must_use]
    pub fn network(self, network: Network) -> Self {
        self.with(|s| s.network = network)
    }

    /// The id of the account, a number such as `1234567890123456`, for products whose
    /// hosts begin with it (`1234567890123456.cn-hangzhou.fc.aliyuncs.com`). Default:
    /// none; a call of such a product is then refused, with an error that says so.
    #[must_use]
    pub fn account_id(self, id: impl Into<String>) -> Self {
        let id = id.into();
        self.with(|s| s.account_id = Some(id))
    }

    /// How requests are signed. Default: [`Signature::V3`]. Products whose gateway takes
    /// one signature alone are signed with that one.
    #[must_use]
    pub fn signature(self, signature: Signature) -> Self {
        self.with(|s| s.signature = signature)
    }

    /// What replies are written in. Default: [`Format::Json`].
    #[must_use]
    pub fn format(self, format: Format) -> Self {
        self.with(|s| s.format = format)
    }

    /// How long one attempt may take, to the reply's last byte. Default: 10
    /// seconds; a few operations are documented to take longer.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|s| s.timeout = timeout)
    }

    /// How long a call may take with all of its attempts and the pauses between
    /// them. Default: none, so attempts times [`timeout`](Self::timeout) and pauses.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|s| s.deadline = Some(deadline))
    }

    /// How many bytes a reply's body may have. Default: 64 MiB.
    #[must_use]
    pub fn max_reply_bytes(self, bytes: usize) -> Self {
        self.with(|s| s.max_reply_bytes = bytes)
    }

    /// Whether requests are checked against their documentation (required
    /// parameters, documented bounds) before anything is sent. Default: yes. To
    /// turn off where the service has become more lenient than this crate knows.
    #[must_use]
    pub fn preflight(self, on: bool) -> Self {
        self.with(|s| s.preflight = on)
    }

    /// Whether a request's unset region and idempotency token are filled in: with
    /// the region of the call, and with a token that every attempt carries. Default:
    /// yes. Off, exactly what was set is sent.
    #[must_use]
    pub fn fill_unset(self, on: bool) -> Self {
        self.with(|s| s.fill_unset = on)
    }

    /// Whether a reply of status 200 that says `Success: false` and gives a code
    /// is an error. Default: yes.
    #[must_use]
    pub fn in_band_failures(self, on: bool) -> Self {
        self.with(|s| s.in_band_failures = on)
    }

    /// What is sent again, how often and after which pause. Default:
    /// [`Retry::default`]; [`Retry::off`] sends once.
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        self.with(|s| s.retry = retry)
    }

    /// Appends a product token such as `my-app/1.2` to the user agent. The environment
    /// variable `ALIBABA_CLOUD_USER_AGENT` is appended too, where it is set.
    #[must_use]
    pub fn user_agent(self, product: impl Into<String>) -> Self {
        let product = product.into();
        self.with(|s| s.user_agent.push(product))
    }

    /// Adds an interceptor, after those that are there.
    #[must_use]
    pub fn interceptor(self, interceptor: impl Interceptor) -> Self {
        self.with(|s| s.interceptors.push(Arc::new(interceptor)))
    }

    /// Sends through this instead of the built-in HTTP client, whose settings
    /// (the ones below) then have no effect.
    #[must_use]
    pub fn transport(self, transport: impl Transport) -> Self {
        self.with(|s| s.own_transport = Some(Arc::new(transport)))
    }

    /// How long to wait for a connection, TLS included. Default: 5 seconds.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with_http(|http| http.connect_timeout(timeout))
    }

    /// How long a connection that is not in use is kept for the next call; a day at
    /// most. Default: 5 seconds, which is shorter than what the gateways allow; see
    /// [`HttpOptions::pool_idle_timeout`].
    #[must_use]
    pub fn pool_idle_timeout(self, timeout: Duration) -> Self {
        self.with_http(|http| http.pool_idle_timeout(timeout))
    }

    /// How many connections to a host are kept that are not in use; 0 keeps none.
    /// Default: as many as were used at once.
    #[must_use]
    pub fn pool_max_idle_per_host(self, connections: usize) -> Self {
        self.with_http(|http| http.pool_max_idle_per_host(connections))
    }

    /// Sends every request through this proxy. Default: what the environment
    /// names (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).
    #[must_use]
    pub fn proxy(self, proxy: Proxy) -> Self {
        self.with_http(|http| http.proxy(proxy))
    }

    /// Uses no proxy, whatever the environment says.
    #[must_use]
    pub fn no_proxy(self) -> Self {
        self.with_http(HttpOptions::no_proxy)
    }

    /// Accepts these root certificates (PEM) besides the platform's.
    #[must_use]
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.with_http(|http| http.root_certificates(pem))
    }

    /// Shows this certificate to servers and proxies that ask for one (PEM both).
    #[must_use]
    pub fn client_certificate(
        self,
        certificate: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.with_http(|http| http.client_certificate(certificate, key))
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
        self
    }

    fn with_http(self, change: impl FnOnce(HttpOptions) -> HttpOptions) -> Self {
        self.with(|s| {
            s.http = change(std::mem::take(&mut s.http));
            s.built_in = SharedTransport::default();
        })
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }
}

impl Settings {
    /// The app's transport, or the built-in one, for requests of that scheme.
    ///
    /// # Errors
    /// In words, when there is none.
    pub(crate) fn transport(&self, scheme: &str) -> Result<Arc<dyn Transport>, String> {
        if let Some(own) = &self.own_transport {
            return Ok(own.clone());
        }
        transport::speaks(Some(scheme)).map_err(|e| e.to_string())?;
        let built = self.built_in.get_or_init(|| {
            let http: Arc<dyn Transport> = Arc::new(Http::new(&self.http)?);
            Ok(http)
        });
        built.as_ref().map(Arc::clone).map_err(|e| e.to_string())
    }
}

impl fmt::Debug for Config {
    /// What matters when two configurations behave differently; no secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("credentials", &self.credentials.name())
            .field("region", &self.region)
            .field("endpoint", &self.endpoint.as_deref().map(endpoint::shown))
            .field("network", &self.network)
            .field("signature", &self.signature)
            .field("format", &self.format)
            .field("timeout", &self.timeout)
            .field("deadline", &self.deadline)
            .field("preflight", &self.preflight)
            .field("retry", &self.retry)
            .field("guards", &self.guards)
            .field("limits", self.limiters.limits())
            .field("http", &self.http)
            .field("transport", &self.own_transport)
            .finish_non_exhaustive()
    }
}
