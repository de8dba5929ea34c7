//! A reply that comes as server-sent events: [`Events`], a stream of them. What is sent
//! again, and until when, is the engine's matter; it hands the reply over once the first
//! event is there.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;

use super::call::Call;
use super::explain::{self, Explanation};
use super::incoming::{Incoming, Reading};
use super::job::Parts;
use super::reply::{Body, Raw};
use super::response::{Response, Streamed};
use super::unanswered::broken_off;
use super::{decode, engine};
use crate::decode::{Mismatches, SentEvent, content};
use crate::error::{Cause, Error, Service, excerpt};
use crate::future::BoxFuture;
use crate::gateway;
use crate::schema::{ErrorCodes, Field, Operation, ReplyBody};
use crate::value::{Object, Slot};

impl<R: Streamed, E: ErrorCodes> Call<R, E> {
    /// Takes the reply as server-sent events, each with a response of its own, as
    /// soon as the service sends it. Nothing is sent before the first one is asked
    /// for. Where the request has a parameter that asks for events (`stream`), this
    /// sets it.
    ///
    /// - The call is sent again, as any other, until the first event is there, and not after
    ///   that.
    /// - [`timeout`](Self::timeout) is the time until the head of the reply is there,
    ///   [`stream_timeout`](Self::stream_timeout) the time until the next event, and
    ///   [`deadline`](Self::deadline) bounds all of it.
    /// - No event may be larger than
    ///   [`Config::max_reply_bytes`](crate::Config::max_reply_bytes). What is not asked for
    ///   is not read: a slow reader slows the service down. Dropping it closes the connection.
    /// - A reply that is one document and no stream is one event.
    ///
    /// # Errors
    /// As with `.await`; and at any event, after which there are no more: a failure that the
    /// service reports in an event, with its code and message; an event that cannot be read;
    /// a connection that ends too early; silence for too long.
    pub fn events(self) -> Events<R, E> {
        let fields = R::default().schema().fields;
        Events::new(self.into_parts(), fields, read::<R>, Error::of)
    }
}

/// A server-sent event.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event<R> {
    /// The last id that the service has given to an event; empty where it gives none.
    pub id: String,
    /// The type; `message` where the service names none.
    pub event: String,
    /// The data, decoded.
    pub data: R,
    /// The time that clients are to wait before they connect again, where the service says it.
    pub retry: Option<Duration>,
    /// The places where the data disagrees with its documentation, and fields stayed unset.
    pub mismatches: Mismatches,
    /// The data as it came. It may hold what `Debug` of the value masks.
    pub body: Body,
}

/// The events of a reply. A [`Stream`] of `futures-core`, with a [`next`](Self::next) of its
/// own.
#[must_use = "events are read when they are asked for"]
pub struct Events<R, E> {
    operation: &'static Operation,
    state: State,
    head: Option<(http::HeaderMap, Option<String>)>,
    read: Read<R>,
    of: fn(Error) -> Error<E>,
}

/// What reads a response out of a document, and whether that is an event.
type Read<R> = fn(&mut Raw, bool) -> Result<(R, Mismatches), Error>;

enum State {
    Idle(Box<Parts>),
    Opening(BoxFuture<'static, Result<Raw, Error>>),
    Open(Box<Open>),
    Reading(BoxFuture<'static, Next>),
    Over,
}

/// What was read, and where the rest of it comes from.
type Next = (Box<Open>, Result<Option<SentEvent>, Error>);

/// A reply whose events are being read.
struct Open {
    /// Its head; as its body, the event that was read last.
    head: Raw,
    incoming: Box<Incoming>,
}

impl<R, E> Events<R, E> {
    pub(super) fn new(
        mut parts: Box<Parts>,
        fields: &'static [Field],
        read: Read<R>,
        of: fn(Error) -> Error<E>,
    ) -> Self {
        let operation = parts.operation;
        ask_for_events(operation, &mut *parts.request);
        let is_object = operation.reply == ReplyBody::Object;
        parts.options.reading = Reading::Events(if is_object { fields } else { &[] });
        Self {
            operation,
            state: State::Idle(parts),
            head: None,
            read,
            of,
        }
    }

    /// Returns the next event; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<Event<R>, Error<E>>> {
        poll_fn(|context| self.poll_event(context)).await
    }

    /// Returns the id that the service gave the request, once the first event is there.
    pub fn request_id(&self) -> Option<&str> {
        self.head.as_ref()?.1.as_deref()
    }

    /// Returns the headers of the reply, once the first event is there.
    pub fn headers(&self) -> Option<&http::HeaderMap> {
        self.head.as_ref().map(|(headers, _)| headers)
    }

    /// Explains what would be sent; see [`Call::explain`].
    ///
    /// # Errors
    /// As for that; and where it was sent already.
    pub fn explain(self) -> BoxFuture<'static, Result<Explanation, Error<E>>>
    where
        E: 'static,
    {
        let Self { operation, of, .. } = self;
        let state = self.state;
        Box::pin(async move {
            match state {
                State::Idle(parts) => explain::explain(parts).await.map_err(of),
                _ => {
                    let why = "it was sent before it was to be explained".to_owned();
                    Err(of(Error::new(operation, Cause::Unsendable(why))))
                }
            }
        })
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn error_of(&self) -> fn(Error) -> Error<E> {
        self.of
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn called(&self) -> &'static Operation {
        self.operation
    }

    fn poll_event(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Event<R>, Error<E>>>> {
        loop {
            // Whatever fails ends it.
            match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return Poll::Ready(None),
                State::Idle(parts) => self.state = State::Opening(engine::start(parts)),
                State::Opening(mut opening) => {
                    let Poll::Ready(opened) = opening.as_mut().poll(context) else {
                        self.state = State::Opening(opening);
                        return Poll::Pending;
                    };
                    match opened {
                        Err(error) => return Poll::Ready(Some(Err((self.of)(error)))),
                        Ok(raw) => match self.opened(raw) {
                            Some(document) => return Poll::Ready(Some(document)),
                            None => continue,
                        },
                    }
                }
                State::Open(open) => self.state = State::Reading(Box::pin(open.event())),
                State::Reading(mut reading) => {
                    let Poll::Ready((open, event)) = reading.as_mut().poll(context) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    let event = event.map_err(self.of).transpose();
                    return Poll::Ready(event.map(|event| self.event(open, event?)));
                }
            }
        }
    }

    /// Keeps a reply whose events are to be read; or gives the only one, which is all of a
    /// reply that is no stream.
    fn opened(&mut self, mut raw: Raw) -> Option<Result<Event<R>, Error<E>>> {
        self.head = Some((raw.headers.clone(), raw.request_id.clone()));
        if let Some(incoming) = raw.unread.take() {
            self.state = State::Open(Box::new(Open {
                head: raw,
                incoming,
            }));
            return None;
        }
        if content(&raw.body).is_empty() {
            return None;
        }
        let whole = SentEvent {
            data: raw.body.clone(),
            ..SentEvent::default()
        };
        let read = (self.read)(&mut raw, false);
        Some(read.map(|read| Event::new(whole, read)).map_err(self.of))
    }

    fn event(&mut self, mut open: Box<Open>, event: SentEvent) -> Result<Event<R>, Error<E>> {
        open.head.body = event.data.clone();
        let read = (self.read)(&mut open.head, true).map_err(self.of)?;
        self.state = State::Open(open);
        Ok(Event::new(event, read))
    }
}

impl<R> Event<R> {
    fn new(sent: SentEvent, (data, mismatches): (R, Mismatches)) -> Self {
        let is_named = !sent.event.is_empty();
        Self {
            id: sent.id,
            event: if is_named {
                sent.event
            } else {
                "message".to_owned()
            },
            data,
            retry: sent.retry,
            mismatches,
            body: Body(sent.data),
        }
    }
}

impl Open {
    async fn event(mut self: Box<Self>) -> Next {
        let event = match self.incoming.event().await {
            Ok(Some(event)) => match self.failure(&event) {
                Some(failure) => Err(failure),
                None => Ok(Some(event)),
            },
            Ok(None) => Ok(None),
            Err(error) => Err(broken_off(&self.head, error)),
        };
        (self, event)
    }

    /// Why an event is no answer: it reports a failure, or is something else altogether.
    fn failure(&self, event: &SentEvent) -> Option<Error> {
        let operation = self.head.operation;
        let spelling = gateway::of(operation.product).spelling();
        let mut reply = http::Response::new(event.data.clone());
        let reports_failure = self
            .incoming
            .failures
            .is_some_and(|fields| Service::event_reports_failure(&event.data, spelling, fields));
        let reason = match reports_failure {
            true => None,
            false => Some(decode::check(operation, &reply, true).err()?),
        };
        *reply.headers_mut() = self.head.headers.clone();
        *reply.status_mut() = http::StatusCode::from_u16(self.head.status).unwrap_or_default();
        let secrets = self.incoming.secrets();
        let begins = excerpt(&event.data, &secrets);
        let reply = Service::read(reply, spelling, &secrets);
        let cause = match reason {
            None => Cause::Service(reply),
            Some(reason) => Cause::Reply {
                message: format!("cannot be read: it {reason}: {begins}"),
                reply,
            },
        };
        Some(Error::new(operation, cause).after(self.head.attempts))
    }
}

/// Sets the parameter that asks for events, where the request has one.
fn ask_for_events(operation: &Operation, request: &mut dyn Object) {
    let Some((last, way)) = operation.event_switch.split_last() else {
        return;
    };
    let mut object = request;
    for step in way {
        match object.get_mut(*step).slot() {
            Slot::Object(inner) => object = inner,
            _ => return,
        }
    }
    if let Slot::Bool(on) = object.get_mut(*last).slot() {
        *on = true;
    }
}

/// Reads a response.
fn read<R: Response>(raw: &mut Raw, is_event: bool) -> Result<(R, Mismatches), Error> {
    let mut value = R::default();
    let mismatches = decode::decode_either(raw, is_event, &mut value)?;
    Ok((value, mismatches))
}

impl<R, E> Stream for Events<R, E> {
    type Item = Result<Event<R>, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(context)
    }
}

impl<R, E> fmt::Debug for Events<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("operation", &self.operation.name)
            .finish_non_exhaustive()
    }
}
