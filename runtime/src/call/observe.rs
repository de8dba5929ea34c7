//! Who is told how attempts and calls ended: interceptors and metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::job::Parts;
use super::reply::Raw;
use crate::client::{Attempt, CallOutcome, CallSummary, Client, Interceptor};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::schema::Operation;
use crate::telemetry::Instruments;

/// The number of another call.
pub(crate) fn call_id() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// How many bytes of bodies went which way.
#[derive(Clone, Copy, Default)]
pub(crate) struct Traffic {
    pub(crate) sent: u64,
    pub(crate) received: u64,
}

/// A call under way. Its end is told once: when it is dropped at the latest.
pub(crate) struct Observed {
    client: Client,
    interceptors: Vec<Arc<dyn Interceptor>>,
    operation: &'static Operation,
    call_id: u64,
    /// None where nobody asks how long anything took.
    started: Option<Instant>,
    attempts: u32,
    traffic: Traffic,
    is_told: bool,
}

impl Observed {
    pub(crate) fn start(parts: &Parts) -> Self {
        let is_watched = Instruments::MEASURE || parts.interceptors().next().is_some();
        Self {
            client: parts.client.clone(),
            interceptors: parts.interceptors().cloned().collect(),
            operation: parts.operation,
            call_id: call_id(),
            started: is_watched.then(Instant::now),
            attempts: 0,
            traffic: Traffic::default(),
            is_told: false,
        }
    }

    /// The attempt of this number.
    pub(crate) fn attempt(&self, number: u32, pause: Duration) -> Attempt {
        Attempt {
            operation: self.operation,
            call_id: self.call_id,
            number,
            pause,
        }
    }

    /// Whether any interceptor is told.
    pub(crate) fn is_intercepted(&self) -> bool {
        !self.interceptors.is_empty()
    }

    /// The time, where anybody asks how long anything took.
    pub(crate) fn now(&self) -> Option<Instant> {
        self.started.map(|_| Instant::now())
    }

    /// An attempt is handed to the transport, with so many bytes of a body.
    pub(crate) fn sending(&mut self, attempt: &Attempt, bytes: u64) {
        self.attempts = attempt.number;
        self.traffic.sent += bytes;
    }

    /// So many bytes of a reply's body were read.
    pub(crate) fn received(&mut self, bytes: usize) {
        self.traffic.received += bytes as u64;
    }

    /// The bytes so far, of all attempts.
    pub(crate) fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// An attempt ended that began at `started`, when there had been as much traffic as
    /// `before`.
    pub(crate) fn attempt_ended(
        &self,
        attempt: &Attempt,
        endpoint: &Endpoint<'_>,
        (started, before): (Option<Instant>, Traffic),
        result: &Result<Raw, Error>,
    ) {
        let Some(started) = started else { return };
        let traffic = Traffic {
            sent: self.traffic.sent - before.sent,
            received: self.traffic.received - before.received,
        };
        let outcome = outcome(Some(result), started.elapsed(), traffic);
        let (status, error) = (outcome.status, outcome.error_type());
        let instruments = self.client.instruments();
        let server = (endpoint.host(), endpoint.port());
        instruments.attempt(self.operation, server, outcome.duration, status, error);
        for interceptor in &self.interceptors {
            interceptor.after_attempt(attempt, &outcome);
        }
    }

    /// The call ended.
    pub(crate) fn ended(mut self, result: &Result<Raw, Error>) {
        self.tell(Some(result));
    }

    fn tell(&mut self, result: Option<&Result<Raw, Error>>) {
        self.is_told = true;
        let Some(started) = self.started else { return };
        let summary = CallSummary {
            operation: self.operation,
            call_id: self.call_id,
            attempts: self.attempts,
            outcome: outcome(result, started.elapsed(), self.traffic),
        };
        self.client.instruments().call(
            self.operation,
            self.attempts,
            summary.outcome.duration,
            summary.outcome.error_type(),
        );
        for interceptor in &self.interceptors {
            interceptor.after_call(&summary);
        }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        if !self.is_told {
            self.tell(None);
        }
    }
}

/// How something ended; without a result, it was dropped.
fn outcome<'r>(
    result: Option<&'r Result<Raw, Error>>,
    duration: Duration,
    traffic: Traffic,
) -> CallOutcome<'r> {
    let (status, request_id, error) = match result {
        Some(Ok(raw)) => (Some(raw.status), raw.request_id.as_deref(), None),
        Some(Err(error)) => (error.status(), error.request_id(), Some(error)),
        None => (None, None, None),
    };
    CallOutcome {
        duration,
        status,
        request_id,
        error,
        cancelled: result.is_none(),
        bytes_sent: traffic.sent,
        bytes_received: traffic.received,
    }
}
