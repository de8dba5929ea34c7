//! The command line's `OAuth` mode: a sign-in in the browser, whose tokens stand
//! in the profile. The access token is exchanged for a temporary access key; the
//! refresh token gives new tokens, once, so these go back into the file.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::cache::{Cache, FETCH_LIMIT};
use super::file::{self, Reader};
use super::http::{KeyNames, Server, access_key, form, persist, post, secure_origin, set_secret};
use super::profile::{Profile, Profiles};
use super::{BoxFuture, Context, Credentials, CredentialsError, ProvideCredentials, Secret};
use crate::time::{Clock, format_iso8601};

pub(super) const NAME: &str = "oauth";
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
pub(super) struct OAuth {
    options: Options,
    cache: Cache,
}

#[derive(Clone, Debug)]
struct Options {
    server: Server,
    clock: Clock,
    origin: String,
    client: &'static str,
    path: PathBuf,
    reader: Reader,
    profile: String,
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
        Ok(Self {
            cache: Cache::new(NAME, context.clock.clone(), FETCH_LIMIT),
            options: Options {
                server: Server {
                    transport: context.transport.clone(),
                    provider: NAME,
                    timeout: TIMEOUT,
                },
                clock: context.clock.clone(),
                origin: secure_origin(origin)?,
                client,
                path: path.to_owned(),
                reader: Reader::default(),
                profile: name.to_owned(),
            },
        })
    }
}

impl ProvideCredentials for OAuth {
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

/// What the profile holds at a moment.
struct Tokens {
    access: Secret,
    access_expiry: Option<SystemTime>,
    refresh: Secret,
}

impl Options {
    async fn fetch(self) -> Result<Credentials, CredentialsError> {
        let mut tokens = self.read().await?;
        if !tokens.refresh.is_empty() && !self.lasts(&tokens) {
            tokens = match self.renew(&tokens).await {
                Ok(tokens) => tokens,
                Err(e) => {
                    // another process may have used the refresh token just before
                    let now = self.read().await?;
                    if now.refresh == tokens.refresh || !self.lasts(&now) {
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

    fn lasts(&self, tokens: &Tokens) -> bool {
        let enough = self.clock.now() + ENOUGH;
        !tokens.access.is_empty() && tokens.access_expiry.is_some_and(|expiry| expiry > enough)
    }

    /// `POST /v1/token`. The old refresh token is used up by that, so the file
    /// must be known to be writable before.
    async fn renew(&self, tokens: &Tokens) -> Result<Tokens, CredentialsError> {
        let error = |message: String| self.server.error(message);
        let path = self.path.clone();
        let replacement = off_thread(move || Replacement::prepare(&path))
            .await
            .map_err(|e| {
                error(format!(
                    "renewing the tokens would lose them: cannot write {}: {e}",
                    self.path.display()
                ))
            })?;

        let refresh = tokens.refresh.expose();
        let timestamp = format_iso8601(self.clock.now());
        let body = form(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
            ("client_id", self.client),
            ("Timestamp", &timestamp),
        ]);
        let url = format!("{}/v1/token", self.origin);
        let request = post(&url, "application/x-www-form-urlencoded", body).map_err(error)?;
        let mut reply = self.server.object(request, &[refresh]).await?;
        let now = self.clock.now();
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
        let profile = self.profile.clone();
        let written = off_thread(move || replacement.write(&profile, changes)).await;
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

/// A file beside the profile's, which takes its place in one step. Removed if
/// that never happens.
struct Replacement {
    target: PathBuf,
    path: PathBuf,
    file: File,
}

impl Replacement {
    fn prepare(path: &Path) -> Result<Self, String> {
        // a link keeps pointing where it does
        let target = path.canonicalize().map_err(|e| e.to_string())?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", crate::random::uuid()));
        let path = target.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|e| e.to_string())?;
        Ok(Self { target, path, file })
    }

    /// The file as it is now, with these fields of the profile changed.
    fn write(mut self, profile: &str, changes: Vec<(&str, Value)>) -> Result<(), String> {
        let text = file::read_now(&self.target)?;
        let mut json = Profiles::parse(text.expose())?.0;
        let profiles = json.0.get_mut("profiles").and_then(Value::as_array_mut);
        let fields = profiles
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
            .find(|fields| fields.get("name").and_then(Value::as_str) == Some(profile))
            .ok_or_else(|| format!("there is no profile `{profile}` any more"))?;
        for (field, value) in changes {
            fields.insert(field.to_owned(), value);
        }
        let text = serde_json::to_string_pretty(&json.0).map_err(|e| e.to_string())?;
        let text = Secret::new(text);
        let permissions = std::fs::metadata(&self.target).map(|m| m.permissions());
        let io = |e: std::io::Error| e.to_string();
        self.file
            .set_permissions(permissions.map_err(io)?)
            .map_err(io)?;
        self.file.write_all(text.expose().as_bytes()).map_err(io)?;
        self.file.sync_all().map_err(io)?;
        std::fs::rename(&self.path, &self.target).map_err(io)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // gone already where it has taken its place
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err("the work was cut short".to_owned()))
}

fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}
