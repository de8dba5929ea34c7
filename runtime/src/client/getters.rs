//! Reading a configuration: what each setter of [`Config`] has set, and where the values
//! come from.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use super::config::Config;
use super::interceptor::Interceptor;
use super::origins::{Origin, OriginRow, Origins};
use super::settings::Settings;
use crate::credentials::ProvideCredentials;
use crate::decode::Format;
use crate::endpoint::{self, Network};
use crate::retry::Retry;
use crate::signature::Signature;
use crate::transport::{Proxy, Transport};

impl Config {
    /// Returns the values of all settings, each with a getter of its setter's name.
    ///
    /// ```
    /// # use alicloud_runtime as alicloud;
    /// use alicloud::{Config, Credentials};
    ///
    /// let config = Config::new(Credentials::anonymous()).region("cn-hangzhou");
    /// assert_eq!(config.settings().region(), Some("cn-hangzhou"));
    /// assert_eq!(config.settings().timeout().as_secs(), 10);
    /// ```
    pub fn settings(&self) -> &Settings {
        self.shared()
    }

    /// Returns where each value comes from: the code, a variable, a profile, or nowhere.
    /// Display it where a configuration is not what it should be; it has no secrets.
    ///
    /// ```
    /// # use alicloud_runtime as alicloud;
    /// use alicloud::{Config, Credentials, Origin};
    ///
    /// let config = Config::new(Credentials::anonymous()).region("cn-hangzhou");
    /// assert_eq!(config.origins().of("region"), Some(&Origin::Code));
    /// assert_eq!(config.origins().of("timeout"), Some(&Origin::Default));
    /// println!("{}", config.origins());
    /// ```
    pub fn origins(&self) -> Origins {
        let settings = self.settings();
        let rows = settings.rows().into_iter();
        let rows = rows.map(|(setting, value)| OriginRow {
            setting,
            value,
            origin: match settings.origins.get(setting) {
                Some(origin) => origin.clone(),
                None => Origin::Default,
            },
        });
        Origins {
            rows: rows.collect(),
        }
    }
}

/// Each getter returns what the setter of its name has set, else the default that the
/// setter documents.
impl Settings {
    /// Returns the provider that calls are signed with the credentials of.
    pub fn credentials(&self) -> &Arc<dyn ProvideCredentials> {
        &self.credentials
    }

    /// Returns the region of calls that name none.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Returns the host that every call is sent to.
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// Returns which of a product's hosts are used.
    pub fn network(&self) -> Network {
        self.network
    }

    /// Returns the id of the account, where hosts begin with it.
    pub fn account_id(&self) -> Option<&str> {
        self.account_id.as_deref()
    }

    /// Returns how requests are signed.
    pub fn signature(&self) -> Signature {
        self.signature
    }

    /// Returns what replies are written in.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Returns how long one attempt may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns how long a call may take with all of its attempts.
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// Returns how long a reply that is read as it comes may be silent.
    pub fn stream_timeout(&self) -> Duration {
        self.stream_timeout
    }

    /// Returns how many bytes a file may have that a call sends.
    pub fn max_file_bytes(&self) -> u64 {
        self.uploads.max_bytes
    }

    /// Returns whether files are uploaded through OSS's transfer acceleration.
    pub fn accelerate_uploads(&self) -> bool {
        self.uploads.accelerate
    }

    /// Returns the host that is asked for the permission to upload a file.
    pub fn open_platform_endpoint(&self) -> &str {
        &self.uploads.open_platform
    }

    /// Returns how many bytes a reply's body may have.
    pub fn max_reply_bytes(&self) -> usize {
        self.max_reply_bytes
    }

    /// Returns whether requests are checked before they are sent.
    pub fn preflight(&self) -> bool {
        self.preflight
    }

    /// Returns whether a request's unset region and idempotency token are filled in.
    pub fn fill_unset(&self) -> bool {
        self.fill_unset
    }

    /// Returns whether a reply of status 200 that says `Success: false` is an error.
    pub fn in_band_failures(&self) -> bool {
        self.in_band_failures
    }

    /// Returns what is sent again.
    pub fn retry(&self) -> &Retry {
        &self.retry
    }

    /// Returns what the app appends to the user agent.
    pub fn user_agent(&self) -> &[String] {
        &self.user_agent
    }

    /// Returns the interceptors, in their order.
    pub fn interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.interceptors
    }

    /// Returns the transport of the app's own; `None` where it is the built-in one.
    pub fn own_transport(&self) -> Option<&Arc<dyn Transport>> {
        self.own_transport.as_ref()
    }

    /// Returns how long to wait for a connection.
    pub fn connect_timeout(&self) -> Duration {
        self.http.connecting()
    }

    /// Returns how long a connection that is not in use is kept.
    pub fn pool_idle_timeout(&self) -> Duration {
        self.http.idle_timeout()
    }

    /// Returns how many connections to a host are kept that are not in use.
    pub fn pool_max_idle_per_host(&self) -> usize {
        self.http.max_idle_per_host()
    }

    /// Returns the proxy of every request; `None` where there is none, or the environment says.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.http.named_proxy().flatten()
    }

    /// Returns how many texts of root certificates there are besides the platform's.
    pub fn root_certificates(&self) -> usize {
        self.http.extra_roots()
    }

    /// Returns whether a certificate is presented to servers that ask for one.
    pub fn client_certificate(&self) -> bool {
        self.http.has_client_certificate()
    }

    /// Returns where STS is, as far as the code, the environment or the profile named a host; see
    /// [`ConfigLoader::sts_endpoint`](crate::ConfigLoader::sts_endpoint).
    pub fn sts_endpoint(&self) -> Option<&str> {
        self.sts_endpoint.as_deref()
    }

    /// Each setting's value as it may be displayed. A new setting has its line here, and a
    /// getter above.
    fn rows(&self) -> Vec<(&'static str, String)> {
        let host = |text: Option<&str>| named(text.map(endpoint::shown));
        vec![
            ("credentials", self.credentials.name().to_owned()),
            ("region", named(self.region())),
            ("endpoint", host(self.endpoint())),
            ("network", shown(self.network())),
            ("account_id", named(self.account_id())),
            ("signature", shown(self.signature())),
            ("format", shown(self.format())),
            ("timeout", shown(self.timeout())),
            (
                "deadline",
                self.deadline().map_or_else(|| NONE.to_owned(), shown),
            ),
            ("retry", format!("{} attempts", self.retry().limit())),
            ("stream_timeout", shown(self.stream_timeout())),
            ("max_reply_bytes", self.max_reply_bytes().to_string()),
            ("max_file_bytes", self.max_file_bytes().to_string()),
            ("accelerate_uploads", on(self.accelerate_uploads())),
            (
                "open_platform_endpoint",
                host(Some(self.open_platform_endpoint())),
            ),
            ("preflight", on(self.preflight())),
            ("fill_unset", on(self.fill_unset())),
            ("in_band_failures", on(self.in_band_failures())),
            ("user_agent", named(Some(&*self.user_agent().join(" ")))),
            ("interceptors", self.interceptors().len().to_string()),
            (
                "transport",
                self.own_transport()
                    .map_or("built-in", |_| "own")
                    .to_owned(),
            ),
            ("connect_timeout", shown(self.connect_timeout())),
            ("pool_idle_timeout", shown(self.pool_idle_timeout())),
            (
                "pool_max_idle_per_host",
                match self.pool_max_idle_per_host() {
                    usize::MAX => "no bound".to_owned(),
                    most => most.to_string(),
                },
            ),
            (
                "proxy",
                match self.http.named_proxy() {
                    None => "from the environment".to_owned(),
                    Some(None) => NONE.to_owned(),
                    Some(Some(proxy)) => proxy.shown(),
                },
            ),
            ("root_certificates", self.root_certificates().to_string()),
            ("client_certificate", on(self.client_certificate())),
            ("sts_endpoint", host(self.sts_endpoint())),
        ]
    }
}

const NONE: &str = "none";

fn named(text: Option<&str>) -> String {
    let text = text.filter(|text| !text.is_empty()).unwrap_or(NONE);
    text.to_owned()
}

fn shown(value: impl Debug) -> String {
    format!("{value:?}")
}

fn on(on: bool) -> String {
    if on { "yes" } else { "no" }.to_owned()
}
