//! [`Interceptor`]: where an app sees and changes what is sent and what comes
//! back. Enough for a header of its own, a recorder, a metric.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::encode::UnsignedRequest;
use crate::schema::Operation;

/// Sees every attempt of a client's calls.
///
/// Both methods have empty defaults. They run on the task that sends the call, so
/// they must not block.
pub trait Interceptor: fmt::Debug + Send + Sync + 'static {
    /// Sees the request before it is signed; what it changes is signed and sent.
    fn before_signing(&self, attempt: &Attempt, request: &mut UnsignedRequest<'_>) {
        let _ = (attempt, request);
    }

    /// Sees the reply, of any status, before it is looked into.
    fn after_reply(&self, attempt: &Attempt, reply: &mut http::Response<Bytes>) {
        let _ = (attempt, reply);
    }
}

/// Which attempt of which call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation that is called.
    pub operation: &'static Operation,
    /// The attempt's number, from 1.
    pub number: u32,
    /// How long the client waited before it; nothing before the first.
    pub pause: Duration,
}
