//! [`Deadline`]: how much time a call has left, and an exchange of it.

use std::time::{Duration, Instant};

use super::job::Parts;

/// When a call ends, whatever it has come to.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    /// That moment, and how long the call was given in all; none where it has no end.
    pub(super) until: Option<(Instant, Duration)>,
}

/// How long one exchange may take.
#[derive(Clone, Copy)]
pub(super) struct TimeLimit {
    /// An attempt's limit.
    attempt: Duration,
    /// What the call had left when it began.
    pub(super) left: Duration,
    deadline: Deadline,
}

impl Deadline {
    pub(super) const NONE: Self = Self { until: None };

    /// The deadline of a call that begins now.
    pub(super) fn of(parts: &Parts) -> Self {
        // One too far away to be written down is none.
        let until = parts
            .deadline()
            .and_then(|given| Some((Instant::now().checked_add(given)?, given)));
        Self { until }
    }

    /// What is left; none without an end.
    pub(super) fn remaining(self) -> Option<Duration> {
        let (at, _) = self.until?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    /// What is left; the longest time that there is without an end.
    pub(super) fn left(self) -> Duration {
        self.remaining().unwrap_or(Duration::MAX)
    }

    /// Whether there is time for a pause.
    pub(super) fn allows(self, pause: Duration) -> bool {
        self.remaining().is_none_or(|left| pause < left)
    }

    /// The limit of an exchange that begins now and may take as long as `attempt`.
    pub(super) fn limit(self, attempt: Duration) -> TimeLimit {
        TimeLimit {
            attempt,
            left: self.left(),
            deadline: self,
        }
    }
}

impl TimeLimit {
    /// The attempt's limit, or what was left of the call, if that was less.
    pub(super) fn shortest(self) -> Duration {
        self.attempt.min(self.left)
    }

    /// How long the call was given in all, where it was its deadline that passed and not
    /// the attempt's limit.
    pub(super) fn passed(self) -> Option<Duration> {
        let is_over = self.left < self.attempt || self.deadline.left().is_zero();
        let (_, given) = self.deadline.until.filter(|_| is_over)?;
        Some(given)
    }
}
