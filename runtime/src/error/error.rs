//! [`Error`]: what became of a call that did not succeed. One type for every
//! operation, one level deep, one pointer wide; the parameter only says which
//! operation's error enum [`Error::kind`] answers in.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;

use super::error_reply::{self, Service};
use super::refusal::Refusal;
use crate::credentials::CredentialsError;
use crate::encode::Violation;
use crate::endpoint::EndpointError;
use crate::guard::Denial;
use crate::retry::{Failed, Failure, Retry, is_throttling};
use crate::schema::{ErrorCodes, ErrorRow, Operation};
use crate::signature::Diagnosis;
use crate::transport::{TransportError, TransportErrorKind};

/// The error of a call: why it did not succeed.
///
/// `K` is the operation's own error enum, its documented codes. `?` turns any
/// operation's error into an `Error` without parameter, which keeps everything
/// but the enum.
pub struct Error<K = ()> {
    pub(super) inner: Box<Inner>,
    kind: PhantomData<fn() -> K>,
}

/// A step of a call with a file, before the call itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadStep {
    /// Asking for permission to upload (`AuthorizeFileUpload` of OpenPlatform).
    Authorize,
    /// Sending the file to the place that was named.
    Upload,
}

impl fmt::Display for UploadStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authorize => "authorizing the upload for",
            Self::Upload => "uploading the file for",
        })
    }
}

pub(super) struct Inner {
    pub(super) operation: Option<&'static Operation>,
    pub(super) cause: Cause,
    pub(super) attempts: u32,
    documented: Option<&'static ErrorRow>,
    pub(super) diagnosis: Option<Diagnosis>,
    pub(super) hint: Option<String>,
    pub(super) upload: Option<(UploadStep, String)>,
}

pub(crate) enum Cause {
    /// The service answered with an error.
    Service(Service),
    /// The request disagrees with its documentation; nothing was sent.
    Preflight(Vec<Violation>),
    /// There was no complete reply.
    Transport(TransportError),
    /// There was nothing to sign with; nothing was sent.
    Credentials(CredentialsError),
    /// There was no host to send to; nothing was sent.
    Endpoint(EndpointError),
    /// The service answered with success, but not with what is documented. The
    /// message goes on from "the reply".
    Reply { message: String, reply: Service },
    /// The request cannot be sent as it is; nothing was sent.
    Unsendable(String),
    /// A guard of the configuration let nothing be sent.
    Denied(Denial),
    /// Its turn among calls that wait for theirs would have come too late; nothing was sent.
    Held {
        message: String,
        /// They wait because the service throttles them.
        is_throttled: bool,
    },
    /// What came could not be written where it was to be.
    File(String),
    /// An interceptor let it not be sent.
    Refused(Refusal),
    /// Calls succeeded, but not in what they were made for.
    Wait(String),
    /// A configuration could not be loaded.
    Configuration(String),
}

impl<K> Error<K> {
    /// The same error, of another enum.
    fn cast<L>(self) -> Error<L> {
        Error {
            inner: self.inner,
            kind: PhantomData,
        }
    }

    fn service(&self) -> Option<&Service> {
        match &self.inner.cause {
            Cause::Service(service) => Some(service),
            _ => None,
        }
    }

    /// The reply, also of a success that could not be read.
    fn reply(&self) -> Option<&Service> {
        match &self.inner.cause {
            Cause::Service(reply) | Cause::Reply { reply, .. } => Some(reply),
            _ => None,
        }
    }

    /// Returns the service's code, e.g. `NotExist.Accelerator`. `None` when the service
    /// did not answer, or answered without a code.
    pub fn code(&self) -> Option<&str> {
        self.service()
            .map(|s| s.code.as_str())
            .filter(|code| !code.is_empty())
    }

    /// Returns the service's message. Its wording may change and may hold names and
    /// ids.
    pub fn message(&self) -> Option<&str> {
        self.service()
            .map(|s| s.message.as_str())
            .filter(|message| !message.is_empty())
    }

    /// Returns the reply's HTTP status.
    pub fn status(&self) -> Option<u16> {
        self.reply().map(|s| s.status)
    }

    /// Returns the id that the service gave the request: what its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.reply()?.request_id.as_deref()
    }

    /// Returns the URL of the service's own diagnosis, where it names one.
    pub fn recommend(&self) -> Option<&str> {
        self.service()?.recommend.as_deref()
    }

    /// Returns why access was denied, as the service puts it (`AccessDeniedDetail`).
    pub fn access_denied_detail(&self) -> Option<&serde_json::Value> {
        self.service()?.access_denied_detail.as_ref()
    }

    /// Returns the row of the documentation that describes the code, with its
    /// meaning: the operation's, else the product's.
    pub fn documented(&self) -> Option<&'static ErrorRow> {
        self.inner.documented
    }

    /// Returns the operation that was called.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.inner.operation
    }

    /// Returns how often the request was sent; 0 where it was not.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// Returns the step before the call in which it failed, where it failed while a file was
    /// uploaded; and by its wire name the parameter that takes the file's URL. Status, code
    /// and message are those of that step then, [`attempts`](Self::attempts) is how often
    /// it was tried, and [`kind`](Self::kind) is none.
    pub fn upload_step(&self) -> Option<(UploadStep, &str)> {
        let (step, parameter) = self.inner.upload.as_ref()?;
        Some((*step, parameter))
    }

    /// Returns the headers of the reply.
    pub fn headers(&self) -> Option<&http::HeaderMap> {
        self.reply().map(|s| &s.headers)
    }

    /// Returns the body of the reply as it came, unlike [`message`](Self::message) with
    /// whatever it may repeat of the request.
    pub fn body(&self) -> Option<&Bytes> {
        self.reply().map(|s| &s.body)
    }

    /// Returns what is wrong with the request: each parameter that is missing or out of
    /// its documented bounds. Not empty only when the request was not sent for it.
    pub fn violations(&self) -> &[Violation] {
        match &self.inner.cause {
            Cause::Preflight(violations) => violations,
            _ => &[],
        }
    }

    /// Returns why there was no complete reply.
    pub fn transport(&self) -> Option<&TransportError> {
        match &self.inner.cause {
            Cause::Transport(error) => Some(error),
            _ => None,
        }
    }

    /// Returns why there were no credentials.
    pub fn credentials(&self) -> Option<&CredentialsError> {
        match &self.inner.cause {
            Cause::Credentials(error) => Some(error),
            _ => None,
        }
    }

    /// Returns why an interceptor of the app's own refused the request, which was not sent then.
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.inner.cause {
            Cause::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Returns what is wrong with the signature, when the service did not accept it.
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.inner.diagnosis.as_ref()
    }

    /// Returns whether the service found the calls to come too fast: this one; or others
    /// before it, so that its turn would not have come in time, and it was not sent.
    pub fn is_throttling(&self) -> bool {
        match &self.inner.cause {
            Cause::Service(s) => s.is_throttled || is_throttling(s.status, &s.code),
            Cause::Held { is_throttled, .. } => *is_throttled,
            _ => false,
        }
    }

    /// Returns whether a [`Guard`](crate::Guard) of the configuration denied the operation. Nothing
    /// was sent, and no credentials were fetched.
    pub fn is_denied(&self) -> bool {
        self.denied_by().is_some()
    }

    /// Returns the rule of a [`Guard`](crate::Guard) that denied the operation: `read_only`,
    /// `deny_paid`, `deny_high_risk`, `deny_by_name`, or the name of the app's own.
    pub fn denied_by(&self) -> Option<&str> {
        match &self.inner.cause {
            Cause::Denied(denial) => Some(&denial.rule),
            _ => None,
        }
    }

    /// Returns whether there was no complete reply in time.
    pub fn is_timeout(&self) -> bool {
        self.transport()
            .is_some_and(|e| e.kind() == TransportErrorKind::Timeout)
    }

    /// Returns whether the same call may succeed later: throttling, a service in
    /// trouble, a connection that broke. Says nothing of whether a write was
    /// executed.
    pub fn is_retryable(&self) -> bool {
        if let Cause::Held { .. } = self.inner.cause {
            return true;
        }
        self.failure().is_some_and(|failure| {
            let failed = Failed {
                attempt: 1,
                failure,
                retry_after: self.retry_after(),
                repeatable: true,
            };
            Retry::default().cause(&failed).is_some()
        })
    }

    /// Returns how long the service asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.service()?.retry_after
    }

    /// What the retry policy looks at; `None` for failures it has no say in.
    pub(crate) fn failure(&self) -> Option<Failure<'_>> {
        match &self.inner.cause {
            Cause::Service(s) => Some(Failure::Reply {
                status: s.status,
                code: &s.code,
                is_throttled: s.is_throttled,
            }),
            Cause::Transport(e) => Some(Failure::Transport {
                kind: e.kind(),
                was_sent: e.was_sent(),
            }),
            _ => None,
        }
    }

    /// The kind of failure in one word, for logs (OpenTelemetry's `error.type`).
    pub(crate) fn kind_name(&self) -> &str {
        match &self.inner.cause {
            Cause::Service(s) if s.code.is_empty() => "status",
            Cause::Service(s) => &s.code,
            Cause::Preflight(_) => "preflight",
            Cause::Transport(e) => e.kind().name(),
            Cause::Credentials(_) => "credentials",
            Cause::Endpoint(_) => "endpoint",
            Cause::Reply { .. } => "reply",
            Cause::Unsendable(_) => "request",
            Cause::File(_) => "file",
            Cause::Refused(_) => "refused",
            Cause::Wait(_) => "wait",
            Cause::Denied(_) => "denied",
            Cause::Held { .. } => "held",
            Cause::Configuration(_) => "configuration",
        }
    }
}

impl Error {
    pub(crate) fn new(operation: &'static Operation, cause: Cause) -> Self {
        Self::from_cause(Some(operation), cause)
    }

    /// An error of no call: what failed before there was one.
    pub(crate) fn without_call(cause: Cause) -> Self {
        Self::from_cause(None, cause)
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.inner.attempts = attempts;
        self
    }

    /// With what to do about it, in words that follow a semicolon.
    pub(crate) fn hinted(mut self, hint: Option<String>) -> Self {
        self.inner.hint = hint;
        self
    }

    /// As a failure of `operation` in a step of its upload for `parameter`.
    pub(crate) fn in_upload(
        mut self,
        operation: &'static Operation,
        step: UploadStep,
        parameter: &str,
    ) -> Self {
        self.inner.operation = Some(operation);
        self.inner.documented = None;
        self.inner.upload = Some((step, parameter.to_owned()));
        self
    }

    pub(crate) fn diagnosed(mut self, diagnosis: Option<Diagnosis>) -> Self {
        self.inner.diagnosis = diagnosis;
        self
    }

    fn from_cause(operation: Option<&'static Operation>, cause: Cause) -> Self {
        Self {
            inner: Box::new(Inner {
                operation,
                cause,
                attempts: 0,
                documented: None,
                diagnosis: None,
                hint: None,
                upload: None,
            }),
            kind: PhantomData,
        }
    }

    /// This error as one of an operation: with its documented row.
    pub(crate) fn of<K: ErrorCodes>(mut self) -> Error<K> {
        self.document(row::<K>(&self).map(|(_, row)| row));
        self.cast()
    }

    /// Attaches the operation's row, else the product's.
    pub(crate) fn document(&mut self, row: Option<&'static ErrorRow>) {
        // What another service answered is documented elsewhere.
        if self.inner.upload.is_some() {
            return;
        }
        let product = || {
            let rows = self.inner.operation?.product.errors;
            let service = self.service()?;
            best(rows, |row| row, service)
        };
        self.inner.documented = row.or_else(product);
    }
}

impl<K: ErrorCodes> Error<K> {
    /// Returns the documented error that this is. `None` when the service did not
    /// answer, or with a code that the operation's documentation does not list.
    pub fn kind(&self) -> Option<K> {
        row::<K>(self).map(|(kind, _)| *kind)
    }
}

fn row<K: ErrorCodes>(error: &Error<impl Sized>) -> Option<(&'static K, &'static ErrorRow)> {
    let service = error.service().filter(|_| error.inner.upload.is_none())?;
    best(K::rows(), |(_, row)| row, service).map(|(kind, row)| (kind, row))
}

/// The row of a code: the one of that status too, else any of that code, else a
/// template that the code fits (`InvalidParameter.%s`), of that status first.
fn best<'a, T>(
    rows: &'a [T],
    row_of: impl Fn(&T) -> &ErrorRow,
    service: &Service,
) -> Option<&'a T> {
    if service.code.is_empty() {
        return None;
    }
    let exact = |row: &ErrorRow| row.code == service.code;
    let fits = |row: &ErrorRow| error_reply::fits(row.code, &service.code);
    let find = |matches: &dyn Fn(&ErrorRow) -> bool| rows.iter().find(|row| matches(row_of(row)));
    find(&|row| exact(row) && row.status == service.status)
        .or_else(|| find(&|row| exact(row)))
        .or_else(|| find(&|row| fits(row) && row.status == service.status))
        .or_else(|| find(&|row| fits(row)))
}

impl<K: ErrorCodes> From<Error<K>> for Error {
    fn from(error: Error<K>) -> Self {
        error.cast()
    }
}

impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Self {
        Self::without_call(Cause::Credentials(error))
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::without_call(Cause::Transport(error))
    }
}

impl<K> std::error::Error for Error<K> {}
