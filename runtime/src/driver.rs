//! What a call needs of Tokio, asked for so that its absence is an error.
//!
//! Tokio panics where there is no runtime, or one without timers or I/O. Whether
//! there is one can be asked; what it was built with cannot, so its panic is
//! caught, and only that one. (A panic hook still sees it.)

use std::any::Any;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

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
    runtime.spawn_blocking(work).await.map_err(ended)
}

/// A future on a task of its own, which goes on while nobody polls it. Dropped, it ends.
pub(crate) struct Task<T>(JoinHandle<T>);

impl<T: Send + 'static> Task<T> {
    /// Goes on with `future` there.
    ///
    /// # Errors
    /// The future, where there is no runtime.
    pub(crate) fn spawn<F>(future: F) -> Result<Self, F>
    where
        F: Future<Output = T> + Send + 'static,
    {
        match Handle::try_current() {
            Ok(runtime) => Ok(Self(runtime.spawn(future))),
            Err(_) => Err(future),
        }
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Missing>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let done = ready!(Pin::new(&mut self.0).poll(context));
        Poll::Ready(done.map_err(ended))
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Why a task came to no end: its panic goes on here.
fn ended(error: JoinError) -> Missing {
    match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        // The runtime is shutting down.
        Err(_) => Missing::Runtime,
    }
}
