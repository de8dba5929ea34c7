//! [`Interceptor`]: where an app sees and changes what is sent and what comes
//! back. Enough for a header of its own or a recorder. Times, and attempts without a
//! reply, are in the spans and events of tracing.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::encode::UnsignedRequest;
use crate::schema::Operation;

/// An interceptor: sees, and may change, every attempt of a client's calls.
///
/// Both methods have empty defaults. They run on the task that sends the call, so
/// they must not block.
///
/// ```
/// # use alicloud_runtime as alicloud;
/// use alicloud::{Attempt, Interceptor, UnsignedRequest};
///
/// /// Tells the service which of our jobs is calling.
/// #[derive(Debug)]
/// struct Job(&'static str);
///
/// impl Interceptor for Job {
///     fn before_signing(&self, _attempt: &Attempt, request: &mut UnsignedRequest<'_>) {
///         request.headers.push(("x-job".into(), self.0.into()));
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), alicloud::Error> {
/// # let replay = alicloud::testing::Replay::new().respond(200, r#"{"RequestId": "1"}"#);
/// # let config = replay.config();
/// let config = config.interceptor(Job("nightly-report"));
/// # alicloud::RawClient::rpc(&config, "Ga", "2019-11-20").call("ListAccelerators").await?;
/// # assert_eq!(replay.requests()[0].header("x-job"), Some("nightly-report"));
/// # Ok(())
/// # }
/// ```
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

/// An attempt: which one, of which call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation that is called.
    pub operation: &'static Operation,
    /// The attempt's number, from 1.
    pub number: u32,
    /// The pause before the attempt; nothing before the first.
    pub pause: Duration,
}
