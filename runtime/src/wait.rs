//! [`Wait`]: asks until a resource is in the state that an app waits for. What
//! that means is data, a [`Waiter`], which generated code provides.

use std::fmt;
use std::time::Duration;

use crate::BoxFuture;
use crate::call::Call;
use crate::error::Error;
use crate::operation::{ErrorKind, Response};
use crate::wire::{Value, View};

/// What to wait for, as data.
#[derive(Clone, Copy, Debug)]
pub struct Waiter {
    /// Its name, for errors: `listener_active`.
    pub name: &'static str,
    /// Where the state is in the response: field indices from the root. On the way
    /// through a list, the rest of the path applies to each item.
    pub path: &'static [usize],
    /// The states that end the waiting well. Of several items, each must be in one;
    /// an empty one stands for a response that names none.
    pub success: &'static [&'static str],
    /// The states from which none of those is reached.
    pub failure: &'static [&'static str],
    /// The error codes that end the waiting well: for waiting until something is
    /// gone.
    pub success_codes: &'static [&'static str],
    /// How long to pause between two calls.
    pub interval: Duration,
    /// How long to wait at most.
    pub deadline: Duration,
}

/// How a waiting ended badly.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError<E> {
    /// A call failed, with its own retries.
    Call(Error<E>),
    /// The resource went into a state that leads nowhere.
    Failed {
        /// The waiter's name.
        waiter: &'static str,
        /// That state.
        state: String,
    },
    /// The deadline passed.
    TimedOut {
        /// The waiter's name.
        waiter: &'static str,
        /// The state that was seen last; `None` if the response named none.
        state: Option<String>,
        /// How long was waited.
        waited: Duration,
    },
}

impl<E> fmt::Display for WaitError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Failed { waiter, state } => write!(f, "{waiter}: ended in the state {state}"),
            Self::TimedOut {
                waiter,
                state,
                waited,
            } => {
                let state = state.as_deref().unwrap_or("unknown");
                write!(f, "{waiter}: the state is {state} after {waited:?}")
            }
        }
    }
}

impl<E: fmt::Debug> std::error::Error for WaitError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            _ => None,
        }
    }
}

/// A waiting that starts when it is awaited.
///
/// It gives the response that showed the state, or none where an error code did;
/// or a [`WaitError`].
#[must_use = "nothing is asked until it is awaited"]
pub struct Wait<F> {
    waiter: Waiter,
    call: F,
}

impl<F> Wait<F> {
    /// Waits as `waiter` says; `call` makes the call that asks for the state.
    pub fn new(waiter: &Waiter, call: F) -> Self {
        Self {
            waiter: *waiter,
            call,
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

    /// What awaiting does.
    pub(crate) async fn run<R, E>(self) -> Result<Option<R>, WaitError<E>>
    where
        F: Fn() -> Call<R, E>,
        R: Response,
        E: ErrorKind,
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
            if started.elapsed() + waiter.interval >= waiter.deadline {
                return Err(WaitError::TimedOut {
                    waiter: waiter.name,
                    state: states.into_iter().find(|state| !waited_for(state)),
                    waited: started.elapsed(),
                });
            }
            tokio::time::sleep(waiter.interval).await;
        }
    }
}

impl<F, R, E> IntoFuture for Wait<F>
where
    F: Fn() -> Call<R, E> + Send + 'static,
    R: Response,
    E: ErrorKind,
{
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

impl<F> fmt::Debug for Wait<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("waiter", &self.waiter)
            .finish_non_exhaustive()
    }
}
