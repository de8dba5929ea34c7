//! No secret is in a recording, wherever it was.

use std::path::Path;

use alicloud_runtime::testing::{Recorder, Replay};
use alicloud_runtime::{Bytes, Config, Credentials, Retry, Signature, http, signature};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use test_support::Home;

use crate::recording::lines;
use crate::{ga, set_password};

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
        // Perhaps within a character.
        let cut = json.as_bytes()[..json.len() / 2 + self.key.len()].to_vec();
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

#[tokio::test]
async fn a_document_within_a_text_may_begin_with_space() {
    const SECRETS: [&str; 2] = ["s3cret-of-a-request", "s3cret-of-a-reply"];
    let [sent, came] = SECRETS.map(|secret| format!("\n {{\"Password\": \"{secret}\"}}"));
    let home = Home::new();
    let path = home.path().join("calls.jsonl");
    let body = json!({"RequestId": "r", "Result": came}).to_string();
    let replay = Replay::new().reply(reply("application/json", body));
    let recorder = Recorder::create(&path, replay.clone()).expect("a file");
    let send = async |config: &Config| {
        let call = ga::Client::new(config).call("Ask").query("Config", &sent);
        assert!(!format!("{call:?}").contains(SECRETS[0]), "{call:?}");
        call.await.expect("a reply");
    };
    send(&replay.config().transport(recorder)).await;
    let text = std::fs::read_to_string(&path).expect("a recording");
    for secret in SECRETS {
        assert!(!text.contains(secret), "{text}");
    }
    let replay = Replay::from_recording(&path).expect("a recording");
    send(&replay.config()).await;
}

/// How many events a call is answered with.
async fn chat(config: &Config) -> usize {
    let mut events = ga::Client::new(config).call("Chat").events();
    let mut count = 0;
    while let Some(event) = events.next().await {
        event.expect("an event");
        count += 1;
    }
    count
}

#[tokio::test]
async fn events_hold_none_however_they_are_written() {
    const SECRET: &str = "s3cret-of-events";
    let document = |end: &str| {
        let lines = [
            "event: result",
            &format!("data: {{\"Password\": \"{SECRET}\"}}"),
            "",
            &format!("data: {SECRET}, once more"),
            "",
            "",
        ];
        lines.join(end)
    };
    // A document in lines of which none is one.
    let torn = format!("data: {{\"Password\"\ndata: : \"{SECRET}\"}}\n\ndata: {SECRET}\n\n");
    for (kind, body) in [
        ("text/event-stream", document("\r")),
        ("text/event-stream", document("\r\n")),
        ("text/event-stream", torn),
        ("Text/Event-Stream", document("\n")),
        ("text/plain", document("\n")),
    ] {
        let home = Home::new();
        let path = home.path().join("calls.jsonl");
        let replay = Replay::new().reply(reply(kind, body.clone()));
        let recorder = Recorder::create(&path, replay.clone()).expect("a file");
        assert_eq!(chat(&replay.config().transport(recorder)).await, 2);
        let replay = Replay::from_recording(&path).expect("a recording");
        assert_eq!(chat(&replay.config()).await, 2, "{kind} {body:?}");
        let text = std::fs::read_to_string(&path).expect("a recording");
        assert!(!text.contains(SECRET), "{kind} {body:?}: {text}");
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
