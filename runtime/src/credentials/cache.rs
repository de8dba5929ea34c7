//! Fetched credentials, kept: one fetch at a time for all callers, renewed in
//! the background ahead of expiry, and used for as long as they work.
//!
//! A fetch runs in a task of its own, so a caller that is dropped neither cancels
//! it nor keeps others waiting. What it came to is stored before anyone is woken
//! and handed over through a channel that remembers its value: no wake-up is lost.
//! If its task dies (its runtime is shut down), those who wait start another; so
//! they do if it gives no sign of life: a runtime that an app drives only now and
//! then (`block_on` of a current-thread runtime) leaves its tasks lying.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use super::credentials::{Credentials, ProvideCredentials};
use super::error::CredentialsError;
use crate::future::BoxFuture;
use crate::telemetry;
use crate::time::{Clock, format_iso8601};

/// Temporary keys are renewed this long before they expire, or after two thirds
/// of their life if that is later.
const AHEAD: Duration = Duration::from_secs(15 * 60);
/// Keys without an expiry are looked up again after this long.
const RECHECK: Duration = Duration::from_secs(60);
/// After the n-th failure in a row, the next fetch waits 2^(n-1) seconds, up to this.
const MAX_BACKOFF: Duration = Duration::from_secs(30);
/// The bound of a fetch whose provider sets no other.
pub(super) const FETCH_LIMIT: Duration = Duration::from_secs(30);

/// How often a fetch under way says that it is still driven, and how often those
/// who wait for it look.
const BEAT: Duration = Duration::from_secs(1);
/// A fetch that was silent for so long is overdue: another takes its place.
const OVERDUE: Duration = Duration::from_secs(5);

/// How many fetches of one caller may die with their runtime.
const MAX_DEAD_FETCHES: usize = 3;

type Outcome = Result<Credentials, CredentialsError>;
type Fetch = BoxFuture<'static, Outcome>;

/// The cache of one provider. A clone shares it.
#[derive(Clone)]
pub(super) struct Cache(Arc<Shared>);

struct Shared {
    provider: &'static str,
    clock: Clock,
    limit: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    /// There while a fetch is under way.
    fetch: Option<UnderWay>,
    /// How many fetches were started.
    started: u64,
    failure: Option<Failure>,
}

struct UnderWay {
    number: u64,
    outcome: watch::Receiver<Option<Outcome>>,
    /// When it was last seen to be driven.
    alive_at: SystemTime,
}

struct Kept {
    credentials: Credentials,
    renew_at: SystemTime,
}

struct Failure {
    error: CredentialsError,
    in_a_row: u32,
    at: SystemTime,
}

impl Cache {
    pub(super) fn new(provider: &'static str, clock: Clock, limit: Duration) -> Self {
        Self(Arc::new(Shared {
            provider,
            clock,
            limit,
            state: Mutex::default(),
        }))
    }

    /// What is kept, while it works; otherwise what `fetch` finds.
    pub(super) async fn get(&self, fetch: impl Fn() -> Fetch + Send) -> Outcome {
        let provider = self.0.provider;
        let mut dead = 0;
        while dead < MAX_DEAD_FETCHES {
            let (next, start) = self.look();
            let is_own = start.is_some();
            if let Some(running) = start {
                // not under the lock: a runtime that shuts down drops the task at once
                match tokio::runtime::Handle::try_current() {
                    Ok(runtime) => drop(runtime.spawn(running.run(fetch()))),
                    Err(_) if matches!(next, Next::Done(_)) => {}
                    Err(_) => {
                        let message = "credentials are fetched on a Tokio runtime; there is none";
                        return Err(CredentialsError::new(provider, message));
                    }
                }
            }
            let mut receiver = match next {
                Next::Done(outcome) => return outcome,
                Next::Wait(receiver) => receiver,
            };
            let waiting = receiver.wait_for(Option::is_some);
            let ended = if is_own || tokio::runtime::Handle::try_current().is_err() {
                // whoever drives this caller drives its fetch
                waiting.await
            } else {
                match tokio::time::timeout(BEAT, waiting).await {
                    Ok(ended) => ended,
                    Err(_) => continue,
                }
            };
            match ended.as_deref() {
                Ok(Some(outcome)) => return outcome.clone(),
                _ => dead += 1,
            }
        }
        let message = "fetching was cut short: it panicked, or its runtime was shut down";
        Err(CredentialsError::new(provider, message))
    }

    /// Forgets these credentials, if they are the ones kept.
    pub(super) fn invalidate(&self, refused: &Credentials) {
        let mut state = self.0.lock();
        state.kept.take_if(|kept| kept.credentials.is_same(refused));
    }

    /// What to do now, and the fetch to start, if it is time for one.
    fn look(&self) -> (Next, Option<Running>) {
        let now = self.0.clock.now();
        let mut state = self.0.lock();
        let too_early = state.failure.as_ref().filter(|f| f.is_recent(now));

        if let Some(kept) = state.kept.as_ref().filter(|kept| kept.works(now)) {
            let under_way = state.fetch.as_ref().is_some_and(|f| f.is_alive(now));
            let due = now >= kept.renew_at && too_early.is_none() && !under_way;
            let done = Next::Done(Ok(kept.credentials.clone()));
            // should this fetch fail, it matters once the kept ones no longer work
            return (done, due.then(|| self.enter(&mut state, now).0));
        }
        if let Some(fetch) = state.fetch.as_ref().filter(|f| f.is_alive(now)) {
            return (Next::Wait(fetch.outcome.clone()), None);
        }
        if let Some(failure) = too_early {
            return (Next::Done(Err(failure.error.clone())), None);
        }
        let (running, receiver) = self.enter(&mut state, now);
        (Next::Wait(receiver), Some(running))
    }

    fn enter(
        &self,
        state: &mut State,
        now: SystemTime,
    ) -> (Running, watch::Receiver<Option<Outcome>>) {
        let (sender, receiver) = watch::channel(None);
        state.started += 1;
        let number = state.started;
        state.fetch = Some(UnderWay {
            number,
            outcome: receiver.clone(),
            alive_at: now,
        });
        let running = Running {
            shared: self.0.clone(),
            number,
            sender,
        };
        (running, receiver)
    }
}

impl UnderWay {
    /// After a clock was set back, the next look dates the fetch anew at the cost of
    /// another.
    fn is_alive(&self, now: SystemTime) -> bool {
        now.duration_since(self.alive_at)
            .is_ok_and(|silent| silent < OVERDUE)
    }
}

impl State {
    /// The fetch of this number, unless another took its place.
    fn fetch(&mut self, number: u64) -> Option<&mut UnderWay> {
        self.fetch.as_mut().filter(|fetch| fetch.number == number)
    }
}

enum Next {
    Done(Outcome),
    Wait(watch::Receiver<Option<Outcome>>),
}

impl Shared {
    /// No code that holds the lock can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn new(credentials: Credentials, now: SystemTime) -> Self {
        let renew_after = match credentials.expiry() {
            None => RECHECK,
            Some(expiry) => {
                let life = expiry.duration_since(now).unwrap_or_default();
                (life / 3 * 2).max(life.saturating_sub(AHEAD))
            }
        };
        Self {
            credentials,
            renew_at: now + renew_after,
        }
    }

    fn works(&self, now: SystemTime) -> bool {
        self.credentials.expiry().is_none_or(|expiry| now < expiry)
    }
}

impl Failure {
    /// Whether it is too early for another try. A clock that was set back does
    /// not make the wait longer.
    fn is_recent(&self, now: SystemTime) -> bool {
        let doubled = Duration::from_secs(1 << (self.in_a_row - 1).min(5));
        now.duration_since(self.at)
            .is_ok_and(|elapsed| elapsed < doubled.min(MAX_BACKOFF))
    }
}

/// A fetch under way. Dropped before its end, it makes room for another.
struct Running {
    shared: Arc<Shared>,
    number: u64,
    sender: watch::Sender<Option<Outcome>>,
}

impl Running {
    async fn run(self, mut fetch: Fetch) {
        let limit = self.shared.limit;
        let started = tokio::time::Instant::now();
        let outcome = loop {
            let left = limit.saturating_sub(started.elapsed());
            match tokio::time::timeout(left.min(BEAT), &mut fetch).await {
                Ok(outcome) => break outcome,
                Err(_) if left <= BEAT => {
                    break Err(self.error(format!("no credentials within {limit:?}")));
                }
                Err(_) => self.beat(),
            }
        };
        let outcome = outcome.and_then(|credentials| self.check(credentials));
        telemetry::count_refresh(self.shared.provider, outcome.is_ok());
        self.store(&outcome);
        self.sender.send_replace(Some(outcome));
    }

    /// Says that it is still driven.
    fn beat(&self) {
        let now = self.shared.clock.now();
        if let Some(fetch) = self.shared.lock().fetch(self.number) {
            fetch.alive_at = now;
        }
    }

    /// Refuses what cannot sign, and what has expired already: the service would
    /// refuse it.
    fn check(&self, credentials: Credentials) -> Outcome {
        let credentials = credentials.checked(self.shared.provider)?;
        let now = self.shared.clock.now();
        match credentials.expiry() {
            Some(expiry) if expiry <= now => Err(self.error(format!(
                "the credentials expired at {}, and it is {} by this machine's clock",
                format_iso8601(expiry),
                format_iso8601(now)
            ))),
            _ => Ok(credentials),
        }
    }

    fn store(&self, outcome: &Outcome) {
        let now = self.shared.clock.now();
        let mut state = self.shared.lock();
        if state.fetch(self.number).is_none() {
            // what took its place is newer
            return;
        }
        match outcome {
            Ok(credentials) => {
                state.kept = Some(Kept::new(credentials.clone(), now));
                state.failure = None;
            }
            Err(error) => {
                let before = state.failure.as_ref().map_or(0, |f| f.in_a_row);
                state.failure = Some(Failure {
                    error: error.clone(),
                    in_a_row: before.saturating_add(1),
                    at: now,
                });
            }
        }
        state.fetch = None;
    }

    fn error(&self, message: String) -> CredentialsError {
        CredentialsError::new(self.shared.provider, message)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        if state.fetch(self.number).is_some() {
            state.fetch = None;
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.lock();
        f.debug_struct("Cache")
            .field(
                "credentials",
                &state.kept.as_ref().map(|kept| &kept.credentials),
            )
            .field("fetching", &state.fetch.is_some())
            .finish()
    }
}

/// A cache around another provider: for providers of your own that ask a
/// server or a program each time. The ones in this crate need no such help.
///
/// Temporary credentials are renewed in the background from 15 minutes before
/// they expire (or, if shorter, for the last third of their life), and used until
/// they expire; credentials without an expiry are looked up again every minute.
/// There is one fetch at a time, which may take up to 30 seconds; one on a runtime
/// that nobody drives is replaced after 5. After a failure
/// the next fetch waits 1 second, then 2, 4, … up to 30. A Tokio runtime is needed.
#[derive(Clone, Debug)]
pub struct Cached<P> {
    provider: Arc<P>,
    cache: Cache,
}

impl<P: ProvideCredentials> Cached<P> {
    /// Creates a cache of what `provider` finds.
    pub fn new(provider: P) -> Self {
        Self::with_clock(provider, Clock::system())
    }

    /// Creates a cache with another clock than the system's.
    pub fn with_clock(provider: P, clock: Clock) -> Self {
        Self {
            cache: Cache::new(provider.name(), clock, FETCH_LIMIT),
            provider: Arc::new(provider),
        }
    }
}

impl<P: ProvideCredentials> ProvideCredentials for Cached<P> {
    fn provide(&self) -> BoxFuture<'_, Outcome> {
        Box::pin(self.cache.get(|| {
            let provider = self.provider.clone();
            Box::pin(async move { provider.provide().await })
        }))
    }

    fn name(&self) -> &'static str {
        self.provider.name()
    }

    fn invalidate(&self, refused: &Credentials) {
        self.provider.invalidate(refused);
        self.cache.invalidate(refused);
    }
}
