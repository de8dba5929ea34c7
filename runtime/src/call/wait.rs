//! [`Wait`]: makes a call again and again until its response is as an app wants it.
//! When that is, is a [`Waiter`], data which generated code provides, or a condition of
//! the app.

use std::fmt;
use std::future::IntoFuture;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::Instant;

use super::call::Call;
use super::engine;
use super::job::Parts;
use super::reply::Raw;
use super::response::Response;
use super::wait_error::WaitError;
use crate::driver;
use crate::error::{Cause, Error};
use crate::future::BoxFuture;
#[cfg(feature = "blocking")]
use crate::schema::Operation;
use crate::schema::{ErrorCodes, Waiter};
use crate::value::{Value, View};

/// The pause between two calls where nothing else is said.
const INTERVAL: Duration = Duration::from_secs(5);
/// How long to wait where nothing else is said.
const LIMIT: Duration = Duration::from_secs(600);

/// A call that is made again until its response is as wanted: [`Call::until`], and the
/// `wait_until_…` methods of clients. It starts when it is awaited.
///
/// It gives the response that was wanted, or a [`WaitError`]. Where an error of the
/// service ends the waiting well ([`gone_on`](Self::gone_on), and the waiters of
/// clients), it gives an [`Option`]: none for such an error.
///
/// Each call has its own retries, deadline and idempotency token. The pauses
/// between calls are up to a tenth shorter than said, so that many waits do not ask
/// at the same moment.
#[must_use = "nothing is asked until it is awaited"]
pub struct Wait<R, E, T = Option<R>> {
    parts: Box<Parts>,
    /// The waiter's; empty for an app's own condition.
    name: &'static str,
    interval: Duration,
    limit: Duration,
    decode: fn(Raw) -> Result<R, Error>,
    of: fn(Error) -> Error<E>,
    judge: Box<dyn Fn(&R) -> Verdict + Send>,
    is_gone: IsGone<E>,
    /// Of the response that was wanted, or of none: the end, if it is one.
    finish: fn(Option<R>) -> Option<T>,
}

/// Whether an error of the service ends the waiting well.
type IsGone<E> = Box<dyn Fn(&Error<E>) -> bool + Send>;

/// What a response says of a state.
enum Verdict {
    /// It is the one.
    Reached,
    /// It is another one: what it is called, if that is known.
    Pending(Option<String>),
    /// It leads nowhere.
    Failed(Option<String>),
}

impl<R: Response, E: ErrorCodes> Call<R, E> {
    /// Makes the call again until `is_wanted` says so of a response:
    ///
    /// ```
    /// # use alicloud_runtime as alicloud;
    /// # async fn example<R, E>(call: alicloud::Call<R, E>) -> Result<(), alicloud::WaitError<E>>
    /// # where R: alicloud::Response + std::fmt::Debug, E: alicloud::ErrorCodes {
    /// # fn is_active<R>(_: &R) -> bool { true }
    /// # fn has_failed<R>(_: &R) -> bool { false }
    /// use std::time::Duration;
    ///
    /// let response = call
    ///     .until(|response| is_active(response))
    ///     .fail_if(|response| has_failed(response))
    ///     .every(Duration::from_secs(3))
    ///     .within(Duration::from_secs(300))
    ///     .await?;
    /// # drop(response);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Default: every 5 seconds, for 10 minutes at most.
    pub fn until(self, is_wanted: impl Fn(&R) -> bool + Send + 'static) -> Wait<R, E, R> {
        Wait::until(self.into_parts(), decoded, Error::of, is_wanted)
    }

    /// Makes the call again until its response is as `waiter` says.
    pub fn wait(self, waiter: &'static Waiter) -> Wait<R, E> {
        Wait {
            parts: self.into_parts(),
            name: waiter.name,
            interval: waiter.interval,
            limit: waiter.deadline,
            decode: decoded,
            of: Error::of,
            judge: Box::new(|response| judge(waiter, response)),
            is_gone: Box::new(|error| {
                let code = error.code();
                code.is_some_and(|code| waiter.success_codes.contains(&code))
            }),
            finish: Some,
        }
    }
}

fn decoded<R: Response>(mut raw: Raw) -> Result<R, Error> {
    let mut response = R::default();
    super::decode::decode(&mut raw, &mut response)?;
    Ok(response)
}

impl<R, E> Wait<R, E, R> {
    pub(super) fn until(
        parts: Box<Parts>,
        decode: fn(Raw) -> Result<R, Error>,
        of: fn(Error) -> Error<E>,
        is_wanted: impl Fn(&R) -> bool + Send + 'static,
    ) -> Self {
        Self {
            parts,
            name: "",
            interval: INTERVAL,
            limit: LIMIT,
            decode,
            of,
            judge: Box::new(move |response| {
                if is_wanted(response) {
                    Verdict::Reached
                } else {
                    Verdict::Pending(None)
                }
            }),
            is_gone: Box::new(|_| false),
            finish: |response| response,
        }
    }

    /// Ends well with this error too, which says that the resource is gone: the wait then
    /// gives an [`Option`].
    pub fn gone_on(self, kind: E) -> Wait<R, E>
    where
        E: ErrorCodes + PartialEq,
    {
        self.or_gone(move |error| error.kind() == Some(kind))
    }

    /// Ends well with an error of this code too, which need not be a documented one: the
    /// wait then gives an [`Option`].
    pub fn gone_on_code(self, code: impl Into<String>) -> Wait<R, E> {
        let code = code.into();
        self.or_gone(move |error| error.code() == Some(&code))
    }

    fn or_gone(self, is_gone: impl Fn(&Error<E>) -> bool + Send + 'static) -> Wait<R, E> {
        Wait {
            parts: self.parts,
            name: self.name,
            interval: self.interval,
            limit: self.limit,
            decode: self.decode,
            of: self.of,
            judge: self.judge,
            is_gone: Box::new(is_gone),
            finish: Some,
        }
    }
}

impl<R: 'static, E, T> Wait<R, E, T> {
    /// Ends with [`WaitError::Failed`] when `has_failed` says so of a response. It is asked
    /// before the condition that is waited for.
    pub fn fail_if(mut self, has_failed: impl Fn(&R) -> bool + Send + 'static) -> Self {
        let judge = self.judge;
        self.judge = Box::new(move |response| match judge(response) {
            Verdict::Reached | Verdict::Failed(_) if has_failed(response) => Verdict::Failed(None),
            Verdict::Pending(state) if has_failed(response) => Verdict::Failed(state),
            other => other,
        });
        self
    }

    /// Reads the state of a response, for the error of a wait that came to nothing.
    pub fn state(mut self, state: impl Fn(&R) -> String + Send + 'static) -> Self {
        let judge = self.judge;
        self.judge = Box::new(move |response| match judge(response) {
            Verdict::Reached => Verdict::Reached,
            Verdict::Pending(_) => Verdict::Pending(Some(state(response))),
            Verdict::Failed(_) => Verdict::Failed(Some(state(response))),
        });
        self
    }

    /// Pauses for this long between two calls, less up to a tenth.
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Waits for this long at most; a call that has begun is finished.
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Asks as often as the service says of the operation that `After` answers, which goes
    /// on after its reply ([`Operation::outcome`](crate::Operation::outcome)); and waits as
    /// long as it says, but at least 10 minutes. Changes nothing where it says nothing.
    pub fn paced_by<After: Response>(mut self) -> Self {
        let said = After::operation().outcome;
        if let Some(interval) = said.and_then(|outcome| outcome.interval) {
            self.interval = interval;
        }
        if let Some(limit) = said.and_then(|outcome| outcome.limit) {
            self.limit = limit.max(LIMIT);
        }
        self
    }
}

impl<R, E, T> Wait<R, E, T> {
    /// The operation that is asked.
    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.parts.operation
    }

    /// What awaiting does.
    pub(crate) async fn run(mut self) -> Result<T, WaitError<E>> {
        let pace = Pace::new(self.interval, self.limit);
        let has_own_token = self.parts.leaves_token_unset();
        loop {
            if has_own_token {
                self.parts.clear_token();
            }
            let sent = engine::run(&mut self.parts).await;
            let state = match self.look_at(sent)? {
                ControlFlow::Break(ended) => return Ok(ended),
                ControlFlow::Continue(state) => state,
            };
            if !pace
                .pause()
                .await
                .map_err(|e| WaitError::Call((self.of)(e)))?
            {
                return Err(WaitError::TimedOut {
                    waiter: self.name,
                    operation: self.parts.operation,
                    deadline: self.limit,
                    state,
                    waited: pace.started.elapsed(),
                });
            }
        }
    }

    /// The operation's own error.
    #[cfg(feature = "blocking")]
    pub(crate) fn own(&self, error: Error) -> Error<E> {
        (self.of)(error)
    }

    /// What a call came to: the end, or a state that is not the one.
    fn look_at(
        &self,
        sent: Result<Raw, Error>,
    ) -> Result<ControlFlow<T, Option<String>>, WaitError<E>> {
        let response = match sent.and_then(self.decode).map_err(self.of) {
            Ok(response) => response,
            Err(error) => {
                let gone = (self.is_gone)(&error)
                    .then(|| (self.finish)(None))
                    .flatten();
                let error = WaitError::Call(error);
                return gone.map(ControlFlow::Break).ok_or(error);
            }
        };
        match (self.judge)(&response) {
            Verdict::Pending(state) => Ok(ControlFlow::Continue(state)),
            Verdict::Failed(state) => Err(WaitError::Failed {
                waiter: self.name,
                operation: self.parts.operation,
                state,
            }),
            Verdict::Reached => match (self.finish)(Some(response)) {
                Some(ended) => Ok(ControlFlow::Break(ended)),
                None => Ok(ControlFlow::Continue(None)),
            },
        }
    }
}

/// When the next call is made.
struct Pace {
    started: Instant,
    interval: Duration,
    limit: Duration,
}

impl Pace {
    fn new(interval: Duration, limit: Duration) -> Self {
        Self {
            started: Instant::now(),
            interval,
            limit,
        }
    }

    /// Pauses; false, at once, where that would pass the limit.
    async fn pause(&self) -> Result<bool, Error> {
        let pause = self.interval - (self.interval / 10).mul_f64(crate::random::fraction());
        if self.started.elapsed().saturating_add(pause) >= self.limit {
            return Ok(false);
        }
        let slept = driver::sleep(pause).await;
        slept.map_err(|missing| Error::without_call(Cause::Unsendable(missing.to_string())))?;
        Ok(true)
    }
}

impl<R, E, T> IntoFuture for Wait<R, E, T>
where
    R: Send + 'static,
    E: 'static,
    T: 'static,
{
    type Output = Result<T, WaitError<E>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// What a waiter says of a response.
fn judge(waiter: &Waiter, response: &dyn Value) -> Verdict {
    let mut states = Vec::new();
    collect(response, waiter.path, &mut states);
    if let Some(at) = states
        .iter()
        .position(|s| waiter.failure.contains(&s.as_str()))
    {
        return Verdict::Failed(Some(states.swap_remove(at)));
    }
    let is_wanted = |state: &String| waiter.success.contains(&state.as_str());
    let is_reached = if states.is_empty() {
        waiter.success.contains(&"")
    } else {
        states.iter().all(is_wanted)
    };
    if is_reached {
        Verdict::Reached
    } else {
        Verdict::Pending(states.into_iter().find(|state| !is_wanted(state)))
    }
}

/// The scalars at a path, as text.
fn collect(value: &dyn Value, path: &[usize], found: &mut Vec<String>) {
    match (value.view(), path.split_first()) {
        (View::Object(object), Some((at, rest))) => collect(object.get(*at), rest, found),
        (View::List(list), _) => {
            for index in 0..list.len() {
                collect(list.at(index), path, found);
            }
        }
        (View::Text(text), None) if !text.is_empty() => found.push(text.to_owned()),
        (View::Int(number), None) => found.push(number.to_string()),
        (View::Bool(truth), None) => found.push(truth.to_string()),
        _ => {}
    }
}

impl<R, E, T> fmt::Debug for Wait<R, E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("operation", &self.parts.operation.name)
            .field("waiter", &self.name)
            .field("interval", &self.interval)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
