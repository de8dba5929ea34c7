//! Many tasks against a service with a quota: how much of it gets through, and how much
//! is refused.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use alicloud::Config;
use alicloud::ga::{self, list_accelerators};
use test_support::{FakeService, answer};
use tokio::task::JoinSet;

/// What is measured.
pub(crate) struct Quota {
    /// Calls that the service lets through in each second.
    pub(crate) calls: u32,
    pub(crate) tasks: usize,
    pub(crate) seconds: u64,
    pub(crate) adaptive: bool,
}

/// What the service and the tasks counted.
#[derive(Clone, Copy, Default)]
struct Counted {
    /// The second that is counted, and how many it let through.
    second: (u64, u32),
    passed: u32,
    refused: u32,
    succeeded: u32,
    failed: u32,
}

/// What was measured.
pub(crate) struct Measured {
    quota: Quota,
    counted: Counted,
    elapsed: Duration,
}

/// Calls without an end, in so many tasks, for so long.
pub(crate) async fn run(quota: Quota) -> Measured {
    let counted = Arc::<Mutex<Counted>>::default();
    let (counting, calls, start) = (counted.clone(), quota.calls, Instant::now());
    let service = FakeService::unsigned(move |_| {
        let mut counted = counting.lock().expect("the counts");
        let second = start.elapsed().as_secs();
        if counted.second.0 != second {
            counted.second = (second, 0);
        }
        if counted.second.1 < calls {
            counted.second.1 += 1;
            counted.passed += 1;
            return answer(200, r#"{"RequestId":"1","TotalCount":0}"#);
        }
        counted.refused += 1;
        answer(400, r#"{"RequestId":"1","Code":"Throttling.User"}"#)
    })
    .await;
    // Retries as ever, with their pauses.
    let config = Config::new(alicloud::Credentials::new("testid", "testsecret"))
        .endpoint(service.address())
        .no_proxy()
        .adaptive_rate(quota.adaptive);
    let mut calling = JoinSet::new();
    for _ in 0..quota.tasks {
        let (client, counted) = (ga::Client::new(&config), counted.clone());
        calling.spawn(async move {
            loop {
                let request = list_accelerators::Request::new().region_id("cn-hangzhou");
                let ended = client.list_accelerators(request).await;
                let mut counted = counted.lock().expect("the counts");
                match ended {
                    Ok(_) => counted.succeeded += 1,
                    Err(_) => counted.failed += 1,
                }
            }
        });
    }
    tokio::time::sleep(Duration::from_secs(quota.seconds)).await;
    let elapsed = start.elapsed();
    calling.shutdown().await;
    let counted = *counted.lock().expect("the counts");
    Measured {
        quota,
        counted,
        elapsed,
    }
}

impl Measured {
    fn rate(&self) -> f64 {
        f64::from(self.counted.succeeded) / self.elapsed.as_secs_f64()
    }

    fn share(&self) -> f64 {
        let Counted {
            passed, refused, ..
        } = self.counted;
        f64::from(refused) / f64::from((passed + refused).max(1))
    }

    /// Nine tenths of the quota, with fewer than 5% of the attempts refused.
    pub(crate) fn passed(&self) -> bool {
        self.rate() >= 0.9 * f64::from(self.quota.calls) && self.share() < 0.05
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Quota {
            calls,
            tasks,
            adaptive,
            ..
        } = self.quota;
        let Counted {
            passed,
            refused,
            failed,
            ..
        } = self.counted;
        let adapts = if adaptive { "adapting" } else { "not adapting" };
        writeln!(
            f,
            "{tasks} tasks, {adapts}, against a quota of {calls} a second for {:.1} s:",
            self.elapsed.as_secs_f64()
        )?;
        writeln!(f, "{:>10.1}  calls a second that succeeded", self.rate())?;
        writeln!(f, "{failed:>10}  calls that failed")?;
        writeln!(
            f,
            "{:>9.1}%  of {} attempts refused",
            100.0 * self.share(),
            passed + refused
        )
    }
}
