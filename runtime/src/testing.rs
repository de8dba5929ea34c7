//! For apps' own tests: [`Replay`] answers in the network's place.
//!
//! It is a [`Transport`], so a client under test does all that it does in
//! production (preflight, encoding, signing, retries, decoding), and only the
//! network is missing. Nothing here ever touches that.

mod recorded;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

pub use self::recorded::Recorded;
use crate::BoxFuture;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::operation::{ErrorKind, Response, Sample};
use crate::retry::Retry;
use crate::transport::{SendOptions, Transport, TransportError, TransportErrorKind};

/// Answers requests with what a test prepared, in that order, and records them.
///
/// Clones share what is prepared and recorded. When nothing is left, a request
/// fails with an error that says so.
///
/// ```
/// # use alicloud_runtime as alicloud;
/// use alicloud::testing::Replay;
///
/// let replay = Replay::new()
///     .respond(503, r#"{"Code":"ServiceUnavailable","Message":"later"}"#)
///     .respond(200, r#"{"RequestId":"1"}"#);
/// let config = replay.config();
/// // … make a client of `config`, call it, and look at `replay.requests()`
/// ```
#[derive(Clone, Default)]
pub struct Replay {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    prepared: usize,
    requests: Vec<Recorded>,
}

struct Answer {
    latency: Duration,
    outcome: Result<http::Response<Bytes>, TransportErrorKind>,
}

impl Replay {
    /// Nothing prepared, nothing recorded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers with an operation's documented sample: the first in JSON, else the
    /// first at all; `{}` where the documentation shows none.
    #[must_use]
    pub fn sample<R: Response>(self) -> Self {
        let json = R::SAMPLES
            .iter()
            .find(|sample| matches!(sample, Sample::Json(_)));
        match json.or(R::SAMPLES.first()) {
            Some(Sample::Json(body)) => self.respond(200, *body),
            Some(Sample::Xml(body)) => self.reply(reply(200, "text/xml", *body)),
            None => self.respond(200, "{}"),
        }
    }

    /// Answers with an operation's documented sample in XML; `<R/>` where the
    /// documentation shows none.
    #[must_use]
    pub fn xml_sample<R: Response>(self) -> Self {
        let xml = R::SAMPLES.iter().find_map(|sample| match sample {
            Sample::Xml(body) => Some(*body),
            Sample::Json(_) => None,
        });
        self.reply(reply(200, "text/xml", xml.unwrap_or("<R/>")))
    }

    /// Answers with a documented error: its status (400 where none is documented),
    /// and a body of its code and message, as the service writes it.
    #[must_use]
    pub fn error<K: ErrorKind + PartialEq>(self, kind: K) -> Self {
        match K::rows().iter().find(|(other, _)| *other == kind) {
            Some((_, row)) => {
                let status = if (400..600).contains(&row.status) {
                    row.status
                } else {
                    400
                };
                let body = serde_json::json!({
                    "Code": row.code,
                    // Where its words are not documented, its meaning is.
                    "Message": if row.message.is_empty() { row.meaning } else { row.message },
                    "RequestId": "00000000-0000-0000-0000-000000000000",
                    "HostId": "replay.invalid",
                });
                self.respond(status, body.to_string())
            }
            // An enum's variant always has its row; without one there is nothing
            // to answer with.
            None => self,
        }
    }

    /// Answers with this status and JSON body.
    #[must_use]
    pub fn respond(self, status: u16, body: impl Into<Bytes>) -> Self {
        self.reply(reply(status, "application/json", body))
    }

    /// Answers with this reply.
    #[must_use]
    pub fn reply(self, reply: http::Response<Bytes>) -> Self {
        self.then(Ok(reply))
    }

    /// Answers with no reply, but such a failure of the network.
    #[must_use]
    pub fn fail(self, kind: TransportErrorKind) -> Self {
        self.then(Err(kind))
    }

    /// Lets the answer that was prepared last take so long. More than the call's
    /// timeout makes it a timeout. Needs tokio's timer.
    #[must_use]
    pub fn latency(self, latency: Duration) -> Self {
        if let Some(last) = self.lock().answers.back_mut() {
            last.latency = latency;
        }
        self
    }

    /// A configuration that sends here: credentials of no account, the region
    /// `cn-hangzhou`, and the default retries without pauses.
    pub fn config(&self) -> Config {
        let no_pauses = Retry::default()
            .base(Duration::ZERO)
            .throttled_base(Duration::ZERO);
        Config::new(Credentials::new("replay-id", "replay-secret"))
            .region("cn-hangzhou")
            .retry(no_pauses)
            .transport(self.clone())
    }

    /// What was sent so far: every attempt, in order.
    pub fn requests(&self) -> Vec<Recorded> {
        self.lock().requests.clone()
    }

    /// How many prepared answers are left.
    pub fn left(&self) -> usize {
        self.lock().answers.len()
    }

    fn then(self, outcome: Result<http::Response<Bytes>, TransportErrorKind>) -> Self {
        {
            let mut state = self.lock();
            state.prepared += 1;
            state.answers.push_back(Answer {
                latency: Duration::ZERO,
                outcome,
            });
        }
        self
    }

    /// A test that panicked elsewhere leaves the state as it is.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Replay {
    fn send(
        &self,
        request: http::Request<Bytes>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let (answer, prepared) = {
            let mut state = self.lock();
            state.requests.push(Recorded::new(request));
            (state.answers.pop_front(), state.prepared)
        };
        Box::pin(async move {
            let Some(answer) = answer else {
                return Err(TransportError::new(
                    TransportErrorKind::Other,
                    format!("Replay has no answer left: {prepared} were prepared"),
                ));
            };
            if !answer.latency.is_zero() {
                tokio::time::sleep(answer.latency.min(options.timeout)).await;
            }
            if answer.latency > options.timeout {
                return Err(failure(TransportErrorKind::Timeout));
            }
            match answer.outcome {
                Ok(reply) if reply.body().len() > options.max_reply_bytes => {
                    Err(failure(TransportErrorKind::TooLarge))
                }
                Ok(reply) => Ok(reply),
                Err(kind) => Err(failure(kind)),
            }
        })
    }
}

fn failure(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind, format!("replayed failure: {}", kind.name()))
}

fn reply(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> http::Response<Bytes> {
    let mut reply = http::Response::new(body.into());
    // Not a status: what a broken server would be taken for.
    *reply.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::BAD_GATEWAY);
    let content_type = http::HeaderValue::from_static(content_type);
    reply
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, content_type);
    reply
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Replay")
            .field("answers_left", &state.answers.len())
            .field("requests", &state.requests.len())
            .finish()
    }
}
