//! For apps' own tests: [`Replay`] answers in the network's place.
//!
//! It is a [`Transport`], so a client under test does all that it does in
//! production (preflight, encoding, signing, retries, decoding), and only the
//! network is missing. Nothing here ever touches that.

use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

use super::prepared::{Answer, NO_ANSWER, Of, State, place};
use super::recorded::Recorded;
use super::uploaded::Uploaded;
use crate::call::{Response, has_request_id};
use crate::client::Config;
use crate::credentials::Credentials;
use crate::future::BoxFuture;
use crate::gateway;
use crate::retry::Retry;
use crate::schema::{ErrorCodes, Sample};
use crate::transport::{Body, SendOptions, Transport, TransportError, TransportErrorKind};

/// The id of every request that is answered as documented.
const SOME_ID: &str = "00000000-0000-0000-0000-000000000000";

/// A replay transport: answers requests with what a test prepared, in that order,
/// and records them.
///
/// Clones share what is prepared and recorded. A request fails, with an error that
/// names both operations and is not retried, where the next answer is the sample or the
/// error of another operation (that answer stays the next one), and where nothing is
/// left: each attempt of a call takes an answer.
///
/// Where the order of calls does not matter, or their parameters do, [`on`](Self::on)
/// prepares answers by operation. [`assert_used`](Self::assert_used) holds that each was
/// given.
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

impl Replay {
    /// Creates a replay with nothing prepared and nothing recorded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers with an operation's documented sample: the first in JSON, else the
    /// first at all; `{}` where the documentation has none.
    #[must_use]
    #[track_caller]
    pub fn sample<R: Response>(self) -> Self {
        let json = R::SAMPLES
            .iter()
            .find(|sample| matches!(sample, Sample::Json(_)));
        match json.or(R::SAMPLES.first()) {
            Some(Sample::Json(body)) => self.respond(200, *body),
            Some(Sample::Xml(body)) => self.reply(reply(200, "text/xml", *body)).given_id(),
            None => self.respond(200, "{}"),
        }
        .of(Of::Operation(R::operation()))
    }

    /// Answers with an operation's documented sample in XML; `<R/>` where the
    /// documentation has none.
    #[must_use]
    #[track_caller]
    pub fn xml_sample<R: Response>(self) -> Self {
        let xml = R::SAMPLES.iter().find_map(|sample| match sample {
            Sample::Xml(body) => Some(*body),
            Sample::Json(_) => None,
        });
        self.reply(reply(200, "text/xml", xml.unwrap_or("<R/>")))
            .given_id()
            .of(Of::Operation(R::operation()))
    }

    /// Answers with a documented error: its status (400 where none is documented),
    /// and a body of its code and message, as the service writes it.
    ///
    /// # Panics
    /// When the enum has no row of that error: there is nothing to answer with.
    #[must_use]
    #[track_caller]
    pub fn error<K: ErrorCodes + PartialEq>(self, kind: K) -> Self {
        let Some((_, row)) = K::rows().iter().find(|(other, _)| *other == kind) else {
            panic!("Replay::error: this error has no row in what its operation documents");
        };
        let status = match row.status {
            400..600 => row.status,
            _ => 400,
        };
        let body = serde_json::json!({
            "Code": row.code,
            // Where its words are not documented, its meaning is.
            "Message": if row.message.is_empty() { row.meaning } else { row.message },
            "RequestId": SOME_ID,
            "HostId": "replay.invalid",
        });
        self.respond(status, body.to_string())
            .of(match K::OPERATION {
                "" => Of::Anyone,
                name => Of::Named(name.into()),
            })
    }

    /// Answers with this status and JSON body. A success is to be what the operation
    /// documents, as from a service; but where its body shows no request id, there is
    /// one in the header that the gateway of the called operation has for it
    /// (`x-acs-request-id`). The same is so for documented samples.
    #[must_use]
    #[track_caller]
    pub fn respond(self, status: u16, body: impl Into<Bytes>) -> Self {
        self.reply(reply(status, "application/json", body))
            .given_id()
    }

    /// Answers with server-sent events of these data, for calls that read them
    /// ([`Call::events`](crate::Call::events)). The same id of the request is given as by
    /// [`respond`](Self::respond).
    #[must_use]
    #[track_caller]
    pub fn events<D: AsRef<str>>(self, data: impl IntoIterator<Item = D>) -> Self {
        let mut body = String::new();
        for data in data {
            for line in data.as_ref().lines() {
                body.extend(["data: ", line, "\n"]);
            }
            body.push('\n');
        }
        self.reply(reply(200, "text/event-stream", body)).given_id()
    }

    /// Lets the answer that was prepared last break off after all that it holds, with such a
    /// failure of the network.
    ///
    /// # Panics
    /// When no answer was prepared yet.
    #[must_use]
    #[track_caller]
    pub fn broken_off(self, kind: TransportErrorKind) -> Self {
        self.last("broken_off", |last| last.broken_off = Some(kind))
    }

    /// Answers with this reply, as it is.
    #[must_use]
    #[track_caller]
    pub fn reply(self, reply: http::Response<Bytes>) -> Self {
        self.then(Ok(reply))
    }

    /// Answers with no reply, but such a failure of the network.
    #[must_use]
    #[track_caller]
    pub fn fail(self, kind: TransportErrorKind) -> Self {
        self.then(Err(kind))
    }

    /// Lets the answer that was prepared last take so long. More than the call's
    /// timeout makes it a timeout. Needs tokio's timer.
    ///
    /// # Panics
    /// When no answer was prepared yet.
    #[must_use]
    #[track_caller]
    pub fn latency(self, latency: Duration) -> Self {
        self.last("latency", |last| last.latency = latency)
    }

    /// Returns a configuration that sends here: credentials of no account, the region
    /// `cn-hangzhou`, and the default retries without pauses, nor any for other calls than
    /// the one that was throttled.
    pub fn config(&self) -> Config {
        let no_pauses = Retry::default()
            .backoff(Duration::ZERO)
            .throttled_backoff(Duration::ZERO);
        Config::new(Credentials::new("replay-id", "replay-secret"))
            .region("cn-hangzhou")
            .retry(no_pauses)
            .adaptive_rate(false)
            .transport(self.clone())
    }

    /// Takes the answers to permissions to upload files, and to the uploads, from those
    /// that are prepared, in their order. Otherwise there is always one, a success.
    #[must_use]
    pub fn prepared_uploads(self) -> Self {
        self.lock().files.are_prepared = true;
        self
    }

    /// Returns the files that were uploaded before calls, in order.
    pub fn uploads(&self) -> Vec<Uploaded> {
        self.lock().files.uploaded.clone()
    }

    /// Returns what was sent so far: every attempt, in order. Uploads and the permissions for them
    /// are not among these, unless [`prepared_uploads`](Self::prepared_uploads) was said.
    pub fn requests(&self) -> Vec<Recorded> {
        self.lock().requests.clone()
    }

    /// Returns how many prepared answers are left, without those that are given always.
    pub fn left(&self) -> usize {
        self.lock().left()
    }

    /// Asserts that every answer was used, those of the sequence and of each rule, and that
    /// every request had one.
    ///
    /// # Panics
    /// When that is not so, with each answer that was not used and the place where it was
    /// prepared, and each request that had none.
    #[track_caller]
    pub fn assert_used(&self) {
        let unused = self.lock().unused();
        assert!(unused.is_empty(), "Replay: {}", unused.join("\n  "));
    }

    /// The answer to a request.
    fn answer(&self, request: Recorded, options: &SendOptions) -> Result<Answer, String> {
        loop {
            // A condition is the test's own code, which may look at the replay: not under
            // its lock.
            let rules = self.lock().rules_of(&request, options);
            let unmet: Vec<_> = rules.iter().map(|rule| rule.unmet(&request)).collect();
            let Some(at) = unmet.iter().position(Option::is_none) else {
                let unmet = unmet.into_iter().flatten().collect();
                return self.lock().take(request, options, unmet);
            };
            let mut state = self.lock();
            // Another request may have taken the last one meanwhile.
            if let Some(answer) = state.rules[rules[at].index].next() {
                state.requests.push(request);
                return Ok(answer);
            }
        }
    }

    #[track_caller]
    fn then(self, outcome: Result<http::Response<Bytes>, TransportErrorKind>) -> Self {
        {
            let mut state = self.lock();
            state.prepared += 1;
            state.answers.push_back(Answer {
                latency: Duration::ZERO,
                outcome,
                broken_off: None,
                is_given_id: false,
                of: Of::Anyone,
                at: place(Location::caller()),
            });
        }
        self
    }

    /// Changes the answer that was prepared last.
    #[track_caller]
    fn last(self, setter: &str, change: impl FnOnce(&mut Answer)) -> Self {
        let changed = self.lock().answers.back_mut().map(change);
        assert!(changed.is_some(), "Replay::{setter}{NO_ANSWER}");
        self
    }

    /// Gives the answer that was prepared last a request id if it has none.
    fn given_id(self) -> Self {
        if let Some(last) = self.lock().answers.back_mut() {
            last.is_given_id = true;
        }
        self
    }

    /// Says whose answer the one is that was prepared last.
    fn of(self, of: Of) -> Self {
        if let Some(last) = self.lock().answers.back_mut() {
            last.of = of;
        }
        self
    }

    /// A test that panicked elsewhere leaves the state as it is.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Replay {
    fn send(
        &self,
        request: http::Request<Body>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect(usize::MAX).await?;
            let recorded = Recorded::new(http::Request::from_parts(head, body));
            if let Some(reply) = self.lock().files.answer(&recorded, &options) {
                return Ok(reply.map(Body::from));
            }
            let answer = self.answer(recorded, &options);
            let answer =
                answer.map_err(|why| TransportError::new(TransportErrorKind::Other, why))?;
            if !answer.latency.is_zero() {
                tokio::time::sleep(answer.latency.min(options.timeout)).await;
            }
            if answer.latency > options.timeout {
                return Err(failure(TransportErrorKind::Timeout));
            }
            match answer.outcome {
                Ok(reply) if !options.streamed && reply.body().len() > options.max_reply_bytes => {
                    Err(failure(TransportErrorKind::TooLarge))
                }
                Ok(mut reply) => {
                    if answer.is_given_id {
                        reply = with_id(reply, &options);
                    }
                    Ok(reply.map(|bytes| match answer.broken_off {
                        Some(kind) => Body::from_stream(BrokenOff(Some(bytes), kind)),
                        None => Body::from(bytes),
                    }))
                }
                Err(kind) => Err(failure(kind)),
            }
        })
    }
}

/// A body that breaks off.
struct BrokenOff(Option<Bytes>, TransportErrorKind);

impl Stream for BrokenOff {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.0.take().map_or_else(|| Err(failure(self.1)), Ok);
        Poll::Ready(Some(piece))
    }
}

/// A success, with the request id of the gateway if it has none of its own.
fn with_id(mut reply: http::Response<Bytes>, options: &SendOptions) -> http::Response<Bytes> {
    if reply.status().is_success() && !has_request_id(reply.body()) {
        let gateway = options.operation.map(|called| gateway::of(called.product));
        let spelling = gateway.unwrap_or(&gateway::ACS).spelling();
        if let Some(name) = spelling.request_id.first() {
            let id = http::HeaderValue::from_static(SOME_ID);
            reply.headers_mut().insert(*name, id);
        }
    }
    reply
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
            .field("answers_left", &state.left())
            .field("requests", &state.requests.len())
            .finish()
    }
}
