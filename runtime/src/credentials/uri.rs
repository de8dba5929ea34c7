//! An access key that a server of the user's own hands out.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, Uri};

use super::cache::{Cache, FETCH_LIMIT};
use super::http::{KeyNames, SecretPath, Server, access_key, empty, persist, refusal};
use super::{BoxFuture, Context, Credentials, CredentialsError, ProvideCredentials, Secret};
use crate::time::Clock;
use crate::transport::Transport;

pub(super) const NAME: &str = "credential_uri";
const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const TIMEOUT: Duration = Duration::from_secs(10);

/// The access key in the JSON at a URL: `Code` (`Success`), `AccessKeyId`,
/// `AccessKeySecret`, and of a temporary key `SecurityToken` and `Expiration`.
///
/// A key without `Expiration` is looked up again every minute.
#[derive(Clone, Debug)]
pub struct CredentialsUri {
    options: Options,
    cache: Cache,
}

#[derive(Clone, Debug)]
struct Options {
    server: Server,
    /// May hold a secret in its query.
    uri: Secret,
}

impl CredentialsUri {
    /// The key at this URL.
    pub fn new(transport: Arc<dyn Transport>, uri: impl Into<String>) -> Self {
        Self {
            cache: Cache::new(NAME, Clock::system(), FETCH_LIMIT),
            options: Options {
                server: Server {
                    transport,
                    provider: NAME,
                    timeout: TIMEOUT,
                },
                uri: Secret::new(uri),
            },
        }
    }

    /// The key at the URL in `ALIBABA_CLOUD_CREDENTIALS_URI`.
    ///
    /// # Errors
    /// If the variable is not set.
    pub fn from_environment(context: &Context) -> Result<Self, CredentialsError> {
        match context.environment.var(URI) {
            Some(uri) => Ok(Self::new(context.transport.clone(), uri).clock(context.clock.clone())),
            None => Err(CredentialsError::new(NAME, format!("{URI} is not set"))),
        }
    }

    /// Another clock than the system's. What was fetched before is forgotten.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.cache = Cache::new(NAME, clock, FETCH_LIMIT);
        self
    }
}

impl Options {
    async fn fetch(self) -> Result<Credentials, CredentialsError> {
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

impl ProvideCredentials for CredentialsUri {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.cache.get(|| {
            let options = self.options.clone();
            Box::pin(persist(move || options.clone().fetch()))
        }))
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn invalidate(&self, refused: &Credentials) {
        self.cache.invalidate(refused);
    }
}
