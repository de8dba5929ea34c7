//! [`Caller`]: who calls, and where.

use std::fmt;
use std::sync::Arc;

use alicloud_runtime::credentials::{ProvideCredentials as _, default_chain};
use alicloud_runtime::transport::{Http, HttpOptions};
use alicloud_runtime::{
    Attempt, Config, Credentials, Error, Interceptor, Refusal, Signature, UnsignedRequest,
};

use super::spec::Operation;

/// A caller: credentials, region and host.
#[derive(Clone)]
pub struct Caller {
    pub(super) credentials: Credentials,
    example: bool,
    region: Option<String>,
    endpoint: Option<String>,
    signature: Signature,
    mock_error: Option<String>,
}

/// Asks a mock server to fail.
#[derive(Debug)]
struct FailWith(String);

impl Interceptor for FailWith {
    fn before_signing(
        &self,
        _: &Attempt,
        request: &mut UnsignedRequest<'_>,
    ) -> Result<(), Refusal> {
        let header = ("x-mock-error".into(), self.0.clone().into());
        request.headers.push(header);
        Ok(())
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("credentials", &self.credentials)
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl Caller {
    /// Creates a caller with these keys.
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            example: false,
            region: None,
            endpoint: None,
            signature: Signature::default(),
            mock_error: None,
        }
    }

    /// Creates a caller with keys that no service knows: to see how a signature comes about.
    pub fn example() -> Self {
        let credentials = Credentials::new("LTAI-example", "example-secret");
        Self {
            example: true,
            ..Self::new(credentials)
        }
    }

    /// Creates a caller with the keys of the process's environment, and the region that
    /// `ALIBABA_CLOUD_REGION_ID` names, as an app has them.
    ///
    /// # Errors
    /// If there are none: what was tried.
    pub async fn from_env() -> Result<Self, Error> {
        let http = Http::new(&HttpOptions::default());
        // Without a client, what is fetched over the network is missing too.
        let region = std::env::var("ALIBABA_CLOUD_REGION_ID").ok();
        let credentials = match http {
            Ok(http) => default_chain(Arc::new(http)).provide().await?,
            Err(_) => return Config::from_env_lazy().map(|_| Self::example()),
        };
        Ok(Self::new(credentials).region_or_none(region))
    }

    fn region_or_none(mut self, region: Option<String>) -> Self {
        self.region = region.filter(|region| !region.is_empty());
        self
    }

    /// Returns whether the keys are those of [`Caller::example`].
    pub fn is_example(&self) -> bool {
        self.example
    }

    /// Returns the key's id, which is no secret.
    pub fn access_key_id(&self) -> &str {
        self.credentials.access_key_id()
    }

    /// Sets the region.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the host, `http://…` too: that of a mock server.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the signature, where the product's gateway takes it.
    #[must_use]
    pub fn signature(mut self, signature: Signature) -> Self {
        self.signature = signature;
        self
    }

    /// Asks a mock server to fail with this code.
    #[must_use]
    pub fn mock_error(mut self, code: impl Into<String>) -> Self {
        self.mock_error = Some(code.into());
        self
    }

    pub(super) fn config(&self, operation: Operation) -> Config {
        let region = self.region.as_deref();
        let config = Config::new(self.credentials.clone())
            .region(region.unwrap_or(operation.spec.default_region()))
            .signature(self.signature)
            .user_agent(concat!("cargo-alicloud/", env!("CARGO_PKG_VERSION")));
        let config = match &self.endpoint {
            Some(endpoint) => config.endpoint(endpoint),
            None => config,
        };
        match &self.mock_error {
            Some(code) => config.interceptor(FailWith(code.clone())),
            None => config,
        }
    }
}
