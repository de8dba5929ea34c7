//! Where providers look: environment variables, the home directory, the clock,
//! the network. All of it can be replaced, so that no test has to change the
//! process that it runs in.

use std::sync::Arc;

use super::remote::Address;
use crate::environment::Environment;
use crate::time::Clock;
use crate::transport::Transport;

/// The metadata server of an ECS instance.
pub(super) const METADATA_HOST: &str = "100.100.100.200";

/// Forbids what [`Context::allows_external`] is asked for.
const FORBIDS: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";

/// The context of providers that build others from what they read:
/// [`super::Chain`], [`super::CliProfile`], [`super::IniFile`].
#[derive(Clone, Debug)]
pub struct Context {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) environment: Environment,
    pub(super) clock: Clock,
    pub(super) sts_endpoint: Option<Address>,
    pub(super) metadata_endpoint: Option<Address>,
    pub(super) oauth_endpoint: Option<Address>,
}

impl Context {
    /// Creates a context of the process's environment, the system's clock, the real
    /// endpoints.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            environment: Environment::process(),
            clock: Clock::system(),
            sts_endpoint: None,
            metadata_endpoint: None,
            oauth_endpoint: None,
        }
    }

    /// Replaces the environment.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Whether files and variables may name programs to run and URLs to take keys from.
    ///
    /// # Errors
    /// Names the variable that forbids it.
    pub(super) fn allows_external(&self, what: &str) -> Result<(), String> {
        match self.environment.is_on(FORBIDS) {
            true => Err(format!("{what} is forbidden: {FORBIDS} is set")),
            false => Ok(()),
        }
    }

    /// Replaces the clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets where STS is, whatever the environment and profiles say: a host, or a URL for
    /// `http`. Default: `ALIBABA_CLOUD_STS_ENDPOINT`, then the profile's `sts_endpoint`,
    /// then the rule `sts[-vpc].<region>.aliyuncs.com`.
    #[must_use]
    pub fn sts_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.sts_endpoint = Some(Address::new(endpoint));
        self
    }

    /// Sets where the ECS metadata server is, instead of `http://100.100.100.200`.
    #[must_use]
    pub fn metadata_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.metadata_endpoint = Some(Address::new(endpoint));
        self
    }

    /// Sets where the server of the command line's `OAuth` mode is, instead of
    /// `https://oauth.aliyun.com` or `https://oauth.alibabacloud.com`.
    #[must_use]
    pub fn oauth_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.oauth_endpoint = Some(Address::new(endpoint));
        self
    }
}
