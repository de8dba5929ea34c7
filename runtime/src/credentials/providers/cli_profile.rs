//! The profile of Alibaba Cloud's command line, `~/.aliyun/config.json`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::assume_role::AssumeRole;
use super::assume_role_with_oidc::AssumeRoleWithOidc;
use super::cloud_sso::CloudSso;
use super::credentials_uri::CredentialsUri;
use super::ecs_ram_role::EcsRamRole;
use super::external_process::ExternalProcess;
use super::from_file::FromFile;
use super::oauth::OAuth;
use crate::credentials::context::Context;
use crate::credentials::credentials::{Credentials, ProvideCredentials};
use crate::credentials::error::CredentialsError;
use crate::credentials::files::{KeptKey, Profile, Profiles};
use crate::credentials::sts::{Endpoint, Session};
use crate::environment::Environment;
use crate::future::BoxFuture;

const NAME: &str = "cli_profile";
pub(in crate::credentials) const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";
pub(in crate::credentials) const FILE: &str = "ALIBABA_CLOUD_CONFIG_FILE";
pub(in crate::credentials) const DISABLED: &str = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";

/// A provider that reads the file that `ALIBABA_CLOUD_CONFIG_FILE` names, or
/// `~/.aliyun/config.json`; of it the profile that `ALIBABA_CLOUD_PROFILE` names,
/// or the file's `current` one. Fails if `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is
/// `true`.
///
/// Modes: `AK`, `StsToken`, `RamRoleArn`, `ChainableRamRoleArn`,
/// `RamRoleArnWithRoleName`, `EcsRamRole`, `OIDC`, `CredentialsURI`, `External`,
/// `CloudSSO`, `OAuth` (renews its tokens in the file), `BearerToken`,
/// `Anonymous`. STS is asked where `sts_endpoint` says, or at `sts_region`, unless the
/// environment says it (`ALIBABA_CLOUD_STS_ENDPOINT`, `ALIBABA_CLOUD_STS_REGION`).
/// Where `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS` is `1` or `true`, `External` and
/// `CredentialsURI` are refused. The file is looked at again every minute.
#[derive(Clone, Debug)]
pub struct CliProfile {
    context: Context,
    path: Option<PathBuf>,
    profile: Option<String>,
    file: Arc<FromFile>,
}

impl CliProfile {
    /// Creates a provider of the default file and profile.
    pub fn new(context: &Context) -> Self {
        Self {
            file: Arc::new(FromFile::new(NAME, context.clock.clone())),
            context: context.clone(),
            path: None,
            profile: None,
        }
    }

    /// Reads another file.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self.file = Arc::new(FromFile::new(NAME, self.context.clock.clone()));
        self
    }

    /// Takes another profile.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self.file = Arc::new(FromFile::new(NAME, self.context.clock.clone()));
        self
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let environment = &self.context.environment;
        let error = |message: String| CredentialsError::new(NAME, message);
        if environment.is_true(DISABLED) {
            return Err(error(format!("{DISABLED} is true")));
        }
        let path = match &self.path {
            Some(path) => path.clone(),
            None => path(environment).map_err(error)?,
        };
        let wanted = self.profile.clone().or_else(|| environment.var(PROFILE));
        let described = self.file.get(vec![path], |path, text| {
            let file = Profiles::parse(text)?;
            let name = wanted.as_deref().or_else(|| file.current());
            let name = name.ok_or("there is no `current` profile")?;
            let builder = Builder {
                context: &self.context,
                path,
                file: &file,
            };
            builder.describe(name, &mut Vec::new())
        });
        let described = described.await?;
        described.provider.provide().await.map_err(|e| {
            let path = described.path.display();
            let message = match &wanted {
                Some(name) => format!("the profile `{name}` of {path}:"),
                None => format!("the current profile of {path}:"),
            };
            CredentialsError::all(NAME, message, vec![e])
        })
    }
}

/// Where the file is.
pub(in crate::credentials) fn path(environment: &Environment) -> Result<PathBuf, String> {
    match (environment.var(FILE), environment.home()) {
        (Some(path), _) => Ok(path.into()),
        (None, Some(home)) => Ok(home.join(".aliyun").join("config.json")),
        (None, None) => Err(format!("{FILE} is not set and there is no home directory")),
    }
}

impl ProvideCredentials for CliProfile {
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

/// What a profile says of a key, a session and STS.
trait Describes {
    fn access_key(&self) -> Result<Credentials, String>;
    fn session(&self) -> Result<Session, String>;
    fn endpoint(&self, context: &Context) -> Endpoint;
}

impl Describes for Profile<'_> {
    fn access_key(&self) -> Result<Credentials, String> {
        let id = self.require("access_key_id")?;
        Ok(Credentials::new(id, self.require("access_key_secret")?))
    }

    fn session(&self) -> Result<Session, String> {
        let mut session = Session::new(self.require("ram_role_arn")?);
        let name = self
            .get("ram_session_name")
            .or(self.get("role_session_name"));
        session.name = name.map(str::to_owned);
        session.policy = self.get("policy").map(str::to_owned);
        if let Some(seconds) = self.number("expired_seconds") {
            session.duration = Duration::from_secs(seconds);
        }
        Ok(session)
    }

    fn endpoint(&self, context: &Context) -> Endpoint {
        let mut endpoint = Endpoint::from_profile(context, |key| self.get(key));
        endpoint.vpc |= self.is_true("enable_vpc");
        endpoint
    }
}

/// Makes the provider that a profile describes.
struct Builder<'a> {
    context: &'a Context,
    path: &'a Path,
    file: &'a Profiles,
}

impl Builder<'_> {
    /// `above` are the profiles whose source this one is.
    fn describe(
        &self,
        name: &str,
        above: &mut Vec<String>,
    ) -> Result<Arc<dyn ProvideCredentials>, String> {
        if above.iter().any(|other| other == name) {
            above.push(name.to_owned());
            return Err(format!(
                "`source_profile` goes in a circle: {}",
                above.join(" -> ")
            ));
        }
        above.push(name.to_owned());
        let profile = self.file.find(name)?;
        let transport = || self.context.transport.clone();
        let clock = || self.context.clock.clone();

        Ok(
            match profile.require("mode")?.to_ascii_lowercase().as_str() {
                "ak" => Arc::new(profile.access_key()?),
                "ststoken" => {
                    let token = profile.require("sts_token")?;
                    Arc::new(profile.access_key()?.with_security_token(token))
                }
                "ramrolearn" => {
                    let mut key = profile.access_key()?;
                    if let Some(token) = profile.get("sts_token") {
                        key = key.with_security_token(token);
                    }
                    self.assume(&profile, Arc::new(key))?
                }
                "chainableramrolearn" => {
                    let source = self.describe(profile.require("source_profile")?, above)?;
                    self.assume(&profile, source)?
                }
                "ramrolearnwithrolename" => {
                    let role = profile.get("ram_role_name");
                    self.assume(&profile, Arc::new(EcsRamRole::in_file(self.context, role)))?
                }
                "ecsramrole" => Arc::new(EcsRamRole::in_file(
                    self.context,
                    profile.get("ram_role_name"),
                )),
                "oidc" => {
                    let provider = profile.require("oidc_provider_arn")?;
                    let file = profile.require("oidc_token_file")?;
                    Arc::new(
                        AssumeRoleWithOidc::new(transport(), "", provider, file)
                            .clock(clock())
                            .session(profile.session()?)
                            .at(profile.endpoint(self.context)),
                    )
                }
                "credentialsuri" => {
                    self.context.allows_external("a credentials URI")?;
                    let uri = profile.require("credentials_uri")?;
                    Arc::new(CredentialsUri::new(transport(), uri).clock(clock()))
                }
                "external" => {
                    self.context.allows_external("an external program")?;
                    let line = profile.require("process_command")?;
                    let process = ExternalProcess::from_command_line(line);
                    Arc::new(process.map_err(|e| e.to_string())?.clock(clock()))
                }
                "cloudsso" => self.cloud_sso(&profile)?,
                "oauth" => Arc::new(OAuth::new(self.context, self.path, name, &profile)?),
                "bearertoken" => Arc::new(bearer(&profile)?),
                "anonymous" => Arc::new(Credentials::anonymous()),
                _ => {
                    let mode = profile.require("mode")?;
                    return Err(format!(
                        "the profile `{name}` has the mode `{mode}`, which is not supported"
                    ));
                }
            },
        )
    }

    fn assume(
        &self,
        profile: &Profile<'_>,
        source: Arc<dyn ProvideCredentials>,
    ) -> Result<Arc<dyn ProvideCredentials>, String> {
        let mut role = AssumeRole::new(self.context.transport.clone(), source, "")
            .clock(self.context.clock.clone())
            .environment(self.context.environment.clone())
            .session(profile.session()?)
            .at(profile.endpoint(self.context));
        if let Some(id) = profile.get("external_id") {
            role = role.external_id(id);
        }
        Ok(Arc::new(role))
    }

    fn cloud_sso(&self, profile: &Profile<'_>) -> Result<Arc<dyn ProvideCredentials>, String> {
        let sso = CloudSso::new(
            self.context.transport.clone(),
            profile.require("cloud_sso_sign_in_url")?,
            profile.require("cloud_sso_account_id")?,
            profile.require("cloud_sso_access_config")?,
            profile.require("access_token")?,
        );
        let sso = sso
            .clock(self.context.clock.clone())
            .kept(KeptKey::new(self.path, profile.name()));
        Ok(match profile.time("cloud_sso_access_token_expire") {
            Some(expiry) => Arc::new(sso.access_token_expiry(expiry)),
            None => Arc::new(sso),
        })
    }
}

fn bearer(profile: &Profile<'_>) -> Result<Credentials, String> {
    match profile.get("bearer_token_header_key") {
        None => {}
        Some(header) if header.eq_ignore_ascii_case("x-acs-bearer-token") => {}
        Some(_) => {
            return Err("a bearer token travels in `x-acs-bearer-token` only; \
                        `bearer_token_header_key` is not supported"
                .to_owned());
        }
    }
    Ok(Credentials::bearer(profile.require("bearer_token")?))
}
