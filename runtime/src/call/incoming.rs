//! A reply's body that is read as it comes: bounded in how long it may be silent, and by
//! the call's deadline. What is not asked for is not read, so a slow reader slows the
//! server down, and nothing piles up here.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::credentials::Secret;
use crate::decode::{EventParser, SentEvent, content};
use crate::driver;
use crate::schema::Field;
use crate::time::rounded;
use crate::transport::{Body, TransportError, TransportErrorKind};

/// How the reply to a call is read, if it is a success. Any other is read whole.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Reading {
    /// To its end.
    #[default]
    Whole,
    /// Event by event, each with these fields; none where they are not known.
    Events(&'static [Field]),
    /// Piece by piece.
    Pieces,
}

/// What bounds the reading of a body that comes bit by bit.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// How long it may be silent.
    pub(crate) silence: Duration,
    /// When the call ends whatever comes, and how long it may take in all.
    pub(crate) deadline: Option<(Instant, Duration)>,
    /// How many bytes an event may have, or a document that came in place of events.
    pub(crate) bytes: usize,
    /// Where it comes from.
    pub(crate) host: String,
}

/// How many bytes are kept of what is no stream of events, to tell of it.
const TOLD: usize = 4096;

/// A body that is read as it comes.
pub(crate) struct Incoming {
    /// Nothing once it is over: a stream is not asked again then.
    body: Option<Body>,
    /// How many bytes it has in all, where that was announced.
    pub(crate) length: Option<u64>,
    /// What was read already and not given yet.
    ahead: Bytes,
    parser: EventParser,
    /// What the body begins with, while no event was met: an error tells it, however it was
    /// cut on its way.
    beginning: Option<BytesMut>,
    /// The event that showed that there are any.
    first: Option<SentEvent>,
    limits: Limits,
    /// The documented fields of an event; none where failures are not looked for.
    pub(crate) failures: Option<&'static [Field]>,
    /// What errors must not tell of the request.
    secrets: Vec<Secret>,
}

impl Incoming {
    pub(crate) fn new(body: Body, limits: Limits, secrets: &[&str]) -> Self {
        Self {
            length: body.length(),
            body: Some(body),
            ahead: Bytes::new(),
            parser: EventParser::new(limits.bytes),
            beginning: None,
            first: None,
            limits,
            failures: None,
            secrets: secrets.iter().copied().map(Secret::new).collect(),
        }
    }

    /// Waits until it is seen what it is. The body as far as an ordinary reply's is looked
    /// into: all of a document, an event's data, nothing of what may be anything; and what
    /// is left to be read, the beginning included, if it comes bit by bit.
    pub(crate) async fn begin(
        mut self,
        reading: Reading,
    ) -> Result<(Bytes, Option<Box<Self>>), TransportError> {
        if !matches!(reading, Reading::Events(_)) {
            self.first_piece().await?;
            return Ok((Bytes::new(), Some(Box::new(self))));
        }
        if let Some(document) = self.document().await? {
            return Ok((document, None));
        }
        self.beginning = Some(BytesMut::new());
        self.first = self.event().await?;
        let begins = self.beginning.take().unwrap_or_default().freeze();
        let Some(first) = &self.first else {
            // Signs of life are nothing; another text is what an error is to tell.
            let is_other = self.parser.met_something_else();
            return Ok((if is_other { begins } else { Bytes::new() }, None));
        };
        Ok((first.data.clone(), Some(Box::new(self))))
    }

    /// Waits for its first bytes, which stay to be read.
    async fn first_piece(&mut self) -> Result<(), TransportError> {
        let first = self.limits.hold("bytes", read(&mut self.body)).await??;
        self.ahead = first.unwrap_or_default();
        Ok(())
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn piece(&mut self) -> Result<Option<Bytes>, TransportError> {
        if !self.ahead.is_empty() {
            return Ok(Some(std::mem::take(&mut self.ahead)));
        }
        self.limits.hold("bytes", read(&mut self.body)).await?
    }

    /// The whole body, where it is a document and not a stream of events: its first
    /// character says so. No line of such a stream means anything that begins like one.
    async fn document(&mut self) -> Result<Option<Bytes>, TransportError> {
        let (limits, body) = (&self.limits, &mut self.body);
        let mut start = BytesMut::new();
        let begin = async {
            while let Some(piece) = read(body).await? {
                start.extend_from_slice(&piece);
                // However much white space there is, it is looked through once.
                if !content(&piece).is_empty() && !begins_later(&start) {
                    break;
                }
                limits.check(start.len())?;
            }
            Ok::<_, TransportError>(())
        };
        limits.hold("event", begin).await??;
        let is_document = matches!(content(&start).first(), None | Some(b'{' | b'[' | b'<'));
        if !is_document {
            self.ahead = start.freeze();
            return Ok(None);
        }
        let rest = async {
            limits.check(start.len())?;
            while let Some(piece) = read(body).await? {
                start.extend_from_slice(&piece);
                limits.check(start.len())?;
            }
            Ok::<_, TransportError>(())
        };
        limits.hold("complete document", rest).await??;
        Ok(Some(start.freeze()))
    }

    /// The next event that says something; `None` at the end.
    pub(crate) async fn event(&mut self) -> Result<Option<SentEvent>, TransportError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let (body, parser, limits) = (&mut self.body, &mut self.parser, &self.limits);
        let beginning = &mut self.beginning;
        let mut push = |parser: &mut EventParser, piece: &[u8]| {
            if let Some(beginning) = beginning {
                let room = TOLD - beginning.len();
                beginning.extend_from_slice(&piece[..room.min(piece.len())]);
            }
            parser.push(piece);
        };
        push(parser, &std::mem::take(&mut self.ahead));
        let reading = async {
            for number in 1_u32.. {
                // A sender that is never out of breath must not keep the timer from running.
                if number.is_multiple_of(64) {
                    tokio::task::yield_now().await;
                }
                while let Some(event) = parser.next().map_err(|_| limits.too_large())? {
                    if says_something(&event) {
                        return Ok(Some(event));
                    }
                }
                match read(body).await? {
                    Some(piece) => push(parser, &piece),
                    None => break,
                }
            }
            Ok(parser.end().filter(says_something))
        };
        limits.hold("event", reading).await?
    }

    /// The secrets, as those that mask them want them.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        self.secrets.iter().map(Secret::expose).collect()
    }
}

/// Whether it takes more than `start` to see what a body begins with.
fn begins_later(start: &[u8]) -> bool {
    content(start).is_empty() || b"\xef\xbb\xbf".starts_with(start)
}

/// Whether an event is more than a sign of life, or the end as some services mark it.
fn says_something(event: &SentEvent) -> bool {
    !matches!(content(&event.data), b"" | b"[DONE]")
}

async fn read(body: &mut Option<Body>) -> Result<Option<Bytes>, TransportError> {
    let piece = poll_fn(|context| match body {
        Some(body) => Pin::new(body).poll_next(context),
        None => Poll::Ready(None),
    });
    let piece = piece.await;
    if !matches!(piece, Some(Ok(_))) {
        *body = None;
    }
    piece.transpose()
}

impl Limits {
    /// Waits for `future` as long as the body may be silent. What is there at once needs
    /// no timer.
    async fn hold<F: Future>(&self, what: &str, future: F) -> Result<F::Output, TransportError> {
        let left = self
            .deadline
            .map(|(at, _)| at.saturating_duration_since(Instant::now()));
        let limit = self.silence.min(left.unwrap_or(Duration::MAX));
        if limit.is_zero() {
            return Err(self.late(what, limit));
        }
        let mut future = pin!(future);
        let at_once = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
        if let Poll::Ready(output) = at_once {
            return Ok(output);
        }
        let in_time = driver::timeout(limit, future).await?;
        in_time.ok_or_else(|| self.late(what, limit))
    }

    fn late(&self, what: &str, limit: Duration) -> TransportError {
        let by = match self.deadline {
            Some((_, all)) if limit < self.silence => {
                format!("the call's deadline of {:?} passed: ", rounded(all))
            }
            _ => String::new(),
        };
        let message = format!(
            "{by}{}: no {what} in time ({:?})",
            self.host,
            rounded(limit)
        );
        TransportError::new(TransportErrorKind::Timeout, message)
    }

    fn check(&self, bytes: usize) -> Result<(), TransportError> {
        match bytes > self.bytes {
            true => Err(self.too_large()),
            false => Ok(()),
        }
    }

    fn too_large(&self) -> TransportError {
        let message = format!(
            "{}: an event is larger than {} bytes",
            self.host, self.bytes
        );
        TransportError::new(TransportErrorKind::TooLarge, message)
    }
}
