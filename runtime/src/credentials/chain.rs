//! Several providers, one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::context::Context;
use super::credentials::{Credentials, ProvideCredentials};
use super::error::CredentialsError;
use super::providers::{
    AssumeRoleWithOidc, CliProfile, CredentialsUri, ECS, EcsRamRole, EnvironmentVariables, IniFile,
    OIDC, URI,
};
use crate::future::BoxFuture;
use crate::transport::Transport;

const NAME: &str = "default";

/// Creates the default chain of the process's environment: [`Chain::standard`] with the
/// process's environment.
pub fn default_chain(transport: Arc<dyn Transport>) -> Chain {
    Chain::standard(&Context::new(transport))
}

/// A chain of providers, asked in order; the first that has credentials is asked
/// alone from then on. If it fails later, all are asked again.
#[derive(Debug)]
pub struct Chain {
    members: Vec<Arc<dyn ProvideCredentials>>,
    /// Index of the one that had credentials last; [`NONE`] before that.
    found: AtomicUsize,
}

const NONE: usize = usize::MAX;

impl Chain {
    /// Creates a chain of these providers, in this order.
    pub fn new(members: impl IntoIterator<Item = Arc<dyn ProvideCredentials>>) -> Self {
        Self {
            members: members.into_iter().collect(),
            found: AtomicUsize::new(NONE),
        }
    }

    /// Creates the chain of the official SDKs: environment variables, OIDC (if its
    /// variables are set), the CLI's profile, the credentials INI file, the RAM
    /// role of the ECS instance (unless disabled), the credentials URI (if set).
    pub fn standard(context: &Context) -> Self {
        Self::new([
            Arc::new(EnvironmentVariables::of(context.environment.clone())) as _,
            available(OIDC, AssumeRoleWithOidc::from_environment(context)),
            Arc::new(CliProfile::new(context)),
            Arc::new(IniFile::new(context)),
            available(ECS, EcsRamRole::from_environment(context)),
            available(URI, CredentialsUri::from_environment(context)),
        ])
    }

    /// The name of the one that had credentials last.
    pub(crate) fn found(&self) -> Option<&'static str> {
        let found = self.members.get(self.found.load(Ordering::Relaxed))?;
        Some(found.name())
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let found = self.found.load(Ordering::Relaxed);
        let mut failed = None;
        if let Some(member) = self.members.get(found) {
            match member.provide().await {
                Ok(credentials) => return Ok(credentials),
                Err(e) => failed = Some(e),
            }
        }
        let mut tried = Vec::with_capacity(self.members.len());
        for (index, member) in self.members.iter().enumerate() {
            if let Some(e) = failed.take_if(|_| index == found) {
                tried.push(e);
                continue;
            }
            match member.provide().await {
                Ok(credentials) => {
                    self.found.store(index, Ordering::Relaxed);
                    return Ok(credentials);
                }
                Err(e) => tried.push(e),
            }
        }
        let message = "no credentials found; tried in this order:";
        Err(CredentialsError::all(NAME, message, tried))
    }
}

impl ProvideCredentials for Chain {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.ask())
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn invalidate(&self, refused: &Credentials) {
        for member in &self.members {
            member.invalidate(refused);
        }
    }
}

fn available<P: ProvideCredentials>(
    name: &'static str,
    provider: Result<P, CredentialsError>,
) -> Arc<dyn ProvideCredentials> {
    match provider {
        Ok(provider) => Arc::new(provider),
        Err(error) => Arc::new(Unavailable { name, error }),
    }
}

/// A member that is not set up, and says so.
#[derive(Debug)]
struct Unavailable {
    name: &'static str,
    error: CredentialsError,
}

impl ProvideCredentials for Unavailable {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(std::future::ready(Err(self.error.clone())))
    }

    fn name(&self) -> &'static str {
        self.name
    }
}
