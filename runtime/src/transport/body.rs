//! [`Body`]: what a request or a reply carries, in one piece or as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::error::{TransportError, TransportErrorKind};
use crate::content::Opened;

/// The body of a request or a reply: bytes, or a stream of them whose length may be known.
///
/// It is a [`Stream`] itself; [`Body::collect`] reads it to its end.
#[derive(Default)]
pub struct Body(Inner);

enum Inner {
    Bytes(Bytes),
    Stream {
        /// Never locked: for streams that are not `Sync`.
        stream: Mutex<Pieces>,
        length: Option<u64>,
    },
}

type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

impl Default for Inner {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl Body {
    /// Creates a body of no bytes.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Creates a body of a stream's pieces, of a length that is not known.
    pub fn from_stream<S>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
    {
        Self(Inner::Stream {
            stream: Mutex::new(Box::pin(stream)),
            length: None,
        })
    }

    /// Creates a body of a file, read while it is sent.
    pub(crate) fn from_file(file: Opened) -> Self {
        let length = file.length();
        Self::from_stream(Unread(file)).with_length(length)
    }

    /// Sets the length of the stream in bytes, which `content-length` announces. Bytes
    /// know their length.
    #[must_use]
    pub fn with_length(mut self, bytes: u64) -> Self {
        if let Inner::Stream { length, .. } = &mut self.0 {
            *length = Some(bytes);
        }
        self
    }

    /// Returns how many bytes it has; `None` where that is not known before its end.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes.len() as u64),
            Inner::Stream { length, .. } => *length,
        }
    }

    /// Returns the whole of it, where it is in one piece.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes),
            Inner::Stream { .. } => None,
        }
    }

    /// Reads it to its end. A body in one piece is not copied.
    ///
    /// # Errors
    /// The stream's own; and [`TransportErrorKind::TooLarge`] where there are more than
    /// `limit` bytes, of which no more are read then.
    pub async fn collect(self, limit: usize) -> Result<Bytes, TransportError> {
        self.collect_or(limit, || {
            let message = format!("the body is larger than {limit} bytes");
            TransportError::new(TransportErrorKind::TooLarge, message)
        })
        .await
    }

    pub(super) async fn collect_or(
        mut self,
        limit: usize,
        too_large: impl Fn() -> TransportError,
    ) -> Result<Bytes, TransportError> {
        let announced = self.length().unwrap_or(0);
        if announced > limit as u64 {
            return Err(too_large());
        }
        // Most bodies come in one piece, which is not copied then.
        let mut whole = Bytes::new();
        let mut pieces = BytesMut::new();
        while let Some(piece) = poll_fn(|context| self.poll_piece(context)).await {
            let piece = piece?;
            if piece.len() > limit - whole.len() - pieces.len() {
                return Err(too_large());
            }
            if whole.is_empty() && pieces.is_empty() {
                whole = piece;
                continue;
            }
            if pieces.is_empty() {
                // What is announced is believed so far.
                const BELIEVED: u64 = 1 << 20;
                pieces.reserve(announced.min(BELIEVED) as usize);
                pieces.extend_from_slice(&std::mem::take(&mut whole));
            }
            pieces.extend_from_slice(&piece);
        }
        Ok(if pieces.is_empty() {
            whole
        } else {
            pieces.freeze()
        })
    }

    fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        match &mut self.0 {
            Inner::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Inner::Stream { stream, .. } => {
                let stream = stream.get_mut().unwrap_or_else(PoisonError::into_inner);
                stream.as_mut().poll_next(context)
            }
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_piece(context)
    }
}

/// A file, whose errors are those of a body.
struct Unread(Opened);

impl Stream for Unread {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = Pin::new(&mut self.0).poll_next(context);
        let unread = |why| TransportError::new(TransportErrorKind::Other, why);
        piece.map(|piece| piece.map(|piece| piece.map_err(unread)))
    }
}

impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        Self(Inner::Bytes(bytes.into()))
    }
}

impl fmt::Debug for Body {
    /// Writes how long it is, and nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0, self.length()) {
            (Inner::Bytes(bytes), _) => write!(f, "{} bytes", bytes.len()),
            (Inner::Stream { .. }, Some(length)) => write!(f, "a stream of {length} bytes"),
            (Inner::Stream { .. }, None) => f.write_str("a stream"),
        }
    }
}
