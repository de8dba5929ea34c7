//! What a configuration lets through, and how fast.

use std::sync::Arc;
use std::time::Duration;

use super::config::Config;
use crate::guard::Guard;
use crate::throttle::{Limiters, Limits, RateLimit};

impl Config {
    /// Adds a guard, which denies operations before anything is sent. All guards of a
    /// configuration apply. Default: none.
    ///
    /// ```
    /// # use alicloud_runtime as alicloud;
    /// # use alicloud::{Config, Credentials};
    /// use alicloud::Guard;
    ///
    /// # let config = Config::new(Credentials::anonymous());
    /// let config = config.guard(Guard::read_only().deny_paid());
    /// ```
    #[must_use]
    pub fn guard(self, guard: Guard) -> Self {
        self.set("guard", |s| s.guards.push(guard))
    }

    /// Sets whether calls adapt to the rate that the service lets through. Default: yes.
    ///
    /// When a call is throttled, all calls of that operation with that credential to that
    /// host wait, those of other clients of this configuration and its clones too: for as
    /// long as the service asks, else for a pause of [`Retry`](crate::Retry) that doubles
    /// while calls are refused in a row; 5 minutes at most, after which one asks again. Then
    /// they go one by one, in the order in which they came, at nine tenths of the rate that
    /// was let through, which grows again while nothing is refused. Before the first refusal
    /// nothing waits.
    ///
    /// A call whose turn would come after its deadline ends at once, with an error whose
    /// [`is_throttling`](crate::Error::is_throttling) is true; and so does one that would
    /// have to wait for a pause longer than [`Retry::max_backoff`](crate::Retry::max_backoff).
    /// Off, only the call that was throttled waits.
    #[must_use]
    pub fn adaptive_rate(self, on: bool) -> Self {
        self.set_limits("adaptive_rate", |limits| limits.adaptive = on)
    }

    /// Limits the calls of a product (`"Ga"`, in any case), all of its operations together:
    /// at most `calls` attempts begin within any span of `per`, with one credential to one
    /// host. The others wait, in the order in which they came. Default: no limit; 0 counts
    /// as 1. It holds for all clients of this configuration and of the clones that are made
    /// of it from here on.
    ///
    /// ```
    /// # use alicloud_runtime as alicloud;
    /// # use alicloud::{Config, Credentials};
    /// use std::time::Duration;
    ///
    /// # let config = Config::new(Credentials::anonymous());
    /// let config = config
    ///     .rate_limit("Ga", 50, Duration::from_secs(1))
    ///     .operation_rate_limit("Ga", "CreateListener", 100, Duration::from_secs(60))
    ///     .max_in_flight(32);
    /// ```
    #[must_use]
    pub fn rate_limit(self, product: impl Into<String>, calls: u32, per: Duration) -> Self {
        let product = product.into();
        self.set_limits("rate_limit", |limits| {
            limits.rates.push(RateLimit {
                product,
                operation: None,
                calls,
                per,
            });
        })
    }

    /// Limits the calls of one operation, as [`rate_limit`](Self::rate_limit) does those of
    /// a product. Where there are both, both hold. Default: no limit.
    #[must_use]
    pub fn operation_rate_limit(
        self,
        product: impl Into<String>,
        operation: impl Into<String>,
        calls: u32,
        per: Duration,
    ) -> Self {
        let (product, operation) = (product.into(), operation.into());
        self.set_limits("operation_rate_limit", |limits| {
            limits.rates.push(RateLimit {
                product,
                operation: Some(operation),
                calls,
                per,
            });
        })
    }

    /// Limits how many attempts are in flight at a time, of all calls of this configuration
    /// and of the clones that are made of it from here on. The others wait, in the order in
    /// which they came. An upload of a file counts too; a reply that is read as it comes does
    /// so until it begins. A call that was begun and is not polled any more keeps its place
    /// until it is dropped. Default: no limit; 0 counts as 1.
    #[must_use]
    pub fn max_in_flight(self, attempts: usize) -> Self {
        self.set_limits("max_in_flight", |limits| {
            limits.max_in_flight = Some(attempts.max(1))
        })
    }

    fn set_limits(self, setting: &'static str, change: impl FnOnce(&mut Limits)) -> Self {
        self.set(setting, |s| {
            let mut limits = s.limiters.limits().clone();
            change(&mut limits);
            s.limiters = Arc::new(Limiters::new(limits));
        })
    }
}
