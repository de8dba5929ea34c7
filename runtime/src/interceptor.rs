//! [`Interceptor`]: where an app sees and changes what is sent and what comes
//! back. Enough for a header of its own or a recorder. Times, and attempts without a
//! reply, are in the spans and events of tracing.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::operation::Operation;
use crate::signature::Pair;

/// Sees every attempt of a client's calls.
///
/// Both methods have empty defaults. They run on the task that sends the call, so
/// they must not block.
///
/// ```
/// # use alicloud_runtime as alicloud;
/// use alicloud::{Attempt, Interceptor, Unsigned};
///
/// /// Tells the service which of our jobs is calling.
/// #[derive(Debug)]
/// struct Job(&'static str);
///
/// impl Interceptor for Job {
///     fn before_signing(&self, _attempt: &Attempt, request: &mut Unsigned<'_>) {
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
    fn before_signing(&self, attempt: &Attempt, request: &mut Unsigned<'_>) {
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

/// A request that is not signed yet. The headers that the signature needs are
/// added afterwards.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsigned<'a> {
    /// The HTTP method, in upper case.
    pub method: Cow<'a, str>,
    /// The path, percent-encoded.
    pub path: Cow<'a, str>,
    /// The query's parameters, not encoded.
    pub query: Vec<Pair<'a>>,
    /// The headers, with names in lower case. Those that start with `x-acs-` are
    /// signed.
    pub headers: Vec<Pair<'a>>,
    /// The parameters of a form body, not encoded; where there are any, they are
    /// the body.
    pub form: Vec<Pair<'a>>,
    /// The body, where it is no form.
    pub body: Bytes,
}

impl fmt::Debug for Unsigned<'_> {
    /// Without values: they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[Pair<'_>]| -> Vec<String> {
            pairs.iter().map(|(name, _)| name.to_string()).collect()
        };
        f.debug_struct("Unsigned")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &names(&self.query))
            .field("headers", &names(&self.headers))
            .field("form", &names(&self.form))
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
