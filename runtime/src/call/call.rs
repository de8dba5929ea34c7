//! [`Call`]: a request on its way. Nothing happens until it is awaited; what
//! happens then is [`engine`], which knows no type of an operation.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::explain::{self, Explanation};
use super::job::Parts;
use super::options::option_setters;
use super::reply::{Raw, Reply};
use super::response::Response;
use super::{decode, engine};
use crate::client::Client;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::schema::{ErrorCodes, Operation};
use crate::value::Object;

/// A call that is sent when it is awaited; dropping it, or its future, cancels it.
///
/// The setters overrule the client's configuration for this call. It is awaited on
/// a Tokio runtime with timers and I/O on (`enable_all`), and anywhere else an error
/// that says so; without any, `send_blocking` (feature `blocking`) sends it.
///
/// Awaiting takes an [`IntoFuture`]; where a future itself is wanted,
/// [`send`](Self::send) gives it:
///
/// ```
/// # async fn example<R, E>(first: alicloud_runtime::Call<R, E>, second: alicloud_runtime::Call<R, E>)
/// # where R: alicloud_runtime::Response, E: alicloud_runtime::ErrorCodes {
/// let (first, second) = (tokio::spawn(first.send()), tokio::spawn(second.send()));
/// # drop((first.await, second.await));
/// # }
/// ```
#[must_use = "a call is sent when it is awaited"]
pub struct Call<R, E> {
    parts: Box<Parts>,
    answer: PhantomData<fn() -> (R, E)>,
}

impl<R: Response, E> Call<R, E> {
    /// Creates a call with `request`, whose schema is that of the response's operation.
    #[inline]
    pub fn new<Q: Object + Default>(client: &Client, request: Q) -> Self {
        let mut parts = Parts::new(client, R::operation(), Box::new(request));
        parts.fresh = Some(|| Box::new(Q::default()));
        parts.response = Some(|| Box::new(R::default()));
        Self::from_parts(parts)
    }
}

impl<R, E> Call<R, E> {
    /// Creates a call of `operation` with `request`, whose schema is the operation's.
    #[inline]
    pub fn with_operation(
        client: &Client,
        operation: &'static Operation,
        request: Box<dyn Object>,
    ) -> Self {
        Self::from_parts(Parts::new(client, operation, request))
    }

    #[inline]
    pub(crate) fn from_parts(parts: Box<Parts>) -> Self {
        Self {
            parts,
            answer: PhantomData,
        }
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.parts.operation
    }

    pub(crate) fn into_parts(self) -> Box<Parts> {
        self.parts
    }

    option_setters!(
        "Calls in this region: fills an unset `RegionId` and decides the endpoint.",
        parts.options
    );

    /// Sets whether the request is checked against its documentation before it is sent.
    pub fn preflight(mut self, on: bool) -> Self {
        self.parts.options.preflight = Some(on);
        self
    }
}

impl<R: Response, E: ErrorCodes> Call<R, E> {
    /// Returns the future that awaiting the call makes: for `tokio::spawn`,
    /// `join_all` and whatever else takes a future. Nothing is sent before it is
    /// polled.
    pub fn send(self) -> Sending<R, E> {
        self.sending(|mut raw| {
            let mut value = R::default();
            decode::decode(&mut raw, &mut value)?;
            Ok(value)
        })
    }

    /// Sends the call, and keeps what came around the response: status, headers,
    /// request id, the body as it was.
    pub fn reply(self) -> Sending<Reply<R>, E> {
        self.sending(|mut raw| {
            let mut value = R::default();
            let mismatches = decode::decode(&mut raw, &mut value)?;
            Ok(Reply::new(value, mismatches, raw))
        })
    }

    /// Asks the service to check the request without carrying it out (`DryRun`).
    ///
    /// # Errors
    /// What the service objects to; or, with nothing sent, that the operation has
    /// no dry run.
    pub fn dry_run(mut self) -> Sending<(), E> {
        self.parts.options.dry_run = true;
        self.sending(|_| Ok(()))
    }

    /// Explains what would be sent: signed, with secrets masked. Nothing is sent, but
    /// credentials are fetched as for a real call.
    pub fn explain(self) -> BoxFuture<'static, Result<Explanation, Error<E>>> {
        let explaining = explain::explain(self.parts);
        Box::pin(async { explaining.await.map_err(Error::of) })
    }

    fn sending<T>(self, finish: fn(Raw) -> Result<T, Error>) -> Sending<T, E> {
        Sending {
            operation: self.parts.operation,
            running: engine::start(self.parts),
            finish,
            error: PhantomData,
        }
    }
}

impl<R: Response, E: ErrorCodes> IntoFuture for Call<R, E> {
    type Output = Result<R, Error<E>>;
    type IntoFuture = Sending<R, E>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

impl<R, E> fmt::Debug for Call<R, E> {
    /// Writes the request with secret parameters masked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.parts.operation.name)
            .field(
                "request",
                &format_args!("{}", DebugRequest(&*self.parts.request)),
            )
            .finish_non_exhaustive()
    }
}

struct DebugRequest<'a>(&'a dyn Object);

impl fmt::Display for DebugRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::value::debug_object(self.0, f)
    }
}

/// A call being sent: a future, four words wide, whatever the operation.
#[must_use = "a call is sent when it is awaited"]
pub struct Sending<T, E> {
    operation: &'static Operation,
    running: BoxFuture<'static, Result<Raw, Error>>,
    finish: fn(Raw) -> Result<T, Error>,
    error: PhantomData<fn() -> E>,
}

impl<T, E: ErrorCodes> Future for Sending<T, E> {
    type Output = Result<T, Error<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let finish = self.finish;
        self.running
            .as_mut()
            .poll(context)
            .map(|done| done.and_then(finish).map_err(Error::of))
    }
}

impl<T, E> Sending<T, E> {
    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }
}

impl<T, E> fmt::Debug for Sending<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending")
            .field("operation", &self.operation.name)
            .finish_non_exhaustive()
    }
}
