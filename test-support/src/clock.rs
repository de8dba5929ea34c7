//! Time that stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alicloud_runtime::time::{Clock, format_iso8601};

/// A clock that only moves by hand. It starts in 2026. A clone is the same one.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    /// One that stands in 2026.
    #[expect(clippy::new_without_default, reason = "a clock has no default time")]
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_790_000_000)))
    }

    /// Moves it on.
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Where it stands.
    pub fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }

    /// What the runtime reads it by.
    pub fn clock(&self) -> Clock {
        let clock = self.clone();
        Clock::from_fn(move || clock.now())
    }

    /// Some seconds from where it stands, as services write times.
    pub fn iso_in(&self, seconds: u64) -> String {
        format_iso8601(self.now() + Duration::from_secs(seconds))
    }
}
