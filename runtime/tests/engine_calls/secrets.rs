//! Nothing that is secret is shown by anything that a call leaves behind.

use std::io::Write;
use std::sync::{Arc, Mutex};

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Config, Credentials, Signature, TransportErrorKind};
use test_support::{FakeService, SECRET, answer, quick};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::{NOTE, PASSWORD, call, ga, set_password};

const TOKEN: &str = "the/security+token=";

fn config(transport: &Replay) -> Config {
    Config::new(Credentials::new("testid", SECRET).with_security_token(TOKEN))
        .region("cn-hangzhou")
        .retry(quick())
        .transport(transport.clone())
}

/// In whichever way a text may be written on the wire.
fn assert_clean(shown: &str) {
    let json = serde_json::to_string(NOTE).expect("JSON");
    for secret in [SECRET, TOKEN, PASSWORD, NOTE, &json[1..json.len() - 1]] {
        let once = alicloud_runtime::signature::encode(secret);
        let twice = alicloud_runtime::signature::encode(&once);
        for form in [secret, &once, &twice, &once.replace("%20", "+")] {
            assert!(!shown.contains(form), "{form:?} is in {shown}");
        }
    }
}

#[tokio::test]
async fn explaining_shows_everything_but_secrets_and_sends_nothing() {
    for signature in [Signature::V3, Signature::V1] {
        let replay = Replay::new();
        let config = config(&replay).signature(signature);
        let explained = set_password(&config)
            .explain()
            .await
            .expect("an explanation");
        let shown = format!("{explained}\n{explained:?}");
        assert_clean(&shown);
        assert!(replay.requests().is_empty());

        assert_eq!(explained.method, "POST");
        assert!(
            explained
                .url
                .starts_with("https://ga.cn-hangzhou.aliyuncs.com/?")
        );
        assert!(
            explained.url.contains("Password=%2A%2A%2A"),
            "{}",
            explained.url
        );
        assert_eq!(explained.body, "Notes=%5B%22%2A%2A%2A%22%5D");
        assert!(explained.canonical_request.contains("User=alice"));
        let curl = explained.curl();
        assert!(
            curl.starts_with("curl -X POST 'https://ga.cn-hangzhou.aliyuncs.com/?"),
            "{curl}"
        );
        assert!(curl.contains("--data-raw 'Notes="), "{curl}");
        match signature {
            Signature::V3 => {
                assert!(explained.string_to_sign.starts_with("ACS3-HMAC-SHA256\n"));
                let authorization = explained.headers.iter().find(|(n, _)| n == "authorization");
                let (_, value) = authorization.expect("a header");
                assert!(value.ends_with(",Signature=***"), "{value}");
            }
            _ => {
                assert!(explained.string_to_sign.starts_with("POST&%2F&"));
                assert!(explained.url.contains("Signature=***"), "{}", explained.url);
            }
        }
    }
}

#[tokio::test]
async fn what_is_explained_is_what_is_sent() {
    let replay = Replay::new().respond(200, "{}");
    let config = replay.config();
    let explained = call(&config)
        .region("cn-hangzhou")
        .explain()
        .await
        .expect("an explanation");
    call(&config).await.expect("success");
    let sent = &replay.requests()[0];
    let without_token = |url: &str| {
        let (head, tail) = url.split_once("ClientToken=").expect("a token");
        format!("{head}{}", &tail[36..])
    };
    assert_eq!(without_token(&explained.url), without_token(&sent.url()));
    assert_eq!(explained.method, sent.method());
    let names: Vec<&str> = explained.headers.iter().map(|(n, _)| n.as_str()).collect();
    for name in sent.headers().keys() {
        assert!(names.contains(&name.as_str()), "{name}");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Takes what this thread traces, until the guard is dropped.
    fn subscribe(&self) -> tracing::subscriber::DefaultGuard {
        let writer = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("the log").clone()).expect("text")
    }
}

#[tokio::test]
async fn a_span_says_the_region_that_was_used() {
    let log = Log::default();
    let _guard = log.subscribe();
    // No host of the product is published there, so its own region is called.
    let replay = Replay::new().respond(500, "").respond(200, "{}");
    let config = config(&replay).region("cn-nowhere");
    call(&config).await.expect("success");
    assert_eq!(replay.requests()[0].query("RegionId"), Some("cn-hangzhou"));
    let traced = log.text();
    assert!(traced.contains("cloud.region=\"cn-hangzhou\""), "{traced}");
    assert!(!traced.contains("cn-nowhere"), "{traced}");
    // Of the call; an attempt has no such field.
    assert!(traced.contains(" attempts=2"), "{traced}");
    call(&config.region("cn-nowhere"))
        .region("ap-southeast-1")
        .await
        .expect_err("nothing left");
    assert!(log.text().contains("cloud.region=\"ap-southeast-1\""));
}

#[tokio::test]
async fn traces_errors_and_debug_output_hold_no_secret() {
    let log = Log::default();
    let _guard = log.subscribe();

    let echo = serde_json::json!({
        "Code": "InvalidParameter", "RequestId": "the-request-id",
        "Message": format!("{PASSWORD} and {NOTE} and {TOKEN} are not valid for {SECRET}"),
    });
    let replay = Replay::new()
        .respond(500, echo.to_string())
        .fail(TransportErrorKind::Connect)
        .respond(400, echo.to_string());
    let config = config(&replay);
    let calling = set_password(&config);
    let mut shown = format!("{config:?} {calling:?} {replay:?}");
    let error = calling.await.expect_err("an error");
    shown += &format!("{error} {error:?} {:?}", error.message());
    let error = set_password(&config).await.expect_err("an error");
    shown += &format!(
        "{error} {error:?} {:?} {:?}",
        error.message(),
        replay.requests()
    );

    let traced = log.text();
    assert_clean(&shown);
    assert_clean(&traced);
    for named in [
        "otel.kind=\"client\"",
        "otel.name=Ga/SetPassword",
        "otel.name=POST ",
        "otel.status_code=\"ERROR\"",
        "rpc.system.name=\"aliyun\"",
        "rpc.method=Ga/SetPassword",
        "rpc.response.status_code=\"InvalidParameter\"",
        "aliyun.product=\"Ga\"",
        "server.port=443",
        "server.address=\"ga.cn-hangzhou.aliyuncs.com\"",
        "http.response.status_code=500",
        "error.type=\"InvalidParameter\"",
        "error.type=\"connect\"",
        "aliyun.request_id=\"the-request-id\"",
        "http.request.resend_count=1",
    ] {
        assert!(traced.contains(named), "{named} is not in {traced}");
    }
}

#[tokio::test]
async fn a_signature_that_is_refused_is_diagnosed_without_repeating_the_request() {
    use alicloud_runtime::Diagnosis;
    for signature in [Signature::V3, Signature::V1] {
        let double = FakeService::start([answer(200, r#"{"RequestId":"r"}"#)]).await;
        double.set_secret("another-secret");
        let config = Config::new(Credentials::new("testid", SECRET).with_security_token(TOKEN))
            .endpoint(double.address())
            .no_proxy()
            .signature(signature);
        let error = set_password(&config).await.expect_err("an error");
        assert_eq!(error.code(), Some("SignatureDoesNotMatch"));
        assert_eq!(error.diagnosis(), Some(&Diagnosis::WrongSecret));
        assert!(
            error.to_string().contains("the access key secret is wrong"),
            "{error}"
        );
        assert_clean(&format!("{error} {error:?} {:?}", error.message()));
    }
}

#[tokio::test]
async fn a_code_that_only_a_message_names_starts_no_diagnosis() {
    let message = "not SignatureDoesNotMatch; string to sign is:x";
    for (code, diagnosed) in [
        ("InvalidParameter", false),
        ("SignatureDoesNotMatch", true),
        ("IncompleteSignature", true),
    ] {
        let json = serde_json::json!({"code": code, "message": message}).to_string();
        let nested = format!(r#"{{"Error":{json}}}"#);
        let xml =
            format!("<Error><Code>{code}</Code><Message><![CDATA[{message}]]></Message></Error>");
        for body in [json, nested, xml] {
            let replay = Replay::new().respond(400, body.clone());
            let error = call(&config(&replay)).await.expect_err("an error");
            assert_eq!(error.code(), Some(code));
            assert_eq!(error.diagnosis().is_some(), diagnosed, "{body}");
        }
    }
}

#[tokio::test]
async fn a_call_by_name_hides_secrets_unless_it_is_told_to_show_them() {
    for signature in [Signature::V3, Signature::V1] {
        let echo = format!(r#"{{"Code":"X","Message":"{PASSWORD} of {NOTE:?}, {{uri}}"}}"#);
        let double = FakeService::start([answer(400, echo.replace("\"\"", ""))]).await;
        let config = Config::new(Credentials::new("testid", SECRET).with_security_token(TOKEN))
            .endpoint(double.address())
            .no_proxy()
            .signature(signature);
        let client = ga::Client::new(&config);
        let set = || {
            client
                .call("SetPassword")
                .query("User", "alice")
                .query("Users.1.Password", PASSWORD)
                .form("Notes", serde_json::json!([NOTE]).to_string())
                .secret("Notes")
        };
        let explained = set().explain().await.expect("an explanation");
        let shown = format!("{explained}\n{explained:?}\n{:?}", set());
        assert_clean(&shown);
        assert!(shown.contains("User=alice"), "{shown}");
        assert!(shown.contains("Users.1.Password=%2A%2A%2A"), "{shown}");

        let explained = set().show_secrets().explain().await;
        let explained = explained.expect("an explanation");
        let encoded = alicloud_runtime::signature::encode(PASSWORD);
        assert!(explained.url.contains(&encoded), "{}", explained.url);
        assert!(!format!("{explained:?}").contains(SECRET));
        assert_clean(&format!("{:?}", set().show_secrets()));

        let error = set().await.expect_err("an error");
        assert_clean(&format!("{error} {error:?} {:?}", error.message()));
        assert_eq!(
            double.seen()[0].parameter("Users.1.Password"),
            Some(PASSWORD)
        );
    }
}

#[tokio::test]
async fn a_page_that_quotes_the_request_shows_nothing_that_signs_it() {
    let quoting = [
        "cannot serve <a href=\"{uri}\">{uri}</a>",
        r#"{"Code":"{uri}","Message":"at {uri}","RequestId":"{uri}","Recommend":"https://x{uri}",
            "AccessDeniedDetail":{"AuthAction":"{uri}","PolicyType":"{uri}"}}"#,
        "<Error><Code>X</Code><Message><![CDATA[{uri}]]></Message><RequestId><![CDATA[{uri}]]></RequestId></Error>",
    ];
    for page in quoting {
        let double = FakeService::start([answer(403, page)]).await;
        let config = Config::new(Credentials::new("testid", SECRET).with_security_token(TOKEN))
            .endpoint(double.address())
            .no_proxy()
            .signature(Signature::V1);
        let error = set_password(&config).await.expect_err("an error");
        let shown = format!(
            "{error} {error:?} {:?} {:?} {:?} {:?} {:?}",
            error.code(),
            error.message(),
            error.request_id(),
            error.recommend(),
            error.access_denied_detail()
        );
        assert_clean(&shown);
        assert!(shown.contains("***"), "{shown}");
        let seen = double.seen();
        let signature = seen[0].parameter("Signature").expect("a signature");
        let once = alicloud_runtime::signature::encode(signature);
        for form in [signature, &once] {
            assert!(!shown.contains(form), "{form} is in {shown}");
        }
    }
}

#[tokio::test]
async fn half_a_secret_at_the_end_of_what_is_shown_is_none() {
    for before in 250..300 {
        let page = format!("{} {TOKEN} and more", "x".repeat(before));
        let replay = Replay::new().respond(502, page.into_bytes());
        let error = set_password(&config(&replay).retry(alicloud_runtime::Retry::off()))
            .await
            .expect_err("an error");
        assert!(!error.to_string().contains(&TOKEN[..4]), "{error}");
    }
}

#[test]
fn an_endpoints_user_and_password_are_not_shown() {
    let endpoint = "https://alice:s3cret@ga.example.com/path?token=s3cret";
    let config = Config::new(Credentials::new("id", "secret")).endpoint(endpoint);
    let transport = std::sync::Arc::new(Replay::new());
    let context = alicloud_runtime::credentials::Context::new(transport.clone())
        .sts_endpoint(endpoint)
        .metadata_endpoint(endpoint)
        .oauth_endpoint(endpoint);
    let role = alicloud_runtime::credentials::AssumeRole::new(
        transport,
        Credentials::new("id", "secret"),
        "role",
    )
    .sts_endpoint(endpoint);
    for shown in [
        format!("{config:?}"),
        format!("{context:?}"),
        format!("{role:?}"),
    ] {
        assert!(
            !shown.contains("s3cret") && !shown.contains("alice"),
            "{shown}"
        );
        assert!(shown.contains("\"ga.example.com\""), "{shown}");
    }
}
