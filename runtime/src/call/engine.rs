//! A call from the request to the reply: fill, check, encode, find the host; then
//! sign and send, again where the policy says so. Compiled once: it knows no type
//! of an operation.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use tracing::Instrument;

use super::signing::{self, Signing};
use super::{Parts, trace};
use crate::BoxFuture;
use crate::credentials::Credentials;
use crate::doctor;
use crate::endpoint::{self, Endpoint};
use crate::error::{Cause, Error, Service};
use crate::gateway;
use crate::interceptor::{Attempt, Unsigned};
use crate::operation::{Operation, ReplyBody};
use crate::reply::Raw;
use crate::retry::{Failed, repeatable};
use crate::signature::Pair;
use crate::transport::{SendOptions, Transport};
use crate::wire::{self, Encoded, Object, Slot};

/// Credentials that are not there by then are not waited for.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(60);

/// Sends a call.
pub(crate) fn start(mut parts: Box<Parts>) -> BoxFuture<'static, Result<Raw, Error>> {
    Box::pin(async move { run(&mut parts).await })
}

/// Sends a call, and leaves it to be changed and sent again.
pub(crate) async fn run(parts: &mut Parts) -> Result<Raw, Error> {
    let span = trace::call(parts);
    let result = send(parts).instrument(span.clone()).await;
    trace::record(&span, parts.operation, &result);
    result
}

async fn send(parts: &mut Parts) -> Result<Raw, Error> {
    fill(parts)?;
    let parts = &*parts;
    let prepared = Prepared::new(parts)?;
    let deadline = parts.options.deadline.or(parts.client.settings().deadline);
    // A deadline too far away to be written down is none.
    let deadline = deadline.and_then(|deadline| Instant::now().checked_add(deadline));
    let retry = parts
        .options
        .retry
        .as_ref()
        .unwrap_or(&parts.client.settings().retry);
    let budget = parts.client.budget();
    let mut number = 0;
    let mut paused = Duration::ZERO;
    let mut renewed = None;
    loop {
        number += 1;
        let attempt = Attempt {
            operation: parts.operation,
            number,
            pause: std::mem::take(&mut paused),
        };
        let credentials = match renewed.take() {
            Some(renewed) => renewed,
            None => prepared
                .credentials(parts, deadline)
                .await
                .map_err(|cause| Error::new(parts.operation, cause).after(number - 1))?,
        };
        let error = match prepared
            .attempt(parts, &attempt, &credentials, deadline)
            .await
        {
            Ok(raw) => {
                budget.earn();
                return Ok(raw);
            }
            Err(error) => error,
        };
        if refuses_credentials(&error) && number < retry.limit() {
            renewed = prepared.renew(parts, &credentials, deadline).await;
            if renewed.is_some() {
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
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        paused = pause;
    }
}

fn in_time(pause: Duration, deadline: Option<Instant>) -> bool {
    deadline.is_none_or(|deadline| pause < deadline.saturating_duration_since(Instant::now()))
}

/// What is the same in every attempt of a call.
pub(crate) struct Prepared<'a> {
    pub(crate) encoded: Encoded<'a>,
    pub(crate) endpoint: Endpoint<'a>,
    transport: Arc<dyn Transport>,
    repeatable: bool,
}

impl<'a> Prepared<'a> {
    /// Checks, encodes, finds the host. No I/O.
    pub(crate) fn new(parts: &'a Parts) -> Result<Self, Error> {
        let operation = parts.operation;
        let fail = |cause| Error::new(operation, cause);
        let settings = parts.client.settings();
        let request = &*parts.request;

        if parts.options.preflight.unwrap_or(settings.preflight) {
            let violations = wire::preflight(request);
            if !violations.is_empty() {
                return Err(fail(Cause::Preflight(violations)));
            }
        }
        let encoded = match &parts.encoded {
            Some(encoded) => encoded.clone(),
            None => wire::encode(operation, request).map_err(|e| fail(Cause::Preflight(e)))?,
        };
        let explicit = parts
            .options
            .endpoint
            .as_deref()
            .or(settings.endpoint.as_deref());
        let endpoint = gateway::endpoint(operation, request, explicit, region(parts), settings)
            .map_err(|e| fail(Cause::Endpoint(e)))?;
        let transport = settings.transport().map_err(|e| {
            fail(Cause::Unsendable(format!(
                "the HTTP client cannot be built: {e}"
            )))
        })?;

        let has_token = match operation.idempotency_token {
            Some(at) => !request.get(at).is_unset(),
            None => parts.encoded.is_some() && names_token(&encoded),
        };
        Ok(Self {
            encoded,
            endpoint,
            transport,
            repeatable: repeatable(operation.kind, has_token),
        })
    }

    async fn attempt(
        &self,
        parts: &Parts,
        attempt: &Attempt,
        credentials: &Credentials,
        deadline: Option<Instant>,
    ) -> Result<Raw, Error> {
        let span = trace::attempt(self, attempt);
        let result = self
            .sign_and_send(parts, attempt, credentials, deadline)
            .instrument(span.clone())
            .await;
        trace::record(&span, parts.operation, &result);
        result
    }

    async fn sign_and_send(
        &self,
        parts: &Parts,
        attempt: &Attempt,
        credentials: &Credentials,
        deadline: Option<Instant>,
    ) -> Result<Raw, Error> {
        let settings = parts.client.settings();
        let operation = parts.operation;
        let (request, string_to_sign) =
            self.signed(parts, attempt, credentials).map_err(|what| {
                Error::new(operation, Cause::Unsendable(what)).after(attempt.number - 1)
            })?;
        let timeout = parts.options.timeout.unwrap_or(settings.timeout);
        let options = SendOptions {
            timeout: timeout.min(left(deadline)),
            max_reply_bytes: settings.max_reply_bytes,
        };
        let sent = self.transport.send(request, options).await;
        let mut reply =
            sent.map_err(|e| Error::new(operation, Cause::Transport(e)).after(attempt.number))?;
        for interceptor in &settings.interceptors {
            interceptor.after_reply(attempt, &mut reply);
        }

        // What is downloaded may look like anything.
        let looked_into = settings.in_band_failures && operation.reply != ReplyBody::Binary;
        let failed =
            !reply.status().is_success() || looked_into && Service::reports_failure(reply.body());
        if failed {
            return self.failure(parts, attempt, credentials, &string_to_sign, reply);
        }
        let (parts, body) = reply.into_parts();
        Ok(Raw {
            operation,
            status: parts.status.as_u16(),
            request_id: Raw::header_id(&parts.headers),
            headers: parts.headers,
            body,
            attempts: attempt.number,
        })
    }

    /// One attempt's request, and what was signed of it.
    fn signed(
        &self,
        parts: &Parts,
        attempt: &Attempt,
        credentials: &Credentials,
    ) -> Result<(http::Request<Bytes>, String), String> {
        let request = self.request(parts, attempt);
        let nonce = crate::random::uuid();
        let how = self.signing(parts, credentials, &nonce);
        let mut signed = signing::sign(request, &how)?;
        let string_to_sign = std::mem::take(&mut signed.string_to_sign);
        Ok((signed.into_http()?, string_to_sign))
    }

    pub(crate) async fn credentials(
        &self,
        parts: &Parts,
        deadline: Option<Instant>,
    ) -> Result<Credentials, Cause> {
        if parts.operation.anonymous {
            return Ok(Credentials::anonymous());
        }
        let mut providing = parts.client.settings().credentials.provide();
        // Most providers have them at hand; only the others need a timer.
        let ready = std::future::poll_fn(|context| {
            std::task::Poll::Ready(providing.as_mut().poll(context))
        });
        let provided = match ready.await {
            std::task::Poll::Ready(provided) => provided,
            std::task::Poll::Pending => {
                let limit = CREDENTIALS_TIMEOUT.min(left(deadline));
                tokio::time::timeout(limit, providing).await.map_err(|_| {
                    Cause::Unsendable(format!(
                        "the credentials of {} were not there within {limit:?}",
                        parts.client.settings().credentials.name()
                    ))
                })?
            }
        };
        provided.map_err(Cause::Credentials)
    }

    /// Other credentials than those that the service refused, if there are any.
    async fn renew(
        &self,
        parts: &Parts,
        refused: &Credentials,
        deadline: Option<Instant>,
    ) -> Option<Credentials> {
        parts.client.settings().credentials.invalidate(refused);
        let other = self.credentials(parts, deadline).await.ok()?;
        let same = other.access_key_id() == refused.access_key_id()
            && other.security_token() == refused.security_token();
        (!same).then_some(other)
    }

    /// One attempt's request, as the interceptors want it.
    pub(crate) fn request<'s>(&'s self, parts: &'s Parts, attempt: &Attempt) -> Unsigned<'s> {
        let mut request = self.unsigned(parts);
        if attempt.number > 1 {
            // As the official clients tell that this is no new call.
            let (retries, pause) = (attempt.number - 1, attempt.pause.as_millis());
            let headers = &mut request.headers;
            headers.push(("x-acs-retry-attempts".into(), retries.to_string().into()));
            headers.push(("x-acs-retry-delay".into(), pause.to_string().into()));
        }
        for interceptor in &parts.client.settings().interceptors {
            interceptor.before_signing(attempt, &mut request);
        }
        request
    }

    /// How a request of this call is signed.
    pub(crate) fn signing<'s>(
        &'s self,
        parts: &'s Parts,
        credentials: &'s Credentials,
        nonce: &'s str,
    ) -> Signing<'s> {
        let settings = parts.client.settings();
        Signing {
            operation: parts.operation,
            endpoint: &self.endpoint,
            signature: settings.signature,
            format: settings.format,
            user_agent: parts.client.user_agent(),
            credentials,
            time: SystemTime::now(),
            nonce,
        }
    }

    fn unsigned<'s>(&'s self, parts: &'s Parts) -> Unsigned<'s> {
        let encoded = &self.encoded;
        let is_form = !encoded.form.is_empty();
        let mut headers = Vec::with_capacity(encoded.headers.len() + 8);
        headers.extend(borrowed(&encoded.headers));
        headers.extend(borrowed(&parts.options.headers));
        if let (false, Some(kind)) = (is_form, encoded.content_type) {
            headers.push(("content-type".into(), kind.into()));
        }
        Unsigned {
            method: encoded.method.into(),
            path: (&*encoded.path).into(),
            query: borrowed(&encoded.query).collect(),
            headers,
            form: borrowed(&encoded.form).collect(),
            body: if is_form {
                Bytes::new()
            } else {
                encoded.body.clone()
            },
        }
    }

    /// An error reply, unless it is how the service says that a dry run passed.
    fn failure(
        &self,
        parts: &Parts,
        attempt: &Attempt,
        credentials: &Credentials,
        string_to_sign: &str,
        reply: http::Response<Bytes>,
    ) -> Result<Raw, Error> {
        let parameters = crate::explain::secrets(&*parts.request);
        let mut secrets: Vec<&str> = parameters.iter().map(String::as_str).collect();
        secrets.push(credentials.access_key_secret());
        secrets.extend(credentials.security_token());
        secrets.extend(credentials.bearer_token());
        let diagnosis = doctor::diagnose(&reply, string_to_sign);
        let service = Service::read(reply, &secrets);
        if parts.options.dry_run && service.code == "DryRunOperation" {
            return Ok(Raw {
                operation: parts.operation,
                status: service.status,
                headers: service.headers,
                body: service.body,
                request_id: service.request_id,
                attempts: attempt.number,
            });
        }
        Err(Error::new(parts.operation, Cause::Service(service))
            .after(attempt.number)
            .diagnosed(diagnosis))
    }
}

/// Sets what was left unset and is known otherwise: region, idempotency token,
/// dry run.
pub(crate) fn fill(parts: &mut Parts) -> Result<(), Error> {
    let operation = parts.operation;
    let wanted = parts.client.settings().fill_unset;
    if let Some(at) = operation.region.filter(|_| wanted)
        && let Some(region) = region(parts).map(str::to_owned)
    {
        fill_field(&mut *parts.request, at, || region);
    }
    let request = &mut *parts.request;
    if let Some(at) = operation.idempotency_token.filter(|_| wanted) {
        fill_field(request, at, crate::random::uuid);
    }
    if parts.options.dry_run {
        ask_dry_run(operation, request).map_err(|e| Error::new(operation, Cause::Unsendable(e)))?;
    }
    Ok(())
}

/// The region of a call, if there is one.
fn region(parts: &Parts) -> Option<&str> {
    endpoint::region(
        parts.operation.product,
        parts.options.region.as_deref(),
        parts.client.settings().region.as_deref(),
    )
}

/// Sets a field that nobody set, if it takes text.
fn fill_field(request: &mut dyn Object, at: usize, value: impl FnOnce() -> String) {
    let field = request.get_mut(at);
    if !field.is_unset() {
        return;
    }
    if let Slot::Text(text) = field.slot() {
        *text = value();
    } else {
        // Looking for the place may have made a value there.
        field.clear();
    }
}

fn ask_dry_run(operation: &Operation, request: &mut dyn Object) -> Result<(), String> {
    let no_dry_run = || format!("{} has no dry run", operation.name);
    let field = request.get_mut(operation.dry_run.ok_or_else(no_dry_run)?);
    match field.slot() {
        Slot::Bool(on) => *on = true,
        // Eight published operations take it as text.
        Slot::Text(text) => *text = "true".to_owned(),
        _ => return Err(no_dry_run()),
    }
    Ok(())
}

/// Whether a call by name was given an idempotency token.
fn names_token(encoded: &Encoded<'_>) -> bool {
    let mut parameters = encoded.query.iter().chain(&encoded.form);
    parameters
        .any(|(name, value)| matches!(&**name, "ClientToken" | "clientToken") && !value.is_empty())
}

/// Whether the service took the credentials for expired or revoked. Nothing was
/// executed then.
fn refuses_credentials(error: &Error) -> bool {
    error.code().is_some_and(|code| {
        [
            "InvalidSecurityToken",
            "InvalidAccessKeyId",
            "SecurityTokenExpired",
        ]
        .iter()
        .any(|refusal| code.starts_with(refusal))
    })
}

/// How much time there is until a deadline.
fn left(deadline: Option<Instant>) -> Duration {
    deadline.map_or(Duration::MAX, |at| {
        at.saturating_duration_since(Instant::now())
    })
}

/// Pairs that borrow from others.
fn borrowed<'s, T: AsRef<str>>(pairs: &'s [(T, T)]) -> impl Iterator<Item = Pair<'s>> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_ref().into(), value.as_ref().into()))
}
