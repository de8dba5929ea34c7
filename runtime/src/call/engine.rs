//! A call from the request to the reply: fill, check, encode, find the host; then
//! sign and send, again where the policy says so. Compiled once: it knows no type
//! of an operation.

use std::time::{Duration, Instant};

use bytes::Bytes;
use tracing::{Instrument, Span};

use super::incoming::{Incoming, Limits, Reading};
use super::job::Parts;
use super::observe::Observed;
use super::prepare::{self, Prepared, in_time, left, named_endpoint, region};
use super::reply::Raw;
use super::upload::upload_files;
use super::{decode, trace, turn, unanswered};
use crate::client::Attempt;
use crate::content::Sent;
use crate::credentials::Credentials;
use crate::decode::content;
use crate::driver;
use crate::endpoint;
use crate::error::{Cause, Error, Service, Unmasked, excerpt};
use crate::future::BoxFuture;
use crate::retry::Failed;
use crate::schema::ReplyBody;
use crate::transport::{Body, Confidential, SendOptions, TransportErrorKind, open, while_sent};

/// Sends a call.
pub(crate) fn start(mut parts: Box<Parts>) -> BoxFuture<'static, Result<Raw, Error>> {
    Box::pin(async move { run(&mut parts).await })
}

/// Sends a call, and leaves it to be changed and sent again.
pub(crate) async fn run(parts: &mut Parts) -> Result<Raw, Error> {
    let span = trace::call(parts);
    let mut observed = Observed::start(parts);
    let result = send(parts, &mut observed, &span)
        .instrument(span.clone())
        .await;
    trace::record_call(&span, parts.operation, &result);
    span.in_scope(|| observed.ended(&result));
    result
}

async fn send(parts: &mut Parts, observed: &mut Observed, span: &Span) -> Result<Raw, Error> {
    prepare::permitted(parts)?;
    // A deadline too far away to be written down is none.
    let deadline = parts
        .deadline()
        .and_then(|deadline| Instant::now().checked_add(deadline));
    prepare::fill(parts)?;
    if parts.has_files() {
        upload_files(parts, deadline, start).await?;
    }
    let parts = &*parts;
    let mut prepared = Prepared::new(parts)?;
    trace::record_server(span, &prepared.endpoint);
    prepared.read_file(parts).await?;
    let retry = parts
        .options
        .retry
        .as_ref()
        .unwrap_or(&parts.client.settings().retry);
    let budget = parts.client.budget();
    let mut number = 0;
    let mut paused = Duration::ZERO;
    let mut refusal = None;
    let mut renewed = None;
    let mut has_renewed = false;
    loop {
        number += 1;
        let attempt = observed.attempt(number, std::mem::take(&mut paused));
        let credentials = match renewed.take() {
            Some(renewed) => renewed,
            None => prepared
                .credentials(parts, deadline)
                .await
                .map_err(|cause| Error::new(parts.operation, cause).after(number - 1))?,
        };
        let admitted = prepared.turn(parts, credentials, deadline, retry).await;
        let (permit, credentials) = match admitted {
            Ok(admitted) => admitted,
            // What the service said is more than that there is no time for another attempt.
            Err(cause) => {
                let held = || Error::new(parts.operation, cause).after(number - 1);
                return Err(refusal.unwrap_or_else(held));
            }
        };
        let error = match prepared
            .attempt(parts, &attempt, &credentials, deadline, observed)
            .await
        {
            Ok(raw) => {
                budget.earn();
                turn::settle(permit, None, retry);
                return Ok(raw);
            }
            Err(error) => error,
        };
        turn::settle(permit, Some(&error), retry);
        let refused = error.code().is_some_and(crate::credentials::refuses_key);
        if refused && !has_renewed && number < retry.limit() {
            has_renewed = true;
            renewed = prepared.renew(parts, &credentials, deadline).await;
            if renewed.is_some() && budget.spend() {
                continue;
            }
        }
        let pause = error.failure().and_then(|failure| {
            let failed = Failed {
                attempt: number,
                failure,
                retry_after: error.retry_after(),
                repeatable: prepared.repeatable,
            };
            retry.pause(&failed, crate::random::fraction())
        });
        let Some(pause) = pause.filter(|pause| in_time(*pause, deadline) && budget.spend()) else {
            return Err(error);
        };
        tracing::debug!(
            "error.type" = error.kind_name(),
            attempt = number,
            pause_ms = pause.as_millis() as u64,
            "retrying"
        );
        if error.is_throttling() {
            let instruments = parts.client.instruments();
            instruments.throttle_wait(parts.operation, pause);
        }
        if !pause.is_zero() && driver::sleep(pause).await.is_err() {
            return Err(error);
        }
        paused = pause;
        refusal = Some(error);
    }
}

/// How an attempt was signed. Both are empty where it was not.
struct Signature {
    string_to_sign: String,
    /// As it is in the request.
    value: String,
}

impl Prepared<'_> {
    async fn attempt(
        &self,
        parts: &Parts,
        attempt: &Attempt,
        credentials: &Credentials,
        deadline: Option<Instant>,
        observed: &mut Observed,
    ) -> Result<Raw, Error> {
        let span = trace::attempt(&self.endpoint, self.method(), attempt);
        let start = (Instant::now(), observed.traffic());
        let mut result = self
            .sign_and_send(parts, attempt, credentials, deadline, observed)
            .instrument(span.clone())
            .await;
        if let Ok(raw) = &mut result
            && raw.request_id.is_none()
            && (observed.is_intercepted() || !span.is_disabled())
        {
            raw.request_id = decode::request_id_of(raw);
        }
        trace::record(&span, parts.operation, &result);
        span.in_scope(|| observed.attempt_ended(attempt, &self.endpoint, start, &result));
        result
    }

    async fn sign_and_send(
        &self,
        parts: &Parts,
        attempt: &Attempt,
        credentials: &Credentials,
        deadline: Option<Instant>,
        observed: &mut Observed,
    ) -> Result<Raw, Error> {
        let settings = parts.client.settings();
        let operation = parts.operation;
        let (mut request, signature) = self.signed(parts, attempt, credentials)?;
        observed.sending(attempt, request.body().len() as u64);
        // Where nobody knows what of the reply is secret, nothing may be kept.
        let is_known = parts.response.is_some() || parts.encoded.is_some();
        if is_known && self.transport.is_recording() {
            let confidential = confidential(parts, credentials, &signature);
            request.extensions_mut().insert(confidential);
        }
        let timeout = parts.options.timeout.unwrap_or(settings.timeout);
        let left = left(deadline);
        let options = SendOptions {
            timeout: timeout.min(left),
            max_reply_bytes: parts.max_reply_bytes(),
            streamed: !matches!(parts.options.reading, Reading::Whole),
            operation: Some(operation),
        };
        let body = Sent::default();
        let file = self.opened(request.body(), &body);
        let sent = match file {
            None => open(&*self.transport, request, options).await,
            Some(file) => {
                let request = request.map(|_| Body::from_file(file));
                let whole = SendOptions {
                    timeout: left,
                    ..options
                };
                let exchanged = open(&*self.transport, request, whole);
                while_sent(
                    exchanged,
                    &self.endpoint.authority,
                    timeout.min(left),
                    &body,
                )
                .await
            }
        };
        let (mut reply, unread) = sent.map_err(|e| {
            use TransportErrorKind::{Connect, Dns, Tls};
            let hint = match e.kind() {
                Dns | Connect | Tls => {
                    endpoint::hint(operation.product, named_endpoint(parts), region(parts))
                }
                _ => None,
            };
            let is_over = left < timeout || deadline.is_some_and(|at| at <= Instant::now());
            let passed = parts.deadline().filter(|_| is_over);
            let told = unanswered::told(operation, e, passed);
            Error::new(operation, Cause::Transport(told))
                .after(attempt.number)
                .hinted(hint)
        })?;
        observed.received(reply.body().len());
        for interceptor in parts.interceptors() {
            interceptor.after_reply(attempt, &mut reply);
        }
        let mut incoming = None;
        if let Some(body) = unread {
            let parameters = parts.secrets();
            let secrets = secrets(&parameters, credentials, &signature);
            let mut coming = Incoming::new(body, self.limits(parts, deadline), &secrets);
            if let Reading::Events(fields) = parts.options.reading {
                coming.failures = settings.in_band_failures.then_some(fields);
            }
            let begun = coming.begin(parts.options.reading).await.map_err(|e| {
                let told = unanswered::told(operation, e, None);
                Error::new(operation, Cause::Transport(told)).after(attempt.number)
            })?;
            (*reply.body_mut(), incoming) = begun;
        }

        // What is downloaded may look like anything.
        let is_anything = operation.reply == ReplyBody::Binary
            || matches!(parts.options.reading, Reading::Pieces);
        let spelling = self.gateway.spelling();
        let reports_failure = match parts.options.reading {
            _ if is_anything || !settings.in_band_failures => false,
            Reading::Events(fields) => {
                Service::event_reports_failure(reply.body(), spelling, fields)
            }
            _ => Service::reports_failure(reply.body(), spelling),
        };
        if !reply.status().is_success() || reports_failure {
            return self.failure(parts, attempt, credentials, &signature, reply);
        }
        let checked = match is_anything {
            true => Ok(()),
            false => decode::check(operation, &reply, incoming.is_some()),
        };
        if let Err(reason) = checked {
            let parameters = parts.secrets();
            let secrets = secrets(&parameters, credentials, &signature);
            let mut message = format!("cannot be read: it {reason}");
            let begins = excerpt(content(reply.body()), &secrets);
            if !begins.is_empty() {
                message = format!("{message}: {begins}");
            }
            let reply = Service::read(reply, spelling, &secrets);
            let cause = Cause::Reply { message, reply };
            return Err(Error::new(operation, cause).after(attempt.number));
        }
        let (parts, body) = reply.into_parts();
        Ok(Raw {
            operation,
            status: parts.status.as_u16(),
            request_id: spelling.request_id(&parts.headers),
            headers: parts.headers,
            body: if incoming.is_some() {
                Bytes::new()
            } else {
                body
            },
            attempts: attempt.number,
            unread: incoming,
        })
    }

    /// What bounds a reply that is read as it comes.
    fn limits(&self, parts: &Parts, deadline: Option<Instant>) -> Limits {
        let settings = parts.client.settings();
        Limits {
            silence: parts
                .options
                .stream_timeout
                .unwrap_or(settings.stream_timeout),
            deadline: deadline.zip(parts.deadline()),
            bytes: parts.max_reply_bytes(),
            host: self.endpoint.authority.to_string(),
        }
    }

    /// One attempt's request, and its signature.
    fn signed(
        &self,
        parts: &Parts,
        attempt: &Attempt,
        credentials: &Credentials,
    ) -> Result<(http::Request<Bytes>, Signature), Error> {
        let unsendable =
            |what| Error::new(parts.operation, Cause::Unsendable(what)).after(attempt.number - 1);
        let request = self.request(parts, attempt)?;
        let nonce = crate::random::uuid();
        let how = self.signing(parts, credentials, &nonce);
        let signed = self.gateway.sign(request, &how);
        let mut signed = signed.map_err(unsendable)?;
        let signature = Signature {
            string_to_sign: std::mem::take(&mut signed.string_to_sign),
            value: std::mem::take(&mut signed.signature),
        };
        let request = signed.into_http().map_err(unsendable)?;
        let authority = request
            .uri()
            .authority()
            .map(|authority| authority.as_str());
        if authority != Some(&self.endpoint.authority) {
            let message = "it would go to another host than it is signed for";
            return Err(unsendable(message.to_owned()));
        }
        Ok((request, signature))
    }

    /// Other credentials than those that the service refused, if there are any.
    async fn renew(
        &self,
        parts: &Parts,
        refused: &Credentials,
        deadline: Option<Instant>,
    ) -> Option<Credentials> {
        parts.credentials().invalidate(refused);
        let other = self.credentials(parts, deadline).await.ok()?;
        (!other.is_same(refused)).then_some(other)
    }

    /// An error reply, unless it is how the service says that a dry run passed.
    fn failure(
        &self,
        parts: &Parts,
        attempt: &Attempt,
        credentials: &Credentials,
        signature: &Signature,
        reply: http::Response<Bytes>,
    ) -> Result<Raw, Error> {
        let parameters = parts.secrets();
        let secrets = secrets(&parameters, credentials, signature);
        let said = Unmasked::read(reply, self.gateway.spelling());
        let diagnosis = said.diagnosis(&signature.string_to_sign);
        let service = said.masked(&secrets);
        if parts.options.dry_run && service.code == "DryRunOperation" {
            return Ok(Raw {
                operation: parts.operation,
                status: service.status,
                headers: service.headers,
                body: service.body,
                request_id: service.request_id,
                attempts: attempt.number,
                unread: None,
            });
        }
        Err(Error::new(parts.operation, Cause::Service(service))
            .after(attempt.number)
            .diagnosed(diagnosis))
    }
}

/// What a call must not show of its request.
fn secrets<'s>(
    parameters: &'s [String],
    credentials: &'s Credentials,
    signature: &'s Signature,
) -> Vec<&'s str> {
    let mut secrets: Vec<&str> = parameters.iter().map(String::as_str).collect();
    secrets.push(credentials.access_key_secret());
    secrets.extend(credentials.security_token());
    secrets.extend(credentials.bearer_token());
    secrets.extend(credentials.identity_token());
    secrets.push(&signature.value);
    secrets
}

/// What must not be kept of an attempt.
fn confidential(parts: &Parts, credentials: &Credentials, signature: &Signature) -> Confidential {
    let parameters = parts.secrets();
    let mut values = secrets(&parameters, credentials, signature);
    values.push(credentials.access_key_id());
    values.retain(|value| !value.is_empty());
    Confidential {
        values: values.into_iter().map(str::to_owned).collect(),
        response: parts.response,
    }
}
