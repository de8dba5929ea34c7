//! CloudSSO: the access token of a sign-in, exchanged for a temporary access key.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::credentials::credentials::Credentials;
use crate::credentials::error::CredentialsError;
use crate::credentials::files::KeptKey;
use crate::credentials::refreshing::{Fetch, Refreshing, refreshing};
use crate::credentials::remote::{
    Address, KeyNames, Server, access_key, post, secure_origin, set_secret,
};
use crate::credentials::secret::Secret;
use crate::time::{Clock, format_iso8601};
use crate::transport::Transport;

pub(in crate::credentials) const NAME: &str = "cloud_sso";
const TIMEOUT: Duration = Duration::from_secs(10);

/// A provider that exchanges a CloudSSO access token for a temporary access key of
/// an account's access configuration (`POST /cloud-credentials` at the sign-in
/// host).
///
/// The token itself cannot be renewed: once it has expired, the user signs in again.
#[derive(Clone, Debug)]
pub struct CloudSso(Refreshing<SignIn>);

#[derive(Clone, Debug)]
struct SignIn {
    server: Server,
    sign_in_url: Address,
    account: String,
    access_configuration: String,
    access_token: Secret,
    token_expiry: Option<SystemTime>,
    kept: Option<KeptKey>,
}

impl CloudSso {
    /// Creates a provider of the sign-in URL, the account's id, the access
    /// configuration's id, and the access token of a sign-in.
    pub fn new(
        transport: Arc<dyn Transport>,
        sign_in_url: impl Into<String>,
        account_id: impl Into<String>,
        access_configuration_id: impl Into<String>,
        access_token: impl Into<String>,
    ) -> Self {
        Self(Refreshing::new(SignIn {
            server: Server::new(transport, NAME, TIMEOUT),
            sign_in_url: Address::new(sign_in_url),
            account: account_id.into(),
            access_configuration: access_configuration_id.into(),
            access_token: Secret::new(access_token),
            token_expiry: None,
            kept: None,
        }))
    }

    /// Keeps the key in a file, and uses the one that is there until it expires.
    pub(super) fn kept(mut self, kept: KeptKey) -> Self {
        self.0.settings.kept = Some(kept);
        self
    }

    /// Sets the time from which the access token is not worth sending.
    #[must_use]
    pub fn access_token_expiry(mut self, expiry: SystemTime) -> Self {
        self.0.settings.token_expiry = Some(expiry);
        self
    }
}

impl Fetch for SignIn {
    const NAME: &'static str = NAME;

    fn refused(&self, key: &Credentials) {
        if let Some(kept) = &self.kept {
            kept.refuse(key);
        }
    }

    async fn fetch(self, clock: Clock) -> Result<Credentials, CredentialsError> {
        match &self.kept {
            Some(kept) => kept.get(&clock, |_file| self.exchange(&clock)).await,
            None => self.exchange(&clock).await,
        }
    }
}

impl SignIn {
    /// `POST /cloud-credentials`.
    async fn exchange(&self, clock: &Clock) -> Result<Credentials, CredentialsError> {
        let error = |message| self.server.error(message);
        if let Some(expiry) = self.token_expiry.filter(|expiry| *expiry <= clock.now()) {
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

refreshing!(CloudSso, SignIn, clock);
