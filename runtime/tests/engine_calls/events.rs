//! Replies as server-sent events, over real TCP: what an app is given of them.

use std::pin::Pin;
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Config, Error, Event, Events, RawClient, TransportErrorKind};
use futures_core::Stream;
use test_support::{
    Broken, FakeService, Fault, Mock, MockOptions, Pace, SECRET, answer, config, http, until,
};

use crate::chatter::{self, ask_question as ask, run_chat, tell_story};

/// The head of a reply that ends with its connection.
pub(crate) const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream;charset=UTF-8\r\nx-acs-request-id: from-head\r\n\r\n";

/// A read.
pub(crate) fn ask(config: &Config) -> Events<ask::Response, ask::ErrorKind> {
    let request = ask::Request::new().question("Why?").token("s3cret-token");
    chatter::Client::new(config).ask_question(request).events()
}

/// A write without an idempotency token.
pub(crate) fn tell(config: &Config) -> Events<tell_story::Response, tell_story::ErrorKind> {
    let request = tell_story::Request::new().topic("Toys");
    chatter::Client::new(config).tell_story(request).events()
}

/// A server that answers with a stream and closes the connection.
async fn serving(stream: &str) -> Broken {
    Broken::start([Fault::AnswerAndClose(format!("{HEAD}{stream}"))]).await
}

/// All that comes: the texts, and the error at the end.
pub(crate) async fn all(
    mut events: Events<ask::Response, ask::ErrorKind>,
) -> (Vec<String>, Option<Error<ask::ErrorKind>>) {
    let mut texts = Vec::new();
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => texts.push(event.data.content),
            Err(error) => {
                assert!(events.next().await.is_none(), "an error ends it");
                return (texts, Some(error));
            }
        }
    }
    (texts, None)
}

#[tokio::test]
async fn events_come_one_by_one_with_what_they_say() {
    let stream = concat!(
        ": hello\n\nid: 1\nevent: result\nretry: 250\ndata: {\"Content\": \"Be\",\n",
        "data: \"Usage\": {\"Tokens\": \"1\"}, \"New\": 1}\n\nevent: ping\n\n",
        "data:\r\n\r\ndata: {\"Content\": 7}\r\n\r\ndata: [DONE]\n\ndata: {\"Content\": \"cause\"}",
    );
    let server = serving(stream).await;
    let mut events = ask(&config(&server.address));
    assert_eq!(events.request_id(), None);
    assert_eq!(
        format!("{events:?}"),
        "Events { operation: \"AskQuestion\", .. }"
    );

    let first = events.next().await.expect("one").expect("an event");
    assert_eq!((&*first.id, &*first.event), ("1", "result"));
    assert_eq!(first.retry, Some(Duration::from_millis(250)));
    assert_eq!(first.data.content, "Be");
    assert_eq!(first.data.usage.expect("usage").tokens, Some(1));
    assert_eq!(first.mismatches.total(), 0);
    assert!(first.body.starts_with(b"{\"Content\": \"Be\",\n"));
    assert_eq!(events.request_id(), Some("from-head"));
    let headers = events.headers().expect("headers");
    assert_eq!(headers["content-type"], "text/event-stream;charset=UTF-8");

    // As a stream of the ecosystem.
    let next = std::future::poll_fn(|context| Pin::new(&mut events).poll_next(context));
    let second: Event<ask::Response> = next.await.expect("one").expect("an event");
    assert_eq!((&*second.id, &*second.event), ("1", "message"));
    assert_eq!((&*second.data.content, second.mismatches.total()), ("7", 0));
    let last = events.next().await.expect("one").expect("an event");
    assert_eq!(last.data.content, "cause");
    assert!(events.next().await.is_none() && events.next().await.is_none());
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_parameter_that_asks_for_events_is_set() {
    let body = run_chat::Body::new().prompt("Hello");
    let off = run_chat::Options::new().temperature(0.5).stream(false);
    for body in [body.clone(), body.options(off)] {
        let server = FakeService::start([answer(200, "data: {}\n\n")]).await;
        let request = run_chat::Request::new().body(body);
        let client = chatter::Client::new(&server.config());
        let mut events = client.run_chat(request).events();
        events.next().await.expect("one").expect("an event");
        let sent: serde_json::Value =
            serde_json::from_slice(&server.seen()[0].body).expect("a document");
        assert_eq!(
            (&sent["prompt"], &sent["options"]["stream"]),
            (&"Hello".into(), &true.into())
        );
    }
    let replay = Replay::new().events([r#"["Once", "upon"]"#, r#"["a time"]"#]);
    let mut events = tell(&replay.config());
    let first = events.next().await.expect("one").expect("an event");
    assert_eq!(first.data.body, ["Once", "upon"]);
    assert_eq!(replay.requests()[0].query("Stream"), Some("true"));

    let explained = tell(&replay.config()).explain().await.expect("a request");
    assert!(
        explained.url.ends_with("Stream=true&Topic=Toys"),
        "{}",
        explained.url
    );
    let explained = events.explain().await.expect_err("it was sent");
    assert!(
        explained.to_string().contains("was sent before"),
        "{explained}"
    );
    assert_eq!(replay.requests().len(), 1);
}

#[tokio::test]
async fn a_reply_that_is_no_stream_is_one_event_or_an_error() {
    let whole = |body: &str| http("200 OK", "content-type: application/json\r\n", body);
    let answers = async |fault: Fault| {
        let server = Broken::start([fault]).await;
        let (texts, error) = all(ask(&config(&server.address))).await;
        assert_eq!(server.requests(), 1);
        (
            texts,
            error.map(|error| error.to_string()).unwrap_or_default(),
        )
    };
    let (texts, error) = answers(whole(
        "\u{feff} {\"Content\": \"Because.\", \"RequestId\": \"r\"}",
    ))
    .await;
    assert_eq!((&texts[..], &*error), (&["Because.".to_owned()][..], ""));
    for (fault, expected) in [
        (
            whole(
                r#"{"Code":"Question.TooLong","Message":"too long","RequestId":"r","HostId":"h"}"#,
            ),
            "AskQuestion failed: 200 Question.TooLong: too long (request id r)",
        ),
        (
            whole(r#"{"Success":false,"Code":"Question.TooLong","Message":"too long"}"#),
            "AskQuestion failed: 200 Question.TooLong: too long",
        ),
        (
            whole("<html><body>Log in</body></html>"),
            "cannot be read: it is an HTML page: <html>",
        ),
        (whole(""), "cannot be read: it is empty"),
        (whole("{\"Content\": "), "cannot be read: "),
        (whole(r#"{"Other": 1}"#), "it has no documented member"),
        (
            Fault::AnswerAndClose(format!("{HEAD}: alive\n\n: alive\n\n")),
            "cannot be read: it is empty",
        ),
        (
            Fault::AnswerAndClose(format!("{HEAD}upstream connect error\r\n")),
            "cannot be read: it is no object in JSON or XML: upstream connect error",
        ),
        (
            whole("upstream connect error"),
            "cannot be read: it is no object in JSON or XML: upstream connect error",
        ),
        (
            Fault::AnswerAndClose(format!("{HEAD}data: over and out\n\n")),
            "cannot be read: it is no object in JSON or XML: over and out",
        ),
    ] {
        let (texts, error) = answers(fault).await;
        assert!(texts.is_empty() && error.contains(expected), "{error}");
    }
    // The content type does not decide: some say something else of a stream.
    let server = FakeService::start([answer(200, "data: {\"Content\": \"a\"}\n\n")]).await;
    let (texts, error) = all(ask(&server.config())).await;
    assert!(texts == ["a"] && error.is_none());

    // And an event that is none after one that is.
    let server = serving("data: {\"Content\": \"a\"}\n\ndata: over, s3cret-token\n\n").await;
    let (texts, error) = all(ask(&config(&server.address))).await;
    let error = error.expect("an error").to_string();
    let expected = "from-head) cannot be read: it is no object in JSON or XML: over, ***";
    assert!(texts == ["a"] && error.contains(expected), "{error}");
}

#[tokio::test]
async fn a_failure_in_mid_stream_is_an_error_with_its_code() {
    for failure in [
        r#"{"Header":{"Event":"task-failed","ErrorCode":"Question.TooLong","ErrorMessage":"no: s3cret-token"}}"#,
        r#"{"header":{"event":"task-failed","errorCode":"Question.TooLong","errorMessage":"no: s3cret-token"},"payload":null}"#,
        r#"{"Success":false,"Code":"Question.TooLong","Message":"no: s3cret-token","Content":"x"}"#,
        r#"{"success":"false","errCode":"Question.TooLong","errMessage":"no: s3cret-token"}"#,
        r#"{"code":"Question.TooLong","message":"no: s3cret-token"}"#,
    ] {
        let before = "data: {\"Content\": \"a\", \"Header\": {\"Event\": \"task-progress\"}}\n\n";
        let stream = format!("{before}event: error\ndata: {failure}\n\n{before}");
        let server = serving(&stream).await;
        let (texts, error) = all(ask(&config(&server.address))).await;
        let error = error.expect(failure);
        assert_eq!(texts, ["a"]);
        assert_eq!(error.kind(), Some(ask::ErrorKind::QuestionTooLong));
        assert_eq!(error.code(), Some("Question.TooLong"));
        assert_eq!(error.message(), Some("no: ***"));
        assert_eq!(error.documented().map(|row| row.status), Some(400));
        let told = (error.status(), error.request_id(), error.attempts());
        assert_eq!(told, (Some(200), Some("from-head"), 1));
        assert_eq!(error.body().map(|body| &body[..]), Some(failure.as_bytes()));
        assert_eq!(server.requests(), 1, "nothing is sent again");
    }
    // Unless the app wants to see them itself.
    let failure = "data: {\"Success\": false, \"Code\": \"A\", \"Content\": \"b\"}\n\n";
    let server = serving(failure).await;
    let config = config(&server.address).in_band_failures(false);
    let (texts, error) = all(ask(&config)).await;
    assert!(texts == ["b"] && error.is_none());
}

#[tokio::test]
async fn a_plain_call_that_is_answered_with_events_says_how_to_read_them() {
    let server = serving("data: {\"Content\": \"a\"}\n\n").await;
    let client = chatter::Client::new(&config(&server.address));
    let calling = client.ask_question(ask::Request::new().question("Why?"));
    let error = calling.await.expect_err("a stream").to_string();
    let expected = "it is a stream of events: read it with `events`";
    assert!(error.contains(expected), "{error}");
}

#[tokio::test]
async fn calls_by_name_have_events_too() {
    let server = serving("data: {\"a\": [1]}\n\ndata: \"text\"\n\ndata: other text\n\ndata: {\"Code\": \"Busy\", \"Message\": \"no\"}\n\n").await;
    let client = RawClient::roa(&config(&server.address), "Chatter", "2025-01-01");
    let call = || client.call("AskQuestion").method("GET").path("/answers");
    let mut events = call().events();
    let first = events.next().await.expect("one").expect("an event");
    assert_eq!(first.data["a"][0], 1);
    let second = events.next().await.expect("one").expect("an event");
    assert_eq!(second.data, "text");
    let third = events.next().await.expect("one").expect("an event");
    assert_eq!(third.data, "other text");
    let failure = events.next().await.expect("one").expect_err("a failure");
    assert_eq!(
        (failure.code(), failure.message()),
        (Some("Busy"), Some("no"))
    );
    let explained = call().events().explain().await.expect("a request");
    assert_eq!(explained.method, "GET");

    // Of a ROA product nothing is an answer too.
    let server = FakeService::start([answer(200, "")]).await;
    let client = RawClient::roa(&server.config(), "Chatter", "2025-01-01");
    assert!(client.call("AskQuestion").events().next().await.is_none());
}

#[cfg(feature = "blocking")]
#[test]
fn events_are_an_iterator_without_a_runtime() {
    let replay = Replay::new()
        .events([r#"{"Content": "a"}"#, "{\n\"Content\": \"b\"}"])
        .events([r#"{"Content": "a"}"#])
        .broken_off(TransportErrorKind::Reset);
    let texts: Result<Vec<_>, _> = ask(&replay.config())
        .into_blocking()
        .map(|event| event.map(|event| event.data.content))
        .collect();
    assert_eq!(texts.expect("events"), ["a", "b"]);
    let broken: Vec<_> = ask(&replay.config()).into_blocking().collect();
    assert_eq!(broken.len(), 2);
    let error = broken[1].as_ref().expect_err("it breaks off");
    let kind = error.transport().map(|error| error.kind());
    assert_eq!(kind, Some(TransportErrorKind::Reset));

    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let refused = runtime.expect("a runtime").block_on(async {
        tokio::task::yield_now().await;
        ask(&replay.config()).into_blocking().next()
    });
    let error = refused.expect("one").expect_err("it would block");
    assert!(
        error
            .to_string()
            .contains("AskQuestion was not sent: a blocking call"),
        "{error}"
    );
}

#[tokio::test]
async fn a_slow_reader_holds_the_service_and_dropping_it_closes_the_connection() {
    let event = format!("data: {{\"Content\": \"{}\"}}\n\n", "x".repeat(1 << 16));
    let endless = Fault::Repeat(HEAD.to_owned(), event, Pace::Full);
    let server = Broken::start([endless]).await;
    let mut events = ask(&config(&server.address));
    events.next().await.expect("one").expect("an event");
    // What the buffers of both sockets hold, and no more.
    let mut sent = 0;
    let stopped = async {
        while sent != server.repeated() {
            sent = server.repeated();
            assert!(sent < 64 << 20, "it is read without being asked for");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    stopped.await;
    for _ in 0..500 {
        events.next().await.expect("one").expect("an event");
    }
    assert!(server.repeated() > sent && server.closed() == 0);
    drop(events);
    until("it is closed", || server.closed() == 1).await;
    assert_eq!((server.requests(), server.connections()), (1, 1));
}

#[tokio::test]
async fn the_mock_server_of_a_product_answers_with_events() {
    let spec = include_bytes!("../../../codegen/tests/golden/good/streams/api-docs.json");
    let options = MockOptions {
        access_key_secret: SECRET.to_owned(),
        ..MockOptions::default()
    };
    let mock = Mock::new(spec, &options).expect("metadata");
    let address = mock.in_background().expect("a port");
    let client = chatter::Client::new(&config(&address));

    // Where the request says so; and where a header does.
    let body = run_chat::Body::new().prompt("Hello");
    let mut events = client
        .run_chat(run_chat::Request::new().body(body))
        .events();
    let mut ids = Vec::new();
    while let Some(event) = events.next().await {
        ids.push(event.expect("an event").id);
    }
    assert_eq!(ids, ["1", "2", "3"]);
    let question = || client.ask_question(ask::Request::new().question("Why?"));
    let failing = question()
        .header("x-mock-events", "2")
        .header("x-mock-event-error", "Question.TooLong");
    let (texts, error) = all(failing.events()).await;
    assert_eq!(texts, ["Because.", "Because."]);
    let error = error.expect("a failure");
    assert_eq!(error.kind(), Some(ask::ErrorKind::QuestionTooLong));
    assert_eq!(error.message(), Some("The question is too long."));

    // Else it answers once, which is one event.
    let (texts, error) = all(question().events()).await;
    assert!(texts == ["Because."] && error.is_none());
    assert_eq!(question().await.expect("a response").content, "Because.");
}
