//! [`Rule`]: answers of [`Replay`] to the calls of one operation, whatever comes between.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::prepared::{Kept, NO_ANSWER, Of, Prepared, place};
use super::recorded::Recorded;
use super::replay::Replay;
use crate::call::Response;
use crate::encode;
use crate::schema::{ErrorCodes, ReplyBody};
use crate::transport::TransportErrorKind;
use crate::value::View;

/// Answers to the calls of one operation, in whichever order those come; made by
/// [`Replay::on`] and [`Replay::on_operation`].
///
/// A request takes the first answer that is left, of the first rule of its operation whose
/// conditions hold. What no rule answers is answered by the replay's own sequence.
///
/// ```
/// # use alicloud_runtime as alicloud;
/// use alicloud::{RawClient, testing::Replay};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), alicloud::Error> {
/// let replay = Replay::new();
/// replay
///     .on_operation("DescribeListener")
///     .with("ListenerId", "lsr-1")
///     .respond(200, r#"{"RequestId": "1", "State": "init"}"#)
///     .respond(200, r#"{"RequestId": "2", "State": "active"}"#)
///     .always();
/// replay
///     .on_operation("DescribeListener")
///     .respond(404, r#"{"Code": "NotExist.Listener"}"#);
///
/// let ga = RawClient::rpc(&replay.config(), "Ga", "2019-11-20");
/// let describe = |id: &str| ga.call("DescribeListener").query("ListenerId", id);
/// assert!(describe("lsr-2").await.is_err());
/// assert_eq!(describe("lsr-1").await?.value["State"], "init");
/// assert_eq!(describe("lsr-1").await?.value["State"], "active");
/// assert_eq!(describe("lsr-1").await?.value["State"], "active");
/// replay.assert_used();
/// # Ok(())
/// # }
/// ```
pub struct Rule<R = ()> {
    replay: Replay,
    index: usize,
    response: PhantomData<fn() -> R>,
}

/// Answers by operation.
impl Replay {
    /// Begins a rule: the answers to calls of the operation that `R` is the response of,
    /// of its version of the product:
    /// `replay.on::<describe_listener::Response>().sample()`.
    #[track_caller]
    pub fn on<R: Response>(&self) -> Rule<R> {
        self.rule(Of::Operation(R::operation()), place(Location::caller()))
    }

    /// Begins a rule by the operation's name: the answers to calls of any operation of that
    /// name, calls by name among them.
    #[track_caller]
    pub fn on_operation(&self, name: impl Into<String>) -> Rule {
        self.rule(Of::Named(name.into().into()), place(Location::caller()))
    }

    /// Begins the rule that was made there.
    pub(super) fn rule<R>(&self, of: Of, at: String) -> Rule<R> {
        let mut state = self.lock();
        state.rules.push(Kept {
            of,
            at,
            conditions: Vec::new(),
            answers: VecDeque::new(),
            is_spent: false,
        });
        Rule {
            replay: self.clone(),
            index: state.rules.len() - 1,
            response: PhantomData,
        }
    }
}

impl<R> Rule<R> {
    /// Answers only requests for which this holds; several conditions must all hold.
    #[track_caller]
    pub fn when(self, holds: impl Fn(&Recorded) -> bool + Send + Sync + 'static) -> Self {
        let at = place(Location::caller());
        self.unless(move |request| {
            (!holds(request)).then(|| format!("the condition at {at} does not hold"))
        })
    }

    /// Answers only requests with this parameter: in the query, the form, or a member of a
    /// JSON body ([`Recorded::parameter`]).
    pub fn with(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.unless(move |request| {
            let is_so = request.parameter(&name).as_deref() == Some(&*value);
            (!is_so).then(|| format!("`{name}` is not {value:?}"))
        })
    }

    /// Answers with this status and JSON body; see [`Replay::respond`].
    #[track_caller]
    pub fn respond(self, status: u16, body: impl Into<Bytes>) -> Self {
        self.then(Replay::new().respond(status, body))
    }

    /// Answers with server-sent events of these data; see [`Replay::events`].
    #[track_caller]
    pub fn events<D: AsRef<str>>(self, data: impl IntoIterator<Item = D>) -> Self {
        self.then(Replay::new().events(data))
    }

    /// Answers with this reply, as it is.
    #[track_caller]
    pub fn reply(self, reply: http::Response<Bytes>) -> Self {
        self.then(Replay::new().reply(reply))
    }

    /// Answers with a documented error; see [`Replay::error`].
    ///
    /// # Panics
    /// When the enum has no row of that error, and when it is another operation's.
    #[track_caller]
    pub fn error<K: ErrorCodes + PartialEq>(self, kind: K) -> Self {
        self.then(Replay::new().error(kind))
    }

    /// Answers with no reply, but such a failure of the network.
    #[track_caller]
    pub fn fail(self, kind: TransportErrorKind) -> Self {
        self.then(Replay::new().fail(kind))
    }

    /// Lets the answer that was prepared last take so long; see [`Replay::latency`].
    ///
    /// # Panics
    /// When this rule has no answer yet.
    #[track_caller]
    pub fn latency(self, latency: Duration) -> Self {
        self.last("latency", |last| last.answer.latency = latency)
    }

    /// Gives the answer that was prepared last so many times; 0 counts as 1. Default: once.
    ///
    /// # Panics
    /// When this rule has no answer yet.
    #[track_caller]
    pub fn times(self, times: usize) -> Self {
        self.last("times", |last| last.times = Some(times.max(1)))
    }

    /// Gives the answer that was prepared last to every request from then on. Answers that
    /// are prepared after it are never given.
    ///
    /// # Panics
    /// When this rule has no answer yet.
    #[track_caller]
    pub fn always(self) -> Self {
        self.last("always", |last| last.times = None)
    }

    /// Answers no request for which there is a reason not to.
    pub(super) fn unless(
        self,
        unmet: impl Fn(&Recorded) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.kept(|rule| rule.conditions.push(Arc::new(unmet)))
    }

    /// Takes over the answers that were prepared in another replay.
    #[track_caller]
    pub(super) fn then(self, prepared: Replay) -> Self {
        let answers = std::mem::take(&mut prepared.lock().answers);
        let of = self.replay.lock().rules[self.index].of.clone();
        let strange = answers
            .iter()
            .find_map(|answer| of.differs(&answer.of).then(|| answer.of.name()));
        if let Some(strange) = strange {
            panic!(
                "this answer is one of {strange}, and the rule is for {}",
                of.name()
            );
        }
        self.kept(|rule| {
            rule.answers
                .extend(answers.into_iter().map(|answer| Prepared {
                    answer,
                    times: Some(1),
                    given: 0,
                }));
        })
    }

    #[track_caller]
    pub(super) fn last(self, setter: &str, change: impl FnOnce(&mut Prepared)) -> Self {
        let mut state = self.replay.lock();
        let changed = state.rules[self.index].answers.back_mut().map(change);
        drop(state);
        assert!(changed.is_some(), "Rule::{setter}{NO_ANSWER}");
        self
    }

    fn kept(self, change: impl FnOnce(&mut Kept)) -> Self {
        change(&mut self.replay.lock().rules[self.index]);
        self
    }
}

impl<R: Response> Rule<R> {
    /// Answers with the operation's documented sample; see [`Replay::sample`].
    #[track_caller]
    pub fn sample(self) -> Self {
        self.then(Replay::new().sample::<R>())
    }

    /// Answers with this response, as the service writes it in JSON. It gets a request id
    /// where it has none.
    #[track_caller]
    pub fn value(self, response: R) -> Self {
        let body = match R::operation().reply {
            ReplyBody::Empty => Bytes::new(),
            ReplyBody::Object => encode::to_json(&response).into(),
            ReplyBody::Binary => match response.get(0).view() {
                View::Bytes(bytes) => bytes.clone(),
                View::Text(text) => Bytes::from(text.to_owned()),
                _ => Bytes::new(),
            },
            ReplyBody::Document | ReplyBody::Any => encode::to_json(response.get(0)).into(),
        };
        self.then(Replay::new().respond(200, body))
    }
}

impl<R> fmt::Debug for Rule<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.replay.lock();
        let rule = &state.rules[self.index];
        f.debug_struct("Rule")
            .field("operation", &rule.of.name())
            .field("conditions", &rule.conditions.len())
            .field("answers_left", &rule.answers.len())
            .finish()
    }
}
