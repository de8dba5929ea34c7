//! An attempt without a reply, in terms of the call.

use std::time::Duration;

use super::reply::Raw;
use crate::error::{Cause, Error};
use crate::schema::{Operation, OperationKind};
use crate::time::rounded;
use crate::transport::{TransportError, TransportErrorKind};

/// A failure, with what the transport does not know of: that it was the call's
/// deadline that passed, and what it means for a write.
pub(super) fn told(
    operation: &Operation,
    error: TransportError,
    passed: Option<Duration>,
) -> TransportError {
    use TransportErrorKind::{Reset, Timeout, TooLarge};
    let kind = error.kind();
    let carried_out = operation.kind == OperationKind::Write
        && error.was_sent()
        && matches!(kind, Timeout | Reset | TooLarge);
    let error = match passed {
        Some(deadline) if kind == Timeout => error.reworded(|message| {
            let deadline = rounded(deadline);
            format!("the call's deadline of {deadline:?} passed: {message}")
        }),
        _ => error,
    };
    if carried_out {
        error.reworded(|message| format!("{message}; the request may have been carried out"))
    } else {
        error
    }
}

/// A reply that broke off while it was read as it came.
pub(super) fn broken_off(head: &Raw, error: TransportError) -> Error {
    let told = told(head.operation, error, None);
    Error::new(head.operation, Cause::Transport(told)).after(head.attempts)
}
