//! On which runtimes, and on which threads, calls are made.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{RawClient, TransportErrorKind as Kind};
use test_support::{Broken, FakeService, answer, config, http};
use tokio::runtime::{Builder, Runtime};

use crate::{JSON_SAMPLE, call, list, set_password};

fn current_thread() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

#[test]
fn a_runtime_that_nobody_drives_stops_no_other_callers() {
    let servers = Runtime::new().expect("a runtime");
    let broken = servers.block_on(Broken::start([http("200 OK", "", JSON_SAMPLE)]));
    let config = config(&broken.address);
    let (first, second) = (current_thread(), current_thread());
    // Each leaves an idle connection behind that nobody reads any more. Writes: one
    // that hangs is not sent again.
    for runtime in [&first, &second, &first, &servers, &second] {
        let done = runtime.block_on(async { set_password(&config).await });
        done.expect("success");
    }
    #[cfg(feature = "blocking")]
    {
        set_password(&config).send_blocking().expect("success");
        let done = first.block_on(async { set_password(&config).await });
        done.expect("success");
    }
    // And so does one that has ended.
    drop(second);
    let third = current_thread();
    let done = third.block_on(async { set_password(&config).await });
    done.expect("success");
    let expected = if cfg!(feature = "blocking") { 8 } else { 6 };
    assert_eq!(broken.requests(), expected);
}

#[tokio::test]
async fn calls_are_futures_where_futures_are_wanted() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let config = double.config();
    let raw = RawClient::rpc(&config, "Ga", "2019-11-20");
    let spawned = tokio::spawn(call(&config).send());
    let named = tokio::spawn(raw.call("ListThings").send());
    let (joined, listed) = tokio::join!(call(&config).send(), list(&config).send());
    assert_eq!(
        joined.expect("success"),
        spawned.await.expect("no panic").expect("success")
    );
    listed.expect("success");
    named.await.expect("no panic").expect("success");
    assert_eq!(double.seen().len(), 4);
    let unsent = call(&config).send();
    assert!(format!("{unsent:?}").contains("AssociateAdditionalCertificates"));
    drop(unsent);
    assert_eq!(double.seen().len(), 4);
}

#[test]
fn awaiting_without_what_tokio_provides_is_an_error_that_says_what_is_needed() {
    let config = config("http://127.0.0.1:9");
    let check = |error: alicloud_runtime::Error<_>, needed: &str| {
        let transport = error.transport().expect("a transport error");
        assert_eq!(
            (transport.kind(), transport.was_sent(), error.attempts()),
            (Kind::Other, false, 1),
            "{error}"
        );
        assert!(error.to_string().contains(needed), "{error}");
    };
    let sending = pin!(set_password(&config).send());
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(outside) = sending.poll(&mut context) else {
        panic!("it waits for nothing");
    };
    check(outside.expect_err("no runtime"), "needs a Tokio runtime");

    let mut bare = Builder::new_current_thread();
    for (runtime, needed) in [
        (bare.build(), "needs the timers"),
        (bare.enable_io().build(), "needs the timers"),
        (
            Builder::new_current_thread().enable_time().build(),
            "needs the I/O",
        ),
    ] {
        let runtime = runtime.expect("a runtime");
        let lacking = runtime.block_on(set_password(&config).send());
        check(lacking.expect_err("something is off"), needed);
    }

    // Where nothing has to wait, nothing is needed.
    let replay = Replay::new().respond(200, JSON_SAMPLE);
    let sending = pin!(call(&replay.config()).send());
    assert!(sending.poll(&mut context).is_ready());
}

#[cfg(feature = "blocking")]
mod blocking {
    use alicloud_runtime::Waiter;

    use super::*;

    const REFUSED: &str = "AssociateAdditionalCertificatesWithListener was not sent: a blocking \
                           call would stop the async tasks of this thread; use `.await`";

    #[test]
    fn threads_that_may_block_may_send() {
        let servers = Runtime::new().expect("a runtime");
        let double = servers.block_on(FakeService::start([answer(200, JSON_SAMPLE)]));
        let config = double.config();
        let send = {
            let config = config.clone();
            move || call(&config).send_blocking().map(|r| r.listener_id)
        };
        send().expect("on a thread of the app");
        {
            let _entered = servers.enter();
            send().expect("with an entered handle");
        }
        let sent = servers.block_on(async {
            let in_place = send.clone();
            let worker = tokio::spawn(async move { tokio::task::block_in_place(in_place) });
            worker.await.expect("no panic").expect("on a worker");
            tokio::task::block_in_place(&send).expect("in `block_on`");
            tokio::task::spawn_blocking(send).await.expect("no panic")
        });
        sent.expect("in `spawn_blocking`");
        assert_eq!(double.seen().len(), 5);
    }

    #[test]
    fn threads_that_drive_tasks_are_refused_by_name() {
        let replay = Replay::new();
        let config = replay.config();
        let send = move || call(&config).send_blocking();
        for runtime in [Runtime::new().expect("a runtime"), current_thread()] {
            let (in_task, in_local) = (send.clone(), send.clone());
            let (task, local, root) = runtime.block_on(async {
                let task = tokio::spawn(async move { in_task() }).await;
                let set = tokio::task::LocalSet::new();
                let local = set.run_until(async move { in_local() }).await;
                (task.expect("no panic"), local, send())
            });
            for refused in [task, local, root] {
                let error = refused.expect_err("refused").to_string();
                assert!(error.starts_with(REFUSED), "{error}");
            }
        }
        let config = replay.config();
        current_thread().block_on(async {
            let call = || call(&config);
            for refused in [
                call().reply_blocking().expect_err("refused"),
                call().explain_blocking().map(drop).expect_err("refused"),
                call().dry_run().send_blocking().expect_err("refused"),
            ] {
                assert!(refused.to_string().starts_with(REFUSED), "{refused}");
            }
            let mut pages = list(&config).pages().into_blocking();
            let refused = pages.next().expect("an item").map(drop);
            let error = refused.expect_err("refused").to_string();
            assert!(error.contains(" was not sent: a blocking call"), "{error}");
            assert!(pages.next().is_none());
            static WAITER: Waiter = Waiter::new("listed", &[]);
            let waiting = call().wait(&WAITER).run_blocking().map(drop);
            let error = waiting.expect_err("refused").to_string();
            assert!(error.starts_with(REFUSED), "{error}");
            let raw = RawClient::rpc(&config, "Ga", "2019-11-20").call("ListThings");
            let error = raw.send_blocking().map(drop).expect_err("refused");
            assert!(
                error.to_string().starts_with("ListThings was not sent"),
                "{error}"
            );
        });
        assert!(replay.requests().is_empty());
    }
}
