//! [`Limiters`]: a limiter for each operation, credential and host, shared by all clients
//! of a configuration. Their number is bounded.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::adaptive::Ticket;
use super::limiter::{Held, Limiter, Patience};
use super::limits::Limits;
use crate::driver;

/// How many limiters are kept. What is forgotten begins anew.
const KEPT: usize = 1024;

/// The limiters of a configuration.
pub(crate) struct Limiters {
    limits: Limits,
    in_flight: Option<Arc<Semaphore>>,
    known: Mutex<HashMap<u64, Arc<Limiter>>>,
    hasher: RandomState,
}

/// What is called, by whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Called<'a> {
    /// What the service knows the caller by.
    pub(crate) credential: &'a str,
    pub(crate) host: &'a str,
    pub(crate) product: &'a str,
    pub(crate) operation: &'a str,
}

/// A place among the attempts in flight, until it is dropped.
pub(crate) struct Place(#[expect(dead_code, reason = "it is held")] OwnedSemaphorePermit);

/// The turn of one attempt. Dropped, the attempt has no reply.
pub(crate) struct Permit {
    turn: Option<(Arc<Limiter>, Ticket)>,
    _place: Option<Place>,
    waited: Option<Duration>,
}

/// What the service did with an attempt.
pub(crate) enum Outcome<P> {
    /// Let it through, to whatever end.
    Passed,
    /// Refused it for coming too fast. What it asks for, and else the pause after so many
    /// refusals in a row.
    Throttled(Option<Duration>, P),
    /// Nothing that is known.
    NoReply,
}

impl Limiters {
    pub(crate) fn new(limits: Limits) -> Self {
        let in_flight = limits.max_in_flight;
        Self {
            in_flight: in_flight
                .map(|n| Arc::new(Semaphore::new(n.clamp(1, Semaphore::MAX_PERMITS)))),
            limits,
            known: Mutex::default(),
            hasher: RandomState::new(),
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Waits for a call's turn. Dropping the future leaves the queue.
    ///
    /// # Errors
    /// When its turn would come too late: at once, as far as that is known then.
    pub(crate) async fn admit(
        &self,
        called: Called<'_>,
        patience: Patience,
    ) -> Result<Permit, Held> {
        let started = Instant::now();
        let operation = self.limiter(called, Some(called.operation));
        // What is in it is given back when this future is dropped.
        let mut permit = Permit {
            turn: None,
            _place: None,
            waited: None,
        };
        let mut has_waited = false;
        if let Some(limiter) = operation {
            let admitted = limiter.admit(patience).await?;
            has_waited |= admitted.has_waited;
            permit.turn = admitted.ticket.map(|ticket| (limiter, ticket));
        }
        if let Some(product) = self.limiter(called, None) {
            has_waited |= product.admit(patience).await?.has_waited;
        }
        let (place, has_waited_for_it) = self.place(patience).await?;
        has_waited |= has_waited_for_it;
        permit._place = place;
        permit.waited = has_waited.then(|| started.elapsed());
        Ok(permit)
    }

    /// Waits for a place among the attempts in flight, and tells whether it had to; none where
    /// they are not counted. Dropping the future leaves the queue.
    ///
    /// # Errors
    /// When there is none by the deadline.
    pub(crate) async fn place(&self, patience: Patience) -> Result<(Option<Place>, bool), Held> {
        let Some(in_flight) = &self.in_flight else {
            return Ok((None, false));
        };
        if let Ok(free) = in_flight.clone().try_acquire_owned() {
            return Ok((Some(Place(free)), false));
        }
        let acquiring = in_flight.clone().acquire_owned();
        // In boxes: few calls wait here, and each has room for the whole of it.
        let acquired = match patience.until {
            Some(until) => Box::pin(driver::run(timeout_at(until, acquiring))).await,
            None => Box::pin(driver::run(async { Ok(acquiring.await) })).await,
        };
        match acquired {
            Ok(Ok(Ok(free))) => Ok((Some(Place(free)), true)),
            Err(missing) => Err(Held::Missing(missing)),
            Ok(_) => Err(Held::Late {
                message: format!(
                    "the call's deadline passed before it could be sent: as many calls were in \
                     flight as the configuration allows ({})",
                    self.limits.max_in_flight.unwrap_or_default()
                ),
                is_throttled: false,
            }),
        }
    }

    /// The limiter of an operation, or of all of the product's; none where nothing limits.
    fn limiter(&self, called: Called<'_>, operation: Option<&str>) -> Option<Arc<Limiter>> {
        let rate = match self.limits.rates.is_empty() {
            true => None,
            false => self.limits.rate(called.product, operation),
        };
        let is_adaptive = self.limits.adaptive && operation.is_some();
        if rate.is_none() && !is_adaptive {
            return None;
        }
        let Called {
            credential,
            host,
            product,
            ..
        } = called;
        let key = self.hasher.hash_one((credential, host, product, operation));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limiter) = known.get(&key) {
            return Some(limiter.clone());
        }
        if known.len() >= KEPT {
            forget(&mut known);
        }
        let limiter = Arc::new(Limiter::new(is_adaptive, rate));
        if known.len() < KEPT {
            known.insert(key, limiter.clone());
        }
        Some(limiter)
    }
}

/// Forgets those that nobody uses: the half that was not used for longest.
fn forget(known: &mut HashMap<u64, Arc<Limiter>>) {
    let idle = known
        .iter()
        .filter(|(_, limiter)| Arc::strong_count(limiter) == 1);
    let mut idle: Vec<(Instant, u64)> = idle.map(|(key, limiter)| (limiter.used(), *key)).collect();
    idle.sort_unstable();
    idle.truncate(idle.len().div_ceil(2));
    for (_, key) in idle {
        known.remove(&key);
    }
}

impl Permit {
    /// How long the attempt waited for it; `None` where it did not.
    pub(crate) fn waited(&self) -> Option<Duration> {
        self.waited
    }

    /// The attempt has ended.
    pub(crate) fn settle<P: FnOnce(u32) -> Duration>(mut self, outcome: Outcome<P>) {
        let Some((limiter, ticket)) = self.turn.take() else {
            return;
        };
        match outcome {
            Outcome::Passed => limiter.passed(ticket),
            Outcome::Throttled(asked, pause) => limiter.refused(ticket, asked, pause),
            Outcome::NoReply => limiter.ended(ticket),
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some((limiter, ticket)) = self.turn.take() {
            limiter.ended(ticket);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;
    use crate::throttle::RateLimit;

    const CALLED: Called<'_> = Called {
        credential: "id",
        host: "ga.aliyuncs.com",
        product: "Ga",
        operation: "ListAcls",
    };

    const PASSED: Outcome<fn(u32) -> Duration> = Outcome::Passed;

    fn patient() -> Patience {
        Patience {
            until: None,
            longest_pause: Duration::from_secs(20),
        }
    }

    fn within(millis: u64) -> Patience {
        Patience {
            until: Some(Instant::now() + Duration::from_millis(millis)),
            ..patient()
        }
    }

    fn throttled(millis: u64) -> Outcome<fn(u32) -> Duration> {
        Outcome::Throttled(Some(Duration::from_millis(millis)), |_| Duration::ZERO)
    }

    fn adaptive() -> Limiters {
        Limiters::new(Limits::default())
    }

    fn late(held: Result<Permit, Held>) -> (String, bool) {
        match held {
            Err(Held::Late {
                message,
                is_throttled,
            }) => (message, is_throttled),
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("it has its turn"),
        }
    }

    async fn admitted(limiters: &Limiters) -> Permit {
        limiters.admit(CALLED, patient()).await.expect("its turn")
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_was_told_makes_the_others_of_its_operation_wait() {
        let limiters = adaptive();
        let start = Instant::now();
        admitted(&limiters).await.settle(throttled(3000));
        let other = Called {
            operation: "ListListeners",
            ..CALLED
        };
        let elsewhere = Called {
            host: "ga.cn-beijing.aliyuncs.com",
            ..CALLED
        };
        let somebody = Called {
            credential: "another",
            ..CALLED
        };
        for free in [other, elsewhere, somebody] {
            let permit = limiters.admit(free, patient()).await.expect("its turn");
            assert_eq!((permit.waited, start.elapsed()), (None, Duration::ZERO));
        }
        let permit = admitted(&limiters).await;
        assert!(
            permit.waited >= Some(Duration::from_secs(3)),
            "{:?}",
            permit.waited
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_would_pass_the_deadline_ends_at_once() {
        let limiters = adaptive();
        admitted(&limiters).await.settle(throttled(3000));
        let start = Instant::now();
        let (message, is_throttled) = late(limiters.admit(CALLED, within(2000)).await);
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(is_throttled && message.contains("in about 3s"), "{message}");
        // So does one that waits for longer than it would by itself.
        admitted(&limiters).await.settle(throttled(60_000));
        let (message, is_throttled) = late(limiters.admit(CALLED, patient()).await);
        assert!(
            is_throttled && message.contains("longest pause of 20s"),
            "{message}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_go_in_their_order_and_leave_nothing_when_dropped() {
        let limiters = Arc::new(adaptive());
        admitted(&limiters).await.settle(throttled(1000));
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for number in 0..6 {
            let (limiters, order) = (limiters.clone(), order.clone());
            tasks.push(tokio::spawn(async move {
                let permit = admitted(&limiters).await;
                order.lock().expect("the order").push(number);
                permit.settle(PASSED);
            }));
            tokio::task::yield_now().await;
        }
        // The next one, and one in the middle.
        tasks[0].abort();
        tasks[3].abort();
        for task in tasks {
            drop(task.await);
        }
        assert_eq!(*order.lock().expect("the order"), [1, 2, 4, 5]);
        let known = limiters.known.lock().expect("the limiters");
        for limiter in known.values() {
            assert_eq!(limiter.queue_length(), 0);
            assert_eq!(Arc::strong_count(limiter), 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_waits_and_is_not_polled_stops_nobody() {
        let limiters = adaptive();
        admitted(&limiters).await.settle(throttled(1000));
        let start = Instant::now();
        let mut left_alone: Vec<_> = (0..3)
            .map(|_| Box::pin(limiters.admit(CALLED, patient())))
            .collect();
        let mut context = Context::from_waker(Waker::noop());
        for waiting in &mut left_alone {
            assert!(waiting.as_mut().poll(&mut context).is_pending());
        }
        for _ in 0..4 {
            admitted(&limiters).await.settle(PASSED);
        }
        assert!(
            start.elapsed() < Duration::from_secs(3),
            "{:?}",
            start.elapsed()
        );
        // They have their turn when they are polled again.
        for waiting in left_alone {
            drop(waiting.await.expect("its turn"));
        }
        // Nor does one that has its turn.
        admitted(&limiters).await.settle(throttled(1000));
        let _left_alone = admitted(&limiters).await;
        admitted(&limiters).await;
    }

    #[tokio::test(start_paused = true)]
    async fn configured_rates_hold_for_an_operation_and_for_a_product_together() {
        let rate = |operation: Option<&str>, calls| RateLimit {
            product: "ga".to_owned(),
            operation: operation.map(str::to_owned),
            calls,
            per: Duration::from_secs(1),
        };
        let limiters = Limiters::new(Limits {
            adaptive: false,
            rates: vec![rate(Some("ListAcls"), 2), rate(None, 3)],
            ..Limits::default()
        });
        let start = Instant::now();
        let other = Called {
            operation: "GetAcl",
            ..CALLED
        };
        for (called, seconds) in [
            (CALLED, 0),
            (CALLED, 0),
            (other, 0),
            (CALLED, 1),
            (other, 1),
        ] {
            limiters.admit(called, patient()).await.expect("its turn");
            assert_eq!(start.elapsed().as_secs(), seconds);
        }
        limiters.admit(CALLED, patient()).await.expect("its turn");
        let (message, is_throttled) = late(limiters.admit(CALLED, within(100)).await);
        let expected = "the configured rate of 2 calls in 1s is used up";
        assert!(!is_throttled && message.contains(expected), "{message}");
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_are_in_flight_at_most_and_one_that_is_dropped_makes_room() {
        let limiters = Limiters::new(Limits {
            max_in_flight: Some(2),
            ..Limits::default()
        });
        let (first, _second) = (admitted(&limiters).await, admitted(&limiters).await);
        let (message, is_throttled) = late(limiters.admit(CALLED, within(100)).await);
        assert!(
            !is_throttled && message.ends_with("allows (2)"),
            "{message}"
        );
        drop(first);
        limiters.admit(CALLED, within(100)).await.expect("room");
    }

    #[tokio::test(start_paused = true)]
    async fn their_number_is_bounded() {
        let limiters = adaptive();
        let held = admitted(&limiters).await;
        for number in 0..5 * KEPT {
            let operation = format!("Operation{number}");
            let called = Called {
                operation: &operation,
                ..CALLED
            };
            drop(limiters.admit(called, patient()).await.expect("its turn"));
            assert!(limiters.known.lock().expect("the limiters").len() <= KEPT);
        }
        // What is in use is not forgotten.
        held.settle(throttled(5000));
        late(limiters.admit(CALLED, within(1000)).await);
    }
}
