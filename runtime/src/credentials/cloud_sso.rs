//! CloudSSO: the access token of a sign-in, exchanged for a temporary access key.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::cache::{Cache, FETCH_LIMIT};
use super::http::{
    Address, KeyNames, Server, access_key, persist, post, secure_origin, set_secret,
};
use super::{BoxFuture, Credentials, CredentialsError, ProvideCredentials, Secret};
use crate::time::{Clock, format_iso8601};
use crate::transport::Transport;

pub(super) const NAME: &str = "cloud_sso";
const TIMEOUT: Duration = Duration::from_secs(10);

/// Exchanges a CloudSSO access token for a temporary access key of an account's
/// access configuration (`POST /cloud-credentials` at the sign-in host).
///
/// The token itself cannot be renewed: once it has expired, the user signs in again.
#[derive(Clone, Debug)]
pub struct CloudSso {
    options: Options,
    cache: Cache,
}

#[derive(Clone, Debug)]
struct Options {
    server: Server,
    clock: Clock,
    sign_in_url: Address,
    account: String,
    access_configuration: String,
    access_token: Secret,
    token_expiry: Option<SystemTime>,
}

impl CloudSso {
    /// The sign-in URL, the account's id, the access configuration's id, and the
    /// access token of a sign-in.
    pub fn new(
        transport: Arc<dyn Transport>,
        sign_in_url: impl Into<String>,
        account_id: impl Into<String>,
        access_configuration_id: impl Into<String>,
        access_token: impl Into<String>,
    ) -> Self {
        let clock = Clock::system();
        Self {
            cache: Cache::new(NAME, clock.clone(), FETCH_LIMIT),
            options: Options {
                server: Server {
                    transport,
                    provider: NAME,
                    timeout: TIMEOUT,
                },
                clock,
                sign_in_url: Address::new(sign_in_url),
                account: account_id.into(),
                access_configuration: access_configuration_id.into(),
                access_token: Secret::new(access_token),
                token_expiry: None,
            },
        }
    }

    /// The time from which the access token is not worth sending.
    #[must_use]
    pub fn access_token_expiry(mut self, expiry: SystemTime) -> Self {
        self.options.token_expiry = Some(expiry);
        self
    }

    /// Another clock than the system's. What was fetched before is forgotten.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.cache = Cache::new(NAME, clock.clone(), FETCH_LIMIT);
        self.options.clock = clock;
        self
    }
}

impl Options {
    async fn fetch(self) -> Result<Credentials, CredentialsError> {
        let error = |message| self.server.error(message);
        if let Some(expiry) = self
            .token_expiry
            .filter(|expiry| *expiry <= self.clock.now())
        {
            return Err(error(format!(
                "the sign-in expired at {}; sign in again with `aliyun configure --mode CloudSSO`",
                format_iso8601(expiry)
            )));
        }
        let origin = secure_origin(&self.sign_in_url).map_err(error)?;
        let body = serde_json::json!({
            "AccountId": self.account,
            "AccessConfigurationId": self.access_configuration,
        });
        let url = format!("{origin}/cloud-credentials");
        let mut request = post(&url, "application/json", body.to_string()).map_err(error)?;
        let bearer = Secret::new(format!("Bearer {}", self.access_token.expose()));
        set_secret(&mut request, "authorization", bearer.expose()).map_err(error)?;

        let secrets = [self.access_token.expose()];
        let mut reply = self.server.object(request, &secrets).await?;
        let key = reply
            .get_mut("CloudCredential")
            .and_then(|key| key.as_object_mut());
        let key = key.ok_or_else(|| error("the reply has no `CloudCredential`".to_owned()))?;
        access_key(key, &KeyNames::PASCAL, true).map_err(|e| error(format!("in the reply {e}")))
    }
}

impl ProvideCredentials for CloudSso {
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
