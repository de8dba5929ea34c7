//! One attempt of a call: sign, send, receive.

use std::pin::pin;

use bytes::Bytes;
use tracing::Instrument;

use super::deadline::{Deadline, TimeLimit};
use super::incoming::{Incoming, Limits, Reading};
use super::job::Parts;
use super::judge::Signed;
use super::observe::Observed;
use super::prepare::{Prepared, named_endpoint, region};
use super::reply::Raw;
use super::{decode, trace, unanswered};
use crate::client::Attempt;
use crate::credentials::Credentials;
use crate::endpoint;
use crate::error::{Cause, Error};
use crate::transport::{Body, SendOptions, TransportError, TransportErrorKind, open, while_sent};

/// The exchange of an attempt.
pub(super) struct Exchange<'a> {
    pub(super) parts: &'a Parts,
    pub(super) prepared: &'a Prepared<'a>,
    pub(super) attempt: &'a Attempt,
    pub(super) credentials: &'a Credentials,
    pub(super) deadline: Deadline,
}

impl<'a> Exchange<'a> {
    /// Makes the attempt, in a span of its own; who observes the call is told how it ended.
    pub(super) async fn run(&self, observed: &mut Observed) -> Result<Raw, Error> {
        let endpoint = &self.prepared.endpoint;
        let span = trace::attempt(endpoint, self.prepared.method(), self.attempt);
        let start = (observed.now(), observed.traffic());
        let mut result = {
            // Pinned before it is instrumented: it is large, and is not to be moved.
            let exchange = pin!(self.exchanged(observed));
            exchange.instrument(span.clone()).await
        };
        if let Ok(raw) = &mut result
            && raw.request_id.is_none()
            && (observed.is_intercepted() || !span.is_disabled())
        {
            raw.request_id = decode::request_id_of(raw);
        }
        trace::record(&span, self.parts.operation, &result);
        span.in_scope(|| observed.attempt_ended(self.attempt, endpoint, start, &result));
        result
    }

    async fn exchanged(&self, observed: &mut Observed) -> Result<Raw, Error> {
        let (mut request, signed) = self.signed()?;
        observed.sending(self.attempt, request.body().len() as u64);
        if self.is_recorded() {
            request.extensions_mut().insert(signed.confidential());
        }
        let (mut reply, unread) = self.sent(request).await?;
        observed.received(reply.body().len());
        for interceptor in self.parts.interceptors() {
            interceptor.after_reply(self.attempt, &mut reply);
        }
        let mut incoming = None;
        if let Some(body) = unread {
            (*reply.body_mut(), incoming) = Box::pin(self.begun(body, &signed)).await?;
        }
        signed.judge(reply, incoming)
    }

    /// The attempt's request, with a signature of its own.
    fn signed(&self) -> Result<(http::Request<Bytes>, Signed<'a>), Error> {
        let (parts, prepared) = (self.parts, self.prepared);
        let unsendable = |what| {
            Error::new(parts.operation, Cause::Unsendable(what)).after(self.attempt.number - 1)
        };
        let request = prepared.request(parts, self.attempt)?;
        let nonce = crate::random::uuid();
        let how = prepared.signing(parts, self.credentials, &nonce);
        let signed = prepared.gateway.sign(request, &how);
        let mut signed = signed.map_err(unsendable)?;
        let as_signed = Signed {
            parts,
            credentials: self.credentials,
            attempt: self.attempt.number,
            spelling: prepared.gateway.spelling(),
            string_to_sign: std::mem::take(&mut signed.string_to_sign),
            signature: std::mem::take(&mut signed.signature),
        };
        let request = signed.into_http().map_err(unsendable)?;
        let authority = request
            .uri()
            .authority()
            .map(|authority| authority.as_str());
        if authority != Some(&prepared.endpoint.authority) {
            let message = "it would go to another host than it is signed for";
            return Err(unsendable(message.to_owned()));
        }
        Ok((request, as_signed))
    }

    /// Whether the transport keeps what it carries. It may keep nothing where nobody knows
    /// what of the reply is secret.
    fn is_recorded(&self) -> bool {
        let is_known = self.parts.response.is_some() || self.parts.encoded.is_some();
        is_known && self.prepared.transport.is_recording()
    }

    /// The reply; and its body beside it, where that is to be read as it comes.
    async fn sent(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<(http::Response<Bytes>, Option<Body>), Error> {
        let parts = self.parts;
        let time = self.deadline.limit(parts.timeout());
        let options = SendOptions {
            timeout: time.shortest(),
            max_reply_bytes: parts.max_reply_bytes(),
            streamed: !matches!(parts.options.reading, Reading::Whole),
            operation: Some(parts.operation),
        };
        let transport = &*self.prepared.transport;
        let sent = match self.prepared.opened(request.body()) {
            None => open(transport, request, options).await,
            // A file may take as long as it goes on.
            Some((file, progress)) => {
                let request = request.map(|_| Body::from_file(file));
                let whole = SendOptions {
                    timeout: time.left,
                    ..options
                };
                let exchanged = open(transport, request, whole);
                let host = &self.prepared.endpoint.authority;
                Box::pin(while_sent(exchanged, host, time.shortest(), &progress)).await
            }
        };
        sent.map_err(|error| self.unanswered(error, time))
    }

    /// The failure of an attempt without a reply.
    fn unanswered(&self, error: TransportError, time: TimeLimit) -> Error {
        use TransportErrorKind::{Connect, Dns, Tls};
        let (parts, operation) = (self.parts, self.parts.operation);
        let hint = match error.kind() {
            Dns | Connect | Tls => {
                endpoint::hint(operation.product, named_endpoint(parts), region(parts))
            }
            _ => None,
        };
        let told = unanswered::told(operation, error, time.passed());
        Error::new(operation, Cause::Transport(told))
            .after(self.attempt.number)
            .hinted(hint)
    }

    /// Reads a body as far as it takes to tell a success from a failure; see
    /// [`Incoming::begin`].
    async fn begun(
        &self,
        body: Body,
        signed: &Signed<'_>,
    ) -> Result<(Bytes, Option<Box<Incoming>>), Error> {
        let (parts, reading) = (self.parts, self.parts.options.reading);
        let parameters = parts.secrets();
        let limits = Limits {
            silence: parts.stream_timeout(),
            deadline: self.deadline.until,
            bytes: parts.max_reply_bytes(),
            host: self.prepared.endpoint.authority.to_string(),
        };
        let mut incoming = Incoming::new(body, limits, &signed.secrets(&parameters));
        if let Reading::Events(fields) = reading {
            let looks = parts.client.settings().in_band_failures;
            incoming.failures = looks.then_some(fields);
        }
        incoming.begin(reading).await.map_err(|error| {
            let told = unanswered::told(parts.operation, error, None);
            Error::new(parts.operation, Cause::Transport(told)).after(self.attempt.number)
        })
    }
}
