//! [`Interceptor`]: where an app observes, changes or refuses what is sent, and learns
//! how every attempt and every call ended.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::encode::UnsignedRequest;
use crate::error::{Error, Refusal};
use crate::schema::Operation;

/// An interceptor: observes every attempt of a client's calls, and may change or
/// refuse it.
///
/// Every method has a default that does nothing. They run on the task that sends the
/// call, so they must neither block nor panic.
///
/// Several interceptors are called in the order in which they were added, each method
/// alike. A refusal ends the call there: interceptors after that one do not get the
/// request, but all of them are told how the attempt and the call ended.
///
/// One interceptor serves all calls of its clients, many at a time.
/// [`Attempt::call_id`] and [`CallSummary::call_id`] tell what belongs together.
///
/// ```
/// # use alicloud_runtime as alicloud;
/// use alicloud::{Attempt, CallSummary, Interceptor, Refusal, UnsignedRequest};
///
/// /// Tells the service which of our jobs is calling, and logs slow calls.
/// #[derive(Debug)]
/// struct Job(&'static str);
///
/// impl Interceptor for Job {
///     fn before_signing(
///         &self,
///         _attempt: &Attempt,
///         request: &mut UnsignedRequest<'_>,
///     ) -> Result<(), Refusal> {
///         request.headers.push(("x-job".into(), self.0.into()));
///         Ok(())
///     }
///
///     fn after_call(&self, call: &CallSummary<'_>) {
///         if call.outcome.duration.as_secs() >= 5 {
///             eprintln!("{} took {:?}", call.operation.name, call.outcome.duration);
///         }
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
    /// Receives the request before it is signed; what it changes is signed and sent.
    ///
    /// # Errors
    /// A refusal: the request is not sent, and the call ends with an error whose
    /// [`refusal`](Error::refusal) has the reason. It is not retried.
    fn before_signing(
        &self,
        attempt: &Attempt,
        request: &mut UnsignedRequest<'_>,
    ) -> Result<(), Refusal> {
        let _ = (attempt, request);
        Ok(())
    }

    /// Receives the reply, of any status, before it is looked into.
    fn after_reply(&self, attempt: &Attempt, reply: &mut http::Response<Bytes>) {
        let _ = (attempt, reply);
    }

    /// Receives the outcome of an attempt: once for each [`before_signing`](Self::before_signing),
    /// unless the call is dropped meanwhile.
    fn after_attempt(&self, attempt: &Attempt, outcome: &CallOutcome<'_>) {
        let _ = (attempt, outcome);
    }

    /// Receives the end of a call: once for each call that was started, also where nothing
    /// was sent, and where the call is dropped before its end. A reply is not decoded by
    /// then: members that disagree with the documentation are not seen here.
    fn after_call(&self, call: &CallSummary<'_>) {
        let _ = call;
    }
}

/// An attempt: which one, of which call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation that is called.
    pub operation: &'static Operation,
    /// The call's number within this process: all attempts of a call have the same.
    pub call_id: u64,
    /// The attempt's number, from 1.
    pub number: u32,
    /// The pause before the attempt; nothing before the first.
    pub pause: Duration,
}

/// The outcome of an attempt or a call.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CallOutcome<'a> {
    /// The duration. Of an attempt: signing, sending, and reading the reply; of a call: all
    /// of its attempts, the pauses between them, and waiting for credentials.
    pub duration: Duration,
    /// The HTTP status of the reply, the last one of a call; `None` without a reply.
    pub status: Option<u16>,
    /// The id that the service gave the request, of successes too.
    pub request_id: Option<&'a str>,
    /// The error; `None` where it succeeded, and where it was dropped.
    pub error: Option<&'a Error>,
    /// Cancelled: the call was dropped before its end.
    pub cancelled: bool,
    /// Bytes of request bodies that were handed to the transport, without headers.
    pub bytes_sent: u64,
    /// Bytes of reply bodies that were read whole, without headers.
    pub bytes_received: u64,
}

impl CallOutcome<'_> {
    /// Returns whether it succeeded.
    pub fn is_success(&self) -> bool {
        self.error.is_none() && !self.cancelled
    }

    /// Returns the kind of failure in one word, as in spans and metrics
    /// (OpenTelemetry's `error.type`): the service's code, else how it failed
    /// (`timeout`, `connect`, `preflight`, `refused`, `cancelled`, …). `None` where
    /// it succeeded.
    pub fn error_type(&self) -> Option<&str> {
        match self.error {
            _ if self.cancelled => Some("cancelled"),
            error => error.map(Error::kind_name),
        }
    }
}

/// The end of a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallSummary<'a> {
    /// The operation that was called.
    pub operation: &'static Operation,
    /// The call's number within this process, as in [`Attempt::call_id`].
    pub call_id: u64,
    /// The number of times that the request was sent; 0 where it was not.
    pub attempts: u32,
    /// The outcome. Bytes are those of all attempts.
    pub outcome: CallOutcome<'a>,
}
