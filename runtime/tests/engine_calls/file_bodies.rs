//! Bodies that are files and streams: signed as they are, sent without being held in
//! memory, and given the time that they need.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::transport::Body;
use alicloud_runtime::{
    Attempt, BoxFuture, Bytes, Call, Config, FileContent, Interceptor, RawClient, Refusal, Retry,
    SendOptions, Signature, Transport, TransportError, UnsignedRequest,
};
use futures_core::Stream as _;
use test_support::{FakeService, Home, answer};

use crate::faces::{self, read_text, store_page};
use crate::files::stream;

const TEXT: &str = r#"{"RequestId":"r","Text":"words"}"#;

fn read(
    config: &Config,
    page: impl Into<FileContent>,
) -> Call<read_text::Response, read_text::ErrorKind> {
    let request = read_text::Request::new().body(page);
    faces::Client::new(config).read_text(request)
}

#[tokio::test]
async fn bytes_files_and_streams_are_bodies_that_are_signed() {
    let home = Home::new();
    let text = "0123456789abcdef".repeat(20_000);
    let path = home.write("page.pdf", &text);
    let bytes = Bytes::from(text.clone());
    let half: &'static str = text[..160_000].to_owned().leak();
    let streamed = stream(&[half, half], 320_000);
    let older = FileContent::from(&*path);
    for (page, signature) in [
        (path.into(), Signature::V3),
        (bytes.into(), Signature::V3),
        (streamed, Signature::V3),
        (older, Signature::V1),
    ] {
        let service = FakeService::start([answer(200, TEXT)]).await;
        let config = service.config().signature(signature);
        let response = read(&config, page).await.expect("a response");
        assert_eq!(response.text, "words");
        let seen = &service.seen()[0];
        // The service verified the signature, which has the hash of the body.
        assert_eq!(seen.body, text.as_bytes());
        assert_eq!(seen.header("content-length"), Some("320000"));
        assert_eq!(
            seen.header("content-type"),
            Some("application/octet-stream")
        );
    }
}

#[tokio::test]
async fn progress_is_told_of_every_kind_of_body() {
    let home = Home::new();
    let text = "0123456789abcdef".repeat(20_000);
    let path = home.write("page.pdf", &text);
    let whole: &'static str = text.clone().leak();
    for page in [
        path.into(),
        FileContent::from(text),
        stream(&[whole], 320_000),
    ] {
        let told: Arc<Mutex<Vec<_>>> = Arc::default();
        let kept = told.clone();
        let page = page.on_progress(move |now| kept.lock().expect("it").push(now.sent));
        let service = FakeService::start([answer(200, TEXT)]).await;
        read(&service.config(), page).await.expect("a response");
        let told = told.lock().expect("it");
        assert!(told.is_sorted() && told.len() > 1, "{told:?}");
        assert_eq!(told.last(), Some(&320_000));
    }
}

#[tokio::test]
async fn a_file_is_sent_again_with_each_attempt() {
    let home = Home::new();
    let path = home.write("page.pdf", "a page");
    for page in [FileContent::from_path(path), stream(&["a ", "page"], 6)] {
        let service = FakeService::start([answer(503, ""), answer(200, TEXT)]).await;
        read(&service.config(), page).await.expect("a response");
        let bodies: Vec<_> = service.seen().into_iter().map(|seen| seen.body).collect();
        assert_eq!(bodies, [b"a page", b"a page"]);
    }
}

#[tokio::test]
async fn what_cannot_be_read_or_signed_is_not_sent() {
    let home = Home::new();
    let missing = FileContent::from_path(home.path().join("missing.pdf"));
    let endless = stream(&[], (64 << 20) + 1);
    for (page, said) in [
        (missing, "missing.pdf\" cannot be read: No such file"),
        (
            endless,
            "a signature covers the whole body, so a stream is read into memory first, up to 67108864 bytes",
        ),
        (stream(&["abc"], 4), "it has 3 of the 4 bytes"),
    ] {
        let service = FakeService::start([answer(200, TEXT)]).await;
        let error = read(&service.config(), page).await.expect_err("no page");
        let text = error.to_string();
        assert!(text.starts_with("ReadText was not sent: "), "{text}");
        assert!(text.contains(said), "{text}");
        assert_eq!((error.attempts(), service.seen().len()), (0, 0));
    }
    let service = FakeService::start([answer(200, TEXT)]).await;
    let page = FileContent::from("a page");
    let sent = read(
        &service.config().max_file_bytes(5),
        home.write("a.pdf", "a page"),
    )
    .await;
    let text = sent.expect_err("too large").to_string();
    assert!(text.contains("has 6 bytes, and 5 are allowed"), "{text}");
    let preflight = faces::Client::new(&service.config()).store_page(store_page::Request::new());
    assert_eq!(
        preflight.await.expect_err("no body").violations()[0].path,
        "body"
    );
    let set = store_page::Request::new().body(page);
    let sent = faces::Client::new(&service.config()).store_page(set).await;
    sent.expect("a response");
}

/// A stream that gives nothing, and does not end.
struct Silent;

impl futures_core::Stream for Silent {
    type Item = Result<Bytes, String>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_does_not_come_is_waited_for_until_the_deadline() {
    let replay = Replay::new().respond(200, TEXT);
    let call = read(&replay.config(), FileContent::from_stream(Silent, 4));
    let sent = call.deadline(Duration::from_secs(5)).send();
    // Nobody else would end it.
    let sent = tokio::time::timeout(Duration::from_secs(60), sent).await;
    let error = sent.expect("it ends").expect_err("no page");
    let text = error.to_string();
    let said = "a stream of 4 bytes was not read by the call's deadline";
    assert!(text.contains(said), "{text}");
    assert!(replay.requests().is_empty());
}

/// Another body.
#[derive(Debug)]
struct Redacted;

impl Interceptor for Redacted {
    fn before_signing(
        &self,
        _: &Attempt,
        request: &mut UnsignedRequest<'_>,
    ) -> Result<(), Refusal> {
        request.body = Bytes::from_static(b"redacted");
        Ok(())
    }
}

#[tokio::test]
async fn what_an_interceptor_makes_of_a_body_is_sent() {
    let home = Home::new();
    let path = home.write("page.pdf", "a page");
    let service = FakeService::start([answer(200, TEXT)]).await;
    read(&service.config().interceptor(Redacted), path)
        .await
        .expect("a response");
    assert_eq!(service.seen()[0].body, b"redacted");
}

#[tokio::test]
async fn calls_by_name_take_files_as_bodies() {
    let home = Home::new();
    let path = home.write("page.pdf", "a page");
    let service = FakeService::start([answer(200, TEXT)]).await;
    let client = RawClient::rpc(&service.config(), "Faces", "2020-01-01");
    let reply = client.call("ReadText").body(path.clone()).read_only().await;
    assert_eq!(reply.expect("a reply").value["Text"], "words");
    assert_eq!(service.seen()[0].body, b"a page");

    let explained = client.call("ReadText").body(path.clone()).explain().await;
    let explained = explained.expect("an explanation");
    assert_eq!(explained.file, Some(FileContent::from_path(&path)));
    let line = format!("--data-binary '@{}'", path.display());
    assert!(explained.curl().ends_with(&line), "{}", explained.curl());
    // The hash of `a page`.
    let hash = "\n9a8eeff1d0bc6b9b7acf170b1168d6d07f193dc770d4c1864b03e48d775e8d1a";
    assert!(explained.canonical_request.ends_with(hash), "{explained}");

    let explained = client
        .call("ReadText")
        .body(stream(&["a"], 1))
        .explain()
        .await;
    let explained = explained.expect("an explanation");
    assert!(
        explained.canonical_request.ends_with("\n***"),
        "{explained}"
    );
    assert!(explained.to_string().contains("(a stream of 1 bytes)"));
}

/// A connection that takes a piece after each pause, and at last answers, or never.
#[derive(Debug)]
struct Thin {
    pause: Duration,
    answers: bool,
}

impl Transport for Thin {
    fn send(
        &self,
        request: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async {
            let mut body = request.into_body();
            loop {
                tokio::time::sleep(self.pause).await;
                let piece = std::future::poll_fn(|context| Pin::new(&mut body).poll_next(context));
                match piece.await {
                    Some(piece) => piece?,
                    None => break,
                };
            }
            match self.answers {
                true => Ok(http::Response::new(Body::from(TEXT))),
                false => std::future::pending().await,
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_takes_its_time_as_long_as_it_goes_on() {
    let home = Home::new();
    // Twenty pieces: 100 seconds.
    let text = "0123456789abcdef".repeat(4096 * 20);
    let path = home.write("page.pdf", &text);
    let config = |answers, pause| {
        let pause = Duration::from_secs(pause);
        let config = Replay::new().config().retry(Retry::off());
        config.transport(Thin { pause, answers })
    };
    read(&config(true, 5), path.clone())
        .await
        .expect("a response");
    // What is large takes its time, wherever it is.
    read(&config(true, 5), text.clone())
        .await
        .expect("a response");
    let client = RawClient::rpc(&config(true, 5), "Faces", "2020-01-01");
    let document = serde_json::json!({"Text": text});
    client
        .call("ReadText")
        .json(&document)
        .await
        .expect("a reply");

    for (answers, pause) in [(false, 5), (true, 30)] {
        let error = read(&config(answers, pause), path.clone()).await;
        let error = error.expect_err("nothing goes on");
        assert!(error.is_timeout(), "{error}");
        assert!(
            error
                .to_string()
                .contains("no complete reply in time (10s)"),
            "{error}"
        );
    }
    let bounded = read(&config(true, 5), path).deadline(Duration::from_secs(50));
    let error = bounded.await.expect_err("the deadline passed");
    assert!(error.is_timeout(), "{error}");
}
