//! `Display` and `Debug` of an [`Error`].

use std::borrow::Cow;
use std::fmt;

use super::error::{Cause, Error};
use super::error_reply::one_line;

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
        match &self.inner.cause {
            Cause::Transport(error) if operation.is_none() => {
                write!(f, "{}", one_line(&error.to_string()))?;
            }
            Cause::Service(service) => write!(f, "{name} failed: {service}")?,
            Cause::Preflight(violations) => {
                write!(f, "{name} was not sent: ")?;
                for (index, violation) in violations.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "; " };
                    write!(f, "{separator}{violation}")?;
                }
            }
            Cause::Transport(error) => {
                write!(f, "{name} failed: {}", one_line(&error.to_string()))?
            }
            Cause::Credentials(error) => {
                if operation.is_some() {
                    write!(f, "{name} was not sent: ")?;
                }
                let error = error.to_string();
                let shown = if lines {
                    (&*error).into()
                } else {
                    one_line(&error)
                };
                write!(f, "no credentials: {shown}")?;
            }
            Cause::Endpoint(error) => write!(f, "{name} was not sent: {error}")?,
            Cause::Reply { message, reply } => {
                write!(f, "{name}: the reply (status {}", reply.status)?;
                let content_type = reply.headers.get(http::header::CONTENT_TYPE);
                if let Some(kind) = content_type.and_then(|kind| kind.to_str().ok()) {
                    write!(f, ", {}", one_line(kind))?;
                }
                if let Some(id) = &reply.request_id {
                    write!(f, ", request id {}", one_line(id))?;
                }
                write!(f, ") {}", one_line(message))?;
            }
            Cause::Unsendable(message) => write!(f, "{name} was not sent: {message}")?,
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
            Cause::Held { message, .. } => write!(f, "{name} was not sent: {message}")?,
            Cause::Denied(denial) => write!(f, "{name} was not sent: {denial}")?,
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
