//! Who signs a call: [`Credentials`], and the providers that find them.
//!
//! One file a provider; each can be used alone, and [`default_chain`] tries them
//! in the order of the official SDKs. What is fetched over the network or from
//! a program is cached by the provider that fetches it: renewed in the background
//! ahead of its expiry, once for all callers, and used for as long as it works.
//!
//! ```
//! # use alicloud_runtime as alicloud;
//! use std::sync::Arc;
//! use alicloud::Config;
//! use alicloud::credentials::{AssumeRole, default_chain};
//! use alicloud::transport::{Http, HttpOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let http = Arc::new(Http::new(&HttpOptions::default())?);
//! let role = AssumeRole::new(
//!     http.clone(),
//!     default_chain(http),
//!     "acs:ram::123456789012****:role/reader",
//! );
//! let config = Config::new(role.session_name("nightly-report"));
//! # Ok(())
//! # }
//! ```
//!
//! Secrets are kept in one type, which is wiped when dropped and never shown.

mod assume_role;
mod cache;
mod chain;
mod cloud_sso;
mod ecs;
mod env;
mod environment;
mod error;
mod file;
mod http;
mod ini;
mod oauth;
mod oidc;
mod process;
mod profile;
mod secret;
mod sts;
mod uri;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

pub use self::assume_role::AssumeRole;
pub use self::cache::Cached;
pub use self::chain::{Chain, default_chain};
pub use self::cloud_sso::CloudSso;
pub use self::ecs::EcsRamRole;
pub use self::env::EnvironmentVariables;
pub use self::environment::{Context, Environment};
pub use self::error::CredentialsError;
pub use self::ini::IniFile;
pub use self::oidc::AssumeRoleWithOidc;
pub use self::process::ExternalProcess;
pub use self::profile::CliProfile;
pub use self::uri::CredentialsUri;

use self::secret::{Secret, SecretJson};
use crate::BoxFuture;

/// What a call is signed with: an access key, for a while (STS) or for good, a
/// bearer token, or nothing.
///
/// A clone shares the secret, which is wiped when the last one is dropped.
/// `Debug` shows the access key's id and never a secret.
#[derive(Clone, Debug)]
pub struct Credentials {
    kind: Arc<Kind>,
    expiry: Option<SystemTime>,
}

#[derive(Clone, Debug)]
enum Kind {
    AccessKey {
        id: String,
        secret: Secret,
        security_token: Option<Secret>,
    },
    Bearer(Secret),
    Anonymous,
}

impl Credentials {
    /// An access key: its id and its secret.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self::of(Kind::AccessKey {
            id: access_key_id.into(),
            secret: Secret::new(access_key_secret),
            security_token: None,
        })
    }

    /// A bearer token, sent instead of a signature.
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::of(Kind::Bearer(Secret::new(token)))
    }

    /// No credentials: calls are sent unsigned. Only operations that the service
    /// opens to everyone answer them.
    pub fn anonymous() -> Self {
        Self::of(Kind::Anonymous)
    }

    /// With the security token that STS gives along with a temporary access key.
    /// Without effect on a bearer token and on [`Credentials::anonymous`].
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        let token = Secret::new(token);
        if let Kind::AccessKey { security_token, .. } = Arc::make_mut(&mut self.kind) {
            *security_token = Some(token);
        }
        self
    }

    /// With the time from which the service no longer accepts them.
    #[must_use]
    pub fn with_expiry(mut self, expiry: SystemTime) -> Self {
        self.expiry = Some(expiry);
        self
    }

    /// The access key's id; empty for a bearer token and for
    /// [`Credentials::anonymous`].
    pub fn access_key_id(&self) -> &str {
        match &*self.kind {
            Kind::AccessKey { id, .. } => id,
            _ => "",
        }
    }

    /// The access key's secret; empty for a bearer token and for
    /// [`Credentials::anonymous`]. Do not print or store it.
    pub fn access_key_secret(&self) -> &str {
        match &*self.kind {
            Kind::AccessKey { secret, .. } => secret.expose(),
            _ => "",
        }
    }

    /// The security token of a temporary access key. Do not print or store it.
    pub fn security_token(&self) -> Option<&str> {
        match &*self.kind {
            Kind::AccessKey { security_token, .. } => security_token.as_ref().map(Secret::expose),
            _ => None,
        }
    }

    /// The bearer token. Do not print or store it.
    pub fn bearer_token(&self) -> Option<&str> {
        match &*self.kind {
            Kind::Bearer(token) => Some(token.expose()),
            _ => None,
        }
    }

    /// Whether these are [`Credentials::anonymous`].
    pub fn is_anonymous(&self) -> bool {
        matches!(*self.kind, Kind::Anonymous)
    }

    /// The time from which the service no longer accepts them; `None` where none
    /// is known.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.expiry
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind: Arc::new(kind),
            expiry: None,
        }
    }
}

/// Finds credentials. Asked for every attempt of every call, so an implementation
/// keeps what it has fetched; [`Cached`] does that for one that does not.
pub trait ProvideCredentials: fmt::Debug + Send + Sync + 'static {
    /// The credentials to sign with now.
    ///
    /// # Errors
    /// When there are none: what was tried and why it failed, without secrets.
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>>;

    /// A short name for errors, spelled as the official SDKs spell it (`env`,
    /// `ecs_ram_role`, …).
    fn name(&self) -> &'static str;

    /// Hears that the service refused these credentials as expired or revoked: a
    /// provider that still keeps them fetches new ones when it is asked next.
    fn invalidate(&self, refused: &Credentials) {
        let _ = refused;
    }
}

/// Credentials provide themselves.
impl ProvideCredentials for Credentials {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }

    fn name(&self) -> &'static str {
        match &*self.kind {
            Kind::AccessKey {
                security_token: None,
                ..
            } => "static_ak",
            Kind::AccessKey { .. } => "static_sts",
            Kind::Bearer(_) => "bearer",
            Kind::Anonymous => "anonymous",
        }
    }
}

/// A shared provider is a provider.
impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        (**self).provide()
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn invalidate(&self, refused: &Credentials) {
        (**self).invalidate(refused);
    }
}
