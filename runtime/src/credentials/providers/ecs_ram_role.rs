//! The RAM role of an ECS instance, from the metadata server.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};

use crate::credentials::context::{Context, METADATA_HOST};
use crate::credentials::credentials::Credentials;
use crate::credentials::error::CredentialsError;
use crate::credentials::refreshing::{Fetch, Refreshing, refreshing};
use crate::credentials::remote::{
    Address, KeyNames, Server, access_key, empty, origin, refusal, set_secret,
};
use crate::credentials::secret::Secret;
use crate::params::encode;
use crate::time::Clock;
use crate::transport::Transport;

pub(in crate::credentials) const NAME: &str = "ecs_ram_role";
const ROLE: &str = "ALIBABA_CLOUD_ECS_METADATA";
const DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
const V1_DISABLED: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";

/// One exchange with the metadata server, which is next door or not there at all.
const TIMEOUT: Duration = Duration::from_secs(1);
const ROLES: &str = "latest/meta-data/ram/security-credentials/";

/// A provider of the temporary access key of the RAM role that is attached to this
/// ECS instance.
///
/// Asks with a session token (IMDSv2). Where the server gives none, or refuses the request
/// that it gave one for (4xx, but not 404), it is asked without (IMDSv1), unless
/// [`EcsRamRole::imds_v1`] forbids that. Each request may take one second.
#[derive(Clone, Debug)]
pub struct EcsRamRole(Refreshing<Metadata>);

#[derive(Clone, Debug)]
struct Metadata {
    server: Server,
    endpoint: Address,
    role: Option<String>,
    imds_v1: bool,
}

impl EcsRamRole {
    /// Creates a provider of the role that is attached, found out each time the key
    /// is renewed.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self(Refreshing::new(Metadata {
            server: Server::new(transport, NAME, TIMEOUT),
            endpoint: Address::new(format!("http://{METADATA_HOST}")),
            role: None,
            imds_v1: true,
        }))
    }

    /// Creates a provider of the role that `ALIBABA_CLOUD_ECS_METADATA` names, or
    /// the attached one; without IMDSv1 if `ALIBABA_CLOUD_IMDSV1_DISABLED` is
    /// `true`.
    ///
    /// # Errors
    /// If `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true`.
    pub fn from_environment(context: &Context) -> Result<Self, CredentialsError> {
        let environment = &context.environment;
        if environment.is_true(DISABLED) {
            return Err(CredentialsError::new(NAME, format!("{DISABLED} is true")));
        }
        Ok(Self::in_file(context, environment.var(ROLE).as_deref()))
    }

    /// The role that a file names, if it does.
    pub(in crate::credentials) fn in_file(context: &Context, role: Option<&str>) -> Self {
        let mut this = Self::new(context.transport.clone())
            .clock(context.clock.clone())
            .imds_v1(!context.environment.is_true(V1_DISABLED));
        this.0.settings.role = role.map(str::to_owned);
        if let Some(endpoint) = &context.metadata_endpoint {
            this = this.endpoint(&**endpoint);
        }
        this
    }

    /// Sets the role's name, which saves asking for it.
    #[must_use]
    pub fn role(mut self, name: impl Into<String>) -> Self {
        self.0.settings.role = Some(name.into());
        self
    }

    /// Sets whether to ask without a session token where the server gives none, or refuses the
    /// request with it. Default: `true`.
    #[must_use]
    pub fn imds_v1(mut self, allowed: bool) -> Self {
        self.0.settings.imds_v1 = allowed;
        self
    }

    /// Sets where the metadata server is. Default: `http://100.100.100.200`.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.0.settings.endpoint = Address::new(endpoint);
        self
    }
}

impl Fetch for Metadata {
    const NAME: &'static str = NAME;
    const PERSISTS: bool = false;

    async fn fetch(self, _: Clock) -> Result<Credentials, CredentialsError> {
        let origin = origin(&self.endpoint).map_err(|e| self.server.error(e))?;
        let token = self.session_token(&origin).await?;
        let Some(token) = token else {
            return self.key(&origin, None).await;
        };
        match self.key(&origin, Some(&token)).await {
            Err(refused) if self.imds_v1 && is_refusal(&refused) => {
                let without = self.key(&origin, None).await;
                without.map_err(|e| {
                    let message = "neither with a session token nor without one:";
                    CredentialsError::all(NAME, message, vec![refused, e])
                })
            }
            done => done,
        }
    }
}

/// Whether it may be the token that was refused. Without a role, 404 is the answer
/// either way.
fn is_refusal(error: &CredentialsError) -> bool {
    let status = error.status();
    status.is_some_and(|status| (400..500).contains(&status) && status != 404)
}

impl Metadata {
    /// The key of the role.
    async fn key(
        &self,
        origin: &str,
        token: Option<&Secret>,
    ) -> Result<Credentials, CredentialsError> {
        let role = match &self.role {
            Some(role) => role.clone(),
            None => self.attached_role(origin, token).await?,
        };

        let url = format!("{origin}/{ROLES}{}", encode(&role));
        let request = self.request(&url, token)?;
        let mut reply = self.server.object(request, &[]).await?;
        if reply.get("Code").and_then(|code| code.as_str()) != Some("Success") {
            let refusal = refusal(None, &reply, &[]);
            return Err(self
                .server
                .error(format!("no key for the role {role:?}: {refusal}")));
        }
        access_key(&mut reply, &KeyNames::PASCAL, true).map_err(|e| {
            self.server
                .error(format!("in the reply of the metadata server {e}"))
        })
    }

    /// IMDSv2's token; none where IMDSv1 has to do.
    async fn session_token(&self, origin: &str) -> Result<Option<Secret>, CredentialsError> {
        let mut request = empty(Method::PUT, &format!("{origin}/latest/api/token"))
            .map_err(|e| self.server.error(e))?;
        request.headers_mut().insert(
            "x-aliyun-ecs-metadata-token-ttl-seconds",
            http::HeaderValue::from_static("21600"),
        );
        match self.server.text(request).await {
            Ok(token) => Ok(Some(token)),
            // where nothing listens, asking once more only takes more time
            Err(failure) if self.imds_v1 && failure.was_sent => Ok(None),
            Err(failure) => Err(failure.error),
        }
    }

    async fn attached_role(
        &self,
        origin: &str,
        token: Option<&Secret>,
    ) -> Result<String, CredentialsError> {
        let request = self.request(&format!("{origin}/{ROLES}"), token)?;
        let roles = self.server.text(request).await?;
        let role = roles.expose().lines().next().unwrap_or_default().trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if role.is_empty() || !role.chars().all(is_name) {
            let message = "the metadata server's list of roles holds no role's name";
            return Err(self.server.error(message));
        }
        Ok(role.to_owned())
    }

    fn request(
        &self,
        url: &str,
        token: Option<&Secret>,
    ) -> Result<Request<Bytes>, CredentialsError> {
        let error = |e| self.server.error(e);
        let mut request = empty(Method::GET, url).map_err(error)?;
        if let Some(token) = token {
            set_secret(&mut request, "x-aliyun-ecs-metadata-token", token.expose())
                .map_err(error)?;
        }
        Ok(request)
    }
}

refreshing!(EcsRamRole, Metadata, clock);
