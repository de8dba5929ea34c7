//! A reply of the service that is a success: [`Reply`] with its value, and the
//! engine's own form of it.

use bytes::Bytes;

use super::incoming::Incoming;
use crate::decode::Mismatches;
use crate::error::{Cause, Error, Service};
use crate::gateway;
use crate::schema::Operation;

/// A response and what came around it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reply<R> {
    /// The response.
    pub value: R,
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The request id that the service gave: what its support asks for.
    pub request_id: Option<String>,
    /// The places where the body disagrees with its documentation, and fields stayed
    /// unset: the first 64, and how many there are.
    pub mismatches: Mismatches,
    /// The number of times that the request was sent.
    pub attempts: u32,
    /// The body as it came. It may hold what `Debug` of the value masks.
    pub body: Body,
}

/// The bytes of a body. `Debug` writes how many. Closed on purpose: it is no more than
/// those bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Body(pub Bytes);

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl std::ops::Deref for Body {
    type Target = Bytes;

    fn deref(&self) -> &Bytes {
        &self.0
    }
}

/// A success that is not decoded yet.
pub(crate) struct Raw {
    pub(crate) operation: &'static Operation,
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
    /// From the headers; else from the body, once that is decoded.
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    /// What is still to come of a body that is read as it comes; `body` is empty then.
    pub(crate) unread: Option<Box<Incoming>>,
}

impl Raw {
    /// That this reply cannot be taken for what the operation documents.
    pub(crate) fn unreadable(&self, why: impl std::fmt::Display) -> Error {
        self.error(format!("cannot be read: {why}"))
    }

    /// That this reply is not what it should be. The message goes on from "the reply".
    pub(crate) fn error(&self, message: String) -> Error {
        let mut reply = http::Response::new(self.body.clone());
        *reply.headers_mut() = self.headers.clone();
        *reply.status_mut() = http::StatusCode::from_u16(self.status).unwrap_or_default();
        let spelling = gateway::of(self.operation.product).spelling();
        let reply = Service::read(reply, spelling, &[]);
        Error::new(self.operation, Cause::Reply { message, reply }).after(self.attempts)
    }
}

impl<R> Reply<R> {
    pub(crate) fn new(value: R, mismatches: Mismatches, raw: Raw) -> Self {
        Self {
            value,
            status: raw.status,
            headers: raw.headers,
            request_id: raw.request_id,
            mismatches,
            attempts: raw.attempts,
            body: Body(raw.body),
        }
    }
}
