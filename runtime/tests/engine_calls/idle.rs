//! Connections that are kept, and closed by the other side while nobody looks.

use std::thread;
use std::time::Duration;

use test_support::{Broken, Fault, config, http};
use tokio::runtime::{Builder, Runtime};

use crate::set_password;

/// How many writes are sent, each after the server closed the connection before it.
const WRITES: usize = 100;

/// A server that closes each connection after its reply, on a runtime of its own.
fn closing() -> (Runtime, Broken) {
    let servers = Runtime::new().expect("a runtime");
    let Fault::Answer(answer) = http("200 OK", "", "{\"RequestId\":\"r\"}") else {
        unreachable!("it answers")
    };
    let broken = servers.block_on(Broken::start([Fault::AnswerAndClose(answer)]));
    (servers, broken)
}

/// Waits until the server has closed so many connections, and this side was told.
fn await_closed(broken: &Broken, number: usize) {
    while broken.closed() < number {
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_millis(5));
}

#[test]
fn writes_survive_connections_that_close_while_their_runtime_stands_still() {
    let (_servers, broken) = closing();
    let config = config(&broken.address);
    let standing = Builder::new_current_thread().enable_all().build();
    let standing = standing.expect("a runtime");
    for number in 1..=WRITES {
        // It has no token: it is sent again only where nothing was sent.
        let done = standing.block_on(async { set_password(&config).await });
        done.unwrap_or_else(|e| panic!("write {number}: {e}"));
        await_closed(&broken, number);
    }
    assert_eq!(broken.requests(), WRITES, "none is lost, none comes twice");
}

#[cfg(feature = "blocking")]
#[test]
fn blocking_writes_survive_connections_that_close_between_them() {
    let (_servers, broken) = closing();
    let config = config(&broken.address);
    for number in 1..=WRITES {
        let done = set_password(&config).send_blocking();
        done.unwrap_or_else(|e| panic!("write {number}: {e}"));
        await_closed(&broken, number);
    }
    assert_eq!(broken.requests(), WRITES, "none is lost, none comes twice");
}

#[tokio::test]
async fn an_idle_connection_is_kept_for_as_long_as_was_said() {
    let long = Duration::from_secs(600);
    for (timeout, most, connections) in [
        (long, usize::MAX, 1),
        (Duration::MAX, 1, 1),
        (Duration::from_millis(1), usize::MAX, 3),
        (long, 0, 3),
    ] {
        let broken = Broken::start([http("200 OK", "", "{\"RequestId\":\"r\"}")]).await;
        let config = config(&broken.address)
            .pool_idle_timeout(timeout)
            .pool_max_idle_per_host(most);
        for _ in 0..3 {
            set_password(&config).await.expect("success");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(
            (broken.requests(), broken.connections()),
            (3, connections),
            "{timeout:?} {most}"
        );
    }
    let shown = format!("{:?}", config("http://localhost"));
    assert!(shown.contains("pool_idle_timeout: 5s"), "{shown}");
}

/// Gateways close connections that were not used for a while; here after a second, while
/// this side keeps them for five.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_writes_none_is_lost_and_none_comes_twice_where_idle_connections_close() {
    const AT_ONCE: usize = 20;
    let idle = Duration::from_secs(1);
    let answer = http("200 OK", "", "{\"RequestId\":\"r\"}");
    let broken = Broken::closing_idle([answer], idle).await;
    let config = config(&broken.address);
    for round in 1..=WRITES / AT_ONCE {
        // No token: sent again only where nothing was sent.
        let writes: Vec<_> = (0..AT_ONCE)
            .map(|_| tokio::spawn(set_password(&config).send()))
            .collect();
        for write in writes {
            let done = write.await.expect("no panic");
            done.unwrap_or_else(|e| panic!("round {round}: {e}"));
        }
        assert_eq!(broken.requests(), round * AT_ONCE);
        // One of each two rounds finds open connections, the other closed ones.
        while round % 2 == 0 && broken.closed() < broken.connections() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    assert_eq!(broken.requests(), WRITES, "none is lost, none comes twice");
    assert!(broken.connections() > AT_ONCE, "closed ones were replaced");
    assert!(broken.connections() < WRITES, "open ones were used again");
}
