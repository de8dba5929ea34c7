//! Calls of an operation that the service throttles: all of them wait, they adapt to its
//! quota, and none waits longer than it may.

use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_runtime::transport::{Body, SendOptions};
use alicloud_runtime::{BoxFuture, Config, Credentials, Retry, Transport, TransportError};
use test_support::{Broken, Fault, config, http};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::guards::Counted as Provider;
use crate::{JSON_SAMPLE, call, list, set_password};

const THROTTLED: &str = r#"{"Code":"Throttling.User","Message":"slow down"}"#;

/// A service with a quota, in paused time.
#[derive(Clone)]
struct Quota(Arc<Mutex<Counted>>);

#[derive(Clone, Copy)]
struct Counted {
    start: Instant,
    calls: u32,
    per: Duration,
    latency: Duration,
    /// The span that is counted, and how many it let through.
    span: (u128, u32),
    passed: u32,
    refused: u32,
}

impl Quota {
    fn new(calls: u32, per: Duration, latency: Duration) -> Self {
        Self(Arc::new(Mutex::new(Counted {
            start: Instant::now(),
            calls,
            per,
            latency,
            span: (0, 0),
            passed: 0,
            refused: 0,
        })))
    }

    fn counted(&self) -> Counted {
        *self.0.lock().expect("the quota")
    }

    fn take(&self) -> bool {
        let mut counted = self.0.lock().expect("the quota");
        let span = counted.start.elapsed().as_nanos() / counted.per.as_nanos();
        if counted.span.0 != span {
            counted.span = (span, 0);
        }
        let passes = counted.span.1 < counted.calls;
        if passes {
            counted.span.1 += 1;
            counted.passed += 1;
        } else {
            counted.refused += 1;
        }
        passes
    }
}

impl fmt::Debug for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Quota")
    }
}

impl Transport for Quota {
    fn send(
        &self,
        _: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async {
            let half = self.counted().latency / 2;
            sleep(half).await;
            let passes = self.take();
            sleep(half).await;
            let (status, body) = match passes {
                true => (200, JSON_SAMPLE),
                false => (400, THROTTLED),
            };
            let mut reply = http::Response::new(Body::from(body));
            *reply.status_mut() = http::StatusCode::from_u16(status).expect("a status");
            Ok(reply)
        })
    }
}

/// Tasks that call without an end, for so long. How many calls succeeded and failed.
async fn saturate(config: &Config, tasks: usize, time: Duration) -> (u32, u32) {
    let counts = Arc::new(Mutex::new((0, 0)));
    let mut calling = JoinSet::new();
    for _ in 0..tasks {
        let (config, counts) = (config.clone(), counts.clone());
        calling.spawn(async move {
            loop {
                let ended = call(&config).await;
                let mut counts = counts.lock().expect("the counts");
                match ended {
                    Ok(_) => counts.0 += 1,
                    Err(error) if error.is_throttling() => counts.1 += 1,
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    sleep(time).await;
    calling.shutdown().await;
    let counts = counts.lock().expect("the counts");
    *counts
}

fn production(quota: &Quota) -> Config {
    Config::new(Credentials::new("id", "secret"))
        .region("cn-hangzhou")
        .transport(quota.clone())
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn many_tasks_get_the_quota_through_and_few_attempts_are_refused() {
    for millis in [4, 60] {
        let quota = Quota::new(50, SECOND, Duration::from_millis(millis));
        let (succeeded, failed) = saturate(&production(&quota), 64, SECOND * 60).await;
        let Counted {
            passed, refused, ..
        } = quota.counted();
        let share = f64::from(refused) / f64::from(passed + refused);
        let seen = format!("{millis} ms: {succeeded} {failed}, {passed} {refused}, {share}");
        assert!(succeeded >= 45 * 60, "{seen}");
        assert!(share < 0.05, "{seen}");
        assert_eq!(failed, 0, "{seen}");
    }
}

/// What the test above would find if nothing adapted.
#[tokio::test(start_paused = true)]
async fn without_adapting_most_attempts_are_refused_and_calls_fail() {
    let quota = Quota::new(50, SECOND, Duration::from_millis(4));
    let config = production(&quota).adaptive_rate(false);
    let (_, failed) = saturate(&config, 64, SECOND * 60).await;
    let Counted {
        passed, refused, ..
    } = quota.counted();
    assert!(
        refused > passed && failed > 1000,
        "{passed} {refused} {failed}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_quota_of_a_minute_is_used_up_and_no_call_fails() {
    let quota = Quota::new(100, SECOND * 60, Duration::from_millis(4));
    let (succeeded, failed) = saturate(&production(&quota), 16, SECOND * 300).await;
    let Counted {
        passed, refused, ..
    } = quota.counted();
    let seen = format!("{succeeded} {failed}, {passed} {refused}");
    assert!(succeeded >= 450 && refused * 5 < passed, "{seen}");
    assert_eq!(failed, 0, "{seen}");
}

#[tokio::test(start_paused = true)]
async fn configured_rates_keep_all_below_the_quota() {
    let quota = Quota::new(50, SECOND, Duration::ZERO);
    let config = production(&quota).rate_limit("ga", 50, SECOND);
    let (succeeded, _) = saturate(&config, 64, SECOND * 20).await;
    let counted = quota.counted();
    assert_eq!(counted.refused, 0);
    assert!(succeeded >= 49 * 20, "{succeeded}");
}

fn throttled(header: &str) -> Fault {
    http("400 -", header, THROTTLED)
}

#[tokio::test]
async fn a_throttled_call_holds_those_of_other_clients_whose_deadline_ends_them_at_once() {
    let broken = Broken::start([throttled("x-acs-retry-after: 19000\r\n")]).await;
    let config = config(&broken.address);
    let deadline = Duration::from_secs(5);
    let error = call(&config).deadline(deadline).await.expect_err("a hint");
    assert_eq!((error.status(), broken.requests()), (Some(400), 1));

    let error = call(&config.clone()).deadline(deadline).await;
    let error = error.expect_err("held");
    assert!(error.is_throttling() && error.is_retryable() && !error.is_denied());
    assert_eq!((error.attempts(), error.status()), (0, None));
    let text = error.to_string();
    let begins = "AssociateAdditionalCertificatesWithListener was not sent: the call's deadline \
                  passes before it may be sent, in about ";
    assert!(
        text.starts_with(begins) && text.ends_with("wait for their turn"),
        "{text}"
    );
    assert_eq!(broken.requests(), 1);

    // Nothing is shared with a configuration of its own, nor with other operations.
    let other = list(&config).deadline(deadline).await.expect_err("a hint");
    assert_eq!(other.status(), Some(400));
    let off = config.adaptive_rate(false);
    let error = call(&off).deadline(deadline).await.expect_err("a hint");
    assert_eq!((error.status(), broken.requests()), (Some(400), 3));
}

#[tokio::test]
async fn a_time_in_the_service_s_header_is_throttling_also_for_a_write_without_token() {
    let busy = |header| http("503 -", header, r#"{"Code":"SomethingElse"}"#);
    for (header, attempts, is_throttling) in [
        ("x-acs-retry-after: 1\r\n", 3, true),
        ("x-acs-retry-after: 0\r\n", 1, false),
        ("retry-after: 0\r\n", 1, false),
        ("", 1, false),
    ] {
        let broken = Broken::start([busy(header)]).await;
        let error = set_password(&config(&broken.address)).await;
        let error = error.expect_err("busy");
        assert_eq!(
            (error.attempts(), broken.requests()),
            (attempts, attempts as usize)
        );
        assert_eq!(error.is_throttling(), is_throttling, "{header}");
    }
}

#[tokio::test]
async fn no_more_calls_are_in_flight_than_the_configuration_allows() {
    let broken = Broken::start([Fault::HangAtHeaders]).await;
    let config = config(&broken.address).max_in_flight(1);
    let first = tokio::spawn(call(&config).timeout(SECOND * 60).send());
    test_support::until("a request", || broken.requests() == 1).await;
    let second = call(&config).deadline(Duration::from_millis(100)).await;
    let text = second.expect_err("no room").to_string();
    assert!(
        text.ends_with("in flight as the configuration allows (1)"),
        "{text}"
    );
    assert_eq!(broken.requests(), 1);
    // One that is dropped makes room.
    first.abort();
    drop(first.await);
    let third = call(&config).timeout(Duration::from_millis(100)).await;
    assert!(third.expect_err("silence").is_timeout());
}

#[tokio::test]
async fn a_call_that_waited_is_signed_with_the_credentials_of_then() {
    let broken = Broken::start([
        throttled("x-acs-retry-after: 40\r\n"),
        http("200 OK", "", JSON_SAMPLE),
    ])
    .await;
    let provider = Arc::new(Provider::default());
    let config = Config::new(provider.clone())
        .endpoint(&broken.address)
        .no_proxy();
    let once = call(&config).retry(Retry::off()).await;
    assert!(once.expect_err("a refusal").is_throttling());
    assert_eq!(provider.0.load(Ordering::SeqCst), 1);
    // Before it waits, to know whose call it is, and after.
    call(&config).await.expect("its turn");
    assert_eq!(provider.0.load(Ordering::SeqCst), 3);
}
