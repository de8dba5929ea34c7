//! What a configuration says: [`Settings`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::interceptor::Interceptor;
use super::origins::Origin;
use crate::credentials::ProvideCredentials;
use crate::decode::Format;
use crate::endpoint::{self, Network};
use crate::environment::Environment;
use crate::retry::Retry;
use crate::signature::Signature;
use crate::transport::{self, Http, HttpOptions, Transport, TransportError};
use crate::upload::Uploads;

/// Read-only view of a configuration's settings, by getters of the setters' names
/// ([`Config::settings`](crate::Config::settings)).
#[derive(Clone)]
pub struct Settings {
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) network: Network,
    pub(crate) account_id: Option<String>,
    pub(crate) signature: Signature,
    pub(crate) format: Format,
    pub(crate) timeout: Duration,
    pub(crate) deadline: Option<Duration>,
    pub(crate) stream_timeout: Duration,
    pub(crate) max_reply_bytes: usize,
    pub(crate) uploads: Uploads,
    pub(crate) preflight: bool,
    pub(crate) fill_unset: bool,
    pub(crate) in_band_failures: bool,
    pub(crate) retry: Retry,
    pub(crate) user_agent: Vec<String>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    /// Where variables are read: the process's, unless a loader was told another.
    pub(crate) environment: Environment,
    /// Where values come from that are not defaults, by the names of setters.
    pub(super) origins: BTreeMap<&'static str, Origin>,
    /// For those who ask where credentials come from.
    pub(super) sts_endpoint: Option<String>,
    pub(super) own_transport: Option<Arc<dyn Transport>>,
    pub(super) http: HttpOptions,
    pub(super) built_in: SharedTransport,
}

/// Built when the first client is made, shared by the clones, and forgotten
/// when an option of it changes.
pub(super) type SharedTransport = Arc<OnceLock<Result<Arc<dyn Transport>, TransportError>>>;

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
            .field("stream_timeout", &self.stream_timeout)
            .field("preflight", &self.preflight)
            .field("retry", &self.retry)
            .field("http", &self.http)
            .field("transport", &self.own_transport)
            .finish_non_exhaustive()
    }
}
