//! A reply that is bytes of any kind and number: [`Download`], read as it comes or into a
//! file. Nothing of it piles up in memory.

use std::fmt;
use std::future::{IntoFuture, poll_fn};
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use super::call::Call;
use super::engine;
use super::explain::{self, Explanation};
use super::incoming::{Incoming, Reading};
use super::job::Parts;
use super::reply::Raw;
use super::response::Downloadable;
use super::unanswered::broken_off;
use crate::error::{Cause, Error};
use crate::file::{self, NewFile};
use crate::future::BoxFuture;
use crate::schema::ErrorCodes;
#[cfg(feature = "blocking")]
use crate::schema::Operation;
use crate::transport::{TransportError, TransportErrorKind};

impl<R: Downloadable, E: ErrorCodes> Call<R, E> {
    /// Takes the reply's bytes as they come, or into a file; as many as there are,
    /// whatever [`Config::max_reply_bytes`](crate::Config::max_reply_bytes) says,
    /// which error replies are read to as ever.
    ///
    /// The call is sent again, as any other, until the first bytes are there, and not after
    /// that. [`timeout`](Self::timeout) is the time until the head of the reply is there,
    /// [`stream_timeout`](Self::stream_timeout) the time until the next bytes, and
    /// [`deadline`](Self::deadline) bounds all of it.
    pub fn download(self) -> Downloading<E> {
        Downloading::new(self.into_parts(), Error::of)
    }
}

/// A download, sent when it is awaited, which gives a [`Download`], or by
/// [`to_file`](Self::to_file).
#[must_use = "a call is sent when it is awaited"]
pub struct Downloading<E> {
    parts: Box<Parts>,
    of: fn(Error) -> Error<E>,
}

/// The bytes of a reply. A [`Stream`] of `futures-core`, with a [`next`](Self::next) of its
/// own. What is not asked for is not read; dropping it closes the connection.
#[must_use = "bytes are read when they are asked for"]
pub struct Download<E> {
    head: Raw,
    /// How many bytes came so far.
    received: u64,
    length: Option<u64>,
    state: State,
    of: fn(Error) -> Error<E>,
}

enum State {
    Idle(Box<Incoming>),
    Reading(BoxFuture<'static, Piece>),
    Over,
}

/// What was read, and where the rest of it comes from.
type Piece = (Box<Incoming>, Result<Option<Bytes>, TransportError>);

impl<E> Downloading<E> {
    pub(super) fn new(mut parts: Box<Parts>, of: fn(Error) -> Error<E>) -> Self {
        parts.options.reading = Reading::Pieces;
        Self { parts, of }
    }

    /// Writes the reply into a file, in place of any of that name, and tells how many bytes
    /// it has. It is there whole or not at all: it is written beside its place, under
    /// another name, and removed when anything fails. Where its folder is not there, nothing
    /// is sent.
    pub fn to_file(self, path: impl Into<PathBuf>) -> BoxFuture<'static, Result<u64, Error<E>>>
    where
        E: 'static,
    {
        let path = path.into();
        let mut downloading = self;
        downloading.parts.options.place = Some(path.clone());
        Box::pin(async move { downloading.await?.to_file(path).await })
    }

    /// Explains what would be sent; see [`Call::explain`].
    pub fn explain(self) -> BoxFuture<'static, Result<Explanation, Error<E>>>
    where
        E: 'static,
    {
        let of = self.of;
        let explaining = explain::explain(self.parts);
        Box::pin(async move { explaining.await.map_err(of) })
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn error_of(&self) -> fn(Error) -> Error<E> {
        self.of
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.parts.operation
    }
}

impl<E: 'static> IntoFuture for Downloading<E> {
    type Output = Result<Download<E>, Error<E>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { parts, of } = self;
        Box::pin(async move {
            let mut head = engine::start(parts).await.map_err(of)?;
            let incoming = head.unread.take();
            Ok(Download {
                length: incoming.as_ref().and_then(|incoming| incoming.length),
                state: incoming.map_or(State::Over, State::Idle),
                received: 0,
                head,
                of,
            })
        })
    }
}

impl<E> Download<E> {
    /// Returns how many bytes there are in all, where the service says so.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Returns the HTTP status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// Returns the headers of the reply.
    pub fn headers(&self) -> &http::HeaderMap {
        &self.head.headers
    }

    /// Returns the id that the service gave the request.
    pub fn request_id(&self) -> Option<&str> {
        self.head.request_id.as_deref()
    }

    /// Returns how often the request was sent.
    pub fn attempts(&self) -> u32 {
        self.head.attempts
    }

    /// Returns the next bytes; `None` after the last ones.
    ///
    /// # Errors
    /// A connection that ends too early, or silence for too long; then there are no more.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error<E>>> {
        poll_fn(|context| self.poll_piece(context)).await
    }

    /// Writes what is left of it into a file; see [`Downloading::to_file`].
    ///
    /// # Errors
    /// Those of [`next`](Self::next); and where the file cannot be written.
    pub async fn to_file(mut self, path: impl AsRef<Path>) -> Result<u64, Error<E>> {
        let path = path.as_ref();
        let unwritten = |head: &Raw, of: fn(Error) -> Error<E>, error: io::Error| {
            let cause = Cause::File(file::unwritten(path, &error));
            of(Error::new(head.operation, cause).after(head.attempts))
        };
        let created = NewFile::create(path).await;
        let mut file = created.map_err(|e| unwritten(&self.head, self.of, e))?;
        let mut written = 0;
        while let Some(bytes) = self.next().await {
            let bytes = bytes?;
            written += bytes.len() as u64;
            let appended = file.write(bytes).await;
            appended.map_err(|e| unwritten(&self.head, self.of, e))?;
        }
        let finished = file.finish().await;
        finished.map_err(|e| unwritten(&self.head, self.of, e))?;
        Ok(written)
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn error_of(&self) -> fn(Error) -> Error<E> {
        self.of
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        Some(self.head.operation)
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error<E>>>> {
        // Whatever fails ends it.
        let mut reading = match std::mem::replace(&mut self.state, State::Over) {
            State::Over => return Poll::Ready(None),
            State::Idle(mut incoming) => Box::pin(async move {
                let piece = incoming.piece().await;
                (incoming, piece)
            }),
            State::Reading(reading) => reading,
        };
        let Poll::Ready((incoming, piece)) = reading.as_mut().poll(context) else {
            self.state = State::Reading(reading);
            return Poll::Pending;
        };
        let piece = match piece {
            Ok(Some(piece)) => {
                self.received += piece.len() as u64;
                self.state = State::Idle(incoming);
                return Poll::Ready(Some(Ok(piece)));
            }
            Ok(None) => self.is_complete(),
            Err(error) => Err(error),
        };
        let end = piece.map_err(|error| (self.of)(broken_off(&self.head, error)));
        Poll::Ready(end.err().map(Err))
    }

    /// Whether all came that was announced, whoever carried it.
    fn is_complete(&self) -> Result<(), TransportError> {
        match self.length {
            Some(length) if length != self.received => {
                let received = self.received;
                let message = format!("the reply ended after {received} of {length} bytes");
                Err(TransportError::new(TransportErrorKind::Reset, message))
            }
            _ => Ok(()),
        }
    }
}

impl<E> Stream for Download<E> {
    type Item = Result<Bytes, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_piece(context)
    }
}

impl<E> fmt::Debug for Downloading<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloading")
            .field("operation", &self.parts.operation.name)
            .finish_non_exhaustive()
    }
}

impl<E> fmt::Debug for Download<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("operation", &self.head.operation.name)
            .field("status", &self.head.status)
            .field("length", &self.length)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
