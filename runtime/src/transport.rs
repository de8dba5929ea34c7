//! The only way to the network: [`Transport`], what it is told, and how it fails.
//!
//! The engine speaks to this trait alone, so a test can answer in the network's
//! place ([`Replay`](crate::testing::Replay)) and an app can bring its own HTTP client.

mod body;
mod confidential;
mod error;
mod exchange;
mod failure;
#[cfg(all(
    feature = "native-tls",
    not(any(feature = "rustls", feature = "rustls-aws-lc"))
))]
mod native;
mod options;
mod pools;
mod proxy;
mod reqwest;
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
mod rustls;
mod tls;
mod transport;
mod while_sent;

pub use self::body::Body;
pub(crate) use self::confidential::Confidential;
pub use self::error::{TransportError, TransportErrorKind};
pub(crate) use self::exchange::{exchange, open};
pub use self::options::HttpOptions;
pub use self::proxy::Proxy;
pub use self::reqwest::Http;
pub(crate) use self::tls::speaks;
pub use self::transport::{SendOptions, Transport};
pub(crate) use self::while_sent::while_sent;
