//! Calls at a concurrency, and what they took: one line of seconds, and of seconds of
//! CPU time.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rustix::time::{ClockId, clock_gettime};

/// What the command line asks for.
pub struct Run {
    pub address: String,
    concurrency: usize,
    calls: usize,
}

impl Run {
    pub fn from_args() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let [address, concurrency, calls] = arguments.try_into().expect("three arguments");
        Self {
            address,
            concurrency: concurrency.parse().expect("a number"),
            calls: calls.parse().expect("a number"),
        }
    }

    pub async fn measure(&self, call: impl AsyncFn()) {
        // Connections are made before the time is taken.
        self.calls(self.concurrency, &call).await;
        let (start, cpu) = (Instant::now(), cpu_time());
        self.calls(self.calls, &call).await;
        let (wall, cpu) = (start.elapsed(), cpu_time() - cpu);
        println!("{} {}", wall.as_secs_f64(), cpu.as_secs_f64());
    }

    async fn calls(&self, total: usize, call: &impl AsyncFn()) {
        let worker = async || {
            for _ in 0..total / self.concurrency {
                call().await;
            }
        };
        join_all((0..self.concurrency).map(|_| worker())).await;
    }
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}
