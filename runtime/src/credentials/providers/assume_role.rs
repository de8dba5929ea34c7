//! A role taken on with other credentials (`AssumeRole` of STS).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;

use crate::credentials::credentials::{Credentials, ProvideCredentials};
use crate::credentials::error::CredentialsError;
use crate::credentials::refreshing::{Fetch, Refreshing, refreshing};
use crate::credentials::remote::Server;
use crate::credentials::sts::{self, Endpoint, Session, session_options};
use crate::decode::Format;
use crate::encode::UnsignedRequest;
use crate::environment::Environment;
use crate::gateway::{self, Gateway, Signing};
use crate::schema::ApiStyle;
use crate::signature::{Common, Signature};
use crate::time::Clock;
use crate::transport::Transport;
use crate::user_agent::user_agent;

pub(in crate::credentials) const NAME: &str = "ram_role_arn";
/// The source may be a program that takes a minute; each has its own bound.
const LIMIT: Duration = Duration::from_secs(90);

/// A provider that exchanges the credentials of any other provider for a temporary
/// access key of a role. STS is asked with signature V3.
#[derive(Clone, Debug)]
pub struct AssumeRole(Refreshing<Role>);

#[derive(Clone, Debug)]
struct Role {
    server: Server,
    source: Arc<dyn ProvideCredentials>,
    endpoint: Endpoint,
    session: Session,
    external_id: Option<String>,
    environment: Environment,
}

impl AssumeRole {
    /// Creates a provider of the role with this ARN, with the credentials of `source`.
    pub fn new(
        transport: Arc<dyn Transport>,
        source: impl ProvideCredentials,
        role_arn: impl Into<String>,
    ) -> Self {
        Self(Refreshing::new(Role {
            server: Server::new(transport, NAME, sts::TIMEOUT),
            source: Arc::new(source),
            endpoint: Endpoint::default(),
            session: Session::new(role_arn),
            external_id: None,
            environment: Environment::process(),
        }))
    }

    /// Reads the user agent's addition in another environment than the process's.
    pub(super) fn environment(mut self, environment: Environment) -> Self {
        self.0.settings.environment = environment;
        self
    }

    /// Sets the id that the role's trust policy asks callers of other accounts for.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.0.settings.external_id = Some(id.into());
        self
    }
}

session_options!(AssumeRole);

impl Fetch for Role {
    const NAME: &'static str = NAME;
    const LIMIT: Duration = LIMIT;

    async fn fetch(self, clock: Clock) -> Result<Credentials, CredentialsError> {
        let source = self.source().await?;
        match self.exchange(&source, &clock).await {
            Err(refusal) if refusal.refuses_key() => {
                // a source that keeps what it fetched would give the same key again
                self.source.invalidate(&source);
                let other = self.source().await?;
                match other.is_same(&source) {
                    true => Err(refusal),
                    false => self.exchange(&other, &clock).await,
                }
            }
            done => done,
        }
    }
}

impl Role {
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
    async fn exchange(
        &self,
        source: &Credentials,
        clock: &Clock,
    ) -> Result<Credentials, CredentialsError> {
        let request = self.request(source, clock);
        let request = request.map_err(|e| self.server.error(e))?;
        let token = source.security_token().unwrap_or_default();
        let secrets = [source.access_key_secret(), token];
        sts::call(&self.server, request, &secrets).await
    }

    /// The signed request: RPC, every parameter in the query.
    fn request(&self, source: &Credentials, clock: &Clock) -> Result<Request<Bytes>, String> {
        let mut request = UnsignedRequest::new("POST");
        let parameters = self.session.parameters(clock)?.into_iter();
        let external = self.external_id.clone().map(|id| ("ExternalId", id));
        let parameters = parameters.chain(external);
        let query = parameters.map(|(name, value)| (name.into(), value.into()));
        request.query.extend(query);

        let origin = self.endpoint.origin()?;
        let (scheme, host) = origin.split_once("://").unwrap_or(("https", &origin));
        let user_agent = user_agent(&[], &self.environment);
        let nonce = crate::random::uuid();
        let signing = Signing {
            common: Common {
                host,
                action: "AssumeRole",
                version: sts::VERSION,
                style: ApiStyle::Rpc,
                format: Format::Json,
                user_agent: &user_agent,
                time: clock.now(),
                nonce: &nonce,
                identity: source.identity(),
            },
            scheme,
            signature: Signature::V3,
            secret: source.access_key_secret(),
        };
        gateway::ACS.sign(request, &signing)?.into_http()
    }
}

refreshing!(AssumeRole, Role, clock);
