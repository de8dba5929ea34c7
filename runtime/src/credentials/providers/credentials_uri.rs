//! An access key that a server of the user's own hands out.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, Uri};

use crate::credentials::context::Context;
use crate::credentials::credentials::Credentials;
use crate::credentials::error::CredentialsError;
use crate::credentials::refreshing::{Fetch, Refreshing, refreshing};
use crate::credentials::remote::{KeyNames, SecretPath, Server, access_key, empty, refusal};
use crate::credentials::secret::Secret;
use crate::time::Clock;
use crate::transport::Transport;

pub(in crate::credentials) const NAME: &str = "credential_uri";
const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const TIMEOUT: Duration = Duration::from_secs(10);

/// A provider that takes the access key from the JSON at a URL: `Code` (`Success`),
/// `AccessKeyId`, `AccessKeySecret`, and of a temporary key `SecurityToken` and
/// `Expiration`.
///
/// A key without `Expiration` is looked up again every minute.
#[derive(Clone, Debug)]
pub struct CredentialsUri(Refreshing<Location>);

#[derive(Clone, Debug)]
struct Location {
    server: Server,
    /// May hold a secret in its query.
    uri: Secret,
}

impl CredentialsUri {
    /// Creates a provider of the key at this URL.
    pub fn new(transport: Arc<dyn Transport>, uri: impl Into<String>) -> Self {
        Self(Refreshing::new(Location {
            server: Server::new(transport, NAME, TIMEOUT),
            uri: Secret::new(uri),
        }))
    }

    /// Creates a provider of the key at the URL in `ALIBABA_CLOUD_CREDENTIALS_URI`.
    ///
    /// # Errors
    /// If the variable is not set, or `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS` is.
    pub fn from_environment(context: &Context) -> Result<Self, CredentialsError> {
        let error = |message| CredentialsError::new(NAME, message);
        let uri = context.environment.var(URI);
        let uri = uri.ok_or_else(|| error(format!("{URI} is not set")))?;
        context
            .allows_external("a credentials URI")
            .map_err(error)?;
        Ok(Self::new(context.transport.clone(), uri).clock(context.clock.clone()))
    }
}

impl Fetch for Location {
    const NAME: &'static str = NAME;

    async fn fetch(self, _: Clock) -> Result<Credentials, CredentialsError> {
        let error = |message: &str| self.server.error(message);
        let uri: Uri = (self.uri.expose().parse()).map_err(|_| error("the URI is no valid URL"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(error("the URI is no http or https URL"));
        }
        let mut request = empty(Method::GET, self.uri.expose()).map_err(|e| error(&e))?;
        request.extensions_mut().insert(SecretPath);
        let secrets: Vec<_> = uri.query().into_iter().collect();
        let mut reply = self.server.object(request, &secrets).await?;
        if reply.get("Code").and_then(|code| code.as_str()) != Some("Success") {
            let refusal = refusal(None, &reply, &secrets);
            return Err(error(&format!(
                "the reply's `Code` is not `Success`: {refusal}"
            )));
        }
        access_key(&mut reply, &KeyNames::PASCAL, false)
            .map_err(|e| error(&format!("in the reply {e}")))
    }
}

refreshing!(CredentialsUri, Location, clock);
