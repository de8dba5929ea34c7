//! A call from the request to the reply: fill, check, encode, find the host; then an
//! attempt, and others where the policy says so. Compiled once: it knows no type of an
//! operation.

use std::pin::pin;
use std::time::Duration;

use tracing::{Instrument, Span};

use super::attempt::Exchange;
use super::backoff::{FailedAttempt, back_off};
use super::deadline::Deadline;
use super::job::Parts;
use super::observe::Observed;
use super::prepare::{self, Prepared};
use super::reply::Raw;
use super::upload::upload_files;
use super::{trace, turn};
use crate::credentials::{Credentials, refuses_key};
use crate::error::Error;
use crate::future::BoxFuture;
use crate::throttle::Permit;

/// Sends a call.
pub(crate) fn start(mut parts: Box<Parts>) -> BoxFuture<'static, Result<Raw, Error>> {
    Box::pin(async move { run(&mut parts).await })
}

/// Sends a call, and leaves it to be changed and sent again.
pub(crate) async fn run(parts: &mut Parts) -> Result<Raw, Error> {
    let span = trace::call(parts);
    let mut observed = Observed::start(parts);
    // Pinned before it is instrumented: a future as large as this one is not to be moved.
    let result = {
        let sending = pin!(send(parts, &mut observed, &span));
        sending.instrument(span.clone()).await
    };
    trace::record_call(&span, parts.operation, &result);
    span.in_scope(|| observed.ended(&result));
    result
}

async fn send(parts: &mut Parts, observed: &mut Observed, span: &Span) -> Result<Raw, Error> {
    prepare::permitted(parts)?;
    let deadline = Deadline::of(parts);
    prepare::fill(parts)?;
    if parts.has_files() {
        // In a box, as all that few calls do: each call has room for the whole of it.
        Box::pin(upload_files(parts, deadline, start)).await?;
    }
    let parts = &*parts;
    let mut prepared = Prepared::new(parts)?;
    trace::record_server(span, &prepared.endpoint);
    if parts.options.place.is_some() {
        Box::pin(prepared.check_place(parts)).await?;
    }
    if prepared.has_file() {
        Box::pin(prepared.read_file(parts, deadline)).await?;
    }
    let attempts = Attempts {
        parts,
        prepared: &prepared,
        deadline,
        number: 0,
        pause: Duration::ZERO,
        refusal: None,
        renewed: None,
        has_renewed: false,
    };
    attempts.make(observed).await
}

/// The attempts of a call, as far as they have come.
struct Attempts<'a> {
    parts: &'a Parts,
    prepared: &'a Prepared<'a>,
    deadline: Deadline,
    /// How many there were.
    number: u32,
    /// The pause before the next one.
    pause: Duration,
    /// The error after which there was a pause last.
    refusal: Option<Error>,
    /// What the next one is signed with, in place of credentials that were refused.
    renewed: Option<Credentials>,
    /// Refused credentials are renewed once a call.
    has_renewed: bool,
}

impl Attempts<'_> {
    /// Makes one after the other, until one succeeds or there is to be no other.
    async fn make(mut self, observed: &mut Observed) -> Result<Raw, Error> {
        let (parts, prepared, deadline) = (self.parts, self.prepared, self.deadline);
        loop {
            let pause = std::mem::take(&mut self.pause);
            let attempt = observed.attempt(self.number + 1, pause);
            let (permit, credentials) = self.admitted().await?;
            self.number += 1;
            let exchange = Exchange {
                parts,
                prepared,
                attempt: &attempt,
                credentials: &credentials,
                deadline,
            };
            let result = exchange.run(observed).await;
            turn::settle(permit, result.as_ref().err(), parts.retry());
            let error = match result {
                Ok(raw) => {
                    parts.client.budget().earn();
                    return Ok(raw);
                }
                Err(error) => error,
            };
            if !self.renews(&error, &credentials).await {
                Box::pin(self.back_off(error)).await?;
            }
        }
    }

    /// What the next attempt is signed with, once it is its turn.
    async fn admitted(&mut self) -> Result<(Permit, Credentials), Error> {
        let (parts, made) = (self.parts, self.number);
        let unsent = |cause| Error::new(parts.operation, cause).after(made);
        let credentials = match self.renewed.take() {
            Some(renewed) => renewed,
            None => {
                let found = self.prepared.credentials(parts, self.deadline).await;
                found.map_err(unsent)?
            }
        };
        let turn = self.prepared.turn(parts, credentials, self.deadline);
        // What the service said is more than that there is no time for another attempt.
        turn.await
            .map_err(|cause| self.refusal.take().unwrap_or_else(|| unsent(cause)))
    }

    /// Whether the next attempt is made at once with other credentials, since the service
    /// refused these.
    async fn renews(&mut self, error: &Error, refused: &Credentials) -> bool {
        let is_refused = error.code().is_some_and(refuses_key);
        if !is_refused || self.has_renewed || self.number >= self.parts.retry().limit() {
            return false;
        }
        self.has_renewed = true;
        self.parts.credentials().invalidate(refused);
        let other = Box::pin(self.prepared.credentials(self.parts, self.deadline)).await;
        self.renewed = other.ok().filter(|other| !other.is_same(refused));
        self.renewed.is_some() && self.parts.client.budget().spend()
    }

    /// Pauses before the next attempt.
    ///
    /// # Errors
    /// This one, where there is to be no other attempt.
    async fn back_off(&mut self, error: Error) -> Result<(), Error> {
        let failed = FailedAttempt {
            error: &error,
            number: self.number,
            repeatable: self.prepared.repeatable,
            next: "retrying",
        };
        let Some(pause) = back_off(self.parts, failed, self.deadline).await else {
            return Err(error);
        };
        if error.is_throttling() {
            let instruments = self.parts.client.instruments();
            instruments.throttle_wait(self.parts.operation, pause);
        }
        self.pause = pause;
        self.refusal = Some(error);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::job::Nothing;
    use crate::client::{Client, Config};
    use crate::upload::AUTHORIZE;

    #[test]
    fn a_call_has_no_room_for_what_few_calls_do() {
        let config = Config::new(Credentials::new("id", "secret"));
        let client = Client::new(&config, AUTHORIZE.product);
        let mut parts = Parts::new(&client, &AUTHORIZE, Box::new(Nothing));
        let size = size_of_val(&run(&mut parts));
        assert!(size < 5 << 10, "{size} bytes");
    }
}
