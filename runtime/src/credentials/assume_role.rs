//! A role taken on with other credentials (`AssumeRole` of STS).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};

use super::cache::Cache;
use super::http::{Server, empty, persist, set_secret};
use super::sts::{self, Endpoint, Session, session_options};
use super::{BoxFuture, Credentials, CredentialsError, ProvideCredentials};
use crate::signature::v3;
use crate::signature::{ToSign, canonical_query};
use crate::time::{Clock, format_iso8601};
use crate::transport::Transport;

pub(super) const NAME: &str = "ram_role_arn";
/// The source may be a program that takes a minute; each has its own bound.
const LIMIT: Duration = Duration::from_secs(90);

/// Exchanges the credentials of any other provider for a temporary access key of
/// a role. STS is asked with signature V3.
#[derive(Clone, Debug)]
pub struct AssumeRole {
    options: Options,
    cache: Cache,
}

#[derive(Clone, Debug)]
struct Options {
    server: Server,
    clock: Clock,
    source: Arc<dyn ProvideCredentials>,
    endpoint: Endpoint,
    session: Session,
    external_id: Option<String>,
}

impl AssumeRole {
    /// The role with this ARN, with the credentials of `source`.
    pub fn new(
        transport: Arc<dyn Transport>,
        source: impl ProvideCredentials,
        role_arn: impl Into<String>,
    ) -> Self {
        let clock = Clock::system();
        Self {
            cache: Cache::new(NAME, clock.clone(), LIMIT),
            options: Options {
                server: Server {
                    transport,
                    provider: NAME,
                    timeout: sts::TIMEOUT,
                },
                clock,
                source: Arc::new(source),
                endpoint: Endpoint::default(),
                session: Session::new(role_arn),
                external_id: None,
            },
        }
    }

    /// The id that the role's trust policy asks callers of other accounts for.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.options.external_id = Some(id.into());
        self
    }
}

session_options!(AssumeRole, LIMIT);

impl Options {
    async fn fetch(self) -> Result<Credentials, CredentialsError> {
        let source = self.source().await?;
        match self.exchange(&source).await {
            Err(refusal) if refusal.refuses_key() => {
                // a source that keeps what it fetched would give the same key again
                self.source.invalidate(&source);
                let other = self.source().await?;
                match other.is_same(&source) {
                    true => Err(refusal),
                    false => self.exchange(&other).await,
                }
            }
            done => done,
        }
    }

    async fn source(&self) -> Result<Credentials, CredentialsError> {
        let asked = self.source.provide().await;
        let source = asked
            .and_then(|source| source.checked(self.source.name()))
            .map_err(|e| {
                let message = "no credentials to take on the role with";
                CredentialsError::all(NAME, message, vec![e])
            })?;
        match source.access_key_id() {
            "" => Err(self
                .server
                .error("taking on a role needs an access key; the source has none")),
            _ => Ok(source),
        }
    }

    /// One exchange with STS.
    async fn exchange(&self, source: &Credentials) -> Result<Credentials, CredentialsError> {
        let (id, secret) = (source.access_key_id(), source.access_key_secret());
        let token = source.security_token();
        let request = self.request(id, secret, token);
        let request = request.map_err(|e| self.server.error(e))?;
        let secrets = [secret, token.unwrap_or_default()];
        sts::call(&self.server, request, &secrets).await
    }

    /// The signed request: RPC, every parameter in the query.
    fn request(
        &self,
        id: &str,
        secret: &str,
        token: Option<&str>,
    ) -> Result<Request<Bytes>, String> {
        let mut query: Vec<_> = self
            .session
            .parameters(&self.clock)?
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        query.extend(
            self.external_id
                .clone()
                .map(|id| ("ExternalId".to_owned(), id)),
        );

        let url = format!("{}/?{}", self.endpoint.origin()?, canonical_query(&query));
        let mut request = empty(Method::POST, &url)?;
        let host = request.uri().authority().map(ToString::to_string);
        let payload_hash = v3::payload_hash(b"");
        let mut headers = vec![
            ("host".to_owned(), host.unwrap_or_default()),
            ("x-acs-action".to_owned(), "AssumeRole".to_owned()),
            ("x-acs-version".to_owned(), sts::VERSION.to_owned()),
            ("x-acs-date".to_owned(), format_iso8601(self.clock.now())),
            ("x-acs-signature-nonce".to_owned(), crate::random::uuid()),
            ("x-acs-content-sha256".to_owned(), payload_hash.to_string()),
        ];
        if let Some(token) = token {
            headers.push(("x-acs-accesskey-id".to_owned(), id.to_owned()));
            headers.push(("x-acs-security-token".to_owned(), token.to_owned()));
        }
        let to_sign = ToSign {
            method: "POST",
            path: "/",
            query: &query,
            headers: &headers,
        };
        let signed = v3::sign(&to_sign, &payload_hash, id, secret);
        for (name, value) in &headers {
            set_secret(&mut request, name, value)?;
        }
        set_secret(&mut request, "authorization", &signed.authorization)?;
        Ok(request)
    }
}

impl ProvideCredentials for AssumeRole {
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
