//! Calls that are recorded to a file, what that does not hold, and how it is replayed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use alicloud_runtime::testing::{Recorder, Replay};
use alicloud_runtime::transport::{Body, Http, HttpOptions};
use alicloud_runtime::{
    BoxFuture, Call, Client, Config, Credentials, Error, FileContent, RawClient, Reply, Response,
    Retry, SendOptions, Signature, Transport, TransportError, TransportErrorKind, http,
};
use serde_json::{Value as Json, json};
use test_support::{FakeService, Home, ID, SECRET, answer, quick};

use crate::files::{FOUND, detect};
use crate::{JSON_SAMPLE, XML_SAMPLE, associate, call, ga, list, list_listeners};

fn http() -> Http {
    Http::new(&HttpOptions::default().no_proxy()).expect("a client")
}

/// A configuration whose calls `transport` carries, and a recorder writes to `path`.
fn recording(path: &Path, transport: impl Transport) -> Config {
    Config::new(Credentials::new(ID, SECRET))
        .region("cn-hangzhou")
        .retry(quick())
        .transport(Recorder::create(path, transport).expect("a file"))
}

/// The lines of a recording, without the first.
pub(crate) fn lines(path: &Path) -> Vec<Json> {
    let text = std::fs::read_to_string(path).expect("a recording");
    assert!(text.ends_with('\n'));
    let mut lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    assert_eq!(lines.next(), Some(json!({"alicloud-recording": 1})));
    lines.collect()
}

#[tokio::test]
async fn what_was_recorded_over_the_wire_is_replayed_with_its_failures_and_retries() {
    let home = Home::new();
    let refused = r#"{"Code":"NotExist.Accelerator","Message":"no","RequestId":"id-1"}"#;
    for signature in [Signature::V3, Signature::V1] {
        let service = FakeService::start([
            answer(503, ""),
            answer(200, JSON_SAMPLE).header("content-type", "application/json"),
            answer(200, XML_SAMPLE).header("content-type", "text/xml"),
            answer(400, refused).header("x-acs-request-id", "id-1"),
        ])
        .await;
        let path = home.path().join("calls.jsonl");
        let config = recording(&path, http());
        let config = config.endpoint(service.address()).signature(signature);
        let first = call(&config).reply().await.expect("the sample");
        let second = call(&config).await.expect("the sample");
        let error = call(&config).await.expect_err("an error");

        assert_eq!(lines(&path).len(), 4);
        let replay = Replay::from_recording(&path).expect("a recording");
        let config = replay.config();
        let reply = call(&config).reply().await.expect("the sample");
        assert_eq!((reply.attempts, reply.status), (2, 200));
        // An id has a stand-in, of the same form.
        let listener = reply.value.listener_id;
        assert_eq!(listener.len(), first.value.listener_id.len());
        assert!(listener.starts_with("lsr-r0"), "{listener}");
        let replayed = call(&config).await.expect("the sample").listener_id;
        assert_eq!(replayed.len(), second.listener_id.len());
        let replayed = call(&config).await.expect_err("an error");
        assert_eq!(replayed.kind(), error.kind());
        assert_eq!(
            (replayed.code(), replayed.request_id()),
            (error.code(), Some("id-1"))
        );
        replay.assert_used();
        let error = call(&config).await.expect_err("used up");
        assert!(
            error.to_string().contains("calls.jsonl:5 is used up"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_failure_without_a_reply_and_an_attempt_that_took_too_long_are_recorded() {
    let home = Home::new();
    let path = home.path().join("calls.jsonl");
    let replay = Replay::new()
        .fail(TransportErrorKind::Connect)
        .sample::<associate::Response>()
        .latency(Duration::from_secs(600));
    let config = recording(&path, replay);
    let calling = call(&config).timeout(Duration::from_millis(20));
    let retry = Retry::default().attempts(2).backoff(Duration::ZERO);
    let error = calling.retry(retry.clone()).await.expect_err("too late");
    assert!(error.is_timeout());
    let lines = lines(&path);
    let failures: Vec<_> = lines.iter().map(|line| line["failure"].as_str()).collect();
    assert_eq!(failures, [Some("connect"), Some("timeout")]);
    let replay = Replay::from_recording(&path).expect("a recording");
    let error = call(&replay.config())
        .retry(retry)
        .await
        .expect_err("too late");
    assert!(error.is_timeout() && error.attempts() == 2);
}

async fn describe(config: &Config, id: &str) -> Result<Reply<Json>, Error> {
    let client = RawClient::rpc(config, "Ga", "2019-11-20");
    let call = client.call("DescribeThing").query("ThingId", id);
    call.endpoint("ga.invalid").read_only().await
}

#[tokio::test]
async fn ids_are_replaced_alike_in_requests_and_replies() {
    let home = Home::new();
    let path = home.path().join("calls.jsonl");
    let (id, account) = ("ga-bp1odcab8tmno0hdq", "1234567890123456");
    let reply = json!({
        "RequestId": "6FEA0CF3-D3B9-43E5-A304-D217037876A8",
        "ThingId": id, "Owner": 1234567890123456_u64, "OwnerText": account,
        "Arn": format!("acs:ga:cn-hangzhou:{account}:{id}"), "Site": "www.corp.test",
    });
    let inner = Replay::new()
        .respond(200, reply.to_string())
        .respond(200, reply.to_string());
    let recorder = Recorder::create(&path, inner.clone()).expect("a file");
    let config = inner.config();
    let recorded = config
        .clone()
        .transport(recorder.replace("corp.test", "example.com"));
    describe(&recorded, id).await.expect("success");
    describe(&recorded, id).await.expect("success");

    let lines = lines(&path);
    let (sent, got) = (&lines[0]["request"], &lines[0]["reply"]["json"]);
    assert_eq!(lines[0], lines[1]);
    let stand_in = sent["query"]["ThingId"].as_str().expect("an id");
    assert!(stand_in.starts_with("ga-r0") && stand_in.len() == id.len());
    assert_eq!(got["ThingId"], *stand_in);
    let owner = got["OwnerText"].as_str().expect("an account");
    assert_eq!(got["Owner"].to_string(), owner);
    assert_eq!(got["Arn"], format!("acs:ga:cn-hangzhou:{owner}:{stand_in}"));
    assert_eq!(got["Site"], "www.example.com");
    let text = std::fs::read_to_string(&path).expect("a recording");
    for real in [id, account, "6FEA0CF3", "corp"] {
        assert!(!text.contains(real), "{real} is in {text}");
    }

    // Any id is that id, and nothing else is.
    let replay = Replay::from_recording(&path).expect("a recording");
    let config = replay.config();
    describe(&config, "ga-another0id1234567")
        .await
        .expect("an id");
    let error = describe(&config, "lsr-another0id123456")
        .await
        .expect_err("another kind");
    let said = error.to_string();
    assert!(said.contains("`ThingId` differs (rule at "), "{said}");
    assert!(said.contains("calls.jsonl:2 is used up; "), "{said}");
    describe(&config, stand_in).await.expect("the stand-in");

    let inner = Replay::new().respond(200, reply.to_string());
    let recorder = Recorder::create(&path, inner).expect("a file");
    describe(&config.transport(recorder.keep_ids()), id)
        .await
        .expect("success");
    assert!(
        std::fs::read_to_string(&path)
            .expect("a recording")
            .contains(id)
    );
}

#[tokio::test]
async fn parameters_decide_and_what_is_masked_is_anything() {
    let home = Home::new();
    let path = home.path().join("calls.jsonl");
    let inner = Replay::new();
    for total in 1..=3 {
        let body = json!({"RequestId": "r", "TotalCount": total}).to_string();
        inner.on::<list_listeners::Response>().respond(200, body);
    }
    let recorder = Recorder::create(&path, inner.clone()).expect("a file");
    let page = |config: &Config, number, size| {
        let request = list_listeners::Request::new()
            .page_number(number)
            .page_size(size);
        ga::Client::new(config).list_listeners(request).send()
    };
    let config = inner.config().transport(recorder.ignore("PageSize"));
    for number in 1..=3 {
        page(&config, number, 10).await.expect("a page");
    }
    let replay = Replay::from_recording(&path).expect("a recording");
    let config = replay.config();
    for (number, size) in [(3, 5), (1, 7), (2, 10)] {
        let total = page(&config, number, size)
            .await
            .expect("a page")
            .total_count;
        assert_eq!(total, Some(number));
    }
    let replay = Replay::from_recording(&path).expect("a recording");
    let said = page(&replay.config(), 4, 5)
        .await
        .expect_err("no page")
        .to_string();
    assert!(said.contains("`PageNumber` differs"), "{said}");
    // One parameter less is another call too.
    let said = list(&replay.config())
        .await
        .expect_err("no page")
        .to_string();
    assert!(said.contains("`PageNumber`, `PageSize` differ"), "{said}");
    let said = call(&replay.config())
        .await
        .expect_err("not recorded")
        .to_string();
    assert!(
        said.contains("was prepared to answer ListListeners ("),
        "{said}"
    );
    assert!(said.contains("but Associate"), "{said}");
}

/// Passes requests on.
#[derive(Debug)]
struct Around(Recorder);

impl Transport for Around {
    fn send(
        &self,
        request: http::Request<Body>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.0.send(request, options)
    }
}

#[tokio::test]
async fn a_recorder_that_is_not_told_what_is_secret_sends_nothing() {
    let home = Home::new();
    let path = home.path().join("calls.jsonl");
    let replay = Replay::new().respond(200, JSON_SAMPLE);
    let recorder = Recorder::create(&path, replay.clone()).expect("a file");
    let error = call(&replay.config().transport(Around(recorder))).await;
    let said = error.expect_err("it cannot know").to_string();
    assert!(
        said.contains("has to be the transport of the configuration itself"),
        "{said}"
    );
    assert!(replay.requests().is_empty() && lines(&path).is_empty());
}

#[tokio::test]
async fn what_a_replay_does_by_itself_and_what_nobody_knows_is_not_recorded() {
    let home = Home::new();
    let path = home.path().join("calls.jsonl");
    let replay = Replay::new().respond(200, r#"{"RequestId":"r"}"#);
    let config = recording(&path, replay.clone());
    let client = RawClient::rpc(&config, "OpenPlatform", "2019-12-19");
    let call = client.call("AuthorizeFileUpload");
    let permitted = call.endpoint("openplatform.invalid").await;
    permitted.expect("success");

    // A typed call whose response has no type that the engine knows.
    let request = Box::new(list_listeners::Request::new());
    let client = Client::new(&config, ga::product());
    let call = Call::<list_listeners::Response, list_listeners::ErrorKind>::with_operation(
        &client,
        list_listeners::Response::operation(),
        request,
    );
    let said = call.await.expect_err("not told").to_string();
    assert!(said.contains("not told what is secret"), "{said}");
    assert_eq!(replay.requests().len(), 1);
    assert!(lines(&path).is_empty());
}

#[tokio::test]
async fn calls_with_files_are_replayed_whatever_their_urls_are() {
    let home = Home::new();
    let path = home.path().join("calls.jsonl");
    let replay = Replay::new().respond(200, FOUND);
    let picture = || FileContent::from("a picture");
    // The first upload of a replay has another URL than the second.
    detect(&replay.config(), picture()).await.expect("success");
    let replay = replay.respond(200, FOUND).respond(200, FOUND);
    let config = recording(&path, replay.clone());
    detect(&config, picture()).await.expect("success");
    let call = RawClient::rpc(&config, "facebody", "2019-12-30").call("DetectFace");
    let call = call.file("ImageURL", picture());
    call.await.expect("success");
    for line in lines(&path) {
        assert_eq!(line["request"]["query"]["ImageURL"], "***", "{line}");
    }
    let replay = Replay::from_recording(&path).expect("a recording");
    detect(&replay.config(), picture()).await.expect("success");
    let call = RawClient::rpc(&replay.config(), "facebody", "2019-12-30").call("DetectFace");
    let call = call.file("ImageURL", picture());
    call.await.expect("success");
    replay.assert_used();
}

#[tokio::test]
async fn each_exchange_is_one_whole_line_however_many_there_are_at_once() {
    let home = Home::new();
    let path = home.path().join("calls.jsonl");
    let service = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let config = recording(&path, http()).endpoint(service.address());
    let config = Arc::new(config);
    let calls: Vec<_> = (0..40)
        .map(|_| tokio::spawn(call(&config).send()))
        .collect();
    for calling in calls {
        calling.await.expect("no panic").expect("success");
    }
    assert_eq!(lines(&path).len(), 40);
    let replay = Replay::from_recording(&path).expect("a recording");
    for _ in 0..40 {
        call(&replay.config()).await.expect("the sample");
    }
    replay.assert_used();
}

#[test]
fn what_is_no_recording_is_an_error_with_file_and_line() {
    let home = Home::new();
    let head = r#"{"alicloud-recording":1}"#;
    let whole = r#"{"product":"Ga","version":"1","operation":"A","request":{"path":"/"},"#;
    for (text, line, said) in [
        ("", Some(1), "it is empty"),
        ("{}", Some(1), "no recording of this version"),
        (
            r#"{"alicloud-recording":2}"#,
            Some(1),
            "no recording of this version",
        ),
        (&format!("{head}\n{{\"product\""), Some(2), "it is no JSON"),
        (&format!("{head}\n\n{{}}"), Some(3), "no text `product`"),
        (
            &format!("{head}\n{whole}\"failure\":\"late\"}}"),
            Some(2),
            "`failure` is none",
        ),
        (
            &format!("{head}\n{whole}\"reply\":{{}}}}"),
            Some(2),
            "no `json`, `text` or `base64`",
        ),
        (
            &format!("{head}\n{whole}\"a\":1}}"),
            Some(2),
            "neither `reply` nor `failure`",
        ),
    ] {
        let path = home.write("calls.jsonl", text);
        let error = Replay::from_recording(&path).expect_err(text);
        assert_eq!((error.path(), error.line()), (&*path, line));
        let shown = error.to_string();
        assert!(
            shown.contains("calls.jsonl, line ") && shown.contains(said),
            "{shown}"
        );
    }
    let error = Replay::from_recording(home.path().join("none.jsonl")).expect_err("no file");
    assert_eq!(error.line(), None);
    let error = Recorder::create(home.path().join("no/folder.jsonl"), Replay::new());
    let said = error.expect_err("no folder").to_string();
    assert!(
        said.starts_with("the recording ") && said.contains("folder.jsonl: "),
        "{said}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_takes_nothing_is_an_error() {
    let error = Recorder::create("/dev/full", Replay::new()).expect_err("a full device");
    assert!(std::error::Error::source(&error).is_some(), "{error}");
}
