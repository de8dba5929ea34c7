//! Who signs: [`Credentials`], and where they come from ([`ProvideCredentials`]).

use std::fmt;
use std::time::SystemTime;

use crate::BoxFuture;

/// What a request is signed with.
#[derive(Clone)]
pub struct Credentials {
    id: String,
    secret: String,
    token: Option<String>,
    expiry: Option<SystemTime>,
    bearer: Option<String>,
}

impl Credentials {
    /// An access key: its id and its secret.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            token: None,
            expiry: None,
            bearer: None,
        }
    }

    /// With the security token of temporary credentials.
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// A bearer token in place of a signature.
    pub fn bearer(token: impl Into<String>) -> Self {
        Self {
            bearer: Some(token.into()),
            ..Self::anonymous()
        }
    }

    /// No credentials: nothing is signed.
    pub fn anonymous() -> Self {
        Self::new("", "")
    }

    /// The access key's id; empty for anonymous ones and bearer tokens.
    pub fn access_key_id(&self) -> &str {
        &self.id
    }

    /// The access key's secret.
    pub fn access_key_secret(&self) -> &str {
        &self.secret
    }

    /// The security token.
    pub fn security_token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The bearer token.
    pub fn bearer_token(&self) -> Option<&str> {
        self.bearer.as_deref()
    }

    /// When they end.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.expiry
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A source of credentials.
pub trait ProvideCredentials: fmt::Debug + Send + Sync + 'static {
    /// Credentials for the next attempt.
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>>;
    /// The source's name, for errors and logs.
    fn name(&self) -> &'static str;
}

impl ProvideCredentials for Credentials {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(self.clone()) })
    }
    fn name(&self) -> &'static str {
        "static_ak"
    }
}

/// Why there are no credentials.
#[derive(Debug)]
pub struct CredentialsError {
    message: String,
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CredentialsError {}
