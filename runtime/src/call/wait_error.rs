//! [`WaitError`]: why waiting came to nothing.

use std::fmt;
use std::time::Duration;

use crate::error::{Cause, Error, one_line};
use crate::schema::{ErrorCodes, Operation};
use crate::time::rounded;

/// The reason why a state was not reached. `?` turns it into an [`Error`].
#[non_exhaustive]
pub enum WaitError<E> {
    /// A call failed, with its own retries.
    Call(Error<E>),
    /// The resource went into a state that leads nowhere.
    Failed {
        /// The waiter's name; empty where the app says itself what it waits for.
        waiter: &'static str,
        /// The operation that was asked.
        operation: &'static Operation,
        /// That state; `None` if it is not known what it is called.
        state: Option<String>,
    },
    /// The deadline passed, or would before the next call.
    TimedOut {
        /// The waiter's name; empty where the app says itself what it waits for.
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
        let prefix = |f: &mut fmt::Formatter<'_>, waiter: &str| match waiter {
            "" => Ok(()),
            _ => write!(f, "{waiter}: "),
        };
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Failed {
                waiter,
                operation,
                state,
            } => {
                prefix(f, waiter)?;
                let name = operation.name;
                match state {
                    Some(state) => write!(f, "{name} gave the final state {}", one_line(state)),
                    None => write!(f, "{name} gave a final state, not the one waited for"),
                }
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
                prefix(f, waiter)?;
                write!(f, "not reached by the deadline of {deadline:?}: ")?;
                match state {
                    Some(state) => write!(f, "{name} last gave the state {}", one_line(state))?,
                    None if waiter.is_empty() => write!(f, "{name} was answered otherwise")?,
                    None => write!(f, "{name} gave no state")?,
                }
                write!(f, ", after {waited:?}")
            }
        }
    }
}

impl<E> fmt::Debug for WaitError<E> {
    /// Writes of a call's error all that it says, otherwise the same line: what a
    /// `main` that returns it prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => fmt::Debug::fmt(error, f),
            other => fmt::Display::fmt(other, f),
        }
    }
}

impl<E> std::error::Error for WaitError<E> {}

impl<E: ErrorCodes> From<WaitError<E>> for Error {
    /// Keeps what failed in a call as it is; what waiting came to is its message.
    fn from(error: WaitError<E>) -> Self {
        error.into_any(Into::into)
    }
}

impl From<WaitError<()>> for Error {
    fn from(error: WaitError<()>) -> Self {
        error.into_any(|error| error)
    }
}

impl<E> WaitError<E> {
    fn into_any(self, of_call: fn(Error<E>) -> Error) -> Error {
        let said = self.to_string();
        match self {
            Self::Call(error) => of_call(error),
            Self::Failed { operation, .. } | Self::TimedOut { operation, .. } => {
                Error::new(operation, Cause::Wait(said))
            }
        }
    }
}
