//! The fault matrix: for each way to break, the outcome, how often it was tried,
//! and that all attempts of a write carry one token.

use std::time::Duration;

use alicloud_runtime::{Retry, TransportErrorKind as Kind};
use test_support::{Broken, Fault, closed_port, config, http, quick};
#[cfg(feature = "rustls")]
use tokio::net::TcpListener;

use crate::{JSON_SAMPLE, call, list, set_password};

/// Where a timeout is the outcome.
const SHORT: Duration = Duration::from_millis(250);

/// Where another failure is the outcome, there is time for it under load.
fn timeout_for(kind: Kind) -> Duration {
    if kind == Kind::Timeout {
        SHORT
    } else {
        Duration::from_secs(60)
    }
}

#[tokio::test]
async fn what_breaks_after_sending_is_repeated_only_where_that_is_safe() {
    for (fault, kind) in [
        (Fault::CloseBeforeReply, Kind::Reset),
        (Fault::ResetBeforeReply, Kind::Reset),
        (Fault::ResetInBody, Kind::Reset),
        (Fault::CutInBody, Kind::Reset),
        (Fault::CutInChunks, Kind::Reset),
        (Fault::Garbage, Kind::Reset),
        (Fault::HangAtHeaders, Kind::Timeout),
        (Fault::HangInBody, Kind::Timeout),
        (Fault::Drip, Kind::Timeout),
    ] {
        let with_token = Broken::start([fault.clone()]).await;
        let error = call(&config(&with_token.address))
            .timeout(timeout_for(kind))
            .await
            .expect_err("a fault");
        let transport = error.transport().expect("a transport error");
        assert_eq!(
            (transport.kind(), transport.was_sent()),
            (kind, true),
            "{fault:?}"
        );
        assert_eq!(
            (error.attempts(), with_token.requests()),
            (3, 3),
            "{fault:?}"
        );
        assert!(error.is_retryable(), "{fault:?}");
        assert_eq!(error.is_timeout(), kind == Kind::Timeout, "{fault:?}");
        let tokens = with_token.tokens();
        assert!(
            tokens.len() == 3 && tokens.iter().all(|t| *t == tokens[0]),
            "{tokens:?}"
        );

        let read = Broken::start([fault.clone()]).await;
        let calling = list(&config(&read.address)).timeout(timeout_for(kind));
        calling.await.expect_err("a fault");
        assert_eq!(read.requests(), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn a_write_without_token_that_may_have_been_executed_is_not_repeated() {
    for (fault, kind) in [
        (Fault::CloseBeforeReply, Kind::Reset),
        (Fault::HangAtHeaders, Kind::Timeout),
        (Fault::CutInBody, Kind::Reset),
    ] {
        let broken = Broken::start([fault.clone()]).await;
        let error = set_password(&config(&broken.address))
            .timeout(timeout_for(kind))
            .await
            .expect_err("a fault");
        assert_eq!(error.transport().map(|e| e.kind()), Some(kind), "{fault:?}");
        assert_eq!((error.attempts(), broken.requests()), (1, 1), "{fault:?}");
        let warned = error
            .to_string()
            .ends_with("; the request may have been carried out");
        assert!(warned, "{error}");
        let reading = list(&config(&broken.address));
        let error = reading
            .timeout(timeout_for(kind))
            .await
            .expect_err("a fault");
        assert!(!error.to_string().contains("carried out"), "{error}");
    }
}

#[tokio::test]
async fn a_call_recovers_when_the_service_does() {
    let broken = Broken::start([
        Fault::CutInBody,
        http("503 Service Unavailable", "", "busy"),
        http("200 OK", "", JSON_SAMPLE),
    ])
    .await;
    let reply = call(&config(&broken.address))
        .reply()
        .await
        .expect("success");
    assert_eq!((reply.attempts, broken.requests()), (3, 3));
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_and_nothing_was_sent() {
    let address = closed_port().await;
    let error = set_password(&config(&address)).await.expect_err("refused");
    let transport = error.transport().expect("a transport error");
    assert_eq!(
        (transport.kind(), transport.was_sent()),
        (Kind::Connect, false)
    );
    assert_eq!(error.attempts(), 3);
    let place = address.trim_start_matches("http://");
    let text = error.to_string();
    assert!(
        text.contains(&format!("{place}: no connection (check the endpoint")),
        "{text}"
    );
}

#[tokio::test]
async fn a_name_that_is_not_resolved_is_a_dns_failure() {
    // `.invalid` never resolves (RFC 6761).
    let config = config("http://alicloud-test.invalid").retry(Retry::off());
    let error = set_password(&config).await.expect_err("no such name");
    assert_eq!(
        error.transport().map(|e| e.kind()),
        Some(Kind::Dns),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains("alicloud-test.invalid: the name was not resolved (check the endpoint"),
        "{text}"
    );
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_handshake_that_is_cut_or_no_tls_is_told_from_a_timeout() {
    // Plain HTTP where TLS is expected: a failure of the protocol, not repeated.
    let plain = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("https://{}", plain.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            drop(
                tokio::io::AsyncWriteExt::write_all(
                    &mut stream,
                    b"HTTP/1.1 400 Bad Request\r\n\r\n",
                )
                .await,
            );
            tokio::time::sleep(Duration::from_secs(600)).await;
        }
    });
    let error = set_password(&config(&address)).await.expect_err("no TLS");
    let transport = error.transport().expect("a transport error");
    assert_eq!(
        (transport.kind(), transport.was_sent()),
        (Kind::Tls, false),
        "{error}"
    );
    assert_eq!(error.attempts(), 1);
    let place = address.trim_start_matches("https://");
    let hint = format!(
        "{place}: no TLS connection, the server does not speak TLS here (for plain HTTP, write `http://`"
    );
    assert!(error.to_string().contains(&hint), "{error}");
    assert!(!error.to_string().contains("carried out"), "{error}");

    let cut = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("https://{}", cut.local_addr().expect("an address"));
    tokio::spawn(async move { while cut.accept().await.is_ok() {} });
    let error = set_password(&config(&address)).await.expect_err("cut");
    let transport = error.transport().expect("a transport error");
    assert_eq!(
        (transport.kind(), transport.was_sent()),
        (Kind::Connect, false),
        "{error}"
    );
    assert_eq!(error.attempts(), 3);

    // A server that accepts and says nothing: the time to connect ends it.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("https://{}", silent.local_addr().expect("an address"));
    let config = config(&address).connect_timeout(SHORT).retry(Retry::off());
    let error = set_password(&config).await.expect_err("silence");
    assert_eq!(
        error.transport().map(|e| e.kind()),
        Some(Kind::Connect),
        "{error}"
    );
}

#[tokio::test]
async fn a_reply_is_read_up_to_its_bound_only() {
    for fault in [Fault::Announce(100 << 20), Fault::Endless] {
        let broken = Broken::start([fault.clone()]).await;
        let config = config(&broken.address).max_reply_bytes(1 << 20);
        let error = call(&config).await.expect_err("too large");
        assert_eq!(
            error.transport().map(|e| e.kind()),
            Some(Kind::TooLarge),
            "{fault:?}"
        );
        assert_eq!((error.attempts(), broken.requests()), (1, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn troubles_of_the_service_are_repeated_by_status_and_by_code() {
    for (status, body, with_token, without) in [
        ("500 Internal Server Error", "", 3, 1),
        ("502 Bad Gateway", "<html>", 3, 1),
        (
            "503 Service Unavailable",
            r#"{"Code":"ServiceUnavailable"}"#,
            3,
            1,
        ),
        ("504 Gateway Timeout", "", 3, 1),
        ("400 Bad Request", r#"{"Code":"ServiceUnavailable"}"#, 3, 1),
        ("429 Too Many Requests", "", 3, 3),
        ("400 Bad Request", r#"{"Code":"Throttling.User"}"#, 3, 3),
        ("403 Forbidden", r#"{"Code":"Throttling.Api"}"#, 3, 3),
        ("406 Not Acceptable", r#"{"code":"FlowControl"}"#, 3, 3),
        (
            "429 Too Many Requests",
            r#"{"Code":"Throttling.PerDay"}"#,
            1,
            1,
        ),
        ("400 Bad Request", r#"{"Code":"Resource.QuotaFull"}"#, 1, 1),
        ("501 Not Implemented", "", 1, 1),
        ("404 Not Found", "", 1, 1),
    ] {
        let first = Broken::start([http(status, "", body)]).await;
        call(&config(&first.address)).await.expect_err("an error");
        assert_eq!(first.requests(), with_token, "{status} {body}");
        let second = Broken::start([http(status, "", body)]).await;
        set_password(&config(&second.address))
            .await
            .expect_err("an error");
        assert_eq!(second.requests(), without, "{status} {body}");
    }
}

#[tokio::test]
async fn hints_are_honoured_and_too_long_ones_end_the_call() {
    let hinted = |hint: &str| {
        http(
            "400 Bad Request",
            &format!("{hint}\r\n"),
            r#"{"Code":"Any"}"#,
        )
    };
    let broken = Broken::start([
        hinted("x-acs-retry-after: 5"),
        hinted("retry-after: 0"),
        http("200 OK", "", JSON_SAMPLE),
    ])
    .await;
    let reply = call(&config(&broken.address))
        .reply()
        .await
        .expect("success");
    assert_eq!(reply.attempts, 3);

    // It does not say that a write was not executed.
    let broken = Broken::start([http("503 Service Unavailable", "retry-after: 0\r\n", "")]).await;
    let error = set_password(&config(&broken.address))
        .await
        .expect_err("busy");
    assert_eq!((error.attempts(), broken.requests()), (1, 1));

    let broken = Broken::start([hinted("retry-after: 3600")]).await;
    let error = call(&config(&broken.address)).await.expect_err("too long");
    assert_eq!(
        (error.attempts(), error.retry_after()),
        (1, Some(Duration::from_secs(3600)))
    );
}

#[tokio::test]
async fn the_deadline_bounds_all_attempts_and_pauses() {
    let broken = Broken::start([Fault::HangAtHeaders]).await;
    let call = call(&config(&broken.address))
        .deadline(SHORT)
        .retry(quick().attempts(1000));
    let error = call.await.expect_err("no time left");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(broken.requests(), 1);
    let text = error.to_string();
    assert!(
        text.contains("failed: the call's deadline of 250ms passed: 127.0.0.1:"),
        "{text}"
    );
    // The time that was left, without fractions of a millisecond.
    let shown = text.split("no complete reply in time (").nth(1);
    let shown = shown
        .and_then(|rest| rest.split("ms)").next())
        .map(str::parse::<u32>);
    assert!(matches!(shown, Some(Ok(..=250))), "{text}");

    // A pause that would outlast the deadline is not begun.
    let broken = Broken::start([http("503 Service Unavailable", "retry-after: 5\r\n", "")]).await;
    let call = crate::call(&config(&broken.address)).deadline(Duration::from_secs(2));
    assert_eq!(call.await.expect_err("no time left").attempts(), 1);
}

#[tokio::test]
async fn a_bad_day_uses_up_the_budget() {
    let broken = Broken::start([http("503 Service Unavailable", "", "")]).await;
    let config = config(&broken.address).retry(quick().attempts(1000));
    let error = call(&config).await.expect_err("an error");
    assert_eq!(error.attempts(), 101);
}

#[tokio::test]
async fn dropping_a_call_cancels_it() {
    let broken = Broken::start([Fault::HangAtHeaders]).await;
    let calling = tokio::spawn(call(&config(&broken.address)).send());
    while broken.requests() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    calling.abort();
    assert!(calling.await.expect_err("cancelled").is_cancelled());
    assert_eq!(broken.requests(), 1);
}
