//! What a call needs of Tokio, asked for so that its absence is an error.
//!
//! Tokio panics where there is no runtime, or one without timers or I/O. Whether
//! there is one can be asked; what it was built with cannot, so its panic is
//! caught, and only that one. (A panic hook still sees it.)

use std::any::Any;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::time::Duration;

use tokio::runtime::Handle;

/// What is missing for a call to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Runtime,
    Timers,
    Io,
}

impl Missing {
    /// What one of Tokio's panics says.
    fn of(panic: &(dyn Any + Send)) -> Option<Self> {
        let text = match panic.downcast_ref::<String>() {
            Some(text) => text.as_str(),
            None => panic.downcast_ref::<&'static str>()?,
        };
        if text.contains("timers are disabled") {
            Some(Self::Timers)
        } else if text.contains("IO is disabled") {
            Some(Self::Io)
        } else {
            None
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Runtime => {
                "a call needs a Tokio runtime, and there is none here: await it under \
                 `#[tokio::main]`, or use `send_blocking` (feature `blocking`)"
            }
            Self::Timers => {
                "a call needs the timers of its Tokio runtime, which are off: build it with \
                 `enable_all`"
            }
            Self::Io => {
                "a call needs the I/O of its Tokio runtime, which is off: build it with `enable_all`"
            }
        })
    }
}

impl std::error::Error for Missing {}

/// Runs what uses Tokio's timers or sockets.
pub(crate) async fn run<F: Future>(future: F) -> Result<F::Output, Missing> {
    if Handle::try_current().is_err() {
        return Err(Missing::Runtime);
    }
    let mut future = pin!(future);
    poll_fn(|context| {
        // A future that panicked is not polled again.
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(panic) => match Missing::of(&*panic) {
                Some(missing) => Err(missing).into(),
                None => resume_unwind(panic),
            },
        }
    })
    .await
}

/// [`tokio::time::sleep`].
pub(crate) async fn sleep(pause: Duration) -> Result<(), Missing> {
    run(async { tokio::time::sleep(pause).await }).await
}

/// [`tokio::time::timeout`]; `None` when the time is over.
pub(crate) async fn timeout<F: Future>(
    limit: Duration,
    future: F,
) -> Result<Option<F::Output>, Missing> {
    run(async { tokio::time::timeout(limit, future).await.ok() }).await
}

/// Does what blocks on one of the threads that a runtime has for that.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Missing> {
    let runtime = Handle::try_current().map_err(|_| Missing::Runtime)?;
    match runtime.spawn_blocking(work).await {
        Ok(done) => Ok(done),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // It is shutting down.
            Err(_) => Err(Missing::Runtime),
        },
    }
}
