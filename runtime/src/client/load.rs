//! Configurations from outside of the code: the environment and the files of profiles.

use std::fmt;
use std::future::IntoFuture;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::config::Config;
use super::origins::Origin;
use super::settings::Settings;
use crate::credentials::{
    self, Chain, CliProfile, Context, IniFile, MetadataBypass, ProfileSettings, ProvideCredentials,
};
use crate::endpoint::{self, Network};
use crate::environment::Environment;
use crate::error::{Cause, Error};
use crate::future::BoxFuture;
use crate::retry::Retry;
use crate::transport::{Http, HttpOptions, Transport};

const REGION: &str = "ALIBABA_CLOUD_REGION_ID";
const ENDPOINT: &str = "ALIBABA_CLOUD_ENDPOINT";
const ENDPOINT_TYPE: &str = "ALIBABA_CLOUD_ENDPOINT_TYPE";
const CONNECT_TIMEOUT: &str = "ALIBABA_CLOUD_CONNECT_TIMEOUT";
const READ_TIMEOUT: &str = "ALIBABA_CLOUD_READ_TIMEOUT";
const RETRY_COUNT: &str = "ALIBABA_CLOUD_RETRY_COUNT";

/// Loads a [`Config`] from the environment and from profiles: [`Config::load`].
///
/// What is said here applies to the fetching of credentials and to calls; setters of
/// the [`Config`] that it loads apply to calls alone.
#[derive(Clone)]
#[must_use = "a configuration is loaded when it is awaited"]
pub struct ConfigLoader {
    http: HttpOptions,
    transport: Option<Arc<dyn Transport>>,
    environment: Environment,
    profile: Option<String>,
    sts_endpoint: Option<String>,
    credentials: Option<Arc<dyn ProvideCredentials>>,
    is_lazy: bool,
}

impl Config {
    /// Loads what environment variables and the profile say: credentials, region,
    /// endpoint, timeouts, retries. Awaited, it is a configuration:
    ///
    /// ```no_run
    /// # use alicloud_runtime as alicloud;
    /// use alicloud::transport::HttpOptions;
    /// use alicloud::{Config, Proxy};
    ///
    /// # async fn run() -> Result<(), alicloud::Error> {
    /// let http = HttpOptions::default().proxy(Proxy::new("http://proxy.example:3128"));
    /// let config = Config::load().http(http).profile("prod").await?;
    /// println!("{}", config.origins());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The code goes before the environment, the environment before the profile, the profile
    /// before the default:
    ///
    /// | setting | variable | key of a profile |
    /// |---|---|---|
    /// | [`region`](Self::region) | `ALIBABA_CLOUD_REGION_ID` | `region_id` |
    /// | [`endpoint`](Self::endpoint) | `ALIBABA_CLOUD_ENDPOINT` | `endpoint` |
    /// | [`network`](Self::network): `vpc` or `public` | `ALIBABA_CLOUD_ENDPOINT_TYPE` | `endpoint_type` |
    /// | [`connect_timeout`](Self::connect_timeout), seconds | `ALIBABA_CLOUD_CONNECT_TIMEOUT` | `connect_timeout` |
    /// | [`timeout`](Self::timeout), seconds | `ALIBABA_CLOUD_READ_TIMEOUT` | `read_timeout`, or `retry_timeout`, as the command line calls it |
    /// | [`retry`](Self::retry): attempts after the first | `ALIBABA_CLOUD_RETRY_COUNT` | `retry_count` |
    /// | [`sts_endpoint`](ConfigLoader::sts_endpoint) | `ALIBABA_CLOUD_STS_ENDPOINT` | `sts_endpoint` |
    /// | [`profile`](ConfigLoader::profile) | `ALIBABA_CLOUD_PROFILE` | `current` of `config.json` |
    ///
    /// The profile is the one of that name in the command line's file
    /// (`ALIBABA_CLOUD_CONFIG_FILE`, or `~/.aliyun/config.json`); where that has none, in the
    /// credentials file (`ALIBABA_CLOUD_CREDENTIALS_FILE`, or
    /// `~/.alibabacloud/credentials.ini`), whose sections are profiles. In a profile, 0 and
    /// an empty text say nothing. Files are read once; only credentials are looked at again.
    ///
    /// [`origins`](Self::origins) tells where each value came from.
    ///
    /// # Errors
    /// Awaited: when there are no credentials; when a file is there and cannot be read; when
    /// the profile that was named is nowhere; when a value is none, with its variable, or its
    /// key, profile, file and line; when the HTTP client cannot be built.
    pub fn load() -> ConfigLoader {
        ConfigLoader {
            http: HttpOptions::default(),
            transport: None,
            environment: Environment::process(),
            profile: None,
            sts_endpoint: None,
            credentials: None,
            is_lazy: false,
        }
    }

    /// Reads the configuration from the process's environment: the credentials of
    /// [`credentials::default_chain`], and the region that `ALIBABA_CLOUD_REGION_ID`
    /// names. [`load`](Self::load) reads more than that.
    ///
    /// # Errors
    /// When there are no credentials: what was tried, and why it failed.
    pub async fn from_env() -> Result<Self, Error> {
        let config = Self::from_env_lazy()?;
        config.settings().credentials.provide().await?;
        Ok(config)
    }

    /// Reads the environment as [`from_env`](Self::from_env) does, but looks for
    /// credentials only when the first call is sent.
    ///
    /// # Errors
    /// When the HTTP client cannot be built that some credentials are fetched with.
    pub fn from_env_lazy() -> Result<Self, Error> {
        let loader = Self::load();
        let (config, context) = loader.connected(loader.http.clone())?;
        let config = config.with_provider(Arc::new(Chain::standard(&context)), Origin::Default);
        Ok(match loader.environment.var(REGION) {
            Some(region) => config.said(
                "region",
                (region, Origin::Variable(REGION)),
                |settings, region| settings.region = Some(region),
            ),
            None => config,
        })
    }
}

impl ConfigLoader {
    /// Sets how to connect: for fetching credentials as for calls, which share a proxy, root
    /// certificates, a client certificate, timeouts and connections. The metadata server of
    /// an ECS instance is asked without a proxy.
    ///
    /// Proxies that the environment names are those of the process's environment, whatever
    /// [`environment`](Self::environment) says.
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }

    /// Sends through this instead of the built-in HTTP client, credentials included; what
    /// [`http`](Self::http) says then has no effect.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Reads another environment than the process's: variables and the home directory.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Reads this profile. Credentials are then that profile's alone: neither keys in
    /// variables nor another file nor the instance's role take its place.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Sets where STS is, for every provider that the environment or a profile describes: a
    /// host, or a URL for `http`. Default: `sts.<region>.aliyuncs.com` of
    /// `ALIBABA_CLOUD_STS_REGION` or the profile's `sts_region`, else `sts.aliyuncs.com`.
    pub fn sts_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.sts_endpoint = Some(endpoint.into());
        self
    }

    /// Uses these credentials, instead of those of the environment or the profile.
    pub fn credentials(mut self, credentials: impl ProvideCredentials) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Looks for credentials only when the first call is sent.
    pub fn lazy_credentials(mut self) -> Self {
        self.is_lazy = true;
        self
    }

    async fn load(self) -> Result<Config, Error> {
        let profile = credentials::profile(&self.environment, self.profile.as_deref());
        let profile = profile.await.map_err(bad)?;
        let said = Said {
            environment: &self.environment,
            profile: profile.as_ref(),
        };
        let mut http = self.http.clone();
        let connecting = said.value(CONNECT_TIMEOUT, &["connect_timeout"], seconds)?;
        let connecting = connecting.filter(|_| !http.says_connect_timeout());
        if let Some((timeout, _)) = connecting {
            http = http.connect_timeout(timeout);
        }
        let (mut config, context) = self.connected(http)?;
        if let Some(found) = connecting {
            // set already
            config = config.said("connect_timeout", found, |_, _| {});
        }
        if let Some(found) = said.value(REGION, &["region_id"], region)? {
            config = config.said("region", found, |s, region| s.region = Some(region));
        }
        if let Some(found) = said.value(ENDPOINT, &["endpoint"], host)? {
            config = config.said("endpoint", found, |s, host| s.endpoint = Some(host));
        }
        if let Some(found) = said.value(ENDPOINT_TYPE, &["endpoint_type"], network)? {
            config = config.said("network", found, |s, network| s.network = network);
        }
        if let Some(found) =
            said.value(READ_TIMEOUT, &["read_timeout", "retry_timeout"], seconds)?
        {
            config = config.said("timeout", found, |s, timeout| s.timeout = timeout);
        }
        if let Some(found) = said.value(RETRY_COUNT, &["retry_count"], retries)? {
            config = config.said("retry", found, |s, retry| s.retry = retry);
        }
        let sts = said.value(credentials::STS_ENDPOINT, &["sts_endpoint"], host)?;
        let sts = match &self.sts_endpoint {
            Some(endpoint) => Some((endpoint.clone(), Origin::Code)),
            None => sts,
        };
        if let Some(found) = sts {
            config = config.said("sts_endpoint", found, |s, sts| s.sts_endpoint = Some(sts));
        }
        self.with_credentials(config, &context, profile.as_ref())
            .await
    }

    /// A configuration with its transport, and what credentials are fetched with.
    fn connected(&self, http: HttpOptions) -> Result<(Config, Context), Error> {
        let mut config = Config::new(credentials::Credentials::anonymous());
        let settings = config.change();
        settings.environment = self.environment.clone();
        settings.said_in_code(&http);
        let transport = match &self.transport {
            Some(own) => {
                settings.origins.insert("transport", Origin::Code);
                settings.own_transport = Some(own.clone());
                own.clone()
            }
            None => {
                let built = Http::new(&http);
                let built = built.map_err(|e| Error::without_call(Cause::Transport(e)))?;
                let built: Arc<dyn Transport> = Arc::new(built);
                settings.built_in = Arc::new(OnceLock::from(Ok(built.clone())));
                Arc::new(MetadataBypass::new(built))
            }
        };
        settings.http = http;
        let mut context = Context::new(transport).environment(self.environment.clone());
        if let Some(endpoint) = &self.sts_endpoint {
            context = context.sts_endpoint(endpoint);
        }
        Ok((config, context))
    }

    async fn with_credentials(
        &self,
        config: Config,
        context: &Context,
        profile: Option<&ProfileSettings>,
    ) -> Result<Config, Error> {
        let of_profile = |profile: &ProfileSettings| Origin::Profile {
            name: profile.name.as_str().into(),
            file: Arc::new(profile.file.clone()),
        };
        let named = self.profile.as_ref().and(profile);
        let (provider, origin): (Arc<dyn ProvideCredentials>, _) = match (&self.credentials, named)
        {
            (Some(own), _) => (own.clone(), Origin::Code),
            (None, Some(profile)) if profile.is_json => {
                let provider = CliProfile::new(context).path(&profile.file);
                (
                    Arc::new(provider.profile(&profile.name)),
                    of_profile(profile),
                )
            }
            (None, Some(profile)) => {
                let provider = IniFile::new(context).path(&profile.file);
                (
                    Arc::new(provider.section(&profile.name)),
                    of_profile(profile),
                )
            }
            (None, None) => {
                let chain = Arc::new(Chain::standard(context));
                if !self.is_lazy {
                    chain.provide().await?;
                }
                let origin = match (chain.found(), profile) {
                    (None, _) => Origin::Default,
                    (Some("cli_profile" | "profile"), Some(profile)) => of_profile(profile),
                    (Some("env"), _) => Origin::Variable("ALIBABA_CLOUD_ACCESS_KEY_ID"),
                    (Some("oidc_role_arn"), _) => Origin::Variable("ALIBABA_CLOUD_ROLE_ARN"),
                    (Some("credential_uri"), _) => {
                        Origin::Variable("ALIBABA_CLOUD_CREDENTIALS_URI")
                    }
                    (Some(other), _) => Origin::Provider(other),
                };
                (chain, origin)
            }
        };
        if !self.is_lazy {
            provider.provide().await?;
        }
        Ok(config.with_provider(provider, origin))
    }
}

impl IntoFuture for ConfigLoader {
    type Output = Result<Config, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.load())
    }
}

impl fmt::Debug for ConfigLoader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sts_endpoint = self.sts_endpoint.as_deref().map(endpoint::shown);
        f.debug_struct("ConfigLoader")
            .field("http", &self.http)
            .field("transport", &self.transport)
            .field("environment", &self.environment)
            .field("profile", &self.profile)
            .field("sts_endpoint", &sts_endpoint)
            .field("credentials", &self.credentials.as_ref().map(|c| c.name()))
            .finish_non_exhaustive()
    }
}

/// What the environment and the profile say.
struct Said<'a> {
    environment: &'a Environment,
    profile: Option<&'a ProfileSettings>,
}

impl Said<'_> {
    /// The value of a variable, else of the first of these keys that the profile has.
    fn value<T>(
        &self,
        variable: &'static str,
        keys: &[&str],
        read: fn(&str) -> Result<T, String>,
    ) -> Result<Option<(T, Origin)>, Error> {
        if let Some(text) = self.environment.var(variable) {
            let value = read(&text).map_err(|why| bad(format!("the variable {variable} {why}")));
            return Ok(Some((value?, Origin::Variable(variable))));
        }
        let said = self
            .profile
            .and_then(|profile| Some((profile, profile.get(keys)?)));
        // the command line writes 0 for what nobody set
        let Some((profile, said)) = said.filter(|(_, said)| said.text != "0") else {
            return Ok(None);
        };
        let value = read(&said.text).map_err(|why| {
            let line = said.line.map(|line| format!(", line {line}"));
            let (key, name, file) = (said.key, &profile.name, profile.file.display());
            bad(format!(
                "{file}{}: `{key}` of the profile `{name}` {why}",
                line.unwrap_or_default()
            ))
        });
        let origin = Origin::Profile {
            name: profile.name.as_str().into(),
            file: Arc::new(profile.file.clone()),
        };
        Ok(Some((value?, origin)))
    }
}

fn bad(message: String) -> Error {
    Error::without_call(Cause::Configuration(message))
}

fn region(text: &str) -> Result<String, String> {
    match endpoint::is_region(text) {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "is {text:?}, which is no region: letters, digits and `-` are"
        )),
    }
}

fn host(text: &str) -> Result<String, String> {
    match endpoint::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(e) => Err(format!("cannot be used: {e}")),
    }
}

fn network(text: &str) -> Result<Network, String> {
    match text.to_ascii_lowercase().as_str() {
        "vpc" => Ok(Network::Vpc),
        "public" => Ok(Network::Public),
        _ => Err(format!("is {text:?}, which is neither `vpc` nor `public`")),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
        _ => Err(format!(
            "is {text:?}, which is no positive whole number of seconds"
        )),
    }
}

fn retries(text: &str) -> Result<Retry, String> {
    let count: u32 = text
        .parse()
        .map_err(|_| format!("is {text:?}, which is no number of retries"))?;
    Ok(Retry::default().attempts(count.saturating_add(1)))
}

impl Settings {
    /// Notes which options of a transport the code has set.
    fn said_in_code(&mut self, http: &HttpOptions) {
        let default = HttpOptions::default();
        let said = [
            ("connect_timeout", http.says_connect_timeout()),
            (
                "pool_idle_timeout",
                http.idle_timeout() != default.idle_timeout(),
            ),
            (
                "pool_max_idle_per_host",
                http.max_idle_per_host() != default.max_idle_per_host(),
            ),
            ("proxy", http.named_proxy().is_some()),
            ("root_certificates", http.extra_roots() > 0),
            ("client_certificate", http.has_client_certificate()),
        ];
        let said = said.into_iter().filter(|(_, said)| *said);
        self.origins
            .extend(said.map(|(name, _)| (name, Origin::Code)));
    }
}
