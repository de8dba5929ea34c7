//! [`Credentials`], and the trait of those that find them.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use super::error::CredentialsError;
use super::secret::Secret;
use crate::future::BoxFuture;
use crate::signature::Identity;

/// Credentials, which a call is signed with: an access key, for a while (STS) or for
/// good, a bearer token, an identity token, or nothing.
///
/// A clone shares the secret, which is wiped when the last one is dropped.
/// `Debug` writes the access key's id and never a secret.
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
    IdToken(Secret),
    Anonymous,
}

impl Credentials {
    /// Creates the credentials of an access key: its id and its secret.
    ///
    /// A call with one that is empty or blank, begins or ends in white space, or has
    /// a control character is not sent; its error names which. The same holds for
    /// security and bearer tokens, and for what any provider finds.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self::of(Kind::AccessKey {
            id: access_key_id.into(),
            secret: Secret::new(access_key_secret),
            security_token: None,
        })
    }

    /// Creates the credentials of a bearer token, which is sent instead of a signature.
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::of(Kind::Bearer(Secret::new(token)))
    }

    /// Creates credentials of an identity token of a zero-trust environment, sent in the header
    /// `x-acs-zero-trust-idtoken` instead of a signature.
    pub fn id_token(token: impl Into<String>) -> Self {
        Self::of(Kind::IdToken(Secret::new(token)))
    }

    /// Creates anonymous credentials: calls are sent unsigned. Only operations that the service
    /// opens to everyone answer them.
    pub fn anonymous() -> Self {
        Self::of(Kind::Anonymous)
    }

    /// Adds the security token that STS gives along with a temporary access key.
    /// Without effect on any other kind of credentials.
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        let token = Secret::new(token);
        if let Kind::AccessKey { security_token, .. } = Arc::make_mut(&mut self.kind) {
            *security_token = Some(token);
        }
        self
    }

    /// Adds the time from which the service no longer accepts them.
    #[must_use]
    pub fn with_expiry(mut self, expiry: SystemTime) -> Self {
        self.expiry = Some(expiry);
        self
    }

    /// Returns the access key's id; empty for every other kind of credentials.
    pub fn access_key_id(&self) -> &str {
        match &*self.kind {
            Kind::AccessKey { id, .. } => id,
            _ => "",
        }
    }

    /// Returns the access key's secret; empty for every other kind of credentials. Do not print or
    /// store it.
    pub fn access_key_secret(&self) -> &str {
        match &*self.kind {
            Kind::AccessKey { secret, .. } => secret.expose(),
            _ => "",
        }
    }

    /// Returns the security token of a temporary access key. Do not print or store it.
    pub fn security_token(&self) -> Option<&str> {
        match &*self.kind {
            Kind::AccessKey { security_token, .. } => security_token.as_ref().map(Secret::expose),
            _ => None,
        }
    }

    /// Returns the bearer token. Do not print or store it.
    pub fn bearer_token(&self) -> Option<&str> {
        match &*self.kind {
            Kind::Bearer(token) => Some(token.expose()),
            _ => None,
        }
    }

    /// Returns the token of [`Credentials::id_token`]. Do not print or store it.
    pub fn identity_token(&self) -> Option<&str> {
        match &*self.kind {
            Kind::IdToken(token) => Some(token.expose()),
            _ => None,
        }
    }

    /// Returns whether these are [`Credentials::anonymous`].
    pub fn is_anonymous(&self) -> bool {
        matches!(*self.kind, Kind::Anonymous)
    }

    /// Who calls with them.
    pub(crate) fn identity(&self) -> Identity<'_> {
        match &*self.kind {
            Kind::AccessKey { id, .. } => Identity::Key {
                id,
                security_token: self.security_token(),
            },
            Kind::Bearer(token) => Identity::Bearer(token.expose()),
            Kind::IdToken(token) => Identity::IdToken(token.expose()),
            Kind::Anonymous => Identity::Anonymous,
        }
    }

    /// Returns the time from which the service no longer accepts them; `None` where
    /// none is known.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.expiry
    }

    /// Whether the service cannot tell them apart.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.access_key_id() == other.access_key_id()
            && self.security_token() == other.security_token()
            && self.bearer_token() == other.bearer_token()
            && self.identity_token() == other.identity_token()
    }

    /// These, if they can sign: what is empty, or was pasted with white space or
    /// control characters, the service refuses with words that say nothing of it.
    pub(crate) fn checked(self, provider: &'static str) -> Result<Self, CredentialsError> {
        match self.flaw() {
            None => Ok(self),
            Some(flaw) => Err(CredentialsError::new(provider, flaw)),
        }
    }

    fn flaw(&self) -> Option<String> {
        match &*self.kind {
            Kind::AccessKey {
                id,
                secret,
                security_token,
            } => flaw("access key id", id)
                .or_else(|| flaw("access key secret", secret.expose()))
                .or_else(|| flaw("security token", security_token.as_ref()?.expose())),
            Kind::Bearer(token) => flaw("bearer token", token.expose()),
            Kind::IdToken(token) => flaw("identity token", token.expose()),
            Kind::Anonymous => None,
        }
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind: Arc::new(kind),
            expiry: None,
        }
    }
}

/// Whether an error code says that the key is expired or revoked. Nothing was
/// executed then.
pub(crate) fn refuses_key(code: &str) -> bool {
    [
        "InvalidSecurityToken",
        "InvalidAccessKeyId",
        "SecurityTokenExpired",
    ]
    .iter()
    .any(|refusal| code.starts_with(refusal))
}

/// What is wrong with one part, in words that do not repeat it.
fn flaw(part: &str, text: &str) -> Option<String> {
    // a zero-width space and a byte order mark are pasted as easily, and not seen
    let blank = |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}');
    let what = if text.is_empty() {
        "is empty"
    } else if text.chars().all(blank) {
        "is blank"
    } else if text.starts_with(blank) {
        "begins with white space"
    } else if text.ends_with(blank) {
        "ends in white space"
    } else if text.contains(char::is_control) {
        "has a control character"
    } else {
        return None;
    };
    Some(format!("the {part} {what}"))
}

/// A provider of credentials. It is asked for every attempt of every call, so an
/// implementation keeps what it has fetched; [`Cached`](crate::credentials::Cached)
/// does that for one that does not.
pub trait ProvideCredentials: fmt::Debug + Send + Sync + 'static {
    /// Provides the credentials to sign with now.
    ///
    /// # Errors
    /// When there are none: what was tried and why it failed, without secrets.
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>>;

    /// Returns a short name for errors, spelled as the official SDKs spell it (`env`,
    /// `ecs_ram_role`, …).
    fn name(&self) -> &'static str;

    /// Hears that the service refused these credentials as expired or revoked: a
    /// provider that still keeps them fetches new ones when it is asked next.
    fn invalidate(&self, refused: &Credentials) {
        let _ = refused;
    }
}

/// Credentials provide themselves, unless they cannot sign.
impl ProvideCredentials for Credentials {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(std::future::ready(self.clone().checked(self.name())))
    }

    fn name(&self) -> &'static str {
        match &*self.kind {
            Kind::AccessKey {
                security_token: None,
                ..
            } => "static_ak",
            Kind::AccessKey { .. } => "static_sts",
            Kind::Bearer(_) => "bearer",
            Kind::IdToken(_) => "id_token",
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
