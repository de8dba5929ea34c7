//! The fault matrix of replies that come bit by bit: before the first event a call is as any
//! other, after it nothing is sent again; and it always ends.

use std::time::Duration;

use alicloud_runtime::{Error, Retry, TransportErrorKind as Kind};
use test_support::{Broken, Fault, Pace, config, http};

use crate::events::{HEAD, all, ask, tell};

/// Where a timeout is the outcome.
const SHORT: Duration = Duration::from_millis(250);

const EVENT: &str = "data: {\"Content\": \"a\"}\n\n";
const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// A stream in chunks whose end does not come.
fn unfinished(body: &str) -> String {
    format!("{CHUNKED}{:x}\r\n{body}\r\n", body.len())
}

#[tokio::test]
async fn what_breaks_before_the_first_event_is_repeated_where_that_is_safe() {
    let half = unfinished("data: {\"Cont");
    for (fault, kind) in [
        (Fault::AnswerAndClose(half.clone()), Kind::Reset),
        (Fault::AnswerAndHang(half), Kind::Timeout),
        (Fault::AnswerAndHang(HEAD.to_owned()), Kind::Timeout),
        // Signs of life are no events.
        (
            Fault::Repeat(HEAD.to_owned(), ": alive\n\n".to_owned(), Pace::Slow),
            Kind::Timeout,
        ),
        // Nor is what breaks off in the middle of a document.
        (
            Fault::AnswerAndHang(unfinished("{\"Content\":")),
            Kind::Timeout,
        ),
        (Fault::CloseBeforeReply, Kind::Reset),
        (Fault::CutInBody, Kind::Reset),
    ] {
        for reads in [true, false] {
            let broken = Broken::start([fault.clone()]).await;
            let config = config(&broken.address).stream_timeout(match kind {
                Kind::Timeout => SHORT,
                _ => Duration::from_secs(60),
            });
            let error: Error = match reads {
                true => all(ask(&config)).await.1.expect("a fault").into(),
                false => {
                    let event = tell(&config).next().await.expect("one");
                    event.expect_err("a fault").into()
                }
            };
            let transport = error.transport().expect("a transport error");
            assert_eq!(
                (transport.kind(), transport.was_sent()),
                (kind, true),
                "{fault:?}"
            );
            let times = if reads { 3 } else { 1 };
            let tried = (error.attempts() as usize, broken.requests());
            assert_eq!(tried, (times, times), "{fault:?}");
            assert_eq!(error.to_string().contains("carried out"), !reads, "{error}");
        }
    }
}

#[tokio::test]
async fn what_breaks_after_the_first_event_is_an_error_and_not_repeated() {
    let begun = unfinished(&format!("{EVENT}data: {{\"Cont"));
    for (fault, kind) in [
        (Fault::AnswerAndClose(begun.clone()), Kind::Reset),
        (Fault::AnswerAndHang(begun), Kind::Timeout),
        (Fault::AnswerAndHang(unfinished(EVENT)), Kind::Timeout),
        (
            Fault::Repeat(
                format!("{HEAD}{EVENT}"),
                ": alive\n\n".to_owned(),
                Pace::Slow,
            ),
            Kind::Timeout,
        ),
    ] {
        let broken = Broken::start([fault.clone()]).await;
        let config = config(&broken.address).stream_timeout(match kind {
            Kind::Timeout => SHORT,
            _ => Duration::from_secs(60),
        });
        let (texts, error) = all(ask(&config)).await;
        let error = error.expect("a fault");
        assert_eq!(texts, ["a"], "{fault:?}");
        assert_eq!(error.transport().map(|e| e.kind()), Some(kind), "{fault:?}");
        assert_eq!(error.is_timeout(), kind == Kind::Timeout);
        assert_eq!((error.attempts(), broken.requests()), (1, 1), "{fault:?}");
        if kind == Kind::Timeout {
            let text = error.to_string();
            assert!(text.contains(": no event in time (250ms)"), "{text}");
        }
    }
}

#[tokio::test]
async fn the_services_troubles_before_the_first_event_are_repeated() {
    let events = || Fault::AnswerAndClose(format!("{HEAD}{EVENT}"));
    let whole = |body: &str| http("200 OK", "content-type: application/json\r\n", body);
    let failing = |body: &str| Fault::AnswerAndClose(format!("{HEAD}data: {body}\n\n"));
    for trouble in [
        http("503 Service Unavailable", "", "busy"),
        http("429 Too Many Requests", "", ""),
        http(
            "400 Bad Request",
            "",
            r#"{"Code":"Throttling.User","Message":"slow"}"#,
        ),
        whole(r#"{"Code":"Throttling.User","Message":"slow","RequestId":"r"}"#),
        failing(r#"{"Header":{"Event":"task-failed","ErrorCode":"ServiceUnavailable"}}"#),
        failing(r#"{"Success":false,"Code":"Throttling","Message":"slow"}"#),
    ] {
        let broken = Broken::start([trouble.clone(), events()]).await;
        let (texts, error) = all(ask(&config(&broken.address))).await;
        assert!(texts == ["a"] && error.is_none(), "{trouble:?}");
        assert_eq!(broken.requests(), 2, "{trouble:?}");
    }
    // And what is the caller's fault is not.
    for refusal in [
        http("404 Not Found", "", r#"{"Code":"NotFound","Message":"no"}"#),
        http("302 Found", "location: http://127.0.0.1:1/\r\n", ""),
        whole(r#"{"Code":"Forbidden","Message":"no"}"#),
    ] {
        let broken = Broken::start([refusal.clone(), events()]).await;
        let (texts, error) = all(ask(&config(&broken.address))).await;
        assert!(texts.is_empty() && error.is_some(), "{refusal:?}");
        assert_eq!(broken.requests(), 1, "{refusal:?}");
    }
}

#[tokio::test]
async fn the_deadline_bounds_all_of_a_stream() {
    let endless = Fault::Repeat(HEAD.to_owned(), EVENT.to_owned(), Pace::Slow);
    let broken = Broken::start([endless]).await;
    let config = config(&broken.address).deadline(2 * SHORT);
    let error = all(ask(&config)).await.1.expect("no time left");
    let text = error.to_string();
    assert!(
        text.contains("the call's deadline of 500ms passed: 127.0.0.1:"),
        "{text}"
    );
    assert!(error.is_timeout() && broken.requests() == 1);

    // Nothing comes at all.
    let broken = Broken::start([Fault::AnswerAndHang(HEAD.to_owned())]).await;
    let config = test_support::config(&broken.address)
        .deadline(SHORT)
        .retry(Retry::off());
    let error = all(ask(&config)).await.1.expect("no time left").to_string();
    assert!(
        error.contains("the call's deadline of 250ms passed"),
        "{error}"
    );
}

#[tokio::test]
async fn the_time_limit_of_a_call_counts_to_the_head_alone() {
    let endless = Fault::Repeat(HEAD.to_owned(), EVENT.to_owned(), Pace::Slow);
    let broken = Broken::start([endless]).await;
    let mut events = ask(&config(&broken.address).timeout(4 * SHORT));
    // Longer than that, all in all.
    for _ in 0..70 {
        events.next().await.expect("one").expect("an event");
    }
    let broken = Broken::start([Fault::HangAtHeaders]).await;
    let config = config(&broken.address).timeout(SHORT).retry(Retry::off());
    let error = all(ask(&config)).await.1.expect("silence").to_string();
    assert!(
        error.contains("no complete reply in time (250ms)"),
        "{error}"
    );
}

#[tokio::test]
async fn an_event_is_bounded_and_the_stream_is_not() {
    let event = format!("data: {{\"Content\": \"{}\"}}\n\n", "x".repeat(500));
    let stream = format!("{HEAD}{}", event.repeat(100));
    let broken = Broken::start([Fault::AnswerAndClose(stream.clone())]).await;
    let config = config(&broken.address).max_reply_bytes(1000);
    let (texts, error) = all(ask(&config)).await;
    assert!(texts.len() == 100 && error.is_none());

    let line = "data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n";
    for endless in [line, "x"] {
        let endless = Fault::Repeat(format!("{HEAD}{EVENT}"), endless.repeat(50), Pace::Full);
        let broken = Broken::start([endless]).await;
        let config = test_support::config(&broken.address).max_reply_bytes(1000);
        let (texts, error) = all(ask(&config)).await;
        let error = error.expect("too large");
        assert_eq!(
            (texts.len(), error.transport().map(|e| e.kind())),
            (1, Some(Kind::TooLarge))
        );
        let text = error.to_string();
        assert!(
            text.contains("an event is larger than 1000 bytes"),
            "{text}"
        );
    }
    // And a document that comes in place of events.
    let whole = Broken::start([http("200 OK", "", &format!("{{{}}}", " ".repeat(1000)))]).await;
    let config = test_support::config(&whole.address).max_reply_bytes(1000);
    let error = all(ask(&config)).await.1.expect("too large");
    assert_eq!(error.transport().map(|e| e.kind()), Some(Kind::TooLarge));
}
