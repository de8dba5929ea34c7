//! A role taken on with an OIDC token (`AssumeRoleWithOIDC` of STS): what pods of
//! ACK with RRSA have.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::credentials::context::Context;
use crate::credentials::credentials::Credentials;
use crate::credentials::error::CredentialsError;
use crate::credentials::files::Reader;
use crate::credentials::refreshing::{Fetch, Refreshing, refreshing};
use crate::credentials::remote::{Server, form, post};
use crate::credentials::secret::Secret;
use crate::credentials::sts::{self, Endpoint, Session, session_options};
use crate::time::{Clock, format_iso8601};
use crate::transport::Transport;

pub(in crate::credentials) const NAME: &str = "oidc_role_arn";
const ROLE_ARN: &str = "ALIBABA_CLOUD_ROLE_ARN";
const PROVIDER_ARN: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
const SESSION_NAME: &str = "ALIBABA_CLOUD_ROLE_SESSION_NAME";

/// A provider that exchanges an OIDC token, read anew from its file for each
/// session, for a temporary access key of a role.
#[derive(Clone, Debug)]
pub struct AssumeRoleWithOidc(Refreshing<Role>);

#[derive(Clone, Debug)]
struct Role {
    server: Server,
    endpoint: Endpoint,
    session: Session,
    provider_arn: String,
    token_file: PathBuf,
    reader: Reader,
}

impl AssumeRoleWithOidc {
    /// Creates a provider of the role with this ARN, by the identity provider with
    /// that ARN, with the token in a file.
    pub fn new(
        transport: Arc<dyn Transport>,
        role_arn: impl Into<String>,
        oidc_provider_arn: impl Into<String>,
        token_file: impl Into<PathBuf>,
    ) -> Self {
        Self(Refreshing::new(Role {
            server: Server::new(transport, NAME, sts::TIMEOUT),
            endpoint: Endpoint::default(),
            session: Session::new(role_arn),
            provider_arn: oidc_provider_arn.into(),
            token_file: token_file.into(),
            reader: Reader::default(),
        }))
    }

    /// Reads what `ALIBABA_CLOUD_ROLE_ARN`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`,
    /// `ALIBABA_CLOUD_OIDC_TOKEN_FILE` and, where it is set,
    /// `ALIBABA_CLOUD_ROLE_SESSION_NAME` say; STS is where
    /// `ALIBABA_CLOUD_STS_ENDPOINT` says, or `ALIBABA_CLOUD_STS_REGION` and
    /// `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED`.
    ///
    /// # Errors
    /// Names the variables that are missing.
    pub fn from_environment(context: &Context) -> Result<Self, CredentialsError> {
        let environment = &context.environment;
        let [role, provider, file] =
            [ROLE_ARN, PROVIDER_ARN, TOKEN_FILE].map(|name| environment.var(name).ok_or(name));
        let (role, provider, file) = match (role, provider, file) {
            (Ok(role), Ok(provider), Ok(file)) => (role, provider, file),
            (role, provider, file) => {
                let missing = [role.err(), provider.err(), file.err()];
                let missing: Vec<_> = missing.into_iter().flatten().collect();
                let are = if missing.len() == 1 { "is" } else { "are" };
                let message = format!("{} {are} not set", missing.join(", "));
                return Err(CredentialsError::new(NAME, message));
            }
        };
        let mut this =
            Self::new(context.transport.clone(), role, provider, file).clock(context.clock.clone());
        this.0.settings.session.name = environment.var(SESSION_NAME);
        this.0.settings.endpoint = Endpoint::from_context(context);
        Ok(this)
    }
}

session_options!(AssumeRoleWithOidc);

impl Fetch for Role {
    const NAME: &'static str = NAME;

    async fn fetch(self, clock: Clock) -> Result<Credentials, CredentialsError> {
        let error = |message| self.server.error(message);
        let token = self.reader.read(self.token_file.clone()).await;
        let token = Secret::new(token.map_err(error)?.expose().trim());
        if token.is_empty() {
            return Err(error(format!("{} is empty", self.token_file.display())));
        }
        let session = self.session.parameters(&clock).map_err(error)?;
        let timestamp = format_iso8601(clock.now());
        let mut fields = vec![
            ("Action", "AssumeRoleWithOIDC"),
            ("Version", sts::VERSION),
            ("Format", "JSON"),
            ("Timestamp", timestamp.as_str()),
            ("OIDCProviderArn", self.provider_arn.as_str()),
            ("OIDCToken", token.expose()),
        ];
        fields.extend(session.iter().map(|(name, value)| (*name, value.as_str())));

        // in the body: a token can be longer than a URL may be
        let url = format!("{}/", self.endpoint.origin().map_err(error)?);
        let request = post(&url, "application/x-www-form-urlencoded", form(&fields));
        sts::call(&self.server, request.map_err(error)?, &[token.expose()]).await
    }
}

refreshing!(AssumeRoleWithOidc, Role, clock);
