//! What is sent again, when, and how often: [`Retry`] is data, the decision is
//! one pure function over it, and [`Budget`] keeps a bad day from being made worse.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::schema::OperationKind;
use crate::transport::TransportErrorKind;

/// The retry policy of a client or a call.
///
/// An attempt that failed is repeated if the failure may pass and a repetition
/// does no harm:
///
/// | failure | read, or write with an idempotency token | other write |
/// |---|---|---|
/// | nothing was sent (name not resolved, no connection, or one that closed first) | again | again |
/// | throttled (by its code, status 429, or a time in `x-acs-retry-after`) | again | again |
/// | no complete reply; status 500, 502, 503, 504; a code that says the same | again | error |
/// | anything else | error | error |
///
/// Pauses are random, between nothing and a bound that doubles from attempt to
/// attempt (exponential backoff with "full jitter"). If the service says how long to wait
/// (`x-acs-retry-after`, `Retry-After`), that is how long; if it asks for more
/// than [`max_backoff`](Self::max_backoff), the call ends with its error. After throttling, the
/// other calls of the operation wait too; see
/// [`Config::adaptive_rate`](crate::Config::adaptive_rate). Every
/// attempt is signed anew and carries the same idempotency token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Retry {
    attempts: u32,
    backoff: Duration,
    throttled_backoff: Duration,
    max_backoff: Duration,
    transient_codes: Vec<Cow<'static, str>>,
}

/// Codes that say that the service is in trouble, whatever the status.
const TRANSIENT: &[&str] = &[
    "ServiceUnavailable",
    "InternalError",
    "UnknownError",
    "SystemBusy",
    "ServiceTimeout",
];

/// Codes that mean "too fast", whatever the status (400, 403, 406 and 429 occur).
/// Compared with the start of the code, or of what follows a dot in it.
const THROTTLED: &[&str] = &[
    "Throttling",
    "Throttled",
    "FlowControl",
    "TooManyRequest",
    "RequestThrottled",
    "OperationIsThrottled",
    "RateLimit",
    "InnerRateLimiting",
];

/// What makes a throttling code one of a quota that no pause of ours outlasts.
const QUOTA: &[&str] = &["PerDay", "PerMonth", "Quota", "DayLimit", "Daily"];

impl Default for Retry {
    /// Sets 3 attempts; pauses of at most 100 ms, then 200 ms (500 ms and 1 s when
    /// throttled); at most 20 s.
    fn default() -> Self {
        Self {
            attempts: 3,
            backoff: Duration::from_millis(100),
            throttled_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            transient_codes: Vec::new(),
        }
    }
}

impl Retry {
    /// Creates a policy that sends once.
    pub fn off() -> Self {
        Self::default().attempts(1)
    }

    /// Limits how often a request is sent, the first time included; 0 counts as 1.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the backoff, the bound of the first pause, after failures that are not throttling.
    #[must_use]
    pub fn backoff(mut self, backoff: Duration) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets the backoff, the bound of the first pause, after throttling.
    #[must_use]
    pub fn throttled_backoff(mut self, backoff: Duration) -> Self {
        self.throttled_backoff = backoff;
        self
    }

    /// Limits the backoff, and so each pause.
    #[must_use]
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Counts an error code as transient, like a status of 503.
    #[must_use]
    pub fn transient_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.transient_codes.push(code.into());
        self
    }

    /// How long all calls of an operation pause that was refused so many times in a row.
    /// `random` is between 0 and 1.
    pub(crate) fn common_pause(&self, refusals: u32, random: f64) -> Duration {
        let bound = doubled(self.throttled_backoff, refusals).min(self.max_backoff);
        bound.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
    }

    /// The longest pause.
    pub(crate) fn longest_pause(&self) -> Duration {
        self.max_backoff
    }

    /// How often to send at most.
    pub(crate) fn limit(&self) -> u32 {
        self.attempts
    }

    /// How long to pause before the next attempt; `None` where there is none.
    /// `random` is between 0 and 1.
    pub(crate) fn pause(&self, failed: &Failed, random: f64) -> Option<Duration> {
        let cause = self.cause(failed)?;
        let harmless = match cause {
            Cause::NotSent | Cause::Throttled => true,
            Cause::Transient => failed.repeatable,
        };
        if !harmless || failed.attempt >= self.attempts {
            return None;
        }
        if let Some(asked) = failed.retry_after {
            return (asked <= self.max_backoff).then_some(asked);
        }
        let base = match cause {
            Cause::Throttled => self.throttled_backoff,
            Cause::NotSent | Cause::Transient => self.backoff,
        };
        let bound = doubled(base, failed.attempt);
        Some(bound.min(self.max_backoff).mul_f64(random.clamp(0.0, 1.0)))
    }

    /// Why another attempt could do better; `None` if it could not.
    pub(crate) fn cause(&self, failed: &Failed) -> Option<Cause> {
        match failed.failure {
            Failure::Transport { kind, was_sent } => match kind {
                TransportErrorKind::Dns | TransportErrorKind::Connect => Some(Cause::NotSent),
                TransportErrorKind::Reset if !was_sent => Some(Cause::NotSent),
                TransportErrorKind::Timeout | TransportErrorKind::Reset => Some(Cause::Transient),
                TransportErrorKind::Tls
                | TransportErrorKind::Proxy
                | TransportErrorKind::TooLarge
                | TransportErrorKind::Other => None,
            },
            Failure::Reply {
                is_throttled: true, ..
            } => Some(Cause::Throttled),
            Failure::Reply { status, code, .. } => {
                // "Come back later" of a request that was refused; with any other
                // status it does not say that nothing was executed.
                let hinted = failed.retry_after.is_some();
                if is_quota(code) {
                    None
                } else if is_throttling(status, code) || hinted && (400..500).contains(&status) {
                    Some(Cause::Throttled)
                } else if matches!(status, 500 | 502 | 503 | 504)
                    || hinted
                    || TRANSIENT.contains(&code)
                    || self.transient_codes.iter().any(|c| c == code)
                {
                    Some(Cause::Transient)
                } else {
                    None
                }
            }
        }
    }
}

/// An attempt that failed, as far as the policy looks at it.
#[derive(Debug)]
pub(crate) struct Failed<'a> {
    /// Its number, from 1.
    pub(crate) attempt: u32,
    pub(crate) failure: Failure<'a>,
    /// The service said how long to wait.
    pub(crate) retry_after: Option<Duration>,
    /// Executing the request twice does no harm.
    pub(crate) repeatable: bool,
}

#[derive(Debug)]
pub(crate) enum Failure<'a> {
    Transport {
        kind: TransportErrorKind,
        was_sent: bool,
    },
    Reply {
        status: u16,
        code: &'a str,
        /// It is throttling, whatever status and code say; see [`says_throttled`].
        is_throttled: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The service has not seen the request.
    NotSent,
    /// The service refused to look at it for now.
    Throttled,
    /// The service may have executed it.
    Transient,
}

/// The pause before the attempt after this one.
fn doubled(base: Duration, attempt: u32) -> Duration {
    base.saturating_mul(1_u32 << attempt.saturating_sub(1).min(20))
}

/// Whether executing an operation twice does no harm.
pub(crate) fn repeatable(kind: OperationKind, has_token: bool) -> bool {
    kind == OperationKind::Read || has_token
}

/// Whether a reply says "too fast", and a later attempt may pass.
pub(crate) fn is_throttling(status: u16, code: &str) -> bool {
    let named = THROTTLED
        .iter()
        .any(|name| code.split('.').any(|part| part.starts_with(name)));
    (named || status == 429) && !is_quota(code)
}

fn is_quota(code: &str) -> bool {
    QUOTA.iter().any(|word| code.contains(word))
}

/// Whether the reply's headers say that the call came too fast: what a time to wait in
/// `x-acs-retry-after` means to the official clients since July 2026, whatever the code.
pub(crate) fn says_throttled(headers: &http::HeaderMap) -> bool {
    asked_millis(headers).is_some_and(|millis| millis > 0)
}

fn asked_millis(headers: &http::HeaderMap) -> Option<u64> {
    let text = headers.get("x-acs-retry-after")?.to_str().ok()?;
    text.trim().parse().ok()
}

/// What the reply's headers say of when to come back: `x-acs-retry-after`
/// (milliseconds), else `Retry-After` (seconds or a date, RFC 9110, 10.2.3).
pub(crate) fn retry_after(
    headers: &http::HeaderMap,
    now: std::time::SystemTime,
) -> Option<Duration> {
    if let Some(millis) = asked_millis(headers) {
        return (millis > 0).then(|| Duration::from_millis(millis));
    }
    let hint = headers.get("retry-after")?.to_str().ok()?.trim();
    match hint.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => crate::time::parse_http_date(hint)?.duration_since(now).ok(),
    }
}

/// A client's budget of repetitions: each costs 5, each call that succeeds earns
/// 1, at most 500 are kept. So a service that fails throughout is asked 100 times
/// more, not three times as often.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const CAPACITY: u32 = 500;
    const COST: u32 = 5;

    /// Pays for one repetition; `false` if there is too little left.
    pub(crate) fn spend(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(Self::COST)
            })
            .is_ok()
    }

    /// A call succeeded.
    pub(crate) fn earn(&self) {
        // Full is the usual case, and then it stays as it is.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < Self::CAPACITY).then_some(left + 1)
            });
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(Self::CAPACITY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, code: &str) -> Failed<'_> {
        Failed {
            attempt: 1,
            failure: Failure::Reply {
                status,
                code,
                is_throttled: false,
            },
            retry_after: None,
            repeatable: false,
        }
    }

    #[test]
    fn throttling_is_known_by_its_code_under_any_status() {
        for (status, code) in [
            (400, "Throttling"),
            (403, "Throttling.User"),
            (406, "Throttling.Api"),
            (429, "ThrottlingException"),
            (400, "FlowControl"),
            (429, ""),
            (400, "iot.common.TooManyRequest"),
        ] {
            assert!(
                Retry::default().pause(&reply(status, code), 1.0).is_some(),
                "{status} {code}"
            );
        }
    }

    #[test]
    fn a_quota_is_no_throttling() {
        for code in [
            "Throttling.PerDay",
            "QuotaExceeded.Ga",
            "Resource.QuotaFull",
        ] {
            assert_eq!(
                Retry::default().pause(&reply(429, code), 1.0),
                None,
                "{code}"
            );
        }
        assert_eq!(
            Retry::default().pause(&reply(400, "TooManyListeners"), 1.0),
            None
        );
    }

    #[test]
    fn a_write_without_token_is_repeated_only_if_it_was_not_executed() {
        let policy = Retry::default();
        assert_eq!(policy.pause(&reply(503, "ServiceUnavailable"), 1.0), None);
        for (kind, was_sent, again) in [
            (TransportErrorKind::Dns, false, true),
            (TransportErrorKind::Connect, false, true),
            (TransportErrorKind::Tls, false, false),
            (TransportErrorKind::Proxy, false, false),
            (TransportErrorKind::Timeout, true, false),
            (TransportErrorKind::Reset, true, false),
            (TransportErrorKind::Reset, false, true),
            (TransportErrorKind::Other, false, false),
        ] {
            let failed = Failed {
                failure: Failure::Transport { kind, was_sent },
                ..reply(0, "")
            };
            assert_eq!(policy.pause(&failed, 1.0).is_some(), again, "{kind:?}");
        }
        assert!(!repeatable(OperationKind::Write, false));
        assert!(repeatable(OperationKind::Write, true));
        assert!(repeatable(OperationKind::Read, false));
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_are_jittered() {
        let policy = Retry::default()
            .attempts(100)
            .max_backoff(Duration::from_millis(350));
        let at = |attempt, random| {
            let failed = Failed {
                attempt,
                repeatable: true,
                ..reply(500, "")
            };
            policy.pause(&failed, random)
        };
        assert_eq!(at(1, 1.0), Some(Duration::from_millis(100)));
        assert_eq!(at(2, 1.0), Some(Duration::from_millis(200)));
        assert_eq!(at(3, 1.0), Some(Duration::from_millis(350)));
        assert_eq!(at(99, 1.0), Some(Duration::from_millis(350)));
        assert_eq!(at(100, 1.0), None);
        assert_eq!(at(2, 0.5), Some(Duration::from_millis(100)));
        assert_eq!(at(2, 0.0), Some(Duration::ZERO));
    }

    #[test]
    fn a_hint_is_waited_for_exactly_or_not_at_all() {
        let policy = Retry::default();
        let hinted = |seconds| Failed {
            retry_after: Some(Duration::from_secs(seconds)),
            ..reply(400, "SomethingElse")
        };
        assert_eq!(policy.pause(&hinted(7), 0.1), Some(Duration::from_secs(7)));
        assert_eq!(policy.pause(&hinted(21), 0.1), None);
    }

    #[test]
    fn a_time_in_the_service_s_own_header_is_throttling_whatever_the_code() {
        for (status, code) in [(400, "InvalidParameter"), (500, ""), (429, "QuotaExceeded")] {
            let told = Failed {
                failure: Failure::Reply {
                    status,
                    code,
                    is_throttled: true,
                },
                retry_after: Some(Duration::from_secs(1)),
                ..reply(status, code)
            };
            let pause = Retry::default().pause(&told, 0.5);
            assert_eq!(pause, Some(Duration::from_secs(1)), "{status} {code}");
        }
        let says = |name: &'static str, value: &'static str| {
            let value = http::HeaderValue::from_static(value);
            says_throttled(
                &[(http::HeaderName::from_static(name), value)]
                    .into_iter()
                    .collect(),
            )
        };
        assert!(says("x-acs-retry-after", "1"));
        assert!(!says("x-acs-retry-after", "0"));
        assert!(!says("x-acs-retry-after", "soon"));
        assert!(!says("retry-after", "1"));
    }

    #[test]
    fn a_common_pause_doubles_and_is_at_least_half_of_its_bound() {
        let policy = Retry::default().max_backoff(Duration::from_secs(3));
        let pause = |refusals, random| policy.common_pause(refusals, random).as_millis();
        assert_eq!([pause(1, 0.0), pause(1, 1.0)], [250, 500]);
        assert_eq!(
            [pause(2, 1.0), pause(3, 1.0), pause(u32::MAX, 1.0)],
            [1000, 2000, 3000]
        );
    }

    #[test]
    fn hints_are_read_in_milliseconds_seconds_and_dates() {
        let now = crate::time::parse_http_date("Tue, 24 Nov 2026 05:00:00 GMT").expect("a date");
        let read = |name: &'static str, value: &'static str| {
            let mut headers = http::HeaderMap::new();
            headers.insert(name, http::HeaderValue::from_static(value));
            retry_after(&headers, now)
        };
        assert_eq!(
            read("x-acs-retry-after", "1500"),
            Some(Duration::from_millis(1500))
        );
        assert_eq!(read("x-acs-retry-after", "0"), None);
        assert_eq!(read("retry-after", "3"), Some(Duration::from_secs(3)));
        let date = "Tue, 24 Nov 2026 05:00:09 GMT";
        assert_eq!(read("retry-after", date), Some(Duration::from_secs(9)));
        assert_eq!(read("retry-after", "Tue, 24 Nov 2026 04:00:09 GMT"), None);
        assert_eq!(read("retry-after", "soon"), None);
    }

    #[test]
    fn the_budget_ends_and_grows_with_successes() {
        let budget = Budget::default();
        assert_eq!((0..200).filter(|_| budget.spend()).count(), 100);
        (0..5).for_each(|_| budget.earn());
        assert!(budget.spend());
        assert!(!budget.spend());
    }
}
