//! [`Limiter`]: where calls of one operation wait for their turn, in the order in which
//! they came. No lock is held while one waits, and one that is dropped leaves nothing.
//!
//! An app may keep a future that it does not poll (of a stream of pages, say). So each call
//! that waits has a timer of its own, and goes ahead of those before it that do not take
//! their turn: nobody stops anybody else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::adaptive::{AdaptiveRate, Ticket};
use super::limits::RateLimit;
use super::window::Window;
use crate::driver::{self, Missing};
use crate::time::rounded;

/// How long a call may leave its turn to itself.
const GRACE: Duration = Duration::from_millis(200);

/// Where calls wait for their turn.
pub(super) struct Limiter {
    state: Mutex<State>,
}

struct State {
    adaptive: Option<AdaptiveRate>,
    window: Option<(Window, RateLimit)>,
    /// By the order in which they came.
    waiting: BTreeMap<u64, Waiter>,
    came: u64,
    /// Since when a call could go, and none did.
    free: Option<Instant>,
    used: Instant,
}

struct Waiter {
    /// It has to look again.
    changed: Arc<Notify>,
    /// It left its turn to itself, so others go ahead until it looks again.
    is_overdue: bool,
}

/// How long a call is ready to wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// Its deadline.
    pub(crate) until: Option<Instant>,
    /// How long the service may ask for, at most.
    pub(crate) longest_pause: Duration,
}

/// Why a call does not get its turn.
#[derive(Debug)]
pub(crate) enum Held {
    /// It would come too late.
    Late {
        /// In words.
        message: String,
        /// The service throttles the operation.
        is_throttled: bool,
    },
    /// The runtime has no timers.
    Missing(Missing),
}

/// A call that has its turn.
pub(super) struct Admitted {
    /// None where nothing is learnt of how it ends.
    pub(super) ticket: Option<Ticket>,
    pub(super) has_waited: bool,
}

/// What keeps a call waiting.
#[derive(Clone, Copy)]
enum Why {
    Throttled,
    Configured,
}

impl Limiter {
    pub(super) fn new(is_adaptive: bool, rate: Option<&RateLimit>) -> Self {
        let now = Instant::now();
        Self {
            state: Mutex::new(State {
                adaptive: is_adaptive.then(|| AdaptiveRate::new(now)),
                window: rate.map(|rate| (Window::new(rate.calls, rate.per), rate.clone())),
                waiting: BTreeMap::new(),
                came: 0,
                free: None,
                used: now,
            }),
        }
    }

    /// Waits for a call's turn; at once where it is.
    pub(super) async fn admit(&self, patience: Patience) -> Result<Admitted, Held> {
        let place = {
            let now = Instant::now();
            let mut state = self.lock();
            state.used = now;
            if state.first().is_none() && state.turn(now).is_none() {
                return Ok(Admitted {
                    ticket: state.take(now),
                    has_waited: false,
                });
            }
            state.judge(now, patience)?;
            self.place(&mut state)
        };
        // In a box: every call has room for this, and few wait.
        let waiting = Box::pin(async {
            let turn = self.turn(&place, patience);
            match patience.until {
                Some(until) => driver::run(timeout_at(until, turn)).await,
                None => driver::run(async { Ok(turn.await) }).await,
            }
        });
        match waiting.await {
            Ok(Ok(turn)) => turn.map(|ticket| Admitted {
                ticket,
                has_waited: true,
            }),
            Ok(Err(_)) => Err(self.lock().late(Instant::now(), 0)),
            Err(missing) => Err(Held::Missing(missing)),
        }
    }

    /// Waits until those before it have gone, and then for its time.
    async fn turn(&self, place: &Place<'_>, patience: Patience) -> Result<Option<Ticket>, Held> {
        loop {
            let until = {
                let now = Instant::now();
                let mut state = self.lock();
                let state = &mut *state;
                if let Some(waiter) = state.waiting.get_mut(&place.number) {
                    waiter.is_overdue = false;
                }
                let first = state.first().unwrap_or(place.number);
                match state.turn(now) {
                    None if first == place.number => return Ok(state.take(now)),
                    None => {
                        let free = *state.free.get_or_insert(now);
                        if now >= free + GRACE {
                            let before = state.waiting.range_mut(..place.number);
                            before.for_each(|(_, waiter)| waiter.is_overdue = true);
                            return Ok(state.take(now));
                        }
                        free + GRACE
                    }
                    Some((at, _)) => {
                        state.free = None;
                        state.judge_pause(now, patience)?;
                        if first == place.number {
                            at
                        } else {
                            let ahead = (place.number - first).try_into().unwrap_or(usize::MAX);
                            at.max(state.estimate(now, ahead).0) + GRACE
                        }
                    }
                }
            };
            drop(timeout_at(until, place.changed.notified()).await);
        }
    }

    fn place(&self, state: &mut State) -> Place<'_> {
        let changed = Arc::new(Notify::new());
        let number = state.came;
        state.came += 1;
        let waiter = Waiter {
            changed: changed.clone(),
            is_overdue: false,
        };
        state.waiting.insert(number, waiter);
        Place {
            limiter: self,
            number,
            changed,
        }
    }

    /// The service let a call through.
    pub(super) fn passed(&self, ticket: Ticket) {
        self.settle(|adaptive, now| adaptive.passed(ticket, now));
    }

    /// The service refused a call; see [`AdaptiveRate::refused`].
    pub(super) fn refused(
        &self,
        ticket: Ticket,
        asked: Option<Duration>,
        pause: impl FnOnce(u32) -> Duration,
    ) {
        self.settle(|adaptive, now| adaptive.refused(ticket, now, asked, pause));
    }

    /// A call has no reply.
    pub(super) fn ended(&self, ticket: Ticket) {
        self.settle(|adaptive, _| adaptive.ended(ticket));
    }

    /// Those that wait look again where that changes anything for them.
    fn settle(&self, change: impl FnOnce(&mut AdaptiveRate, Instant)) {
        let mut state = self.lock();
        let Some(adaptive) = &mut state.adaptive else {
            return;
        };
        let before = adaptive.holding();
        change(adaptive, Instant::now());
        if adaptive.holding() != before {
            for waiter in state.waiting.values() {
                waiter.changed.notify_one();
            }
        }
    }

    /// When a call came last.
    pub(super) fn used(&self) -> Instant {
        self.lock().used
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn queue_length(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Nothing panics while it is locked.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a call that waits; dropped, it is the next one's.
struct Place<'a> {
    limiter: &'a Limiter,
    number: u64,
    changed: Arc<Notify>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        state.waiting.remove(&self.number);
        if let Some(next) = state.first().and_then(|first| state.waiting.get(&first)) {
            next.changed.notify_one();
        }
    }
}

impl State {
    /// Who is next of those that wait.
    fn first(&self) -> Option<u64> {
        let mut waiting = self.waiting.iter();
        waiting.find_map(|(number, waiter)| (!waiter.is_overdue).then_some(*number))
    }

    /// When a call may go, and what keeps it waiting; none where it may now.
    fn turn(&mut self, now: Instant) -> Option<(Instant, Why)> {
        let adaptive = self.adaptive.as_mut();
        let throttled = adaptive.and_then(|adaptive| adaptive.turn(now));
        let window = self.window.as_mut();
        let configured = window.map(|(window, _)| window.turn(now, 0));
        match (throttled, configured.filter(|at| *at > now)) {
            (None, None) => None,
            (throttled, Some(at)) if throttled.is_none_or(|turn| at > turn) => {
                Some((at, Why::Configured))
            }
            (throttled, _) => throttled.map(|at| (at, Why::Throttled)),
        }
    }

    fn take(&mut self, now: Instant) -> Option<Ticket> {
        self.free = None;
        if let Some((window, _)) = &mut self.window {
            window.take(now);
        }
        self.adaptive.as_mut().map(|adaptive| adaptive.take(now))
    }

    /// When about a call may go that comes now, and what keeps it waiting.
    fn estimate(&mut self, now: Instant, ahead: usize) -> (Instant, Why) {
        let adaptive = self.adaptive.as_ref();
        let throttled = adaptive.map_or(now, |adaptive| adaptive.estimate(now, ahead));
        let window = self.window.as_mut();
        let configured = window.map_or(now, |(window, _)| window.turn(now, ahead));
        if configured > throttled {
            (configured, Why::Configured)
        } else {
            (throttled, Why::Throttled)
        }
    }

    /// # Errors
    /// When the call that comes now would have its turn too late.
    fn judge(&mut self, now: Instant, patience: Patience) -> Result<(), Held> {
        self.judge_pause(now, patience)?;
        let ahead = self.waiting.len();
        let (at, _) = self.estimate(now, ahead);
        match patience.until {
            Some(until) if at >= until => Err(self.late(now, ahead)),
            _ => Ok(()),
        }
    }

    /// # Errors
    /// When the service asks for a longer pause than a call would make by itself.
    fn judge_pause(&mut self, now: Instant, patience: Patience) -> Result<(), Held> {
        let hold = self.adaptive.as_ref().and_then(AdaptiveRate::hold);
        let pause = hold.map_or(Duration::ZERO, |hold| hold.saturating_duration_since(now));
        if pause <= patience.longest_pause {
            return Ok(());
        }
        let message = format!(
            "the service throttles it and asks all callers to wait for another {:?}, longer than \
             the longest pause of {:?}",
            rounded(pause),
            rounded(patience.longest_pause)
        );
        Err(Held::Late {
            message,
            is_throttled: true,
        })
    }

    fn late(&mut self, now: Instant, ahead: usize) -> Held {
        let (at, why) = self.estimate(now, ahead);
        let wait = rounded(at.saturating_duration_since(now));
        let deadline = "the call's deadline passes before it may be sent";
        let reason = match (why, &self.window) {
            (Why::Configured, Some((_, rate))) => {
                let RateLimit { calls, per, .. } = rate;
                format!("the configured rate of {calls} calls in {per:?} is used up")
            }
            _ => "the service throttles it, and calls wait for their turn".to_owned(),
        };
        let message = match (wait.is_zero(), ahead) {
            (true, _) => format!("{deadline}: {reason}"),
            (false, 0) => format!("{deadline}, in about {wait:?}: {reason}"),
            (false, _) => {
                format!("{deadline}, in about {wait:?} with {ahead} calls before it: {reason}")
            }
        };
        Held::Late {
            message,
            is_throttled: matches!(why, Why::Throttled),
        }
    }
}
