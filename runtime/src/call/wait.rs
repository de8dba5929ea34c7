//! [`Wait`]: asks until a resource is in the state that an app waits for. What
//! that means is data, a [`Waiter`], which generated code provides.

use std::fmt;
use std::time::Duration;

use super::call::Call;
use super::response::Response;
use crate::driver;
use crate::error::{Cause, Error, one_line};
use crate::future::BoxFuture;
use crate::schema::{ErrorCodes, Operation, Waiter};
use crate::time::rounded;
use crate::value::{Value, View};

/// Why a state was not reached. `?` turns it into an [`Error`].
#[non_exhaustive]
pub enum WaitError<E> {
    /// A call failed, with its own retries.
    Call(Error<E>),
    /// The resource went into a state that leads nowhere.
    Failed {
        /// The waiter's name.
        waiter: &'static str,
        /// The operation that was asked.
        operation: &'static Operation,
        /// That state.
        state: String,
    },
    /// The deadline passed, or would before the next call.
    TimedOut {
        /// The waiter's name.
        waiter: &'static str,
        /// The operation that was asked.
        operation: &'static Operation,
        /// The state that was seen last; `None` if the response named none.
        state: Option<String>,
        /// How long was to be waited at most.
        deadline: Duration,
        /// How long was waited.
        waited: Duration,
    },
}

impl<E> fmt::Display for WaitError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Failed {
                waiter,
                operation,
                state,
            } => {
                let state = one_line(state);
                write!(
                    f,
                    "{waiter}: {} gave the final state {state}",
                    operation.name
                )
            }
            Self::TimedOut {
                waiter,
                operation,
                state,
                deadline,
                waited,
            } => {
                let (deadline, waited) = (rounded(*deadline), rounded(*waited));
                let name = operation.name;
                write!(f, "{waiter}: not reached by the deadline of {deadline:?}: ")?;
                match state {
                    Some(state) => write!(f, "{name} last gave the state {}", one_line(state))?,
                    None => write!(f, "{name} gave no state")?,
                }
                write!(f, ", after {waited:?}")
            }
        }
    }
}

impl<E> fmt::Debug for WaitError<E> {
    /// Of a call's error all that it says, otherwise the same line: what a `main`
    /// that returns it prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => fmt::Debug::fmt(error, f),
            other => fmt::Display::fmt(other, f),
        }
    }
}

impl<E> std::error::Error for WaitError<E> {}

impl<E: ErrorCodes> From<WaitError<E>> for Error {
    /// What failed in a call stays what it is; what waiting came to is its message.
    fn from(error: WaitError<E>) -> Self {
        let said = error.to_string();
        match error {
            WaitError::Call(error) => error.into(),
            WaitError::Failed { operation, .. } | WaitError::TimedOut { operation, .. } => {
                Self::new(operation, Cause::Wait(said))
            }
        }
    }
}

/// Asks for a resource's state until it is the one that is waited for. It starts when
/// it is awaited.
///
/// It gives the response that showed the state, or none where an error code did (the
/// resource is gone, and that was waited for); or a [`WaitError`].
#[must_use = "nothing is asked until it is awaited"]
pub struct Wait<R, E> {
    waiter: Waiter,
    call: Box<dyn Fn() -> Call<R, E> + Send>,
}

impl<R, E> Wait<R, E> {
    /// Waits as `waiter` says; `call` makes the call that asks for the state.
    pub fn new(waiter: &Waiter, call: impl Fn() -> Call<R, E> + Send + 'static) -> Self {
        Self {
            waiter: *waiter,
            call: Box::new(call),
        }
    }

    /// How long to pause between two calls.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.waiter.interval = interval;
        self
    }

    /// How long to wait at most; a call that has begun is finished.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.waiter.deadline = deadline;
        self
    }

    /// The operation that is asked.
    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static Operation {
        (self.call)().operation()
    }

    /// What awaiting does.
    pub(crate) async fn run(self) -> Result<Option<R>, WaitError<E>>
    where
        R: Response,
        E: ErrorCodes,
    {
        let waiter = &self.waiter;
        let started = tokio::time::Instant::now();
        loop {
            let response: R = match (self.call)().await {
                Ok(response) => response,
                Err(error)
                    if error
                        .code()
                        .is_some_and(|c| waiter.success_codes.contains(&c)) =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(WaitError::Call(error)),
            };
            let mut states = Vec::new();
            collect(&response, waiter.path, &mut states);
            if let Some(state) = states.iter().find(|s| waiter.failure.contains(&s.as_str())) {
                return Err(WaitError::Failed {
                    waiter: waiter.name,
                    operation: R::operation(),
                    state: state.clone(),
                });
            }
            let waited_for = |state: &String| waiter.success.contains(&state.as_str());
            let is_over = if states.is_empty() {
                waiter.success.contains(&"")
            } else {
                states.iter().all(waited_for)
            };
            if is_over {
                return Ok(Some(response));
            }
            if started.elapsed().saturating_add(waiter.interval) >= waiter.deadline {
                return Err(WaitError::TimedOut {
                    waiter: waiter.name,
                    operation: R::operation(),
                    deadline: waiter.deadline,
                    state: states.into_iter().find(|state| !waited_for(state)),
                    waited: started.elapsed(),
                });
            }
            if let Err(missing) = driver::sleep(waiter.interval).await {
                let cause = Cause::Unsendable(missing.to_string());
                return Err(WaitError::Call(Error::without_call(cause).of()));
            }
        }
    }
}

impl<R: Response, E: ErrorCodes> IntoFuture for Wait<R, E> {
    type Output = Result<Option<R>, WaitError<E>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
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

impl<R, E> fmt::Debug for Wait<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("waiter", &self.waiter)
            .finish_non_exhaustive()
    }
}
