//! The command line's `OAuth` mode: a sign-in in the browser, whose tokens stand
//! in the profile. The access token is exchanged for a temporary access key; the
//! refresh token gives new tokens, once, so these go back into the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::credentials::context::Context;
use crate::credentials::credentials::Credentials;
use crate::credentials::error::CredentialsError;
use crate::credentials::files::{KeptKey, LockedFile, Profile, Profiles, Reader, unix_seconds};
use crate::credentials::refreshing::{Fetch, Refreshing, refreshing};
use crate::credentials::remote::{
    KeyNames, Server, access_key, form, post, secure_origin, set_secret,
};
use crate::credentials::secret::Secret;
use crate::time::{Clock, format_iso8601};

pub(in crate::credentials) const NAME: &str = "oauth";
const TIMEOUT: Duration = Duration::from_secs(10);
/// What expires sooner is renewed rather than used (the official SDKs' figure).
const ENOUGH: Duration = Duration::from_secs(1200);

/// A site of the OAuth server: its name in profiles, its address, and the id of
/// the command line as its client (public; from the official SDKs).
const SITES: [(&str, &str, &str); 2] = [
    ("CN", "https://oauth.aliyun.com", "4038181954557748008"),
    (
        "INTL",
        "https://oauth.alibabacloud.com",
        "4103531455503354461",
    ),
];

/// Exchanges a profile's OAuth tokens for temporary access keys.
#[derive(Clone, Debug)]
pub(in crate::credentials) struct OAuth(Refreshing<SignIn>);

#[derive(Clone, Debug)]
struct SignIn {
    server: Server,
    origin: String,
    client: &'static str,
    path: PathBuf,
    reader: Reader,
    profile: String,
    kept: KeptKey,
}

impl OAuth {
    /// The tokens of the profile `name` in the file at `path`.
    pub(super) fn new(
        context: &Context,
        path: &Path,
        name: &str,
        profile: &Profile<'_>,
    ) -> Result<Self, String> {
        let site = profile.get("oauth_site_type").unwrap_or("CN");
        let site = SITES
            .iter()
            .find(|(name, ..)| name.eq_ignore_ascii_case(site));
        let (_, address, client) = site.ok_or("`oauth_site_type` is neither CN nor INTL")?;
        let origin = context.oauth_endpoint.as_deref().unwrap_or(address);
        let this = Refreshing::new(SignIn {
            server: Server::new(context.transport.clone(), NAME, TIMEOUT),
            origin: secure_origin(origin)?,
            client,
            path: path.to_owned(),
            reader: Reader::default(),
            profile: name.to_owned(),
            kept: KeptKey::new(path, name),
        });
        let mut this = Self(this);
        this.0.set_clock(context.clock.clone());
        Ok(this)
    }
}

refreshing!(OAuth, SignIn);

/// What the profile holds at a moment.
struct Tokens {
    access: Secret,
    access_expiry: Option<SystemTime>,
    refresh: Secret,
}

impl Fetch for SignIn {
    const NAME: &'static str = NAME;

    fn refused(&self, key: &Credentials) {
        self.kept.refuse(key);
    }

    async fn fetch(self, clock: Clock) -> Result<Credentials, CredentialsError> {
        let (this, clock) = (&self, &clock);
        let sign_in = |file: Arc<LockedFile>| async move { this.sign_in(&file, clock).await };
        this.kept.get(clock, sign_in).await
    }
}

impl SignIn {
    /// Exchanges the access token, renewed first where it does not last.
    async fn sign_in(
        &self,
        file: &LockedFile,
        clock: &Clock,
    ) -> Result<Credentials, CredentialsError> {
        let mut tokens = self.read().await?;
        if !tokens.refresh.is_empty() && !self.lasts(&tokens, clock) {
            tokens = match self.renew(&tokens, file, clock).await {
                Ok(tokens) => tokens,
                Err(e) => {
                    // a process that knows no lock may have used the refresh token just before
                    let now = self.read().await?;
                    if now.refresh == tokens.refresh || !self.lasts(&now, clock) {
                        return Err(e);
                    }
                    now
                }
            };
        }
        if tokens.access.is_empty() {
            let message = "the profile has no token; sign in with `aliyun configure --mode OAuth`";
            return Err(self.server.error(message));
        }
        self.exchange(&tokens).await
    }

    async fn read(&self) -> Result<Tokens, CredentialsError> {
        let read = self.reader.read(self.path.clone()).await;
        let tokens = read.and_then(|text| {
            let file = Profiles::parse(text.expose())?;
            let profile = file.find(&self.profile)?;
            let secret = |field| Secret::new(profile.get(field).unwrap_or_default());
            Ok(Tokens {
                access: secret("oauth_access_token"),
                access_expiry: profile.time("oauth_access_token_expire"),
                refresh: secret("oauth_refresh_token"),
            })
        });
        tokens.map_err(|e| self.server.error(e))
    }

    fn lasts(&self, tokens: &Tokens, clock: &Clock) -> bool {
        let enough = clock.now() + ENOUGH;
        !tokens.access.is_empty() && tokens.access_expiry.is_some_and(|expiry| expiry > enough)
    }

    /// `POST /v1/token`. The old refresh token is used up by that, so the file
    /// must be known to be writable before.
    async fn renew(
        &self,
        tokens: &Tokens,
        file: &LockedFile,
        clock: &Clock,
    ) -> Result<Tokens, CredentialsError> {
        let error = |message: String| self.server.error(message);
        let replacement = file.replacement().await.map_err(|e| {
            error(format!(
                "renewing the tokens would lose them: cannot write {}: {e}",
                self.path.display()
            ))
        })?;

        let refresh = tokens.refresh.expose();
        let timestamp = format_iso8601(clock.now());
        let body = form(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
            ("client_id", self.client),
            ("Timestamp", &timestamp),
        ]);
        let url = format!("{}/v1/token", self.origin);
        let request = post(&url, "application/x-www-form-urlencoded", body).map_err(error)?;
        let mut reply = self.server.object(request, &[refresh]).await?;
        let now = clock.now();
        let mut take = |name: &str| match reply.remove(name) {
            Some(Value::String(text)) if !text.is_empty() => Ok(Secret::new(text)),
            _ => Err(error(format!("the reply has no `{name}`"))),
        };
        let (access, refresh) = (take("access_token")?, take("refresh_token")?);
        let seconds = reply
            .get("expires_in")
            .and_then(Value::as_u64)
            .unwrap_or(3600);
        let access_expiry = now.checked_add(Duration::from_secs(seconds));

        let changes = vec![
            ("oauth_access_token", Value::from(access.expose())),
            ("oauth_refresh_token", Value::from(refresh.expose())),
            (
                "oauth_access_token_expire",
                Value::from(access_expiry.map_or(0, unix_seconds)),
            ),
        ];
        let written = file.write(replacement, &self.profile, changes).await;
        written.map_err(|e| error(format!("the new tokens could not be written: {e}")))?;
        Ok(Tokens {
            access,
            access_expiry,
            refresh,
        })
    }

    /// `POST /v1/exchange`.
    async fn exchange(&self, tokens: &Tokens) -> Result<Credentials, CredentialsError> {
        let error = |message: String| self.server.error(message);
        let url = format!("{}/v1/exchange", self.origin);
        let mut request: http::Request<Bytes> =
            post(&url, "application/json", String::new()).map_err(error)?;
        let bearer = Secret::new(format!("Bearer {}", tokens.access.expose()));
        set_secret(&mut request, "authorization", bearer.expose()).map_err(error)?;
        let mut reply: Map<String, Value> = self
            .server
            .object(request, &[tokens.access.expose()])
            .await?;
        access_key(&mut reply, &KeyNames::CAMEL, true)
            .map_err(|e| error(format!("in the reply {e}")))
    }
}
