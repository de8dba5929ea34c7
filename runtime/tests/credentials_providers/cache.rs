//! The cache that every provider of temporary keys has, by way of the public one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_runtime::credentials::{Cached, ProvideCredentials};
use alicloud_runtime::{BoxFuture, Credentials, CredentialsError};
use tokio::sync::Semaphore;

use crate::support::*;

/// A provider whose n-th fetch gives the key `key-n`, once it is let through.
#[derive(Clone, Debug)]
struct Source(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hand: ManualClock,
    life: Option<u64>,
    mood: Mutex<Mood>,
    gate: Semaphore,
    fetches: AtomicUsize,
}

#[derive(Clone, Copy, Debug)]
enum Mood {
    Good,
    Failing,
    Panicking,
    Expired,
}

const OPEN: usize = 1000;

impl Source {
    /// Its keys live for so many seconds; `permits` fetches are let through.
    fn new(life: impl Into<Option<u64>>, permits: usize) -> Self {
        Self(Arc::new(Inner {
            hand: ManualClock::new(),
            life: life.into(),
            mood: Mutex::new(Mood::Good),
            gate: Semaphore::new(permits),
            fetches: AtomicUsize::new(0),
        }))
    }

    fn cached(&self) -> Arc<Cached<Source>> {
        Arc::new(Cached::with_clock(self.clone(), self.0.hand.clock()))
    }

    fn let_through(&self) {
        self.0.gate.add_permits(1);
    }

    fn mood(&self, mood: Mood) {
        *self.0.mood.lock().unwrap() = mood;
    }

    fn fetches(&self) -> usize {
        self.0.fetches.load(Ordering::SeqCst)
    }

    async fn fetch(&self) -> Result<Credentials, CredentialsError> {
        let number = self.0.fetches.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.gate.acquire().await.unwrap().forget();
        let key = Credentials::new(format!("key-{number}"), SECRET).with_security_token(TOKEN);
        let now = self.0.hand.now();
        let mood = *self.0.mood.lock().unwrap();
        match mood {
            Mood::Good => {}
            Mood::Failing => return Err(CredentialsError::new("source", format!("no {number}"))),
            Mood::Panicking => std::panic::panic_any("on purpose"),
            Mood::Expired => return Ok(key.with_expiry(now)),
        }
        Ok(match self.0.life {
            Some(life) => key.with_expiry(now + Duration::from_secs(life)),
            None => key,
        })
    }
}

impl ProvideCredentials for Source {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.fetch())
    }

    fn name(&self) -> &'static str {
        "source"
    }
}

async fn id(cached: &Cached<Source>) -> String {
    cached.provide().await.unwrap().access_key_id().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_at_once_are_one_fetch() {
    let source = Source::new(3600, 0);
    let cached = source.cached();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let cached = cached.clone();
        calls.spawn(async move { id(&cached).await });
    }
    until("the fetch starts", || source.fetches() == 1).await;
    tokio::task::yield_now().await;
    source.let_through();
    let ids = calls.join_all().await;
    assert_eq!(ids, vec!["key-1"; 100]);
    assert_eq!(source.fetches(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_at_once_share_one_failure() {
    let source = Source::new(3600, 0);
    source.mood(Mood::Failing);
    let cached = source.cached();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let cached = cached.clone();
        calls.spawn(async move { cached.provide().await.unwrap_err().to_string() });
    }
    until("the fetch starts", || source.fetches() == 1).await;
    source.let_through();
    assert_eq!(calls.join_all().await, vec!["source: no 1"; 100]);
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn what_was_fetched_is_kept_until_it_is_due() {
    let source = Source::new(3600, OPEN);
    let cached = source.cached();
    for _ in 0..10 {
        assert_eq!(id(&cached).await, "key-1");
    }
    source.0.hand.advance(2699);
    assert_eq!(id(&cached).await, "key-1");
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn a_key_is_renewed_ahead_of_expiry_while_the_old_one_is_used() {
    let source = Source::new(3600, 1);
    let cached = source.cached();
    assert_eq!(id(&cached).await, "key-1");
    source.0.hand.advance(2700); // 15 minutes left
    for _ in 0..10 {
        assert_eq!(id(&cached).await, "key-1");
        tokio::task::yield_now().await;
    }
    until("the renewal starts", || source.fetches() == 2).await;
    source.let_through();
    while id(&cached).await == "key-1" {
        tokio::task::yield_now().await;
    }
    assert_eq!(id(&cached).await, "key-2");
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn a_short_life_is_renewed_in_its_last_third() {
    let source = Source::new(90, OPEN);
    let cached = source.cached();
    id(&cached).await;
    source.0.hand.advance(59);
    id(&cached).await;
    tokio::task::yield_now().await;
    assert_eq!(source.fetches(), 1);
    source.0.hand.advance(1);
    assert_eq!(id(&cached).await, "key-1");
    until("the renewal starts", || source.fetches() == 2).await;
}

#[tokio::test]
async fn an_expired_key_is_not_handed_out() {
    let source = Source::new(3600, OPEN);
    let cached = source.cached();
    id(&cached).await;
    source.0.hand.advance(3600);
    assert_eq!(id(&cached).await, "key-2");
}

#[tokio::test]
async fn the_old_key_is_used_until_it_expires_while_renewing_fails() {
    let source = Source::new(3600, OPEN);
    let cached = source.cached();
    id(&cached).await;
    source.mood(Mood::Failing);
    source.0.hand.advance(2700);
    for second in 0..899 {
        assert_eq!(id(&cached).await, "key-1", "after {second} s");
        tokio::task::yield_now().await;
        source.0.hand.advance(1);
    }
    // 1 + 2 + 4 + 8 + 16 seconds apart, then 30
    let tries = source.fetches() - 1;
    assert!((20..=40).contains(&tries), "{tries} tries in 15 minutes");
    source.0.hand.advance(60);
    let text = text_of(cached.provide().await);
    assert!(text.starts_with("source: no "), "{text}");
}

#[tokio::test]
async fn after_a_failure_the_next_fetch_waits_a_little_and_then_longer() {
    let source = Source::new(3600, OPEN);
    source.mood(Mood::Failing);
    let cached = source.cached();
    let mut fetched_at = Vec::new();
    for second in 0..100 {
        let before = source.fetches();
        cached.provide().await.unwrap_err();
        if source.fetches() > before {
            fetched_at.push(second);
        }
        source.0.hand.advance(1);
    }
    assert_eq!(fetched_at, [0, 1, 3, 7, 15, 31, 61, 91]);
    source.mood(Mood::Good);
    source.0.hand.advance(30);
    assert_eq!(id(&cached).await, "key-9");
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_prolong_the_wait() {
    let source = Source::new(3600, OPEN);
    let hand = source.0.hand.clone();
    let back = Arc::new(Mutex::new(Duration::ZERO));
    let shown = back.clone();
    let clock = alicloud_runtime::time::Clock::from_fn(move || hand.now() - *shown.lock().unwrap());
    let cached = Cached::with_clock(source.clone(), clock);
    source.mood(Mood::Failing);
    cached.provide().await.unwrap_err();
    *back.lock().unwrap() = Duration::from_secs(86_400);
    cached.provide().await.unwrap_err();
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn a_caller_that_is_dropped_does_not_stop_the_fetch() {
    let source = Source::new(3600, 0);
    let cached = source.cached();
    let caller = tokio::spawn({
        let cached = cached.clone();
        async move { id(&cached).await }
    });
    until("the fetch starts", || source.fetches() == 1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    source.let_through();
    assert_eq!(id(&cached).await, "key-1");
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn callers_that_are_dropped_leave_the_others_their_answer() {
    let source = Source::new(3600, 0);
    let cached = source.cached();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let cached = cached.clone();
            tokio::spawn(async move { id(&cached).await })
        })
        .collect();
    until("the fetch starts", || source.fetches() == 1).await;
    for call in calls.iter().step_by(2) {
        call.abort();
    }
    source.let_through();
    for (number, call) in calls.into_iter().enumerate() {
        if number % 2 == 1 {
            assert_eq!(call.await.unwrap(), "key-1");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_hangs_is_given_up() {
    let source = Source::new(3600, 0);
    let cached = source.cached();
    let text = text_of(cached.provide().await);
    assert_eq!(text, "source: no credentials within 30s");
    source.0.hand.advance(1);
    source.let_through();
    assert_eq!(id(&cached).await, "key-2");
}

#[tokio::test]
async fn a_fetch_that_panics_wedges_nobody() {
    let source = Source::new(3600, OPEN);
    source.mood(Mood::Panicking);
    let cached = source.cached();
    let text = text_of(cached.provide().await);
    assert!(text.contains("was cut short"), "{text}");
    source.mood(Mood::Good);
    let fetched = source.fetches() + 1;
    assert_eq!(id(&cached).await, format!("key-{fetched}"));
}

#[test]
fn a_fetch_whose_runtime_is_shut_down_is_started_again_by_another() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let source = Source::new(3600, 0);
    let cached = source.cached();
    let (first, second) = (runtime(), runtime());
    first.block_on(async {
        let call = tokio::time::timeout(Duration::from_millis(50), cached.provide());
        call.await.unwrap_err();
    });
    assert_eq!(source.fetches(), 1);
    let waiting = second.spawn({
        let cached = cached.clone();
        async move { id(&cached).await }
    });
    // the second waits for the fetch that the first one started
    second.block_on(tokio::task::yield_now());
    drop(first);
    source.let_through();
    assert_eq!(second.block_on(waiting).unwrap(), "key-2");
}

#[test]
fn without_a_runtime_the_error_says_so() {
    let cached = Source::new(3600, OPEN).cached();
    let future = cached.provide();
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(result) => assert!(text_of(result).contains("Tokio runtime")),
        std::task::Poll::Pending => panic!("waits for ever"),
    }
}

#[tokio::test]
async fn a_key_that_has_expired_when_it_comes_is_refused() {
    let source = Source::new(3600, OPEN);
    source.mood(Mood::Expired);
    let text = text_of(source.cached().provide().await);
    assert!(
        text.contains("expired at 2026-") && text.contains("by this machine's clock"),
        "{text}"
    );
}

#[tokio::test]
async fn a_key_without_expiry_is_looked_up_again_every_minute() {
    let source = Source::new(None, OPEN);
    let cached = source.cached();
    id(&cached).await;
    source.0.hand.advance(59);
    assert_eq!(id(&cached).await, "key-1");
    assert_eq!(source.fetches(), 1);
    source.0.hand.advance(1);
    assert_eq!(id(&cached).await, "key-1");
    until("the look-up starts", || source.fetches() == 2).await;
    source.mood(Mood::Failing);
    source.0.hand.advance(86_400);
    assert_eq!(id(&cached).await, "key-2");
}

#[tokio::test]
async fn a_refused_key_is_forgotten_but_no_other() {
    let source = Source::new(3600, OPEN);
    let cached = source.cached();
    let first = cached.provide().await.unwrap();
    cached.invalidate(&Credentials::new("key-1", SECRET)); // no token: another key
    assert_eq!(id(&cached).await, "key-1");
    cached.invalidate(&first);
    assert_eq!(id(&cached).await, "key-2");
    cached.invalidate(&first); // a late call's news
    assert_eq!(id(&cached).await, "key-2");
}

/// Longer than anything takes that does not hang.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_fetch_on_a_runtime_that_nobody_drives_is_replaced() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let source = Source::new(3600, 0);
    let cached = source.cached();
    let (idle, driven) = (runtime(), runtime());
    let asked = idle.spawn({
        let cached = cached.clone();
        async move { id(&cached).await }
    });
    idle.block_on(async { until("the fetch starts", || source.fetches() == 1).await });
    // whatever it waited for has come, but nobody looks; the key goes to whoever asks
    source.let_through();
    source.let_through();
    source.0.hand.advance(4);
    let waiting = driven.spawn({
        let cached = cached.clone();
        async move { id(&cached).await }
    });
    driven.block_on(tokio::task::yield_now());
    assert_eq!(source.fetches(), 1, "it may still be driven");
    source.0.hand.advance(1);
    let given = driven.block_on(async { tokio::time::timeout(LONG, waiting).await });
    assert_eq!(given.expect("another fetch").unwrap(), "key-2");
    assert_eq!(driven.block_on(id(&cached)), "key-2");
    // driven again, the first ends too, and does not undo what is newer
    assert_eq!(idle.block_on(asked).unwrap(), "key-1");
    assert_eq!(driven.block_on(id(&cached)), "key-2");
    assert_eq!(source.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_slow_fetch_that_is_driven_is_not_replaced() {
    let source = Source::new(3600, 0);
    let cached = source.cached();
    let first = tokio::spawn({
        let cached = cached.clone();
        async move { id(&cached).await }
    });
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(1100)).await;
        source.0.hand.advance(1);
        let second = tokio::time::timeout(Duration::ZERO, cached.provide());
        second.await.unwrap_err();
    }
    source.let_through();
    assert_eq!(first.await.unwrap(), "key-1");
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn a_fetched_key_that_cannot_sign_is_refused() {
    let cached = Cached::new(Credentials::new(" ", SECRET));
    let text = text_of(cached.provide().await);
    assert!(text.ends_with("the access key id is blank"), "{text}");
}
