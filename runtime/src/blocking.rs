//! Calls without an async runtime in the app's hands (feature `blocking`).
//!
//! One small tokio runtime serves the whole process. It has no thread of its own:
//! whichever thread waits for a call drives it.

use std::future::Future;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::call::{Call, Sending};
use crate::error::{Cause, Error};
use crate::explain::Explanation;
use crate::operation::Paged;
use crate::operation::{ErrorKind, Response};
use crate::page::{Items, Pages};
use crate::raw::RawCall;
use crate::reply::Reply;
use crate::wait::{Wait, WaitError};

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<R: Response, E: ErrorKind> Call<R, E> {
    /// Sends it and waits for the response.
    ///
    /// # Errors
    /// As with `.await`; and, with nothing sent, when this thread runs an async
    /// runtime, which would come to a standstill.
    pub fn send_blocking(self) -> Result<R, Error<E>> {
        block_on(async { self.await })
    }

    /// Sends it and waits for the [`reply`](Self::reply).
    ///
    /// # Errors
    /// See [`send_blocking`](Self::send_blocking).
    pub fn reply_blocking(self) -> Result<Reply<R>, Error<E>> {
        block_on(self.reply())
    }

    /// What would be sent; see [`explain`](Self::explain).
    ///
    /// # Errors
    /// See [`send_blocking`](Self::send_blocking).
    pub fn explain_blocking(self) -> Result<Explanation, Error<E>> {
        block_on(self.explain())
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<T, E: ErrorKind> Sending<T, E> {
    /// Sends it and waits: for calls that are not plain ones, such as
    /// [`Call::dry_run`].
    ///
    /// # Errors
    /// See [`Call::send_blocking`].
    pub fn wait(self) -> Result<T, Error<E>> {
        block_on(self)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl RawCall {
    /// Sends it and waits for the reply.
    ///
    /// # Errors
    /// See [`Call::send_blocking`].
    pub fn send_blocking(self) -> Result<Reply<serde_json::Value>, Error> {
        match runtime() {
            Ok(runtime) => runtime.block_on(async { self.await }),
            Err(error) => Err(error),
        }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<F> Wait<F> {
    /// Asks until the state is reached, as awaiting it does.
    ///
    /// # Errors
    /// See [`WaitError`] and [`Call::send_blocking`].
    pub fn run_blocking<R, E>(self) -> Result<Option<R>, WaitError<E>>
    where
        F: Fn() -> Call<R, E>,
        R: Response,
        E: ErrorKind,
    {
        match runtime() {
            Ok(runtime) => runtime.block_on(self.run()),
            Err(error) => Err(WaitError::Call(error.of())),
        }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<R: Response, E: ErrorKind> Pages<R, E> {
    /// The pages as an iterator that waits for each.
    pub fn into_blocking(mut self) -> impl Iterator<Item = Result<R, Error<E>>> {
        blocking(move |runtime| runtime.block_on(self.next()))
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<R: Paged, E: ErrorKind> Items<R, E> {
    /// The items as an iterator that waits for each page.
    pub fn into_blocking(mut self) -> impl Iterator<Item = Result<R::Item, Error<E>>> {
        blocking(move |runtime| runtime.block_on(self.next()))
    }
}

fn block_on<T, E: ErrorKind>(
    future: impl Future<Output = Result<T, Error<E>>>,
) -> Result<T, Error<E>> {
    match runtime() {
        Ok(runtime) => runtime.block_on(future),
        Err(error) => Err(error.of()),
    }
}

/// What `next` gives, until it gives nothing; an error alone where it is not
/// possible to wait.
fn blocking<T, E: ErrorKind>(
    mut next: impl FnMut(&Runtime) -> Option<Result<T, Error<E>>>,
) -> impl Iterator<Item = Result<T, Error<E>>> {
    let mut over = false;
    std::iter::from_fn(move || {
        let item = match runtime() {
            _ if over => None,
            Ok(runtime) => next(runtime),
            Err(error) => Some(Err(error.of())),
        };
        over = !matches!(item, Some(Ok(_)));
        item
    })
}

/// The process's runtime, where it is possible to wait on it.
fn runtime() -> Result<&'static Runtime, Error> {
    static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();
    let unsendable = |message: String| Error::without_call(Cause::Unsendable(message));
    if Handle::try_current().is_ok() {
        let message = "a blocking call within an async runtime would stop that; use `.await`";
        return Err(unsendable(message.to_owned()));
    }
    RUNTIME
        .get_or_init(|| Builder::new_current_thread().enable_all().build())
        .as_ref()
        .map_err(|e| unsendable(format!("no runtime can be made: {e}")))
}
