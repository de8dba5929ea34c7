//! The only way to the network: [`Transport`], what it is told, and how it fails.
//!
//! The engine speaks to this trait alone, so a test can answer in the network's
//! place ([`crate::testing::Replay`]) and an app can bring its own HTTP client.

mod reqwest;
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
mod tls;
mod transport;

pub use self::reqwest::{Http, HttpOptions, Proxy};
pub use self::transport::{SendOptions, Transport, TransportError, TransportErrorKind};
