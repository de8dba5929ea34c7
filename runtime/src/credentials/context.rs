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

    /// Replaces the clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets where STS is, instead of where the region's rule says: a host, or a URL for
    /// `http`.
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
