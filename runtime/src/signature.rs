//! The three signatures of Alibaba Cloud's API gateway, as pure functions: what
//! is signed comes in, what is sent goes out. No clock, no randomness, no I/O.
//!
//! - [`v3`]: ACS3-HMAC-SHA256, for every style of API, the default;
//! - [`v1`]: HMAC-SHA1 over the parameters of an RPC call;
//! - [`roa`]: HMAC-SHA1 over the headers of a ROA call (`acs`), what the old
//!   signature means there.
//!
//! Source of the protocol facts: Alibaba Cloud's pages "Request syntax and
//! signature method V3", "Request syntax and signature method V2 for RPC APIs"
//! and "… for ROA-style APIs", and the official clients where the pages are silent.

mod diagnosis;
mod request;
pub mod roa;
pub mod v1;
pub mod v3;
mod version;

pub use crate::params::{Pair, canonical_query, encode, owned};
pub use diagnosis::Diagnosis;
pub(crate) use diagnosis::diagnose;
pub(crate) use request::SignedRequest;
pub use request::{Common, Identity, ToSign};
pub use version::Signature;
