//! The credentials file of Alibaba Cloud's SDKs, an INI file.

use std::path::PathBuf;
use std::sync::Arc;

use super::assume_role::AssumeRole;
use super::assume_role_with_oidc::AssumeRoleWithOidc;
use super::cli_profile;
use super::ecs_ram_role::EcsRamRole;
use super::from_file::FromFile;
use crate::credentials::context::Context;
use crate::credentials::credentials::{Credentials, ProvideCredentials};
use crate::credentials::error::CredentialsError;
use crate::credentials::files::Section;
use crate::credentials::sts::{Endpoint, Session};
use crate::environment::Environment;
use crate::future::BoxFuture;

const NAME: &str = "profile";
pub(in crate::credentials) const FILE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
pub(in crate::credentials) const DEFAULT_SECTION: &str = "default";

/// A provider that reads the file that `ALIBABA_CLOUD_CREDENTIALS_FILE` names, or
/// `~/.alibabacloud/credentials.ini`, or `~/.alibabacloud/credentials`; of it the
/// section that `ALIBABA_CLOUD_PROFILE` names, or `default`.
///
/// `type` is one of
/// - `access_key`: `access_key_id`, `access_key_secret`
/// - `ram_role_arn`: these and `role_arn`, `role_session_name`, `policy`
/// - `oidc_role_arn`: `role_arn`, `oidc_provider_arn`, `oidc_token_file_path`,
///   `role_session_name`, `policy`
/// - `ecs_ram_role`: `role_name`
///
/// STS is asked where `sts_endpoint` says, or at `sts_region`, unless the environment
/// says it (`ALIBABA_CLOUD_STS_ENDPOINT`, `ALIBABA_CLOUD_STS_REGION`).
///
/// A `#` starts a comment, inside a value too. The file is looked at again every
/// minute.
#[derive(Clone, Debug)]
pub struct IniFile {
    context: Context,
    path: Option<PathBuf>,
    section: Option<String>,
    file: Arc<FromFile>,
}

impl IniFile {
    /// Creates a provider of the default file and section.
    pub fn new(context: &Context) -> Self {
        Self {
            file: Arc::new(FromFile::new(NAME, context.clock.clone())),
            context: context.clone(),
            path: None,
            section: None,
        }
    }

    /// Reads another file.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self.file = Arc::new(FromFile::new(NAME, self.context.clock.clone()));
        self
    }

    /// Takes another section.
    #[must_use]
    pub fn section(mut self, name: impl Into<String>) -> Self {
        self.section = Some(name.into());
        self.file = Arc::new(FromFile::new(NAME, self.context.clock.clone()));
        self
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let environment = &self.context.environment;
        let paths = match &self.path {
            Some(path) => vec![path.clone()],
            None => paths(environment).map_err(|e| CredentialsError::new(NAME, e))?,
        };
        let section = self
            .section
            .clone()
            .or_else(|| environment.var(cli_profile::PROFILE));
        let section = section.unwrap_or_else(|| DEFAULT_SECTION.to_owned());
        let described = self.file.get(paths, |_, text| {
            Section::find(text, &section)?.describe(&self.context)
        });
        let described = described.await?;
        described.provider.provide().await.map_err(|e| {
            let message = format!("the section `{section}` of {}:", described.path.display());
            CredentialsError::all(NAME, message, vec![e])
        })
    }
}

/// Where the file may be.
pub(in crate::credentials) fn paths(environment: &Environment) -> Result<Vec<PathBuf>, String> {
    match (environment.var(FILE), environment.home()) {
        (Some(path), _) => Ok(vec![path.into()]),
        (None, Some(home)) => Ok(["credentials.ini", "credentials"]
            .map(|name| home.join(".alibabacloud").join(name))
            .to_vec()),
        (None, None) => Err(format!("{FILE} is not set and there is no home directory")),
    }
}

/// The provider that a section describes.
trait Describes {
    fn describe(&self, context: &Context) -> Result<Arc<dyn ProvideCredentials>, String>;
    fn access_key(&self) -> Result<Credentials, String>;
    fn session(&self) -> Result<Session, String>;
}

impl Describes for Section<'_> {
    fn describe(&self, context: &Context) -> Result<Arc<dyn ProvideCredentials>, String> {
        Ok(match self.require("type")? {
            "access_key" => Arc::new(self.access_key()?),
            "ram_role_arn" => Arc::new(
                AssumeRole::new(context.transport.clone(), self.access_key()?, "")
                    .clock(context.clock.clone())
                    .environment(context.environment.clone())
                    .session(self.session()?)
                    .at(Endpoint::from_profile(context, |key| self.get(key))),
            ),
            "oidc_role_arn" => {
                let provider = self.require("oidc_provider_arn")?;
                let file = self.require("oidc_token_file_path")?;
                Arc::new(
                    AssumeRoleWithOidc::new(context.transport.clone(), "", provider, file)
                        .clock(context.clock.clone())
                        .session(self.session()?)
                        .at(Endpoint::from_profile(context, |key| self.get(key))),
                )
            }
            "ecs_ram_role" => Arc::new(EcsRamRole::in_file(context, self.get("role_name"))),
            other => {
                return Err(format!(
                    "the section `{}` is of the type `{other}`; supported are access_key, \
                     ram_role_arn, oidc_role_arn and ecs_ram_role",
                    self.name()
                ));
            }
        })
    }

    fn access_key(&self) -> Result<Credentials, String> {
        let id = self.require("access_key_id")?;
        Ok(Credentials::new(id, self.require("access_key_secret")?))
    }

    fn session(&self) -> Result<Session, String> {
        let mut session = Session::new(self.require("role_arn")?);
        session.name = self.get("role_session_name").map(str::to_owned);
        session.policy = self.get("policy").map(str::to_owned);
        Ok(session)
    }
}

impl ProvideCredentials for IniFile {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.ask())
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn invalidate(&self, refused: &Credentials) {
        if let Some(described) = self.file.last() {
            described.invalidate(refused);
        }
    }
}
