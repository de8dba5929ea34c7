//! [`Limiter`]: where calls of one operation wait for their turn, in the order in which
//! they came. No lock is held while one waits, and one that is dropped leaves nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::adaptive::{AdaptiveRate, Ticket, Turn};
use super::limits::RateLimit;
use super::window::Window;
use crate::driver::{self, Missing};
use crate::time::rounded;

/// Where calls wait for their turn.
pub(super) struct Limiter {
    /// Who has the only permit is next.
    queue: Semaphore,
    /// Who is next has to look again.
    changed: Notify,
    state: Mutex<State>,
}

struct State {
    adaptive: Option<AdaptiveRate>,
    window: Option<(Window, RateLimit)>,
    /// How many wait, the next one included.
    waiting: usize,
    used: Instant,
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

/// When a call's turn is.
enum Next {
    Now,
    At(Instant),
    AfterReply,
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
            queue: Semaphore::new(1),
            changed: Notify::new(),
            state: Mutex::new(State {
                adaptive: is_adaptive.then(|| AdaptiveRate::new(now)),
                window: rate.map(|rate| (Window::new(rate.calls, rate.per), rate.clone())),
                waiting: 0,
                used: now,
            }),
        }
    }

    /// Waits for a call's turn; at once where it is.
    pub(super) async fn admit(&self, patience: Patience) -> Result<Admitted, Held> {
        let now = Instant::now();
        {
            let mut state = self.lock();
            state.used = now;
            if state.waiting == 0 && matches!(state.next(now).0, Next::Now) {
                return Ok(Admitted {
                    ticket: state.take(now),
                    has_waited: false,
                });
            }
            state.judge(now, patience)?;
            state.waiting += 1;
        }
        let _waiting = Waiting(self);
        let turn = self.turn(patience);
        let waited = match patience.until {
            Some(until) => driver::run(timeout_at(until, turn)).await,
            None => driver::run(async { Ok(turn.await) }).await,
        };
        match waited {
            Ok(Ok(turn)) => turn.map(|ticket| Admitted {
                ticket,
                has_waited: true,
            }),
            Ok(Err(_)) => Err(self.lock().late(Instant::now(), 0)),
            Err(missing) => Err(Held::Missing(missing)),
        }
    }

    /// Waits until those before it have gone, and then for its time.
    async fn turn(&self, patience: Patience) -> Result<Option<Ticket>, Held> {
        // It is never closed.
        let _next = self.queue.acquire().await;
        loop {
            let changed = self.changed.notified();
            let next = {
                let now = Instant::now();
                let mut state = self.lock();
                let (next, _) = state.next(now);
                if matches!(next, Next::Now) {
                    return Ok(state.take(now));
                }
                state.judge_pause(now, patience)?;
                next
            };
            match next {
                Next::At(at) => drop(timeout_at(at, changed).await),
                Next::AfterReply | Next::Now => changed.await,
            }
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

    fn settle(&self, change: impl FnOnce(&mut AdaptiveRate, Instant)) {
        let mut state = self.lock();
        if let Some(adaptive) = &mut state.adaptive {
            change(adaptive, Instant::now());
        }
        if state.waiting > 0 {
            self.changed.notify_one();
        }
    }

    /// When a call came last.
    pub(super) fn used(&self) -> Instant {
        self.lock().used
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn queue_length(&self) -> usize {
        self.lock().waiting
    }

    /// Nothing panics while it is locked.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that waits, until it is dropped.
struct Waiting<'a>(&'a Limiter);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.lock().waiting -= 1;
    }
}

impl State {
    fn next(&mut self, now: Instant) -> (Next, Why) {
        let turn = self.adaptive.as_mut().map(|adaptive| adaptive.turn(now));
        let begin = self.window.as_mut().map(|(window, _)| window.turn(now, 0));
        let begin = begin.filter(|at| *at > now);
        match (turn, begin) {
            (None | Some(Turn::Now), None) => (Next::Now, Why::Configured),
            (None | Some(Turn::Now), Some(at)) => (Next::At(at), Why::Configured),
            (Some(Turn::AfterReply), _) => (Next::AfterReply, Why::Throttled),
            (Some(Turn::At(turn)), Some(at)) if at > turn => (Next::At(at), Why::Configured),
            (Some(Turn::At(at)), _) => (Next::At(at), Why::Throttled),
        }
    }

    fn take(&mut self, now: Instant) -> Option<Ticket> {
        if let Some((window, _)) = &mut self.window {
            window.take(now);
        }
        self.adaptive.as_mut().map(AdaptiveRate::take)
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
        let (at, _) = self.estimate(now, self.waiting);
        match patience.until {
            Some(until) if at >= until => Err(self.late(now, self.waiting)),
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
