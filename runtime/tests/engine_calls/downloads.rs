//! Replies that are files: read as they come, and written where they are wanted, whole or
//! not at all.

use std::fs;
use std::path::Path;
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::transport::{
    Body, SendOptions, Transport, TransportError, TransportErrorKind as Kind,
};
use alicloud_runtime::{BoxFuture, Config, Downloading, Guard, RawClient, Retry};
use test_support::{Broken, Fault, Home, Pace, config, http as whole, until};

use crate::chatter::{self, get_recording as get};
use crate::streams::Pieces;

const SHORT: Duration = Duration::from_millis(250);
/// The head of a file of 12 bytes, and how it begins.
const BEGUN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 12\r\nx-acs-request-id: r\r\n\r\nthe rec";

fn get(config: &Config) -> Downloading<get::ErrorKind> {
    let request = get::Request::new().recording_id("r-1");
    chatter::Client::new(config)
        .get_recording(request)
        .download()
}

/// The names in a directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect()
}

#[tokio::test]
async fn a_file_is_read_as_it_comes_whatever_its_size() {
    let large = "x".repeat(3 << 20);
    let server = Broken::start([whole("200 OK", "x-acs-request-id: r\r\n", &large)]).await;
    let config = config(&server.address).max_reply_bytes(1000);
    let mut download = get(&config).await.expect("a file");
    assert_eq!(download.length(), Some(3 << 20));
    let head = (
        download.status(),
        download.request_id(),
        download.attempts(),
    );
    assert_eq!(head, (200, Some("r"), 1));
    assert_eq!(download.headers()["content-length"], "3145728");
    let mut pieces = 0;
    let mut bytes = 0;
    while let Some(piece) = download.next().await {
        (pieces, bytes) = (pieces + 1, bytes + piece.expect("a piece").len());
    }
    assert!(pieces > 1 && bytes == large.len());
    assert!(download.next().await.is_none());

    let home = Home::new();
    let place = home.write("recording", "the old one");
    let written = get(&config).to_file(&place).await.expect("a file");
    assert_eq!(written, 3 << 20);
    assert_eq!(fs::read_to_string(&place).expect("the file"), large);
    assert_eq!(names(home.path()), ["recording"]);

    // Nothing is a file too. And what looks like a failure may be one.
    for body in ["", r#"{"Success": false, "Code": "A", "Message": "b"}"#] {
        let server = Broken::start([whole("200 OK", "", body)]).await;
        let place = home.path().join("other");
        let written = get(&test_support::config(&server.address))
            .to_file(&place)
            .await;
        assert_eq!(written.expect("a file"), body.len() as u64);
        assert_eq!(fs::read_to_string(&place).expect("the file"), body);
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_file_that_is_not_whole() {
    for (fault, kind) in [
        (Fault::AnswerAndClose(BEGUN.to_owned()), Kind::Reset),
        (Fault::AnswerAndHang(BEGUN.to_owned()), Kind::Timeout),
    ] {
        let server = Broken::start([fault]).await;
        let config = config(&server.address).stream_timeout(match kind {
            Kind::Timeout => SHORT,
            _ => Duration::from_secs(60),
        });
        let home = Home::new();
        let place = home.write("recording", "the old one");
        let error = get(&config).to_file(&place).await.expect_err("half of it");
        assert_eq!(error.transport().map(|e| e.kind()), Some(kind));
        assert_eq!((error.attempts(), server.requests()), (1, 1));
        assert_eq!(fs::read_to_string(&place).expect("the file"), "the old one");
        assert_eq!(names(home.path()), ["recording"]);
    }
    // Nor of one that nobody wants any more.
    let endless = Fault::Repeat(ENDLESS.to_owned(), "x".repeat(1 << 16), Pace::Slow);
    let server = Broken::start([endless]).await;
    let home = Home::new();
    let place = home.path().join("recording");
    let writing = tokio::spawn(get(&config(&server.address)).to_file(&place));
    until("it begins", || !names(home.path()).is_empty()).await;
    assert!(!place.exists());
    writing.abort();
    assert!(writing.await.expect_err("cancelled").is_cancelled());
    until("it is gone", || {
        names(home.path()).is_empty() && server.closed() == 1
    })
    .await;

    // Nor of one that takes too long.
    let error = get(&config(&server.address).deadline(SHORT).retry(Retry::off()))
        .to_file(home.path().join("recording"))
        .await
        .expect_err("no time left");
    assert!(
        error
            .to_string()
            .contains("the call's deadline of 250ms passed"),
        "{error}"
    );
}

/// The head of a file whose length nobody knows.
const ENDLESS: &str = "HTTP/1.1 200 OK\r\n\r\n";

/// A transport that takes the end of a connection for the end of a body.
#[derive(Debug)]
struct Careless;

impl Transport for Careless {
    fn send(
        &self,
        _: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let (sender, pieces) = tokio::sync::mpsc::unbounded_channel();
        sender.send("half").expect("it is sent");
        let body = Body::from_stream(Pieces(pieces)).with_length(12);
        Box::pin(std::future::ready(Ok(http::Response::new(body))))
    }
}

#[tokio::test]
async fn all_that_was_announced_has_to_come_whoever_carries_it() {
    let home = Home::new();
    let config = Replay::new().config().transport(Careless);
    let writing = get(&config).to_file(home.path().join("recording"));
    let error = writing.await.expect_err("half of it").to_string();
    assert!(
        error.contains("the reply ended after 4 of 12 bytes"),
        "{error}"
    );
    assert!(names(home.path()).is_empty());
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_an_error_that_names_it() {
    let home = Home::new();
    home.write("file", "");
    home.write("folder/file", "");
    for place in ["no/such/folder", "..", "folder", "file/file"] {
        let place = home.path().join(place);
        // Before anything is sent.
        let replay = Replay::new().respond(200, "a file");
        let error = get(&replay.config())
            .to_file(&place)
            .await
            .expect_err("no such place");
        let text = error.to_string();
        let begins = format!("GetRecording was not sent: the file {place:?} cannot be written: ");
        assert!(text.starts_with(&begins), "{text}");
        assert!(!error.is_retryable() && error.attempts() == 0);
        assert!(replay.requests().is_empty());

        // And of a reply that is there already.
        let download = get(&replay.config()).await.expect("a file");
        let error = download.to_file(&place).await.expect_err("no such place");
        let text = error.to_string();
        assert!(text.starts_with("GetRecording: the file "), "{text}");
        assert!(text.contains(" cannot be written: "), "{text}");
        assert!(!error.is_retryable() && error.attempts() == 1);
    }
    // What is denied, or lacks a parameter, says so first.
    let replay = Replay::new();
    let denied = replay.config().guard(Guard::new().deny_if("all", |_| true));
    let error = get(&denied).to_file(home.path()).await.expect_err("denied");
    assert!(error.is_denied(), "{error}");
    assert_eq!(names(&home.path().join("folder")), ["file"]);
}

#[tokio::test]
async fn a_name_may_be_as_long_as_names_are() {
    let home = Home::new();
    let place = home.path().join("n".repeat(255));
    let replay = Replay::new().respond(200, "a file");
    let written = get(&replay.config()).to_file(&place).await;
    assert_eq!(written.expect("a file"), 6);
    assert_eq!(fs::read_to_string(&place).expect("the file"), "a file");
}

#[cfg(unix)]
#[tokio::test]
async fn who_may_not_read_the_file_before_may_not_read_the_new_one() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::new();
    let place = home.write("recording", "the old one");
    fs::set_permissions(&place, fs::Permissions::from_mode(0o600)).expect("permissions");
    let replay = Replay::new().respond(200, "a file");
    let written = get(&replay.config()).to_file(&place).await;
    assert_eq!(written.expect("a file"), 6);
    assert_eq!(fs::read_to_string(&place).expect("the file"), "a file");
    let mode = fs::metadata(&place).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn errors_are_errors_and_the_first_bytes_may_be_asked_for_again() {
    let server = Broken::start([
        whole("503 Service Unavailable", "", "busy"),
        Fault::AnswerAndClose("HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n".to_owned()),
        whole("200 OK", "", "a recording!"),
    ])
    .await;
    let mut download = get(&config(&server.address)).await.expect("a file");
    assert_eq!((download.attempts(), server.requests()), (3, 3));
    let piece = download.next().await.expect("one").expect("a piece");
    assert_eq!(piece, "a recording!");

    let refused = r#"{"Code":"NotFound","Message":"no such recording","RequestId":"r"}"#;
    let server = Broken::start([whole("404 Not Found", "", refused)]).await;
    let error = get(&config(&server.address)).await.expect_err("refused");
    assert_eq!(
        (error.code(), error.request_id()),
        (Some("NotFound"), Some("r"))
    );
    let config = config(&server.address).max_reply_bytes(10);
    let error = get(&config).await.expect_err("refused at length");
    assert_eq!(error.transport().map(|e| e.kind()), Some(Kind::TooLarge));
}

#[tokio::test]
async fn calls_by_name_have_downloads_too() {
    let server = Broken::start([whole("200 OK", "", "a recording!")]).await;
    let home = Home::new();
    for client in [RawClient::roa, RawClient::rpc] {
        let client = client(&config(&server.address), "Chatter", "2025-01-01");
        let call = || client.call("GetRecording").read_only();
        let place = home.path().join("recording");
        assert_eq!(call().download().to_file(&place).await.expect("a file"), 12);
        assert_eq!(
            fs::read_to_string(&place).expect("the file"),
            "a recording!"
        );
        let explained = call().download().explain().await.expect("a request");
        assert_eq!(explained.method, "POST");
    }
    assert_eq!(server.requests(), 2);
}

#[cfg(feature = "blocking")]
#[test]
fn a_file_is_written_without_a_runtime() {
    let replay = Replay::new()
        .respond(200, "a recording!")
        .respond(200, "a recording!")
        .respond(200, "half")
        .broken_off(Kind::Reset);
    let config = replay.config();
    let home = Home::new();
    let place = home.path().join("recording");
    assert_eq!(get(&config).to_file_blocking(&place).expect("a file"), 12);
    let download = get(&config).send_blocking().expect("a file");
    let pieces: Result<Vec<_>, _> = download.into_blocking().collect();
    assert_eq!(pieces.expect("all of it").concat(), b"a recording!");
    let error = get(&config)
        .to_file_blocking(&place)
        .expect_err("half of it");
    assert_eq!(error.transport().map(|e| e.kind()), Some(Kind::Reset));
    assert_eq!(
        fs::read_to_string(&place).expect("the file"),
        "a recording!"
    );
    assert_eq!(names(home.path()), ["recording"]);
}
