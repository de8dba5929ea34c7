//! Where providers look: environment variables, the home directory, the clock,
//! the network. All of it can be replaced, so that no test has to change the
//! process that it runs in.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::time::Clock;
use crate::transport::Transport;

/// Environment variables and the home directory.
#[derive(Clone)]
pub struct Environment {
    /// `None` is the process's own environment.
    variables: Option<Arc<BTreeMap<String, String>>>,
    home: Option<PathBuf>,
}

impl Environment {
    /// The process's: variables are read when they are asked for.
    pub fn process() -> Self {
        Self {
            variables: None,
            home: std::env::home_dir().filter(|home| !home.as_os_str().is_empty()),
        }
    }

    /// These variables and no home directory.
    pub fn from_map(
        variables: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(k, v)| (k.into(), v.into()));
        Self {
            variables: Some(Arc::new(variables.collect())),
            home: None,
        }
    }

    /// With another home directory.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// A variable's value, without white space around it. `None` where it is not
    /// set, empty or no Unicode.
    pub fn var(&self, name: &str) -> Option<String> {
        let value = match &self.variables {
            None => std::env::var(name).ok()?,
            Some(variables) => variables.get(name)?.clone(),
        };
        let trimmed = value.trim();
        match trimmed.len() {
            0 => None,
            same if same == value.len() => Some(value),
            _ => Some(trimmed.to_owned()),
        }
    }

    /// Whether a variable says `true`, in any case.
    pub fn is_true(&self, name: &str) -> bool {
        self.var(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The home directory.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self::process()
    }
}

/// Names only: values can be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.variables.as_ref().map(|map| map.keys());
        f.debug_struct("Environment")
            .field("variables", &names)
            .field("home", &self.home)
            .finish()
    }
}

/// What a provider needs that builds others from what it reads: [`Chain`](super::Chain),
/// [`CliProfile`](super::CliProfile), [`IniFile`](super::IniFile).
#[derive(Clone, Debug)]
pub struct Context {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) environment: Environment,
    pub(super) clock: Clock,
    pub(super) sts_endpoint: Option<String>,
    pub(super) metadata_endpoint: Option<String>,
    pub(super) oauth_endpoint: Option<String>,
}

impl Context {
    /// The process's environment, the system's clock, the real endpoints.
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

    /// With another environment.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// With another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Where STS is, instead of where the region's rule says: a host, or a URL for
    /// `http`.
    #[must_use]
    pub fn sts_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.sts_endpoint = Some(endpoint.into());
        self
    }

    /// Where the ECS metadata server is, instead of `http://100.100.100.200`.
    #[must_use]
    pub fn metadata_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.metadata_endpoint = Some(endpoint.into());
        self
    }

    /// Where the server of the command line's `OAuth` mode is, instead of
    /// `https://oauth.aliyun.com` or `https://oauth.alibabacloud.com`.
    #[must_use]
    pub fn oauth_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.oauth_endpoint = Some(endpoint.into());
        self
    }
}
