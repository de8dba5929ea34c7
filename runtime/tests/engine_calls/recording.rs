//! Calls that are recorded to a file, what that does not hold, and how it is replayed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use alicloud_runtime::testing::{Recorder, Replay};
use alicloud_runtime::transport::{Body, Http, HttpOptions};
use alicloud_runtime::{
    BoxFuture, Bytes, Config, Credentials, Error, RawClient, Reply, Retry, SendOptions, Signature,
    Transport, TransportError, TransportErrorKind, http, signature,
};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use test_support::{FakeService, Home, ID, SECRET, answer, quick};

use crate::{JSON_SAMPLE, XML_SAMPLE, associate, call, ga, list, list_listeners, set_password};

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
fn lines(path: &Path) -> Vec<Json> {
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
    let retry = Retry::default().attempts(2).base(Duration::ZERO);
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
    assert!(said.contains("`ThingId` differ (rule at "), "{said}");
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
    assert!(said.contains("`PageNumber` differ"), "{said}");
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

/// A text is without a secret, in whichever spelling.
fn assert_clean(text: &str, secret: &str) {
    let json = serde_json::to_string(secret).expect("JSON");
    let once = signature::encode(secret);
    let twice = signature::encode(&once);
    for form in [
        secret,
        &once,
        &twice,
        &once.replace("%20", "+"),
        &json[1..json.len() - 1],
    ] {
        assert!(!text.contains(form), "{form:?} is in {text}");
    }
}

/// The same for a document, its names and the documents in its texts.
fn assert_clean_json(json: &Json, secret: &str) {
    match json {
        Json::String(text) => {
            assert_clean(text, secret);
            if let Ok(inner @ (Json::Object(_) | Json::Array(_))) = serde_json::from_str(text) {
                assert_clean_json(&inner, secret);
            }
        }
        Json::Array(items) => items
            .iter()
            .for_each(|item| assert_clean_json(item, secret)),
        Json::Object(members) => {
            for (name, member) in members {
                assert_clean(name, secret);
                assert_clean_json(member, secret);
            }
        }
        _ => {}
    }
}

fn reply(kind: &'static str, body: impl Into<Bytes>) -> http::Response<Bytes> {
    let reply = http::Response::builder().header("content-type", kind);
    reply.body(body.into()).expect("a reply")
}

fn xml_escaped(text: &str) -> String {
    let each = text.chars().map(|c| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => c.to_string(),
        c => format!("&#x{:x};", u32::from(c)),
    });
    each.collect()
}

/// The secrets of one case.
#[derive(Clone, Debug)]
struct Secrets {
    key: String,
    token: String,
    password: String,
    note: String,
    /// Of a reply, by its schema alone.
    hint: String,
    /// Of a call by name, which says so.
    named: String,
    /// By its name, in a document.
    nested: String,
    header: String,
}

impl Secrets {
    fn all(&self) -> [&str; 8] {
        [
            &self.key,
            &self.token,
            &self.password,
            &self.note,
            &self.hint,
            &self.named,
            &self.nested,
            &self.header,
        ]
    }

    /// Replies that repeat all of them, in many ways.
    fn replies(&self) -> Vec<http::Response<Bytes>> {
        let (all, hint) = (self.all().join(" and "), &self.hint);
        let slashed = json!({"AccessKeySecret": self.named}).to_string();
        let json = json!({
            "RequestId": "r", "Message": all, all.clone(): 1,
            "Questions": [{"Text": hint, "Hint": hint}, {"hint": {"deep": [hint]}}],
            "Result": json!({"Data": {"apiKey": self.nested}}).to_string(),
            "Slashed": slashed.replace('/', "\\/"),
            "Credentials": {"SecurityToken": self.nested},
        })
        .to_string();
        let xml = format!(
            "<R><RequestId>{}</RequestId><Hint>{}</Hint></R>",
            xml_escaped(&all),
            xml_escaped(hint)
        );
        let event = format!("id: 1\ndata: {json}\ndata: {{\"Hint\": \"{hint}\n\n");
        let cut = json[..json.len() - 9].to_owned();
        let binary = [b"\xff\xfe", all.as_bytes()].concat();
        let echo = signature::encode(&all);
        let text = format!("{all} {echo}");
        let mut replies = vec![
            reply("application/json", json),
            reply("text/event-stream", event),
            reply("text/xml", xml),
            reply("application/json", cut),
            reply("text/plain", text),
            reply("application/octet-stream", binary),
        ];
        for reply in &mut replies {
            let echo = http::HeaderValue::from_str(&echo).expect("a header");
            reply.headers_mut().insert("x-acs-request-id", echo);
        }
        replies
    }

    /// Records calls with them in every place.
    async fn record(&self, path: &Path, signature: Signature) {
        let replay = Replay::new();
        let credentials = Credentials::new("LTAI-of-this-key", &self.key);
        let config = Config::new(credentials.with_security_token(&self.token))
            .region("cn-hangzhou")
            .signature(signature)
            .retry(Retry::off())
            .transport(Recorder::create(path, replay.clone()).expect("a file"));
        let client = ga::Client::new(&config);
        let all = self.all().join(" and ");
        let notes = json!([&self.note]).to_string();
        for status in [200, 400] {
            for mut reply in self.replies() {
                *reply.status_mut() = http::StatusCode::from_u16(status).expect("a status");
                replay.on_operation("SetPassword").reply(reply.clone());
                replay.on_operation("Unknown").reply(reply).times(2);
                let request = set_password::Request::new()
                    .user(&all)
                    .password(&self.password)
                    .notes([&self.note]);
                let call = client.set_password(request);
                let _ = call.header("x-token", &self.header).await;
                let unknown = || {
                    let call = client.call("Unknown").header("x-token", &self.header);
                    call.secret("Named").secret("Hint")
                };
                let _ = unknown()
                    .query("Users.1.Password", &self.password)
                    .query("Config", json!({"Secrets": [&self.note]}).to_string())
                    .query("Echo", &all)
                    .form("Hint", &self.hint)
                    .form("Named", &self.named)
                    .form("Nested", json!({"token": &self.nested}).to_string())
                    .await;
                let inner = json!({"Named": &self.named, "Hint": [&self.hint]});
                let body = json!({
                    "password": &self.password, "a": inner, "Notes": notes, "b": &all,
                    "apiKey": {"c": &self.nested, "d": 123456789},
                });
                let _ = unknown().secret("Notes").json(&body).await;
            }
        }
        replay.assert_used();
    }
}

fn secrets() -> impl Strategy<Value = Secrets> {
    let text = || "[!-~]{9,14}|[a-z\"\\\\/<&+ %é]{9,14}x";
    let key = "[A-Za-z0-9+/=]{12,20}";
    let texts = (text(), text(), text(), text(), text());
    (key, key, texts, "[!-~]{9,14}").prop_map(|(key, token, texts, header)| {
        let (password, note, hint, named, nested) = texts;
        Secrets {
            key,
            token,
            password,
            note,
            hint,
            named,
            nested,
            header,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_secret_is_ever_written(secrets in secrets(), older in any::<bool>()) {
        let home = Home::new();
        let path = home.path().join("calls.jsonl");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let signature = if older { Signature::V1 } else { Signature::V3 };
        runtime.expect("a runtime").block_on(secrets.record(&path, signature));
        let lines = lines(&path);
        assert_eq!(lines.len(), 36);
        for line in &lines {
            for secret in secrets.all().into_iter().chain(["LTAI-of-this-key", "123456789"]) {
                assert_clean_json(line, secret);
            }
            let reply = &line["reply"];
            if let Some(bytes) = reply["base64"].as_str() {
                let bytes = data_encoding::BASE64.decode(bytes.as_bytes()).expect("base64");
                for secret in secrets.all() {
                    assert_clean(&String::from_utf8_lossy(&bytes), secret);
                }
            }
            let text = line.to_string();
            for name in ["ignature", "nonce", "authorization", "x-acs-", "AccessKeyId"] {
                let shown = text.replace("x-acs-request-id", "").replace("AccessKeySecret", "");
                assert!(!shown.contains(name), "{name} is in {text}");
            }
        }
        // What is replayed has the shape of what was recorded.
        let replay = Replay::from_recording(&path).expect("a recording");
        assert!(replay.requests().is_empty());
        let recorded = &lines[0]["reply"]["json"];
        assert_eq!(recorded["Questions"][0]["Hint"], "***");
        assert_eq!(recorded["RequestId"], "r");
    }
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
