//! The hand-written runtime under the generated Alibaba Cloud SDK.
//!
//! Applications see most of it through the crate `alicloud`, whose clients are
//! generated: [`Config`] (credentials, region, limits, transport), [`Call`] (a
//! request on its way), [`Error`] (what became of one that failed) and
//! [`testing`] (answers without a network). What no client has a method for is
//! called by its name ([`Client::call`]), with [`RawClient`] where there is no client.
//!
//! A call runs through these modules, in this order:
//!
//! 1. `guard` denies what the configuration does not let through; `call::prepare` fills in
//!    what is known (region, idempotency token);
//! 2. `upload` sends the files that the call takes URLs of;
//! 3. `encode` checks the request against its documentation (`encode::preflight`) and
//!    writes the parameters where the metadata wants them;
//! 4. the product's `gateway` finds the host (`endpoint`);
//! 5. for each attempt, [`credentials`] provides the key, `throttle` its turn, the gateway
//!    signs ([`signature`]) and [`transport`] sends;
//! 6. `error` or `decode` reads the reply; `retry` decides what becomes of a failure.
//!
//! # Tokio
//!
//! Calls run on a Tokio runtime with its timers and its I/O on (`#[tokio::main]`,
//! or a `Builder` with `enable_all`), of any flavour; elsewhere they end with an
//! error that says so. One [`Config`] may be used on several runtimes: each has
//! connections of its own. The feature `blocking` brings a runtime along, for apps
//! that have none (`Call::send_blocking`).
//!
//! # Features
//!
//! - `rustls` (default): TLS by rustls with ring and the platform's roots
//! - `rustls-aws-lc`: the same with AWS-LC
//! - `native-tls`: TLS by the platform's library
//! - `blocking`: calls without an async runtime in the app's hands, on one with a
//!   thread of its own
//! - `opentelemetry`: metrics and trace context by OpenTelemetry's API
//! - `serde`: `Serialize` and `Deserialize` of generated types, by wire name

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(missing_debug_implementations)]

mod call;
mod client;
mod content;
pub mod credentials;
mod decode;
mod driver;
mod encode;
mod endpoint;
mod environment;
mod error;
mod file;
mod future;
mod gateway;
mod guard;
pub mod guide;
mod mask;
mod params;
mod random;
mod retry;
mod schema;
pub mod signature;
mod telemetry;
pub mod testing;
mod throttle;
pub mod time;
pub mod transport;
mod upload;
mod user_agent;
mod value;
#[doc(hidden)]
#[path = "private.rs"]
pub mod wire;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

/// Descriptions of operations, as generated code makes them.
#[doc(hidden)]
pub mod operation {
    pub use crate::call::{Paged, Response};
    pub use crate::schema::{
        ApiStyle, ErrorCodes, ErrorRow, Gateway, NumberPaging, Operation, OperationKind, Paging,
        Product, ReplyBody, Sample, TokenPaging,
    };
}

pub use bytes::Bytes;
pub use call::{
    Body, Call, Download, Downloadable, Downloading, Event, Events, Explanation, InvalidPosition,
    Items, Paged, Pages, PlannedUpload, Position, RawCall, RawClient, Reply, Response, Sending,
    Streamed, Wait, WaitError,
};
pub use client::{
    Attempt, CallOutcome, CallSummary, Client, Config, ConfigLoader, Interceptor, Origin,
    OriginRow, Origins, Settings,
};
pub use content::{FileContent, FileUrl, Progress};
pub use credentials::{Credentials, CredentialsError, ProvideCredentials};
pub use decode::{Format, Mismatch, Mismatches};
pub use encode::{UnsignedRequest, Violation, ViolationKind};
pub use endpoint::{EndpointError, Network};
pub use error::{Error, Refusal, UploadStep};
pub use future::BoxFuture;
pub use guard::Guard;
pub use http;
pub use retry::Retry;
pub use schema::{
    ErrorCodes, ErrorRow, Operation, OperationKind, Outcome, Product, Sample, Undocumented, Waiter,
};
pub use serde_json::Value as Json;
pub use signature::{Diagnosis, Signature};
pub use transport::{Proxy, SendOptions, Transport, TransportError, TransportErrorKind};
