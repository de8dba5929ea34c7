//! Who signs a call: [`Credentials`], and the providers that find them.
//!
//! Each provider can be used alone, and [`default_chain`] tries them in the order of
//! the official SDKs. What is fetched over the network or from a program is cached by
//! the provider that fetches it: renewed in the background ahead of its expiry, once
//! for all callers, and used for as long as it works.
//!
//! ```
//! # use alicloud_runtime as alicloud;
//! use std::sync::Arc;
//! use alicloud::Config;
//! use alicloud::credentials::{AssumeRole, default_chain};
//! use alicloud::transport::{Http, HttpOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let http = Arc::new(Http::new(&HttpOptions::default())?);
//! let role = AssumeRole::new(
//!     http.clone(),
//!     default_chain(http),
//!     "acs:ram::123456789012****:role/reader",
//! );
//! let config = Config::new(role.session_name("nightly-report"));
//! # Ok(())
//! # }
//! ```
//!
//! Secrets are kept in one type, which is wiped when dropped and never printed.

mod cache;
mod chain;
mod context;
mod credentials;
mod error;
mod files;
mod profile;
mod providers;
mod refreshing;
mod remote;
mod secret;
mod sts;
mod transport;

pub use self::cache::Cached;
pub use self::chain::{Chain, default_chain};
pub use self::context::Context;
pub(crate) use self::credentials::refuses_key;
pub use self::credentials::{Credentials, ProvideCredentials};
pub use self::error::CredentialsError;
pub(crate) use self::profile::{ProfileSettings, profile};
pub use self::providers::{
    AssumeRole, AssumeRoleWithOidc, CliProfile, CloudSso, CredentialsUri, EcsRamRole,
    EnvironmentVariables, ExternalProcess, IniFile,
};
pub(crate) use self::secret::Secret;
pub(crate) use self::sts::ENDPOINT as STS_ENDPOINT;
pub(crate) use self::transport::MetadataBypass;
pub use crate::environment::Environment;
