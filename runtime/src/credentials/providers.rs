//! Where credentials come from: one file per source.

mod assume_role;
mod assume_role_with_oidc;
pub(super) mod cli_profile;
mod cloud_sso;
mod credentials_uri;
mod ecs_ram_role;
mod environment_variables;
mod external_process;
mod from_file;
pub(super) mod ini_file;
mod oauth;

pub use assume_role::AssumeRole;
pub use assume_role_with_oidc::AssumeRoleWithOidc;
pub(super) use assume_role_with_oidc::NAME as OIDC;
pub use cli_profile::CliProfile;
pub use cloud_sso::CloudSso;
pub use credentials_uri::CredentialsUri;
pub(super) use credentials_uri::NAME as URI;
pub use ecs_ram_role::EcsRamRole;
pub(super) use ecs_ram_role::NAME as ECS;
pub use environment_variables::EnvironmentVariables;
pub use external_process::ExternalProcess;
pub use ini_file::IniFile;
