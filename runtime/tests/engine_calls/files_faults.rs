//! Uploads that fail, in each of their steps, over real TCP.

use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::transport::Body;
use alicloud_runtime::{
    BoxFuture, Bytes, FileContent, Retry, SendOptions, Transport, TransportError,
    TransportErrorKind, UploadStep,
};
use test_support::{
    Broken, FakeService, Fault, Home, UploadService, answer, closed_port, policy_of,
};

use crate::files::{DONE, FOUND, Pieces, add, detect, stream};

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

#[tokio::test(start_paused = true)]
async fn an_upload_is_one_of_the_attempts_in_flight() {
    let config = Replay::new().config().retry(Retry::off()).transport(Silent);
    let config = config.max_in_flight(1);
    let first = tokio::spawn(detect(&config, FileContent::from("x")).send());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let second = detect(&config, FileContent::from("y")).deadline(Duration::from_secs(3));
    let error = second.await.expect_err("no place");
    let text = error.to_string();
    assert!(text.ends_with("as the configuration allows (1)"), "{text}");
    // What ends makes room.
    assert!(
        first
            .await
            .expect("no panic")
            .expect_err("no answer")
            .is_timeout()
    );
    let third = detect(&config, FileContent::from("z")).await;
    assert!(third.expect_err("no answer").is_timeout());
}
