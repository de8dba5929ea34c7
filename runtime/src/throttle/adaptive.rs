//! The rate that a service lets through, found by its refusals.
//!
//! Nothing is limited before the first one. A refusal cuts the rate to nine tenths of what
//! was let through in the second before it; then the rate comes back to that as CUBIC does
//! (RFC 9438): fast at first, slowly where the last refusal was, then faster beyond. AWS's
//! clients do likewise in their adaptive retries. What is different here, each for the
//! reason that simulations of quotas gave:
//!
//! - All refusals of calls that were sent before a cut are one event (as in TCP): a burst
//!   of refusals does not bring the rate down to nothing.
//! - The cut is smaller than CUBIC's (0.7): a quota gives way at once, a queue in a router
//!   does not, so a bigger one only wastes quota.
//! - The rate grows only while calls wait for it (RFC 7661).
//! - After a refusal, one call goes ahead and the others wait for how it fares: quotas of a
//!   minute are exhausted for long.

use std::time::Duration;

use tokio::time::Instant;

/// What is left of a rate when a call is refused.
const CUT: f64 = 0.9;
/// How fast it grows: CUBIC's constant.
const GROWTH: f64 = 0.4;
/// Calls a second at least, where nothing is known yet.
const FIRST: f64 = 5.0;
/// Calls a second at least.
const LOWEST: f64 = 0.1;
/// Less than a whole call by this much is one.
const ROUNDING: f64 = 1e-6;
/// The shortest wait, so that there is none without any.
const SHORTEST: Duration = Duration::from_micros(1);
/// How long the others wait for how the first call after a refusal fares: it may take
/// long, or nobody may poll it.
const PROBE: Duration = Duration::from_secs(10);
/// How long nothing is sent at most, whatever the service asks for: it may say a time of day
/// where the clocks differ by hours.
const LONGEST_HOLD: Duration = Duration::from_secs(5 * 60);
/// How much time without a call counts for growth.
const LONGEST_GAP: Duration = Duration::from_secs(1);

/// The rate at which calls of an operation are let through.
pub(super) struct AdaptiveRate {
    /// Calls a second; none before the first refusal.
    rate: Option<f64>,
    /// The rate at which the last call was refused.
    before: f64,
    /// How long calls waited for the rate since it was cut, in all, and until when.
    waited: Duration,
    waited_until: Instant,
    /// How many calls may go at once, and since when that holds. Less than nothing after a
    /// burst that the service counts against the calls to come.
    tokens: f64,
    counted: Instant,
    /// Nothing is sent before.
    hold: Option<Instant>,
    /// How many calls were refused since one was let through.
    refusals: u32,
    /// How often the rate was cut.
    cuts: u64,
    /// When the last call was sent since the last cut, unless it is known how it fares.
    probe: Option<Instant>,
    passed: LastSecond,
}

/// Of which time a call is: its refusal counts once a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(u64);

impl AdaptiveRate {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            rate: None,
            before: 0.0,
            waited: Duration::ZERO,
            waited_until: now,
            tokens: 0.0,
            counted: now,
            hold: None,
            refusals: 0,
            cuts: 0,
            probe: None,
            passed: LastSecond::new(now),
        }
    }

    /// When a call may go; none where it may now.
    pub(super) fn turn(&mut self, now: Instant) -> Option<Instant> {
        if let Some(hold) = self.hold {
            if now < hold {
                return Some(hold);
            }
            self.hold = None;
        }
        let rate = self.rate?;
        if self.refusals > 0
            && let Some(fares) = self.probe.map(|sent| sent + PROBE)
            && now < fares
        {
            return Some(fares);
        }
        let gained = now.saturating_duration_since(self.counted).as_secs_f64() * rate;
        self.tokens = (self.tokens + gained).min(rate.max(1.0));
        self.counted = now;
        if self.tokens >= 1.0 - ROUNDING {
            return None;
        }
        let gap = now.saturating_duration_since(self.waited_until);
        self.waited += gap.min(LONGEST_GAP);
        self.waited_until = now;
        let rate = rate.max(self.grown());
        self.rate = Some(rate);
        Some(now + seconds((1.0 - self.tokens) / rate).max(SHORTEST))
    }

    /// A call goes.
    pub(super) fn take(&mut self, now: Instant) -> Ticket {
        if self.rate.is_some() {
            self.tokens -= 1.0;
        }
        self.probe = Some(now);
        Ticket(self.cuts)
    }

    /// What all that wait have to look at again when it changes.
    pub(super) fn holding(&self) -> (Option<Instant>, u64, bool) {
        (
            self.hold,
            self.cuts,
            self.refusals > 0 && self.probe.is_some(),
        )
    }

    /// Until when nothing is sent at all.
    pub(super) fn hold(&self) -> Option<Instant> {
        self.hold
    }

    /// When about the call may go that has so many before it, as far as is known now.
    pub(super) fn estimate(&self, now: Instant, ahead: usize) -> Instant {
        let from = self.hold.map_or(now, |hold| hold.max(now));
        let Some(rate) = self.rate else { return from };
        let gained = from.saturating_duration_since(self.counted).as_secs_f64() * rate;
        let missing = 1.0 + ahead as f64 - (self.tokens + gained).min(rate.max(1.0));
        from + seconds(missing.max(0.0) / rate)
    }

    /// The service let a call through, whatever its reply says otherwise.
    pub(super) fn passed(&mut self, ticket: Ticket, now: Instant) {
        self.passed.add(now);
        if ticket == Ticket(self.cuts) {
            self.refusals = 0;
        } else if self.cuts == 1 && self.refusals == 1 {
            // The rest of the first burst: it belongs to what was let through.
            self.before = self.before.max(self.passed.rate(now));
            self.rate = Some(self.before * CUT);
            self.tokens -= 1.0;
        }
        self.ended(ticket);
    }

    /// The service refused a call for coming too fast. `asked` is how long it asks to wait;
    /// else `pause` says that, of the number of refusals in a row. After 5 minutes somebody
    /// asks again.
    pub(super) fn refused(
        &mut self,
        ticket: Ticket,
        now: Instant,
        asked: Option<Duration>,
        pause: impl FnOnce(u32) -> Duration,
    ) {
        if let Some(asked) = asked {
            self.hold_until(now + asked.min(LONGEST_HOLD));
        }
        if ticket != Ticket(self.cuts) {
            return;
        }
        self.cuts += 1;
        self.probe = None;
        self.refusals = self.refusals.saturating_add(1);
        let found = self.passed.rate(now).max(FIRST);
        self.before = match self.rate {
            None => found,
            Some(rate) if self.refusals > 1 => rate,
            Some(rate) => rate.min(found),
        };
        let rate = (self.before * CUT).max(LOWEST);
        // As if calls had come at that rate in the last second.
        let (passed, span) = self.passed.count(now);
        self.tokens = (rate * span - passed).clamp(-2.0 * rate, 1.0);
        if passed == 0.0 {
            self.tokens = 1.0;
        }
        self.counted = now;
        if asked.is_none() && (self.rate.is_none() || self.refusals > 1) {
            self.hold_until(now + pause(self.refusals).min(LONGEST_HOLD));
        }
        self.rate = Some(rate);
        self.waited = Duration::ZERO;
        self.waited_until = self.hold.map_or(now, |hold| hold.max(now));
    }

    /// A call has no reply, or nobody waits for it any more.
    pub(super) fn ended(&mut self, ticket: Ticket) {
        if ticket == Ticket(self.cuts) {
            self.probe = None;
        }
    }

    fn hold_until(&mut self, at: Instant) {
        self.hold = Some(self.hold.map_or(at, |hold| hold.max(at)));
    }

    /// The rate of CUBIC after that time (RFC 9438, 4.2).
    fn grown(&self) -> f64 {
        let back = (self.before * (1.0 - CUT) / GROWTH).cbrt();
        self.before + GROWTH * (self.waited.as_secs_f64() - back).powi(3)
    }
}

/// A span of so many seconds; at most a day.
fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.clamp(0.0, 86_400.0)).unwrap_or(Duration::ZERO)
}

/// How many calls were let through within the last second, in tenths of it.
struct LastSecond {
    start: Instant,
    /// The number of the tenth that was counted last, from the start.
    tenth: u64,
    counts: [u32; 10],
}

impl LastSecond {
    const TENTH: Duration = Duration::from_millis(100);

    fn new(start: Instant) -> Self {
        Self {
            start,
            tenth: 0,
            counts: [0; 10],
        }
    }

    fn add(&mut self, now: Instant) {
        self.advance(now);
        let count = &mut self.counts[(self.tenth % 10) as usize];
        *count = count.saturating_add(1);
    }

    /// How many a second.
    fn rate(&mut self, now: Instant) -> f64 {
        let (count, span) = self.count(now);
        // A burst is a second's, whenever in it.
        count / if span < 0.9 { 1.0 } else { span }
    }

    /// How many there were, and how many seconds ago the first of them at most.
    fn count(&mut self, now: Instant) -> (f64, f64) {
        self.advance(now);
        let count: f64 = self.counts.iter().copied().map(f64::from).sum();
        let oldest = (1..=10).find(|back| self.counts[((self.tenth + back) % 10) as usize] > 0);
        let whole = oldest.map_or(10, |back| 10 - back);
        (count, whole as f64 / 10.0 + self.begun(now))
    }

    /// How many seconds of the last tenth are over.
    fn begun(&self, now: Instant) -> f64 {
        let nanos = now.saturating_duration_since(self.start).as_nanos() % Self::TENTH.as_nanos();
        nanos as f64 / 1e9
    }

    fn advance(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.start).as_millis();
        let tenth = (elapsed / Self::TENTH.as_millis()) as u64;
        let skipped = tenth.saturating_sub(self.tenth).min(10);
        for back in 0..skipped {
            self.counts[((tenth - back) % 10) as usize] = 0;
        }
        self.tenth = tenth.max(self.tenth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_pause(_: u32) -> Duration {
        Duration::ZERO
    }

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn nothing_is_limited_before_the_first_refusal() {
        let now = Instant::now();
        let mut rate = AdaptiveRate::new(now);
        for _ in 0..1000 {
            assert_eq!(rate.turn(now), None);
            let ticket = rate.take(now);
            rate.passed(ticket, now);
        }
    }

    #[test]
    fn a_refusal_holds_all_and_one_goes_ahead() {
        let now = Instant::now();
        let mut rate = AdaptiveRate::new(now);
        let tickets: Vec<_> = (0..64).map(|_| rate.take(now)).collect();
        tickets[..50].iter().for_each(|t| rate.passed(*t, now));
        // Those of one burst are one event.
        for ticket in &tickets[50..] {
            rate.refused(*ticket, now, None, |refusals| {
                assert_eq!(refusals, 1);
                millis(500)
            });
        }
        let estimated = rate.estimate(now, 0) - now;
        assert!(
            (millis(1000)..millis(1200)).contains(&estimated),
            "{estimated:?}"
        );
        assert!(rate.estimate(now, 45) - now > estimated + millis(900));
        let Some(at) = rate.turn(now + millis(500)) else {
            panic!("a burst of a second's calls is waited for");
        };
        let wait = at - now;
        assert!((millis(1000)..millis(1200)).contains(&wait), "{wait:?}");
        assert_eq!(rate.turn(at + millis(1)), None);
        let probe = rate.take(at);
        assert_eq!(rate.turn(at + millis(900)), Some(at + PROBE));
        rate.passed(probe, at + millis(900));
        assert_eq!(rate.turn(at + millis(900)), None);
    }

    #[test]
    fn a_probe_that_is_dropped_or_has_no_end_gives_way_to_the_next() {
        let now = Instant::now();
        let mut rate = AdaptiveRate::new(now);
        let first = rate.take(now);
        rate.refused(first, now, None, no_pause);
        assert_eq!(rate.turn(now), None);
        let probe = rate.take(now);
        assert_eq!(rate.turn(now + millis(999)), Some(now + PROBE));
        rate.ended(probe);
        assert_eq!(rate.turn(now + millis(999)), None);
        let later = now + millis(999);
        rate.take(later);
        assert_eq!(rate.turn(later + PROBE - millis(1)), Some(later + PROBE));
        assert_eq!(rate.turn(later + PROBE), None);
    }

    #[test]
    fn what_the_service_asks_for_holds_all_and_pauses_grow_with_refusals_in_a_row() {
        let now = Instant::now();
        let mut rate = AdaptiveRate::new(now);
        let (first, second) = (rate.take(now), rate.take(now));
        rate.refused(first, now, Some(millis(700)), no_pause);
        assert_eq!(rate.turn(now), Some(now + millis(700)));
        // Of the same burst, with a longer time.
        rate.refused(second, now, Some(millis(900)), no_pause);
        assert_eq!(rate.turn(now), Some(now + millis(900)));
        let mut at = now + millis(900);
        for expected in 2..5 {
            assert_eq!(rate.turn(at), None);
            let probe = rate.take(at);
            rate.refused(probe, at, None, |refusals| {
                assert_eq!(refusals, expected);
                millis(100) * refusals
            });
            at += millis(100) * expected;
            assert_eq!(rate.turn(at - millis(1)), Some(at));
            assert_eq!(rate.hold(), Some(at));
        }
    }

    #[test]
    fn nobody_is_held_without_end() {
        let now = Instant::now();
        for (asked, pause) in [(None, Duration::MAX), (Some(Duration::MAX), Duration::ZERO)] {
            let mut rate = AdaptiveRate::new(now);
            let first = rate.take(now);
            rate.refused(first, now, asked, |_| pause);
            assert_eq!(rate.turn(now), Some(now + LONGEST_HOLD));
            assert_eq!(rate.turn(now + LONGEST_HOLD), None);
        }
    }

    /// A quota of 50 in each second, and always somebody who waits.
    #[test]
    fn the_rate_comes_back_to_the_quota_and_few_are_refused() {
        let start = Instant::now();
        let mut rate = AdaptiveRate::new(start);
        let (mut now, mut passed, mut refused) = (start, 0, 0);
        let mut second = (0, 0);
        while now < start + Duration::from_secs(120) {
            match rate.turn(now) {
                Some(at) => {
                    assert!(at > now, "no busy loop");
                    now = at;
                }
                None => {
                    let ticket = rate.take(now);
                    let whole = (now - start).as_secs();
                    if second.0 != whole {
                        second = (whole, 0);
                    }
                    second.1 += 1;
                    if second.1 <= 50 {
                        passed += 1;
                        rate.passed(ticket, now);
                    } else {
                        refused += 1;
                        rate.refused(ticket, now, None, |n| millis(250 << n.min(6)));
                    }
                }
            }
        }
        let share = f64::from(refused) / f64::from(passed + refused);
        assert!(passed >= 45 * 120 && share < 0.02, "{passed} {refused}");
    }
}
