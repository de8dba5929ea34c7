//! What is the same in every attempt of a call: checked, encoded, with its host and
//! its gateway. No I/O but fetching credentials.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::deadline::Deadline;
use super::job::Parts;
use crate::client::Attempt;
use crate::content::{FileBody, FileContent, Opened, PIECE, Ready, Sent};
use crate::credentials::Credentials;
use crate::driver;
use crate::encode::{self, UnsignedRequest, Violation, ViolationKind};
use crate::endpoint::{self, Endpoint};
use crate::error::{Cause, Error};
use crate::file;
use crate::gateway::{self, Destination, Gateway, Signing};
use crate::params::pair;
use crate::retry::repeatable;
use crate::schema::Operation;
use crate::signature::{Common, Identity};
use crate::telemetry;
use crate::time::rounded;
use crate::transport::Transport;
use crate::upload::AUTHORIZE;
use crate::value::{Object, Slot};

/// Credentials that are not there by then are not waited for.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(60);

/// How many bytes of a stream are read into memory, where a signature covers them.
const SIGNED_STREAM: u64 = 64 << 20;

/// What is the same in every attempt of a call.
pub(crate) struct Prepared<'a> {
    request: UnsignedRequest<'a>,
    pub(crate) endpoint: Endpoint<'a>,
    pub(crate) gateway: &'static dyn Gateway,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) repeatable: bool,
}

impl<'a> Prepared<'a> {
    /// Checks, encodes, finds the host. No I/O.
    pub(crate) fn new(parts: &'a Parts) -> Result<Self, Error> {
        let operation = parts.operation;
        let fail = |cause| Error::new(operation, cause);
        let settings = parts.client.settings();
        let request = &*parts.request;

        if parts.options.preflight.unwrap_or(settings.preflight) {
            let violations = encode::preflight(request);
            if !violations.is_empty() {
                let hint = region_hint(operation, request, &violations);
                return Err(fail(Cause::Preflight(violations)).hinted(hint));
            }
        }
        let mut unsigned = match &parts.encoded {
            Some(call) => call.request.borrowed(),
            None => encode::encode(operation, request).map_err(|e| fail(Cause::Preflight(e)))?,
        };
        let own = parts.options.headers.iter();
        let own = own.map(|(name, value)| pair(name, value));
        if own.clone().any(|(name, _)| name == "content-type") {
            unsigned.headers.retain(|(name, _)| name != "content-type");
        }
        unsigned.headers.extend(own);
        encode::check_path(&unsigned.path).map_err(|e| fail(Cause::Unsendable(e)))?;
        let gateway = gateway::of(operation.product);
        let endpoint = match named_endpoint(parts) {
            // The host that was named is taken as it is.
            Some(named) => endpoint::parse(named),
            None => gateway.endpoint(&Destination {
                operation,
                request,
                region: region(parts),
                network: settings.network,
                account_id: settings.account_id.as_deref(),
            }),
        };
        let endpoint = endpoint.map_err(|e| fail(Cause::Endpoint(e)))?;
        let transport = settings
            .transport(endpoint.scheme)
            .map_err(|e| fail(Cause::Unsendable(e)))?;

        let has_token = match operation.idempotency_token {
            Some(at) => !request.get(at).is_unset(),
            None => parts.encoded.is_some() && names_token(&unsigned),
        };
        Ok(Self {
            request: unsigned,
            endpoint,
            gateway,
            transport,
            repeatable: (parts.options.idempotent)
                .unwrap_or_else(|| repeatable(operation.kind, has_token)),
        })
    }

    /// Whether the body is a file, in memory or not.
    pub(crate) fn has_file(&self) -> bool {
        self.request.file.is_some()
    }

    /// Reads what the signature covers of a body that is a file.
    pub(crate) async fn read_file(
        &mut self,
        parts: &Parts,
        deadline: Deadline,
    ) -> Result<(), Error> {
        let Some(file) = &mut self.request.file else {
            return Ok(());
        };
        let reading = async {
            checked_length(parts, &file.content).await?;
            file.content.ready(SIGNED_STREAM).await
        };
        let read = by_deadline(reading, deadline, || {
            format!("{} was not read by the call's deadline", file.content)
        });
        let unsendable = |why| Error::new(parts.operation, Cause::Unsendable(why));
        match read.await.map_err(unsendable)? {
            Ready::File(measured) => file.measured = Some(measured),
            Ready::Bytes(bytes) => {
                self.request.body = bytes.clone();
                file.content = file.content.holding(bytes);
            }
        }
        Ok(())
    }

    /// Looks whether there is a place for the file that the reply is to become: a call whose
    /// reply is lost may have changed something.
    pub(crate) async fn check_place(&self, parts: &Parts) -> Result<(), Error> {
        let Some(place) = &parts.options.place else {
            return Ok(());
        };
        file::check_place(place).await.map_err(|error| {
            let why = file::unwritten(place, &error);
            Error::new(parts.operation, Cause::Unsendable(why))
        })
    }

    /// The file that is the body, if it is one.
    pub(crate) fn file(&self) -> Option<&FileBody> {
        self.request.file()
    }

    /// A body that is sent piece by piece: a file, and whatever takes its time; and how far
    /// that came. `body` is what was signed.
    pub(crate) fn opened(&self, body: &Bytes) -> Option<(Opened, Sent)> {
        let file = self.request.file.as_ref();
        let open = |content: &FileContent, length| {
            let sent = Sent::default();
            Some((content.open(length, &sent).ok()?, sent))
        };
        let length = body.len() as u64;
        if body.is_empty() {
            let file = file?;
            let length = file.measured.as_ref().map_or(0, |measured| measured.length);
            return open(&file.content, length);
        }
        let is_it = |file: &&FileBody| file.content.as_bytes() == Some(body);
        match file.filter(is_it) {
            Some(file) => open(&file.content, length),
            None if body.len() <= PIECE => None,
            None => open(&FileContent::from_bytes(body.clone()), length),
        }
    }

    pub(super) async fn credentials(
        &self,
        parts: &Parts,
        deadline: Deadline,
    ) -> Result<Credentials, Cause> {
        if parts.operation.anonymous {
            return Ok(Credentials::anonymous());
        }
        let provider = parts.credentials();
        let mut providing = provider.provide();
        // Most providers have them at hand; only the others need a timer.
        let ready = poll_fn(|context| Poll::Ready(providing.as_mut().poll(context)));
        let provided = match ready.await {
            Poll::Ready(provided) => provided,
            Poll::Pending => {
                let limit = CREDENTIALS_TIMEOUT.min(deadline.left());
                let in_time = driver::timeout(limit, providing).await;
                let in_time = in_time.map_err(|e| Cause::Unsendable(e.to_string()))?;
                in_time.ok_or_else(|| {
                    let by = if limit < CREDENTIALS_TIMEOUT {
                        "by the call's deadline, within"
                    } else {
                        "within"
                    };
                    Cause::Unsendable(format!(
                        "the credentials of {} were not there {by} {:?}",
                        provider.name(),
                        rounded(limit)
                    ))
                })?
            }
        };
        provided
            .and_then(|found| found.checked(provider.name()))
            .map_err(Cause::Credentials)
    }

    /// The HTTP method.
    pub(crate) fn method(&self) -> &str {
        &self.request.method
    }

    /// One attempt's request, as the interceptors want it.
    ///
    /// # Errors
    /// The refusal of one.
    pub(crate) fn request<'s>(
        &'s self,
        parts: &'s Parts,
        attempt: &Attempt,
    ) -> Result<UnsignedRequest<'s>, Error> {
        let mut request = self.request.borrowed();
        if attempt.number > 1 {
            let retries = attempt.number - 1;
            self.gateway
                .mark_repeated(&mut request, retries, attempt.pause);
        }
        telemetry::inject(&mut request.headers);
        for interceptor in parts.interceptors() {
            let passed = interceptor.before_signing(attempt, &mut request);
            passed.map_err(|refusal| {
                Error::new(parts.operation, Cause::Refused(refusal)).after(attempt.number - 1)
            })?;
        }
        Ok(request)
    }

    /// How a request of this call is signed.
    pub(crate) fn signing<'s>(
        &'s self,
        parts: &'s Parts,
        credentials: &'s Credentials,
        nonce: &'s str,
    ) -> Signing<'s> {
        let settings = parts.client.settings();
        let operation = parts.operation;
        let identity = match operation.anonymous {
            true => Identity::Anonymous,
            false => credentials.identity(),
        };
        Signing {
            common: Common {
                host: &self.endpoint.authority,
                action: operation.name,
                version: operation.product.version,
                style: operation.product.style,
                format: settings.format,
                user_agent: parts.client.user_agent(),
                time: SystemTime::now(),
                nonce,
                identity,
            },
            scheme: self.endpoint.scheme,
            signature: settings.signature,
            secret: credentials.access_key_secret(),
        }
    }
}

/// Whether the configuration's guards let the call through.
///
/// # Errors
/// The denial of one.
pub(crate) fn permitted(parts: &Parts) -> Result<(), Error> {
    // Asked for a call that was let through; no app can call it.
    if std::ptr::eq(parts.operation, &raw const AUTHORIZE) {
        return Ok(());
    }
    let mut guards = parts.client.settings().guards.iter();
    let checked = guards.try_for_each(|guard| guard.check(parts.operation));
    checked.map_err(|denial| Error::new(parts.operation, Cause::Denied(denial)))
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

/// How many bytes a file has, where that is not too many.
///
/// # Errors
/// In words, with what the file is.
pub(crate) async fn checked_length(parts: &Parts, content: &FileContent) -> Result<u64, String> {
    let length = content.length().await?;
    let limit = parts.client.settings().uploads.max_bytes;
    match length > limit {
        true => Err(format!(
            "{content} has {length} bytes, and {limit} are allowed (`Config::max_file_bytes`)"
        )),
        false => Ok(length),
    }
}

/// What the call, else its client names as the host.
pub(crate) fn named_endpoint(parts: &Parts) -> Option<&str> {
    let named = parts.options.endpoint.as_deref();
    named.or(parts.client.settings().endpoint.as_deref())
}

/// How to set the region, where that is what is missing.
fn region_hint(
    operation: &Operation,
    request: &dyn Object,
    violations: &[Violation],
) -> Option<String> {
    let name = request.schema().fields.get(operation.region?)?.name;
    let missing = |v: &Violation| v.path == name && v.kind == ViolationKind::Missing;
    violations
        .iter()
        .any(missing)
        .then(|| endpoint::SET_A_REGION.to_owned())
}

/// The region of a call, if there is one.
pub(crate) fn region(parts: &Parts) -> Option<&str> {
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
fn names_token(request: &UnsignedRequest<'_>) -> bool {
    let mut parameters = request.query.iter().chain(&request.form);
    parameters
        .any(|(name, value)| matches!(&**name, "ClientToken" | "clientToken") && !value.is_empty())
}

/// Waits for what there is no reply without, no longer than until the deadline. What is
/// there at once needs no timer.
async fn by_deadline<T>(
    future: impl Future<Output = Result<T, String>>,
    deadline: Deadline,
    late: impl FnOnce() -> String,
) -> Result<T, String> {
    let mut future = pin!(future);
    if deadline.until.is_none() {
        return future.await;
    }
    let at_once = poll_fn(|context| Poll::Ready(future.as_mut().poll(context)));
    if let Poll::Ready(done) = at_once.await {
        return done;
    }
    let in_time = driver::timeout(deadline.left(), future).await;
    in_time
        .map_err(|missing| missing.to_string())?
        .ok_or_else(late)?
}
