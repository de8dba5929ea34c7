//! Configurations of clients that call loopback.

use std::time::Duration;

use alicloud_runtime::{Config, Credentials, Retry};

/// The access key that [`FakeService`](crate::FakeService) knows.
pub const ID: &str = "testid";
/// The secret of [`ID`].
pub const SECRET: &str = "test-secret-of-the-key";

/// A configuration for loopback, without pauses and whatever proxy is set here.
pub fn config(address: &str) -> Config {
    Config::new(Credentials::new(ID, SECRET))
        .endpoint(address)
        .no_proxy()
        .retry(quick())
}

/// The default policy without its pauses.
pub fn quick() -> Retry {
    Retry::default()
        .backoff(Duration::ZERO)
        .throttled_backoff(Duration::ZERO)
}
