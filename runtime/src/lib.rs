//! The hand-written runtime under the generated Alibaba Cloud SDK.

use std::future::Future;
use std::pin::Pin;

#[cfg(feature = "blocking")]
mod blocking;
mod call;
mod client;
mod config;
pub mod credentials;
mod doctor;
mod endpoint;
mod error;
mod explain;
mod interceptor;
pub mod operation;
mod page;
mod random;
mod raw;
mod reply;
mod retry;
pub mod signature;
pub mod testing;
pub mod time;
pub mod transport;
mod user_agent;
mod wait;
pub mod wire;

pub use bytes::Bytes;
pub use call::{Call, Sending};
pub use client::Client;
pub use config::{Config, Format, Signature};
pub use credentials::{Credentials, CredentialsError, ProvideCredentials};
pub use doctor::Diagnosis;
pub use endpoint::{EndpointError, Network};
pub use error::{Any, Error};
pub use explain::Explanation;
pub use http;
pub use interceptor::{Attempt, Interceptor, Unsigned};
pub use operation::{
    ErrorKind, ErrorRow, Operation, OperationKind, Paged, Product, Response, Sample,
};
pub use page::{Items, Pages};
pub use raw::{RawCall, RawClient};
pub use reply::{Body, Reply};
pub use retry::Retry;
pub use serde_json::Value as Json;
pub use transport::{Proxy, SendOptions, Transport, TransportError, TransportErrorKind};
pub use wait::{Wait, WaitError, Waiter};

/// A future behind a pointer: what the object-safe traits here return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
