//! A pool of connections for each Tokio runtime.
//!
//! The task that reads and writes a connection lives on the runtime that opened
//! it. While nobody drives that runtime the connection is deaf, and a call from
//! another one that took it out of a common pool would wait in vain.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, Id, RuntimeFlavor};

use super::{TransportError, TransportErrorKind};
use crate::driver::Missing;

/// How many runtimes have a pool at most.
const MOST: usize = 64;
/// A runtime that was used less long ago has heard what there was to hear.
const RESTED: Duration = Duration::from_millis(1);

type Make = dyn Fn() -> Result<reqwest::Client, reqwest::Error> + Send + Sync;

pub(super) struct Pools {
    make: Box<Make>,
    /// How long a connection is kept without use.
    idle_timeout: Duration,
    open: Mutex<Open>,
}

struct Open {
    /// Made to see that one can be made; the first runtime gets it.
    spare: Option<reqwest::Client>,
    pools: Vec<Pool>,
}

struct Pool {
    runtime: Id,
    client: reqwest::Client,
    used: Instant,
}

impl Pools {
    pub(super) fn new(
        idle_timeout: Duration,
        make: impl Fn() -> Result<reqwest::Client, reqwest::Error> + Send + Sync + 'static,
    ) -> Result<Self, TransportError> {
        let spare = Some(make().map_err(unusable)?);
        Ok(Self {
            make: Box::new(make),
            idle_timeout,
            open: Mutex::new(Open {
                spare,
                pools: Vec::new(),
            }),
        })
    }

    /// The client of the runtime that this runs on.
    pub(super) async fn client(&self) -> Result<reqwest::Client, TransportError> {
        let runtime = Handle::try_current().map_err(|_| TransportError::from(Missing::Runtime))?;
        let (client, rest) = self.of(runtime.id())?;
        if rest >= RESTED && runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
            // Between two `block_on`s nobody hears a server close its connections.
            // After a turn of the runtime they are gone from the pool, and no
            // request is written to one of them.
            let turn = runtime.spawn(tokio::task::yield_now());
            // Fails where the runtime is being shut down, as will what follows.
            drop(turn.await);
        }
        Ok(client)
    }

    /// A runtime's client, and how long ago it was asked for before.
    fn of(&self, runtime: Id) -> Result<(reqwest::Client, Duration), TransportError> {
        let now = Instant::now();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = open.pools.iter_mut().find(|pool| pool.runtime == runtime) {
            let rest = now.saturating_duration_since(pool.used);
            pool.used = now;
            return Ok((pool.client.clone(), rest));
        }
        // A pool that was not used for so long holds no connection worth keeping;
        // calls under way have a share of their own in it.
        let recent = |pool: &Pool| now.duration_since(pool.used) <= self.idle_timeout;
        open.pools.retain(recent);
        if open.pools.len() >= MOST
            && let Some(oldest) = (0..MOST).min_by_key(|&at| open.pools[at].used)
        {
            open.pools.swap_remove(oldest);
        }
        let client = match open.spare.take() {
            Some(client) => client,
            None => (self.make)().map_err(unusable)?,
        };
        open.pools.push(Pool {
            runtime,
            client: client.clone(),
            used: now,
        });
        Ok((client, Duration::ZERO))
    }
}

fn unusable(error: reqwest::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Other, "the HTTP client cannot be built")
        .not_sent()
        .with_source(error.without_url())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{Http, HttpOptions};

    fn runtimes(number: usize) -> Vec<tokio::runtime::Runtime> {
        let runtime = || tokio::runtime::Builder::new_current_thread().build();
        (0..number).map(|_| runtime().expect("a runtime")).collect()
    }

    fn opened(pools: &Pools) -> usize {
        pools.open.lock().expect("the pools").pools.len()
    }

    #[test]
    fn pools_are_few_however_many_runtimes_come_and_go() {
        let http = Http::new(&HttpOptions::default().no_proxy()).expect("a transport");
        let pools = &http.0.pools;
        for runtime in runtimes(MOST + 6) {
            pools.of(runtime.handle().id()).expect("a client");
            pools.of(runtime.handle().id()).expect("the same");
        }
        assert_eq!(opened(pools), MOST);

        // Nothing is kept for longer than its connections would be.
        let options = HttpOptions::default().no_proxy();
        let brief = Http::new(&options.pool_idle_timeout(Duration::ZERO)).expect("a transport");
        for runtime in runtimes(3) {
            brief.0.pools.of(runtime.handle().id()).expect("a client");
            std::thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(opened(&brief.0.pools), 1);
    }
}
