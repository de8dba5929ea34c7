//! An attempt's turn, where calls of an operation wait for theirs.

use std::time::Duration;

use super::deadline::Deadline;
use super::job::Parts;
use super::prepare::Prepared;
use super::trace;
use crate::credentials::Credentials;
use crate::error::{Cause, Error};
use crate::retry::Retry;
use crate::throttle::{Called, Held, Outcome, Patience, Permit, Place};

impl Prepared<'_> {
    /// Waits for the turn of an attempt with these credentials, and gives those to sign
    /// with: after a wait they are asked for again, since they may have expired.
    pub(super) async fn turn(
        &self,
        parts: &Parts,
        credentials: Credentials,
        deadline: Deadline,
    ) -> Result<(Permit, Credentials), Cause> {
        let token = credentials.bearer_token();
        let credential = token.or(credentials.identity_token());
        let called = Called {
            credential: credential.unwrap_or(credentials.access_key_id()),
            host: &self.endpoint.authority,
            product: parts.operation.product.name,
            operation: parts.operation.name,
        };
        let limiters = &parts.client.settings().limiters;
        let admitted = limiters.admit(called, patience(parts, deadline)).await;
        let permit = admitted.map_err(held)?;
        let Some(waited) = permit.waited() else {
            return Ok((permit, credentials));
        };
        trace::waited(parts.operation, waited);
        let instruments = parts.client.instruments();
        instruments.throttle_wait(parts.operation, waited);
        let credentials = self.credentials(parts, deadline).await?;
        Ok((permit, credentials))
    }
}

/// A place in flight for what is sent beside the attempts of a call.
pub(super) async fn place(parts: &Parts, deadline: Deadline) -> Result<Option<Place>, Cause> {
    let limiters = &parts.client.settings().limiters;
    let (place, _) = limiters
        .place(patience(parts, deadline))
        .await
        .map_err(held)?;
    Ok(place)
}

fn patience(parts: &Parts, deadline: Deadline) -> Patience {
    let until = |left| tokio::time::Instant::now().checked_add(left);
    Patience {
        until: deadline.remaining().and_then(until),
        longest_pause: parts.retry().longest_pause(),
    }
}

fn held(held: Held) -> Cause {
    match held {
        Held::Late {
            message,
            is_throttled,
        } => Cause::Held {
            message,
            is_throttled,
        },
        Held::Missing(missing) => Cause::Unsendable(missing.to_string()),
    }
}

/// Tells the calls that wait for their turn how an attempt ended: with this error, where
/// it failed.
pub(super) fn settle(permit: Permit, error: Option<&Error>, retry: &Retry) {
    let pause = |refusals| -> Duration { retry.common_pause(refusals, crate::random::fraction()) };
    permit.settle(match error {
        Some(error) if error.is_throttling() => Outcome::Throttled(error.retry_after(), pause),
        Some(error) if error.status().is_none() => Outcome::NoReply,
        _ => Outcome::Passed,
    });
}
