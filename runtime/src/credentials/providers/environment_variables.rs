//! An access key in environment variables.

use crate::credentials::credentials::{Credentials, ProvideCredentials};
use crate::credentials::error::CredentialsError;
use crate::environment::Environment;
use crate::future::BoxFuture;

const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

/// A provider that reads `ALIBABA_CLOUD_ACCESS_KEY_ID`,
/// `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and, for a temporary key,
/// `ALIBABA_CLOUD_SECURITY_TOKEN`, each time it is asked.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentVariables {
    environment: Environment,
}

impl EnvironmentVariables {
    /// Creates a provider of the process's variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a provider of an environment's variables.
    pub fn of(environment: Environment) -> Self {
        Self { environment }
    }

    fn read(&self) -> Result<Credentials, CredentialsError> {
        let var = |name| self.environment.var(name);
        let error = |message: String| Err(CredentialsError::new("env", message));
        match (var(ID), var(SECRET)) {
            (Some(id), Some(secret)) => {
                let credentials = Credentials::new(id, secret);
                let credentials = match var(TOKEN) {
                    Some(token) => credentials.with_security_token(token),
                    None => credentials,
                };
                credentials.checked("env")
            }
            (Some(_), None) => error(format!("{ID} is set but {SECRET} is not")),
            (None, Some(_)) => error(format!("{SECRET} is set but {ID} is not")),
            (None, None) => error(format!("{ID} and {SECRET} are not set")),
        }
    }
}

impl ProvideCredentials for EnvironmentVariables {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(std::future::ready(self.read()))
    }

    fn name(&self) -> &'static str {
        "env"
    }
}
