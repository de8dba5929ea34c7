//! The hand-written runtime under the generated Alibaba Cloud SDK.
//!
//! Applications see most of it through the crate `alicloud`, whose clients are
//! generated: [`Config`] (credentials, region, limits, transport), [`Call`] (a
//! request on its way), [`Error`] (what became of one that failed) and
//! [`testing`] (answers without a network). What no client is generated for is
//! called by its name with [`RawClient`].
//!
//! A call runs through these modules, in this order; all but the last two are
//! free of I/O:
//!
//! 1. `call::engine` fills what is known (region, idempotency token), and checks
//!    the request against its documentation (`wire::preflight`);
//! 2. `wire::encode` writes the parameters where the metadata wants them;
//! 3. `endpoint` finds the host;
//! 4. [`signature`] signs, with what `call::signing` adds to every request;
//! 5. `retry` decides what becomes of an attempt that failed;
//! 6. [`credentials`] provides the key for each attempt;
//! 7. [`transport`] sends.
//!
//! # Features
//!
//! - `rustls` (default): TLS by rustls with ring and the platform's roots
//! - `rustls-aws-lc`: the same with AWS-LC
//! - `native-tls`: TLS by the platform's library
//! - `blocking`: calls without an async runtime in the app's hands
//! - `serde`: `Serialize` and `Deserialize` of generated types, by wire name

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
mod gateway;
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
