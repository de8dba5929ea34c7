//! `Display` and `Debug` of an [`Error`].

use std::borrow::Cow;
use std::fmt;

use super::error::{Cause, Error};
use super::error_reply::{Service, one_line};
use crate::encode::Violation;

impl<K> Error<K> {
    /// What happened; of a credentials error, each provider on a line of its own
    /// or all on one.
    fn write(&self, f: &mut fmt::Formatter<'_>, lines: bool) -> fmt::Result {
        let operation = self.inner.operation;
        let name = operation.map_or("the call", |operation| operation.name);
        let name = match &self.inner.upload {
            None => Cow::Borrowed(name),
            Some((step, parameter)) => format!("{name} ({step} `{parameter}`)").into(),
        };
        let unsent = |f: &mut fmt::Formatter<'_>, why: &dyn fmt::Display| {
            write!(f, "{name} was not sent: {why}")
        };
        match &self.inner.cause {
            Cause::Service(service) => write!(f, "{name} failed: {service}")?,
            Cause::Preflight(violations) => unsent(f, &Listed(violations))?,
            Cause::Transport(error) => {
                if operation.is_some() {
                    write!(f, "{name} failed: ")?;
                }
                f.write_str(&one_line(&error.to_string()))?;
            }
            Cause::Credentials(error) => {
                if operation.is_some() {
                    write!(f, "{name} was not sent: ")?;
                }
                let error = error.to_string();
                let error = if lines {
                    error.as_str().into()
                } else {
                    one_line(&error)
                };
                write!(f, "no credentials: {error}")?;
            }
            Cause::Endpoint(error) => unsent(f, error)?,
            Cause::Reply { message, reply } => write_reply(f, &name, reply, message)?,
            Cause::Unsendable(message) | Cause::Held { message, .. } => unsent(f, message)?,
            Cause::Denied(denial) => unsent(f, denial)?,
            Cause::File(message) => write!(f, "{name}: {message}")?,
            Cause::Refused(refusal) => {
                let again = if self.inner.attempts > 0 {
                    " again"
                } else {
                    ""
                };
                let reason = one_line(refusal.reason());
                write!(
                    f,
                    "{name} was not sent{again}: an interceptor refused it: {reason}"
                )?;
            }
            Cause::Wait(message) => f.write_str(message)?,
            Cause::Configuration(message) => write!(f, "no configuration: {}", one_line(message))?,
        }
        if let Some(diagnosis) = &self.inner.diagnosis {
            write!(f, "; {diagnosis}")?;
        }
        if self.inner.attempts > 1 {
            write!(f, ", after {} attempts", self.inner.attempts)?;
        }
        if let Some(hint) = &self.inner.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

/// A reply that is not what is documented. The message goes on from "the reply".
fn write_reply(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    reply: &Service,
    message: &str,
) -> fmt::Result {
    write!(f, "{name}: the reply (status {}", reply.status)?;
    let content_type = reply.headers.get(http::header::CONTENT_TYPE);
    if let Some(kind) = content_type.and_then(|kind| kind.to_str().ok()) {
        write!(f, ", {}", one_line(kind))?;
    }
    if let Some(id) = &reply.request_id {
        write!(f, ", request id {}", one_line(id))?;
    }
    write!(f, ") {}", one_line(message))
}

/// One after the other, with semicolons between them.
struct Listed<'a>(&'a [Violation]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{violation}")?;
        }
        Ok(())
    }
}

impl<K> fmt::Display for Error<K> {
    /// Writes one line, with every cause. So there is no
    /// [`source`](std::error::Error::source) that would say one of them again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false)
    }
}

impl<K> fmt::Debug for Error<K> {
    /// Writes the same, with the documented meaning, the service's own diagnosis and the
    /// details of a denial; and the credentials that were looked for as a list. What
    /// a `main` that returns an error prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, true)?;
        if let Some(row) = self.documented().filter(|row| !row.meaning.is_empty()) {
            write!(f, "; documented: {}", row.meaning)?;
        }
        if let Some(page) = self.recommend() {
            write!(f, "; see {}", one_line(page))?;
        }
        if let Some(detail) = self.access_denied_detail() {
            write!(f, "; access denied detail: {detail}")?;
        }
        Ok(())
    }
}
