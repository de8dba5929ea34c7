//! [`Caller`]: who calls, and where.

use std::fmt;

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
    /// Of a caller of a mock server: what it asks of that, beside the call.
    mock: Option<Vec<(&'static str, String)>>,
}

/// How many events a mock server is asked for, where no parameter asks for them.
const MOCK_EVENTS: &str = "3";

/// Asks a mock server for an answer that it does not give by itself.
#[derive(Debug)]
struct OnDemand(Vec<(&'static str, String)>);

impl Interceptor for OnDemand {
    fn before_signing(
        &self,
        _: &Attempt,
        request: &mut UnsignedRequest<'_>,
    ) -> Result<(), Refusal> {
        let headers = self.0.iter();
        let headers = headers.map(|(name, value)| ((*name).into(), value.clone().into()));
        request.headers.extend(headers);
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
            mock: None,
        }
    }

    /// Of an [`alicloud_mock`] server with its usual keys, at this address.
    pub fn mock(url: impl Into<String>) -> Self {
        let options = alicloud_mock::Options::default();
        let keys = Credentials::new(options.access_key_id, options.access_key_secret);
        Self {
            mock: Some(Vec::new()),
            ..Self::new(keys).endpoint(url)
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
        let config = Config::from_env().await?;
        let settings = config.settings();
        let credentials = settings.credentials().provide().await?;
        Ok(Self::new(credentials).region_or_none(settings.region().map(str::to_owned)))
    }

    fn region_or_none(mut self, region: Option<String>) -> Self {
        self.region = region.filter(|region| !region.is_empty());
        self
    }

    /// Returns whether the keys are those of [`Caller::example`].
    pub fn is_example(&self) -> bool {
        self.example
    }

    /// Returns whether it is one of [`Caller::mock`].
    pub fn is_of_mock(&self) -> bool {
        self.mock.is_some()
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
    pub fn mock_error(self, code: impl Into<String>) -> Self {
        self.on_demand("x-mock-error", code.into())
    }

    /// Asks the mock server for events.
    pub(super) fn with_mock_events(self) -> Self {
        self.on_demand("x-mock-events", MOCK_EVENTS.to_owned())
    }

    fn on_demand(mut self, header: &'static str, value: String) -> Self {
        if let Some(asked) = &mut self.mock {
            asked.push((header, value));
        }
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
        match &self.mock {
            Some(asked) => config.interceptor(OnDemand(asked.clone())),
            None => config,
        }
    }
}
