//! The hand-written runtime under the generated Alibaba Cloud SDK.

use std::future::Future;
use std::pin::Pin;

pub mod credentials;
pub mod operation;
mod random;
pub mod signature;
pub mod time;
pub mod transport;
pub mod wire;

pub use bytes::Bytes;
pub use credentials::{Credentials, CredentialsError, ProvideCredentials};
pub use operation::{
    ErrorKind, ErrorRow, Operation, OperationKind, Paged, Product, Response, Sample,
};
pub use serde_json::Value as Json;
pub use transport::{SendOptions, Transport, TransportError, TransportErrorKind};

/// A future behind a pointer: what the object-safe traits here return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
