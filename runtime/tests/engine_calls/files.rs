//! Parameters that take a file: permitted by OpenPlatform, uploaded to OSS, and sent as a
//! URL, over real TCP.

use std::collections::VecDeque;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Bytes, Config, FileContent, FileUrl, RawClient, Retry};
use futures_core::Stream;
use test_support::{FakeService, Home, UPLOAD_HOST, UploadService, answer};

use crate::faces::{self, add_faces, detect_face};

pub(crate) const FOUND: &str = r#"{"RequestId":"r","Found":2}"#;
pub(crate) const DONE: &str = r#"{"RequestId":"r"}"#;

/// A stream that never waits.
pub(crate) struct Pieces(pub(crate) VecDeque<Result<Bytes, String>>);

impl Stream for Pieces {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

/// A stream of these pieces, said to have `length` bytes.
pub(crate) fn stream(pieces: &[&'static str], length: u64) -> FileContent {
    let pieces = pieces.iter().map(|piece| Ok(Bytes::from(*piece)));
    FileContent::from_stream(Pieces(pieces.collect()), length)
}

pub(crate) fn detect(
    config: &Config,
    image: impl Into<FileUrl>,
) -> alicloud_runtime::Call<detect_face::Response, detect_face::ErrorKind> {
    let request = detect_face::Request::new().image_url(image);
    faces::Client::new(config).detect_face(request)
}

pub(crate) fn add(
    config: &Config,
    images: impl IntoIterator<Item = FileContent>,
) -> alicloud_runtime::Call<add_faces::Response, add_faces::ErrorKind> {
    let face = |image| add_faces::Face::new().label("a").image_url(image);
    let request = add_faces::Request::new().faces(images.into_iter().map(face));
    faces::Client::new(config).add_faces(request)
}

fn url(number: usize) -> String {
    format!("http://{UPLOAD_HOST}/12/{number}.bin")
}

#[tokio::test]
async fn a_file_is_uploaded_and_its_url_sent() {
    let home = Home::new();
    let path = home.write("cat.jpg", "of a file");
    for (content, bytes) in [
        (FileUrl::from(&*path), "of a file"),
        (FileUrl::from(b"of bytes".to_vec()), "of bytes"),
        (stream(&["of a", " stream"], 11).into(), "of a stream"),
        (FileContent::from("").into(), ""),
    ] {
        let (service, uploads) = (
            FakeService::start([answer(200, FOUND)]).await,
            UploadService::start().await,
        );
        let config = uploads.config(&service).region("cn-shanghai");
        let response = detect(&config, content).await.expect("a response");
        assert_eq!(response.found, Some(2));

        let stored = uploads.stored();
        assert_eq!(stored.len(), 1);
        assert_eq!(stored[0].bytes, bytes.as_bytes());
        assert_eq!(stored[0].host, UPLOAD_HOST);
        let seen = service.seen();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].query("ImageURL"), Some(&*url(1)));

        let asked = uploads.asked();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].method, "GET");
        assert_eq!(asked[0].header("x-acs-action"), Some("AuthorizeFileUpload"));
        assert_eq!(asked[0].header("x-acs-version"), Some("2019-12-19"));
        let query = |name| asked[0].query(name);
        assert_eq!(
            (query("Product"), query("RegionId")),
            (Some("Faces"), Some("cn-shanghai"))
        );
    }
}

#[tokio::test]
async fn a_large_file_is_read_piece_by_piece_and_its_progress_told() {
    let (service, uploads) = (
        FakeService::start([answer(200, FOUND)]).await,
        UploadService::start().await,
    );
    let text = "0123456789abcdef".repeat(20_000);
    let home = Home::new();
    let path = home.write("film.mp4", &text);
    let told: Arc<Mutex<Vec<_>>> = Arc::default();
    let kept = told.clone();
    let content = FileContent::from_path(path)
        .on_progress(move |now| kept.lock().expect("progress").push((now.sent, now.total)));
    let config = uploads.config(&service);
    detect(&config, content).await.expect("a response");
    assert_eq!(uploads.stored()[0].bytes, text.as_bytes());
    let told = told.lock().expect("progress");
    assert!(told.len() > 1, "{told:?}");
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&(320_000, 320_000)));
}

#[tokio::test]
async fn files_inside_of_lists_and_documents_are_uploaded_in_their_order() {
    let (service, uploads) = (
        FakeService::start([answer(200, DONE)]).await,
        UploadService::start().await,
    );
    let faces = [
        add_faces::Face::new().image_url(FileContent::from("one")),
        add_faces::Face::new().image_url("https://example.com/a.jpg"),
        add_faces::Face::new().image_url(FileContent::from("two")),
    ];
    let tags = add_faces::Tags::new().icon_url(FileContent::from("three"));
    let request = add_faces::Request::new().faces(faces).tags(tags);
    let client = faces::Client::new(&uploads.config(&service));
    let call = client.add_faces(request.clone());
    call.await.expect("a response");

    let stored: Vec<_> = uploads
        .stored()
        .into_iter()
        .map(|file| file.bytes)
        .collect();
    assert_eq!(stored, [&b"one"[..], b"two", b"three"]);
    let seen = &service.seen()[0];
    let form = |name: &str| {
        let mut form = seen.form.iter();
        form.find(|(n, _)| n == name)
            .map(|(_, value)| value.clone())
    };
    assert_eq!(form("Faces.1.ImageURL"), Some(url(1)));
    let given = Some("https://example.com/a.jpg".to_owned());
    assert_eq!(form("Faces.2.ImageURL"), given);
    assert_eq!(form("Faces.3.ImageURL"), Some(url(2)));
    let tags = format!(r#"{{"IconURL":"{}"}}"#, url(3));
    assert_eq!(form("Tags"), Some(tags));

    // The request is as it was: it can be sent again, with files of its own.
    client.add_faces(request).await.expect("a response");
    assert_eq!(uploads.stored().len(), 6);
}

#[tokio::test]
async fn a_call_that_is_repeated_is_not_uploaded_again() {
    let (service, uploads) = (
        FakeService::start([answer(503, ""), answer(200, FOUND)]).await,
        UploadService::start().await,
    );
    let config = uploads.config(&service);
    detect(&config, FileContent::from("x"))
        .await
        .expect("a response");
    assert_eq!((service.seen().len(), uploads.stored().len()), (2, 1));
    let urls: Vec<_> = service
        .seen()
        .iter()
        .map(|seen| seen.query("ImageURL").map(str::to_owned))
        .collect();
    assert_eq!(urls, [Some(url(1)), Some(url(1))]);
}

#[tokio::test]
async fn a_write_without_a_token_is_not_repeated_after_an_upload() {
    let (service, uploads) = (
        FakeService::start([answer(503, "")]).await,
        UploadService::start().await,
    );
    let error = add(&uploads.config(&service), [FileContent::from("x")])
        .await
        .expect_err("busy");
    assert_eq!((error.status(), error.upload_step()), (Some(503), None));
    assert_eq!((service.seen().len(), uploads.stored().len()), (1, 1));
}

#[tokio::test]
async fn nothing_is_uploaded_for_a_call_that_cannot_be_sent() {
    let service = FakeService::start([answer(200, FOUND)]).await;
    let uploads = UploadService::start().await;
    let config = uploads.config(&service);
    let client = faces::Client::new(&config);
    let unset = client.detect_face(detect_face::Request::new().mask_url(FileContent::from("x")));
    let error = unset.await.expect_err("no picture");
    assert_eq!(error.violations()[0].path, "ImageURL");
    let long = detect(&config, "https://example.com/a/long/way/to/a/picture.jpg").await;
    assert_eq!(long.expect_err("too long").violations().len(), 1);
    assert_eq!((uploads.asked().len(), service.seen().len()), (0, 0));
}

#[tokio::test]
async fn uploads_are_accelerated_where_that_is_wanted_and_allowed() {
    let service = FakeService::start([answer(200, FOUND)]).await;
    let uploads = UploadService::start().await;
    let config = uploads.config(&service).accelerate_uploads(true);
    detect(&config, FileContent::from("x"))
        .await
        .expect("a response");
    assert_eq!(
        uploads.stored()[0].host,
        "uploads.oss-accelerate.aliyuncs.com"
    );
    assert_eq!(service.seen()[0].query("ImageURL"), Some(&*url(1)));
}

#[tokio::test]
async fn calls_by_name_take_files_too() {
    let service = FakeService::start([answer(200, FOUND)]).await;
    let uploads = UploadService::start().await;
    let client = RawClient::rpc(&uploads.config(&service), "Faces", "2020-01-01");
    let call = || {
        client
            .call("DetectFace")
            .query("Count", "1")
            .file("ImageURL", FileContent::from("one"))
            .form_file("MaskURL", Bytes::from_static(b"two"))
    };
    let reply = call().await.expect("a reply");
    assert_eq!(reply.value["Found"], 2);
    let stored: Vec<_> = uploads
        .stored()
        .into_iter()
        .map(|file| file.bytes)
        .collect();
    assert_eq!(stored, [&b"one"[..], b"two"]);
    let seen = &service.seen()[0];
    assert_eq!(seen.query("ImageURL"), Some(&*url(1)));
    assert_eq!(seen.form, [("MaskURL".to_owned(), url(2))]);

    let explained = call().explain().await.expect("an explanation");
    let parameters: Vec<_> = explained.uploads.iter().map(|it| &*it.parameter).collect();
    assert_eq!(parameters, ["ImageURL", "MaskURL"]);
    let debugged = format!("{:?}", call());
    assert!(
        debugged.contains("ImageURL=(the URL of the uploaded file)"),
        "{debugged}"
    );
}

#[tokio::test]
async fn a_call_with_a_file_may_be_answered_with_events_or_into_a_file() {
    let events = answer(200, "data: {\"Found\":3}\n\n").header("content-type", "text/event-stream");
    let service = FakeService::start([events, answer(200, "of a reply")]).await;
    let uploads = UploadService::start().await;
    let client = RawClient::rpc(&uploads.config(&service), "Faces", "2020-01-01");
    let call = || {
        client
            .call("DetectFace")
            .file("ImageURL", FileContent::from("x"))
    };
    let mut events = call().events();
    let event = events.next().await.expect("an event").expect("a success");
    assert_eq!(event.data["Found"], 3);
    let home = Home::new();
    let path = home.path().join("reply.bin");
    call().download().to_file(&path).await.expect("a reply");
    assert_eq!(std::fs::read(path).expect("a file"), b"of a reply");
    assert_eq!((service.seen().len(), uploads.stored().len()), (2, 2));
}

#[test]
fn blocking_calls_take_files_too() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (service, uploads) = runtime.block_on(async {
        let service = FakeService::start([answer(200, FOUND)]).await;
        (service, UploadService::start().await)
    });
    let home = Home::new();
    let path = home.write("cat.jpg", "of a file");
    let called = detect(&uploads.config(&service), path).send_blocking();
    assert_eq!(called.expect("a response").found, Some(2));
    assert_eq!(uploads.stored()[0].bytes, b"of a file");
}

#[tokio::test]
async fn explain_says_what_would_be_uploaded_and_reads_nothing() {
    let config = Replay::new().config();
    let content = FileContent::from_path("/nowhere/cat.jpg");
    let call = detect(&config, content.clone());
    let debugged = format!("{call:?}");
    assert!(
        debugged.contains("ImageURL: [file \"/nowhere/cat.jpg\"]"),
        "{debugged}"
    );
    let explained = call.explain().await.expect("an explanation");
    assert_eq!(explained.uploads.len(), 1);
    assert_eq!(explained.uploads[0].parameter, "ImageURL");
    assert_eq!(explained.uploads[0].content, content);
    let text = explained.to_string();
    let line = "uploaded before, for `ImageURL`: the file \"/nowhere/cat.jpg\"";
    assert!(text.contains(line), "{text}");
}

#[test]
fn replay_takes_files_without_being_told_and_without_a_runtime() {
    let home = Home::new();
    let path = home.write("cat.jpg", "of a file");
    let replay = Replay::new()
        .sample::<detect_face::Response>()
        .respond(200, FOUND);
    let config = replay.config();
    for content in [FileContent::from_path(path), FileContent::from("of bytes")] {
        let mut call = Box::pin(detect(&config, content).send());
        let mut context = Context::from_waker(std::task::Waker::noop());
        let Poll::Ready(called) = call.as_mut().poll(&mut context) else {
            panic!("it waits for something");
        };
        called.expect("a response");
    }
    let uploads = replay.uploads();
    assert_eq!(uploads[0].bytes, "of a file");
    assert_eq!(uploads[1].bytes, "of bytes");
    let sent = replay.requests();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1].query("ImageURL"), Some(&*uploads[1].url));
}

#[tokio::test]
async fn replay_leaves_uploads_to_the_test_that_says_so() {
    let replay = Replay::new()
        .prepared_uploads()
        .respond(403, r#"{"Code":"NoPermission","Message":"no"}"#);
    let config = replay.config().retry(Retry::off());
    let error = detect(&config, FileContent::from("x"))
        .await
        .expect_err("no");
    assert_eq!(error.code(), Some("NoPermission"));
    assert_eq!(
        replay.requests()[0].operation(),
        Some("AuthorizeFileUpload")
    );
    assert!(replay.uploads().is_empty());
}

#[test]
fn requests_with_files_are_data_but_for_serde() {
    let content = FileContent::from("secret content").file_name("cat.jpg");
    let request = detect_face::Request::new().image_url(content.clone());
    assert_eq!(request, request.clone());
    assert_ne!(
        request,
        detect_face::Request::new().image_url(Path::new("cat.jpg"))
    );
    let shown = format!("{request:?}");
    assert_eq!(shown, "Request { ImageURL: [14 bytes, \"cat.jpg\"] }");

    let refused = serde_json::to_string(&request)
        .expect_err("a file")
        .to_string();
    assert!(refused.contains("`ImageURL` is a file"), "{refused}");
    let nested = add_faces::Request::new().faces([add_faces::Face::new().image_url(content)]);
    let refused = serde_json::to_string(&nested)
        .expect_err("a file")
        .to_string();
    assert!(
        refused.contains("`Faces.1.ImageURL` is a file"),
        "{refused}"
    );

    let request = detect_face::Request::new().image_url("https://a.example/");
    let json = serde_json::to_string(&request).expect("JSON");
    assert_eq!(json, r#"{"ImageURL":"https://a.example/"}"#);
    let read: detect_face::Request = serde_json::from_str(&json).expect("a request");
    assert_eq!(read, request);
}
