//! A call from the request to the reply: fill, check, encode, find the host; then
//! sign and send, again where the policy says so. Compiled once: it knows no type
//! of an operation.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use tracing::{Instrument, Span, field};

use super::Parts;
use super::signing::{self, Signed, Signing};
use crate::BoxFuture;
use crate::credentials::Credentials;
use crate::doctor;
use crate::endpoint::{self, Endpoint};
use crate::error::{Cause, Error, Service};
use crate::interceptor::{Attempt, Unsigned};
use crate::operation::Operation;
use crate::reply::Raw;
use crate::retry::{Failed, repeatable};
use crate::signature;
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
    let span = call_span(parts);
    let result = send(parts).instrument(span.clone()).await;
    record(&span, parts.operation, &result);
    result
}

async fn send(parts: &mut Parts) -> Result<Raw, Error> {
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
    let mut renewed = None;
    loop {
        number += 1;
        let attempt = Attempt {
            operation: parts.operation,
            number,
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
    }
}

fn in_time(pause: Duration, deadline: Option<Instant>) -> bool {
    deadline.is_none_or(|deadline| pause < deadline.saturating_duration_since(Instant::now()))
}

/// What is the same in every attempt of a call.
pub(crate) struct Prepared {
    pub(crate) encoded: Encoded<'static>,
    pub(crate) endpoint: Endpoint,
    transport: Arc<dyn Transport>,
    user_agent: String,
    /// The values of secret parameters.
    pub(crate) secrets: Vec<String>,
    repeatable: bool,
}

impl Prepared {
    /// Fills what was left unset, checks, encodes, finds the host. No I/O.
    pub(crate) fn new(parts: &mut Parts) -> Result<Self, Error> {
        let operation = parts.operation;
        let fail = |cause| Error::new(operation, cause);
        let settings = parts.client.settings();

        let region = endpoint::region(
            operation.product,
            parts.options.region.as_deref(),
            settings.region.as_deref(),
        )
        .map(str::to_owned);
        let request = &mut *parts.request;
        if settings.fill_unset {
            if let (Some(at), Some(region)) = (operation.region, &region) {
                fill(request, at, region);
            }
            if let Some(at) = operation.idempotency_token {
                fill(request, at, &crate::random::uuid());
            }
        }
        if parts.options.dry_run {
            ask_dry_run(operation, request).map_err(|e| fail(Cause::Unsendable(e)))?;
        }

        if parts.options.preflight.unwrap_or(settings.preflight) {
            let violations = wire::preflight(request);
            if !violations.is_empty() {
                return Err(fail(Cause::Preflight(violations)));
            }
        }
        let encoded = match &parts.encoded {
            Some(encoded) => encoded.clone(),
            None => wire::encode(operation, request)
                .map_err(|e| fail(Cause::Preflight(e)))?
                .into_owned(),
        };
        let explicit = parts
            .options
            .endpoint
            .as_deref()
            .or(settings.endpoint.as_deref());
        let endpoint = endpoint::resolve(
            operation.product,
            explicit,
            region.as_deref(),
            settings.network,
        )
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
            user_agent: crate::user_agent::user_agent(&settings.user_agent),
            secrets: crate::explain::secrets(request),
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
        let span = attempt_span(self, attempt);
        let result = self
            .sign_and_send(parts, attempt, credentials, deadline)
            .instrument(span.clone())
            .await;
        record(&span, parts.operation, &result);
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
        let sent_before = attempt.number - 1;
        let unsent = |cause| Error::new(operation, cause).after(sent_before);

        let request = self.request(parts, attempt);
        let signed = self
            .sign(
                parts,
                request,
                credentials,
                SystemTime::now(),
                &crate::random::uuid(),
            )
            .map_err(|e| unsent(Cause::Unsendable(e)))?;
        let request = into_http(&signed).map_err(|e| unsent(Cause::Unsendable(e)))?;

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

        let failed = !reply.status().is_success()
            || settings.in_band_failures && Service::reports_failure(reply.body());
        if failed {
            return self.failure(parts, attempt, credentials, &signed, reply);
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
    pub(crate) fn request(&self, parts: &Parts, attempt: &Attempt) -> Unsigned {
        let mut request = self.unsigned(parts);
        for interceptor in &parts.client.settings().interceptors {
            interceptor.before_signing(attempt, &mut request);
        }
        request
    }

    pub(crate) fn sign(
        &self,
        parts: &Parts,
        request: Unsigned,
        credentials: &Credentials,
        time: SystemTime,
        nonce: &str,
    ) -> Result<Signed, String> {
        let settings = parts.client.settings();
        let how = Signing {
            operation: parts.operation,
            endpoint: &self.endpoint,
            signature: settings.signature,
            format: settings.format,
            user_agent: &self.user_agent,
            credentials,
            time,
            nonce,
        };
        signing::sign(request, &how)
    }

    fn unsigned(&self, parts: &Parts) -> Unsigned {
        let encoded = &self.encoded;
        let is_form = !encoded.form.is_empty();
        let mut headers = signature::owned(encoded.headers.clone());
        headers.extend(parts.options.headers.iter().cloned());
        if let (false, Some(kind)) = (is_form, encoded.content_type) {
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
        Unsigned {
            method: encoded.method.to_owned(),
            path: encoded.path.clone(),
            query: signature::owned(encoded.query.clone()),
            headers,
            form: signature::owned(encoded.form.clone()),
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
        signed: &Signed,
        reply: http::Response<Bytes>,
    ) -> Result<Raw, Error> {
        let mut secrets: Vec<&str> = self.secrets.iter().map(String::as_str).collect();
        secrets.push(credentials.access_key_secret());
        secrets.extend(credentials.security_token());
        secrets.extend(credentials.bearer_token());
        let diagnosis = doctor::diagnose(&reply, signed);
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

/// Sets a field that nobody set, if it takes text.
fn fill(request: &mut dyn Object, at: usize, value: &str) {
    let field = request.get_mut(at);
    if !field.is_unset() {
        return;
    }
    if let Slot::Text(text) = field.slot() {
        *text = value.to_owned();
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
    parameters.any(|(name, value)| {
        matches!(name.as_ref(), "ClientToken" | "clientToken") && !value.is_empty()
    })
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

fn into_http(signed: &Signed) -> Result<http::Request<Bytes>, String> {
    let mut builder = http::Request::builder()
        .method(signed.method.as_str())
        .uri(&signed.url);
    for (name, value) in &signed.headers {
        // The transport writes it, from the URL.
        if name == "host" {
            continue;
        }
        // A value is not repeated in the error: it may be a secret.
        let value = http::HeaderValue::from_str(value)
            .map_err(|_| format!("the header {name} has a character that headers cannot carry"))?;
        builder = builder.header(name, value);
    }
    builder
        .body(signed.body.clone())
        .map_err(|e| format!("it makes no HTTP request: {e}"))
}

/// Names after OpenTelemetry's conventions for RPC and HTTP clients.
fn call_span(parts: &Parts) -> Span {
    let operation = parts.operation;
    tracing::info_span!(
        "alicloud.call",
        rpc.system = "alicloud",
        rpc.service = operation.product.name,
        rpc.method = operation.name,
        cloud.region = parts.options.region.as_deref().or(parts
            .client
            .settings()
            .region
            .as_deref()),
        http.response.status_code = field::Empty,
        "error.type" = field::Empty,
        aliyun.request_id = field::Empty,
        attempts = field::Empty,
    )
}

fn attempt_span(prepared: &Prepared, attempt: &Attempt) -> Span {
    tracing::debug_span!(
        "alicloud.attempt",
        rpc.method = attempt.operation.name,
        server.address = prepared.endpoint.host(),
        http.request.method = prepared.encoded.method,
        http.request.resend_count = attempt.number - 1,
        http.response.status_code = field::Empty,
        "error.type" = field::Empty,
        aliyun.request_id = field::Empty,
    )
}

fn record(span: &Span, operation: &Operation, result: &Result<Raw, Error>) {
    let (status, request_id, attempts) = match result {
        Ok(raw) => (Some(raw.status), raw.request_id.as_deref(), raw.attempts),
        Err(error) => (error.status(), error.request_id(), error.attempts()),
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    if let Some(id) = request_id {
        span.record("aliyun.request_id", id);
    }
    span.record("attempts", attempts);
    span.in_scope(|| match result {
        Ok(_) => tracing::debug!(rpc.method = operation.name, "succeeded"),
        Err(error) => {
            span.record("error.type", error.kind_name());
            tracing::debug!(
                rpc.method = operation.name,
                "error.type" = error.kind_name(),
                "failed"
            );
        }
    });
}
