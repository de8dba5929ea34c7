//! A configured rate: at most so many calls begin within any span of a length.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Longer is for ever.
const DECADE: Duration = Duration::from_secs(10 * 365 * 86_400);

/// When the calls of the last span began. A burst of all of them is allowed, whatever the
/// service counts by: the whole second or minute, or the last one.
pub(super) struct Window {
    calls: usize,
    per: Duration,
    /// At most `calls`, the oldest first.
    begun: VecDeque<Instant>,
}

impl Window {
    /// `calls` within `per`; 0 counts as 1.
    pub(super) fn new(calls: u32, per: Duration) -> Self {
        Self {
            calls: usize::try_from(calls.max(1)).unwrap_or(usize::MAX),
            per: per.min(DECADE),
            begun: VecDeque::new(),
        }
    }

    /// When the call may begin that has so many before it.
    pub(super) fn turn(&mut self, now: Instant, ahead: usize) -> Instant {
        while self.begun.front().is_some_and(|at| *at + self.per <= now) {
            self.begun.pop_front();
        }
        // Each call begins a span after the one that has its place in the span before.
        let index = self.begun.len() + ahead;
        let place = self.begun.get(index % self.calls).copied();
        let spans = u32::try_from(index / self.calls).unwrap_or(u32::MAX);
        place.unwrap_or(now) + self.per.saturating_mul(spans).min(DECADE)
    }

    /// A call begins.
    pub(super) fn take(&mut self, now: Instant) {
        self.begun.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_span_has_at_most_so_many_and_each_place_is_told_its_turn() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut window = Window::new(2, Duration::from_secs(1));
        assert_eq!(window.turn(at(0), 1), at(0));
        window.take(at(0));
        window.take(at(400));
        assert_eq!(window.turn(at(500), 0), at(1000));
        assert_eq!(window.turn(at(500), 1), at(1400));
        assert_eq!(window.turn(at(500), 2), at(2000));
        assert_eq!(window.turn(at(500), 5), at(3400));
        // The first one is a span ago: there is a place, and one place only.
        assert_eq!(window.turn(at(1000), 0), at(1000));
        assert_eq!(window.turn(at(1000), 1), at(1400));
        window.take(at(1000));
        assert_eq!(window.turn(at(1100), 0), at(1400));
    }

    #[test]
    fn nonsense_is_no_panic() {
        let now = Instant::now();
        let mut window = Window::new(0, Duration::MAX);
        assert_eq!(window.turn(now, 0), now);
        window.take(now);
        assert!(window.turn(now, usize::MAX / 2) > now);
        assert_eq!(Window::new(5, Duration::ZERO).turn(now, 100), now);
    }
}
