//! Parameters that take a file: permitted by OpenPlatform, uploaded to OSS, and sent as a
//! URL, over real TCP.

use std::collections::VecDeque;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::transport::Body;
use alicloud_runtime::{
    BoxFuture, Bytes, Config, FileContent, FileUrl, RawClient, Retry, SendOptions, Transport,
    TransportError, TransportErrorKind, UploadStep,
};
use futures_core::Stream;
use test_support::{
    Broken, FakeService, Fault, Home, UPLOAD_HOST, UploadService, answer, closed_port, policy_of,
};

use crate::faces::{self, add_faces, detect_face};

const FOUND: &str = r#"{"RequestId":"r","Found":2}"#;
const DONE: &str = r#"{"RequestId":"r"}"#;

/// A stream that never waits.
pub(crate) struct Pieces(VecDeque<Result<Bytes, String>>);

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

fn detect(
    config: &Config,
    image: impl Into<FileUrl>,
) -> alicloud_runtime::Call<detect_face::Response, detect_face::Error> {
    let request = detect_face::Request::new().image_url(image);
    faces::Client::new(config).detect_face(request)
}

fn add(
    config: &Config,
    images: impl IntoIterator<Item = FileContent>,
) -> alicloud_runtime::Call<add_faces::Response, add_faces::Error> {
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
async fn a_refused_permission_is_an_error_that_says_so() {
    let service = FakeService::start([answer(200, FOUND)]).await;
    let uploads = UploadService::permitting(|_| {
        answer(
            403,
            r#"{"Code":"AccessDenied","Message":"not you","RequestId":"p"}"#,
        )
    });
    let uploads = uploads.await;
    let error = detect(&uploads.config(&service), FileContent::from("x"))
        .await
        .expect_err("refused");
    let step = Some((UploadStep::Authorize, "ImageURL"));
    assert_eq!(error.upload_step(), step);
    assert_eq!(error.code(), Some("AccessDenied"));
    assert_eq!(error.operation().map(|o| o.name), Some("DetectFace"));
    // The operation documents that code too, but did not answer with it.
    assert!(error.kind().is_none() && error.documented().is_none());
    assert_eq!(
        error.to_string(),
        "DetectFace (authorizing the upload for `ImageURL`) failed: 403 AccessDenied: not you \
         (request id p)"
    );
    assert_eq!((service.seen().len(), uploads.stored().len()), (0, 0));
}

#[tokio::test]
async fn a_permission_is_asked_for_again_as_any_read() {
    let service = FakeService::start([answer(200, FOUND)]).await;
    let uploads = UploadService::permitting(|_| answer(503, "")).await;
    let error = detect(&uploads.config(&service), FileContent::from("x"))
        .await
        .expect_err("busy");
    assert_eq!((error.attempts(), uploads.asked().len()), (3, 3));
}

#[tokio::test]
async fn a_permission_that_leads_elsewhere_is_refused() {
    for (endpoint, said) in [
        (
            "127.0.0.1:80",
            "names \"uploads.127.0.0.1:80\", which is no name of a host",
        ),
        ("", "has no Endpoint"),
    ] {
        let service = FakeService::start([answer(200, FOUND)]).await;
        let uploads = UploadService::permitting(move |_| {
            let permission = serde_json::json!({
                "AccessKeyId": "i", "Bucket": "uploads", "Endpoint": endpoint,
                "ObjectKey": "k", "EncodedPolicy": "p", "Signature": "s",
            });
            answer(200, permission.to_string())
        });
        let uploads = uploads.await;
        let error = detect(&uploads.config(&service), FileContent::from("x"))
            .await
            .expect_err("elsewhere");
        let step = error.upload_step().map(|(step, _)| step);
        assert_eq!(step, Some(UploadStep::Authorize));
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!((service.seen().len(), uploads.stored().len()), (0, 0));
    }
}

#[tokio::test]
async fn a_refused_upload_is_an_error_without_what_permits_it() {
    let refusal = format!(
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Invalid according to \
         Policy: {} by upload+signature=</Message><RequestId>o</RequestId></Error>",
        policy_of("12/1.bin")
    );
    let service = FakeService::start([answer(200, FOUND)]).await;
    let uploads = UploadService::start()
        .await
        .answers_first([answer(403, refusal)]);
    let error = detect(&uploads.config(&service), FileContent::from("x"))
        .await
        .expect_err("refused");
    let step = Some((UploadStep::Upload, "ImageURL"));
    assert_eq!(error.upload_step(), step);
    assert_eq!(error.status(), Some(403));
    assert_eq!(error.request_id(), Some("o"));
    assert!(error.kind().is_none());
    assert_eq!(
        error.to_string(),
        "DetectFace (uploading the file for `ImageURL`) failed: 403 AccessDenied: Invalid \
         according to Policy: *** by *** (request id o)"
    );
    assert_eq!((service.seen().len(), uploads.asked().len()), (0, 1));
}

#[tokio::test]
async fn an_upload_that_failed_is_repeated_with_another_permission_but_for_a_stream() {
    for (content, repeated) in [(FileContent::from("x"), true), (stream(&["x"], 1), false)] {
        // A write: uploading has no effect on it.
        let service = FakeService::start([answer(200, DONE)]).await;
        let busy = answer(503, "<Error><Code>ServiceUnavailable</Code></Error>");
        let uploads = UploadService::start().await.answers_first([busy]);
        let added = add(&uploads.config(&service), [content]).await;
        if repeated {
            added.expect("a response");
            assert_eq!(uploads.stored()[0].key, "12/2.bin");
            assert_eq!(uploads.asked().len(), 2);
        } else {
            let error = added.expect_err("busy");
            assert_eq!(error.status(), Some(503));
            assert_eq!(error.attempts(), 1);
            assert!(error.upload_step().is_some());
            assert_eq!(uploads.asked().len(), 1);
        }
    }
}

#[tokio::test]
async fn an_upload_that_is_cut_is_repeated_where_it_can_be() {
    for fault in [
        Fault::CloseBeforeReply,
        Fault::ResetBeforeReply,
        Fault::CutInBody,
        Fault::Garbage,
    ] {
        for (content, times) in [(FileContent::from("x"), 3), (stream(&["x"], 1), 1)] {
            let service = FakeService::start([answer(200, DONE)]).await;
            let uploads = UploadService::start().await;
            let broken = Broken::start([fault.clone()]).await;
            let config = uploads.config_to(&service, &broken.address);
            let error = add(&config, [content]).await.expect_err("cut");
            let kind = error.transport().map(|e| e.kind());
            assert_eq!(kind, Some(TransportErrorKind::Reset), "{fault:?}: {error}");
            assert!(error.upload_step().is_some());
            assert_eq!(error.attempts(), times, "{fault:?}");
            assert_eq!(uploads.asked().len() as u32, times);
            assert_eq!(service.seen().len(), 0);
        }
    }
}

#[tokio::test]
async fn a_stream_of_which_nothing_was_read_is_sent_again() {
    let service = FakeService::start([answer(200, DONE)]).await;
    let uploads = UploadService::start().await;
    let config = uploads.config_to(&service, &closed_port().await);
    let error = add(&config, [stream(&["x"], 1)])
        .await
        .expect_err("refused");
    assert_eq!((error.attempts(), uploads.asked().len()), (3, 3), "{error}");
}

#[tokio::test]
async fn a_file_that_is_not_there_or_too_large_is_named_before_anything_is_sent() {
    let home = Home::new();
    let missing = home.path().join("missing.jpg");
    let large = home.write("large.jpg", "0123456789");
    for (content, said) in [
        (
            FileContent::from_path(&missing),
            "cannot be read: No such file",
        ),
        (FileContent::from_path(home.path()), "it is no regular file"),
        (
            FileContent::from_path(&large),
            "has 10 bytes, and 9 are allowed (`Config::max_file_bytes`)",
        ),
        (
            stream(&["0123456789"], 10),
            "a stream of 10 bytes has 10 bytes, and 9",
        ),
        (
            FileContent::from("0123456789").file_name("b.jpg"),
            "the file \"b.jpg\" has 10 bytes",
        ),
    ] {
        let service = FakeService::start([answer(200, DONE)]).await;
        let uploads = UploadService::start().await;
        let config = uploads.config(&service).max_file_bytes(9);
        let named = content.path().map(|path| format!("{path:?}"));
        let error = add(&config, [FileContent::from("first"), content])
            .await
            .expect_err("no file");
        let text = error.to_string();
        assert!(
            text.starts_with("AddFaces was not sent: `Faces.2.ImageURL`: "),
            "{text}"
        );
        assert!(text.contains(said), "{text}");
        assert!(named.is_none_or(|named| text.contains(&named)), "{text}");
        assert_eq!((uploads.asked().len(), service.seen().len()), (0, 0));
    }
}

#[tokio::test]
async fn a_stream_of_another_length_or_that_breaks_off_is_an_error_that_says_so() {
    let broken = Pieces([Ok(Bytes::from("x")), Err("the disk is gone".to_owned())].into());
    for (content, said) in [
        (
            stream(&["abc"], 4),
            "it has 3 of the 4 bytes that it was announced with",
        ),
        (
            stream(&["abc", "d"], 3),
            "it has more than the 3 bytes that it was announced with",
        ),
        (
            FileContent::from_stream(broken, 2),
            "cannot be read: the disk is gone",
        ),
    ] {
        let service = FakeService::start([answer(200, DONE)]).await;
        let uploads = UploadService::start().await;
        let error = add(&uploads.config(&service), [content])
            .await
            .expect_err("not all of it");
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.upload_step().is_some());
        assert_eq!((uploads.stored().len(), service.seen().len()), (0, 0));
    }
}

/// Permits uploads, and then takes what it is sent, without an answer.
#[derive(Debug)]
struct Silent;

impl Transport for Silent {
    fn send(
        &self,
        request: http::Request<Body>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            if options.operation.is_some() {
                let permission = serde_json::json!({
                    "AccessKeyId": "i", "Bucket": "b", "Endpoint": "oss.example.com",
                    "ObjectKey": "k", "EncodedPolicy": "p", "Signature": "s",
                });
                return Ok(http::Response::new(permission.to_string().into()));
            }
            request.into_body().collect(usize::MAX).await?;
            std::future::pending().await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_is_not_answered_ends_in_time() {
    let config = Replay::new().config().retry(Retry::off()).transport(Silent);
    let call = || detect(&config, FileContent::from("x"));
    let error = call().await.expect_err("no answer");
    assert!(
        error.is_timeout() && error.upload_step().is_some(),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains("b.oss.example.com: no complete reply in time (10s)"),
        "{text}"
    );
    let error = call().deadline(Duration::from_secs(3)).await;
    let text = error.expect_err("no answer").to_string();
    assert!(
        text.contains("the call's deadline of 3s passed: "),
        "{text}"
    );
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
