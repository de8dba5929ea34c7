//! The pause between an attempt that failed and the next one.

use std::time::Duration;

use super::deadline::Deadline;
use super::job::Parts;
use crate::driver;
use crate::error::Error;
use crate::retry::Failed;

/// An attempt that failed, of a call or of an upload for one.
pub(super) struct FailedAttempt<'a> {
    pub(super) error: &'a Error,
    /// Its number, from 1.
    pub(super) number: u32,
    /// Doing it twice does no harm.
    pub(super) repeatable: bool,
    /// What the next one is called in a log.
    pub(super) next: &'static str,
}

/// Waits before the next attempt, and gives how long that was. None, at once, where there
/// is to be no other: by the retry policy, the deadline, or the client's retry budget.
pub(super) async fn back_off(
    parts: &Parts,
    failed: FailedAttempt<'_>,
    deadline: Deadline,
) -> Option<Duration> {
    let error = failed.error;
    let seen = Failed {
        attempt: failed.number,
        failure: error.failure()?,
        retry_after: error.retry_after(),
        repeatable: failed.repeatable,
    };
    let pause = parts.retry().pause(&seen, crate::random::fraction())?;
    if !deadline.allows(pause) || !parts.client.budget().spend() {
        return None;
    }
    tracing::debug!(
        "error.type" = error.kind_name(),
        attempt = failed.number,
        pause_ms = pause.as_millis() as u64,
        "{}",
        failed.next
    );
    if !pause.is_zero() {
        driver::sleep(pause).await.ok()?;
    }
    Some(pause)
}
