//! Configurations from outside of the code: the environment and the files of profiles.

use std::sync::Arc;

use super::config::Config;
use crate::credentials::{self, MetadataBypass};
use crate::error::{Cause, Error};
use crate::transport::{Http, HttpOptions};

impl Config {
    /// A configuration from the process's surroundings: the credentials of
    /// [`credentials::default_chain`], and the region that `ALIBABA_CLOUD_REGION_ID`
    /// names.
    ///
    /// # Errors
    /// When there are no credentials: what was tried, and why it failed.
    pub async fn from_env() -> Result<Self, Error> {
        let config = Self::from_env_lazy()?;
        config.settings().credentials.provide().await?;
        Ok(config)
    }

    /// Like [`from_env`](Self::from_env), but looks for credentials only when the
    /// first call is sent.
    ///
    /// # Errors
    /// When the HTTP client cannot be built that some credentials are fetched with.
    pub fn from_env_lazy() -> Result<Self, Error> {
        let http = Http::new(&HttpOptions::default())
            .map_err(|e| Error::without_call(Cause::Transport(e)))?;
        let transport = MetadataBypass::new(Arc::new(http));
        let config = Self::new(credentials::default_chain(Arc::new(transport)));
        Ok(match std::env::var("ALIBABA_CLOUD_REGION_ID") {
            Ok(region) if !region.is_empty() => config.region(region),
            _ => config,
        })
    }
}
