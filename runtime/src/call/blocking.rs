//! Calls without an async runtime in the app's hands (feature `blocking`).
//!
//! A blocking form has the name of its async one and `_blocking`: `send_blocking` of what is
//! sent by awaiting it (`run_blocking` of waiters, which send several calls),
//! `reply_blocking`, `explain_blocking`. A stream becomes an iterator by `into_blocking`.
//!
//! One small Tokio runtime serves the whole process. A thread of its own drives it,
//! also while nobody waits for a call: connections that a server closes are noticed,
//! and credentials are renewed. The thread that waits polls its call itself, so a
//! call need not be `Send`.

use std::future::{Future, IntoFuture, pending};
use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use bytes::Bytes;
use tokio::runtime::{Builder, Handle};

use super::Explanation;
use super::RawCall;
use super::download::{Download, Downloading};
use super::events::{Event, Events};
use super::reply::Reply;
use super::response::{Paged, Response};
use super::{Call, Sending};
use super::{Items, Pages};
use super::{Wait, WaitError};
use crate::client::{Config, ConfigLoader};
use crate::error::{Cause, Error};
use crate::schema::{ErrorCodes, Operation};

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<R: Response, E: ErrorCodes> Call<R, E> {
    /// Sends the call and waits for the response. Any thread may wait that does not
    /// drive async tasks: one of the app's own, one of Tokio's `spawn_blocking`, a
    /// worker in `block_in_place`.
    ///
    /// # Errors
    /// As with `.await`; and, with nothing sent, when this thread drives async
    /// tasks, which would come to a standstill.
    pub fn send_blocking(self) -> Result<R, Error<E>> {
        self.send().send_blocking()
    }

    /// Sends the call and waits for the [`reply`](Self::reply).
    ///
    /// # Errors
    /// See [`send_blocking`](Self::send_blocking).
    pub fn reply_blocking(self) -> Result<Reply<R>, Error<E>> {
        self.reply().send_blocking()
    }

    /// Explains what would be sent; see [`explain`](Self::explain).
    ///
    /// # Errors
    /// See [`send_blocking`](Self::send_blocking).
    pub fn explain_blocking(self) -> Result<Explanation, Error<E>> {
        let operation = self.operation();
        block_on(operation, self.explain(), Error::of)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<T, E: ErrorCodes> Sending<T, E> {
    /// Sends the call and waits: for calls that are not plain ones, such as
    /// [`Call::dry_run`].
    ///
    /// # Errors
    /// See [`Call::send_blocking`].
    pub fn send_blocking(self) -> Result<T, Error<E>> {
        block_on(self.operation(), self, Error::of)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl RawCall {
    /// Sends the call and waits for the reply.
    ///
    /// # Errors
    /// See [`Call::send_blocking`].
    pub fn send_blocking(self) -> Result<Reply<serde_json::Value>, Error> {
        block_on(self.operation(), self.send(), |error| error)
    }

    /// Explains what would be sent; see [`explain`](Self::explain).
    ///
    /// # Errors
    /// See [`Call::send_blocking`].
    pub fn explain_blocking(self) -> Result<Explanation, Error> {
        block_on(self.operation(), self.explain(), |error| error)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<R, E, T> Wait<R, E, T> {
    /// Asks until the response is as wanted, as awaiting it does.
    ///
    /// # Errors
    /// See [`WaitError`] and [`Call::send_blocking`].
    pub fn run_blocking(self) -> Result<T, WaitError<E>> {
        match ready() {
            Ok(runtime) => wait(runtime, self.run()),
            Err(why) => Err(WaitError::Call(
                self.own(refused(Some(self.operation()), why)),
            )),
        }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<R: Response, E: ErrorCodes> Pages<R, E> {
    /// Turns the pages into an iterator that waits for each.
    pub fn into_blocking(self) -> impl Iterator<Item = Result<R, Error<E>>> {
        iterator(self, Self::operation, async |pages| pages.next().await)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<R: Paged, E: ErrorCodes> Items<R, E> {
    /// Turns the items into an iterator that waits for each page.
    pub fn into_blocking(self) -> impl Iterator<Item = Result<R::Item, Error<E>>> {
        iterator(self, Self::operation, async |items| items.next().await)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<R, E: 'static> Events<R, E> {
    /// Explains what would be sent; see [`explain`](Self::explain).
    ///
    /// # Errors
    /// See [`Call::send_blocking`].
    pub fn explain_blocking(self) -> Result<Explanation, Error<E>> {
        let (operation, of) = (self.called(), self.error_of());
        block_on(operation, self.explain(), of)
    }

    /// Turns the events into an iterator that waits for each.
    pub fn into_blocking(self) -> impl Iterator<Item = Result<Event<R>, Error<E>>> {
        let of = self.error_of();
        iterator_of(
            self,
            of,
            |events| Some(events.called()),
            async |events| events.next().await,
        )
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<E: 'static> Downloading<E> {
    /// Sends it and waits until the first bytes are there.
    ///
    /// # Errors
    /// See [`Call::send_blocking`].
    pub fn send_blocking(self) -> Result<Download<E>, Error<E>> {
        let (operation, of) = (self.operation(), self.error_of());
        block_on(operation, self.into_future(), of)
    }

    /// Explains what would be sent; see [`explain`](Self::explain).
    ///
    /// # Errors
    /// See [`Call::send_blocking`].
    pub fn explain_blocking(self) -> Result<Explanation, Error<E>> {
        let (operation, of) = (self.operation(), self.error_of());
        block_on(operation, self.explain(), of)
    }

    /// Writes the reply into a file and waits for that; see [`to_file`](Self::to_file).
    ///
    /// # Errors
    /// See [`Call::send_blocking`] and [`Download::to_file`].
    pub fn to_file_blocking(self, path: impl Into<PathBuf>) -> Result<u64, Error<E>> {
        let (operation, of) = (self.operation(), self.error_of());
        block_on(operation, self.to_file(path), of)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<E> Download<E> {
    /// Turns the bytes into an iterator that waits for each piece.
    pub fn into_blocking(self) -> impl Iterator<Item = Result<Bytes, Error<E>>> {
        let of = self.error_of();
        iterator_of(self, of, Self::operation, async |pieces| {
            pieces.next().await
        })
    }
}

/// What `next` gives, until it gives nothing; an error alone where it is not
/// possible to wait.
fn iterator<S, T, E: ErrorCodes>(
    stream: S,
    operation: fn(&S) -> Option<&'static Operation>,
    next: impl AsyncFn(&mut S) -> Option<Result<T, Error<E>>>,
) -> impl Iterator<Item = Result<T, Error<E>>> {
    iterator_of(stream, Error::of, operation, next)
}

/// The same; `of` makes its own error of one that there is no waiting.
fn iterator_of<S, T, E>(
    mut stream: S,
    of: fn(Error) -> Error<E>,
    operation: fn(&S) -> Option<&'static Operation>,
    next: impl AsyncFn(&mut S) -> Option<Result<T, Error<E>>>,
) -> impl Iterator<Item = Result<T, Error<E>>> {
    let mut over = false;
    std::iter::from_fn(move || {
        if over {
            return None;
        }
        let item = match ready() {
            Ok(runtime) => wait(runtime, next(&mut stream)),
            Err(why) => Some(Err(of(refused(operation(&stream), why)))),
        };
        over = !matches!(item, Some(Ok(_)));
        item
    })
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl ConfigLoader {
    /// Loads it and waits; see [`Config::load`].
    ///
    /// # Errors
    /// As with `.await`; and when this thread drives async tasks.
    pub fn load_blocking(self) -> Result<Config, Error> {
        match ready() {
            Ok(runtime) => wait(runtime, self.into_future()),
            Err(why) => Err(refused(None, why)),
        }
    }
}

/// Waits for a call of `operation`; `of` makes its own error of one that there is
/// no waiting.
fn block_on<T, E>(
    operation: &'static Operation,
    future: impl Future<Output = Result<T, E>>,
    of: impl FnOnce(Error) -> E,
) -> Result<T, E> {
    match ready() {
        Ok(runtime) => wait(runtime, future),
        Err(why) => Err(of(refused(Some(operation), why))),
    }
}

fn refused(operation: Option<&'static Operation>, why: String) -> Error {
    let cause = Cause::Unsendable(why);
    match operation {
        Some(operation) => Error::new(operation, cause),
        None => Error::without_call(cause),
    }
}

/// The process's runtime, where this thread may wait for it.
///
/// # Errors
/// In words, when it must not, or there is no runtime.
fn ready() -> Result<&'static Handle, String> {
    if drives_tasks() {
        let message = "a blocking call would stop the async tasks of this thread; use `.await`, \
                       or `tokio::task::spawn_blocking`";
        return Err(message.to_owned());
    }
    runtime()
}

/// Waits for a future that uses the runtime.
fn wait<F: Future>(runtime: &Handle, future: F) -> F::Output {
    let _entered = runtime.enter();
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Whether this thread drives async tasks of a Tokio runtime.
///
/// Tokio does not tell. But it gives each task that it polls a budget, and none to
/// threads on which blocking is allowed. So where the budget has an end, a task is
/// being polled; spending it does no harm, as the task has failed.
fn drives_tasks() -> bool {
    /// More than any budget (128).
    const MORE: usize = 1000;
    let mut context = Context::from_waker(Waker::noop());
    Handle::try_current().is_ok()
        && (0..MORE).any(|_| {
            let unit = pin!(tokio::task::consume_budget());
            unit.poll(&mut context).is_pending()
        })
}

/// The process's runtime.
fn runtime() -> Result<&'static Handle, String> {
    static RUNTIME: OnceLock<io::Result<Handle>> = OnceLock::new();
    let handle = RUNTIME.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        thread::Builder::new()
            .name("alicloud-blocking".to_owned())
            .spawn(move || runtime.block_on(pending::<()>()))?;
        Ok(handle)
    });
    handle
        .as_ref()
        .map_err(|e| format!("no runtime can be made: {e}"))
}
