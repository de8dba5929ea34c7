use std::time::Duration;

use alicloud_runtime::Credentials;
use alicloud_runtime::credentials::{AssumeRole, ProvideCredentials};
use test_support::{Request, percent, signature};

use crate::support::*;

const ROLE: &str = "acs:ram::1:role/r";

fn role(server: &FakeService, source: impl ProvideCredentials) -> AssumeRole {
    AssumeRole::new(transport(), source, ROLE).sts_endpoint(server.address())
}

fn source() -> Credentials {
    Credentials::new("source-id", SECRET)
}

/// That a request is signed by the source, and its query sent as it is signed.
#[track_caller]
fn assert_signed(seen: &Request) {
    signature::verify(seen, "source-id", SECRET).unwrap();
    assert_eq!(seen.raw_query, percent::canonical(&seen.query));
}

#[tokio::test]
async fn a_role_is_taken_on_with_a_signed_request() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let role = role(&server, source())
        .session_name("me")
        .session_duration(Duration::from_secs(900))
        .policy(r#"{"Version":"1"}"#)
        .external_id("outside");
    assert_key(&role.provide().await.unwrap(), "id");

    let seen = &server.seen()[0];
    let query: Vec<_> = seen
        .query
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        query,
        [
            ("DurationSeconds", "900"),
            ("ExternalId", "outside"),
            ("Policy", r#"{"Version":"1"}"#),
            ("RoleArn", ROLE),
            ("RoleSessionName", "me"),
        ]
    );
    assert_eq!(seen.header_or_empty("x-acs-action"), "AssumeRole");
    assert_eq!(seen.header_or_empty("x-acs-version"), "2015-04-01");
    assert_eq!(
        format!("http://{}", seen.header_or_empty("host")),
        server.address()
    );
    let authorization = seen.header_or_empty("authorization");
    assert!(
        authorization.contains("Credential=source-id,"),
        "{authorization}"
    );
    for name in [
        "host",
        "x-acs-action",
        "x-acs-date",
        "x-acs-signature-nonce",
    ] {
        assert!(authorization.contains(name), "{name} is not signed");
    }
    assert_signed(seen);
}

#[tokio::test]
async fn a_sources_security_token_is_sent_and_signed() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let source = source().with_security_token(TOKEN);
    role(&server, source).provide().await.unwrap();

    let seen = &server.seen()[0];
    assert_eq!(seen.header_or_empty("x-acs-security-token"), TOKEN);
    assert_eq!(seen.header_or_empty("x-acs-accesskey-id"), "source-id");
    assert!(
        seen.header_or_empty("authorization")
            .contains("x-acs-security-token")
    );
    assert_signed(seen);
    assert_no_secret(&seen.raw_query);
}

#[tokio::test]
async fn defaults_are_an_hour_and_a_name_of_its_own() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    role(&server, source()).provide().await.unwrap();
    let seen = &server.seen()[0];
    assert_eq!(seen.query("DurationSeconds"), Some("3600"));
    let name = seen.query("RoleSessionName").unwrap();
    assert!(
        name.starts_with("alicloud-rust-") && name.len() <= 64,
        "{name}"
    );
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
    assert!(name.chars().all(allowed), "{name}");
}

#[tokio::test]
async fn each_renewal_is_signed_anew() {
    let hand = ManualClock::new();
    let clock = hand.clone();
    let server = FakeService::unsigned(move |_| ok(sts_json("id", &clock.iso_in(900)))).await;
    let role = role(&server, source()).clock(hand.clock());
    role.provide().await.unwrap();
    hand.advance(1000);
    role.provide().await.unwrap();
    let seen = server.seen();
    for header in ["x-acs-signature-nonce", "x-acs-date"] {
        assert_ne!(
            seen[0].header_or_empty(header),
            seen[1].header_or_empty(header)
        );
    }
}

#[tokio::test]
async fn a_refusal_tells_what_sts_said_but_no_secret_that_it_quotes() {
    let server = FakeService::unsigned(|seen| {
        let quoted = alicloud_runtime::signature::encode(&format!("k={SECRET}&t={TOKEN}"));
        let token = seen.header_or_empty("x-acs-security-token");
        status(
            403,
            format!(
                r#"{{"Code":"NoPermission","RequestId":"R-9","Message":"you sent {token}, server string to sign is:{quoted}"}}"#
            ),
        )
    })
    .await;
    let source = source().with_security_token(TOKEN);
    let text = text_of(role(&server, source).provide().await);
    assert!(
        text.contains("status 403, NoPermission, you sent [redacted]"),
        "{text}"
    );
    assert!(text.contains("request id R-9"), "{text}");
}

#[tokio::test]
async fn replies_without_credentials_are_refused() {
    for (body, why) in [
        ("gone", "no JSON"),
        ("{}", "no `Credentials`"),
        (r#"{"Credentials":"x"}"#, "no `Credentials`"),
        (
            r#"{"Credentials":{"AccessKeyId":"a","AccessKeySecret":"b"}}"#,
            "no `SecurityToken`",
        ),
    ] {
        let server = FakeService::unsigned(move |_| ok(body)).await;
        let text = text_of(role(&server, source()).provide().await);
        assert!(text.contains(why), "{body}: {text}");
    }
}

#[tokio::test]
async fn what_sts_would_refuse_is_refused_before() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let short = role(&server, source()).session_duration(Duration::from_secs(899));
    assert!(text_of(short.provide().await).contains("at least 900 seconds, not 899"));
    let nobody = AssumeRole::new(transport(), source(), "").sts_endpoint(server.address());
    assert!(text_of(nobody.provide().await).contains("ARN is empty"));
    let anonymous = role(&server, Credentials::anonymous());
    assert!(text_of(anonymous.provide().await).contains("needs an access key"));
    let bearer = role(&server, Credentials::bearer(TOKEN));
    assert!(text_of(bearer.provide().await).contains("needs an access key"));
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_source_without_credentials_is_named_with_its_reason() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let empty = alicloud_runtime::credentials::EnvironmentVariables::of(
        alicloud_runtime::credentials::Environment::from_map([("", "")]),
    );
    let text = text_of(role(&server, empty).provide().await);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("ram_role_arn: no credentials to take on the role with"));
    assert!(lines[1].starts_with("  env: ALIBABA_CLOUD_ACCESS_KEY_ID"));
}

#[tokio::test]
async fn roles_can_be_chained() {
    let server = FakeService::unsigned(|seen| {
        let credential = seen.header_or_empty("authorization");
        let (_, id) = credential.split_once("Credential=").unwrap();
        let (id, _) = id.split_once(',').unwrap();
        ok(sts_json(&format!("{id}-2"), &soon()))
    })
    .await;
    let outer = role(&server, role(&server, source()));
    assert_key(&outer.provide().await.unwrap(), "source-id-2-2");
}

#[tokio::test]
async fn an_endpoint_that_is_none_is_refused() {
    for bad in ["", "a b", "ftp://x", "https://user:pw@x"] {
        let role = AssumeRole::new(transport(), source(), ROLE).sts_endpoint(bad);
        assert!(text_of(role.provide().await).contains("neither a host nor"));
    }
    let role = AssumeRole::new(transport(), source(), ROLE).sts_region("evil.com/");
    assert!(text_of(role.provide().await).contains("\"evil.com/\" is no region"));
}

#[tokio::test]
async fn what_fails_in_passing_is_tried_again_with_a_new_signature() {
    let left = std::sync::atomic::AtomicUsize::new(2);
    let server = FakeService::unsigned(move |_| {
        use std::sync::atomic::Ordering::SeqCst;
        match left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)) {
            Ok(2) => status(503, "<html>"),
            Ok(_) => status(429, r#"{"Code":"Throttling"}"#),
            Err(_) => ok(sts_json("id", &soon())),
        }
    })
    .await;
    assert_key(&role(&server, source()).provide().await.unwrap(), "id");
    let seen = server.seen();
    let nonces: std::collections::BTreeSet<_> = seen
        .iter()
        .map(|s| s.header_or_empty("x-acs-signature-nonce"))
        .collect();
    assert_eq!((seen.len(), nonces.len()), (3, 3));
}

#[tokio::test]
async fn what_keeps_failing_is_tried_three_times_and_a_refusal_once() {
    for (code, tries, transient) in [(503, 3, true), (429, 3, true), (403, 1, false)] {
        let server = FakeService::unsigned(move |_| status(code, "{}")).await;
        let error = role(&server, source()).provide().await.unwrap_err();
        assert_eq!(
            (server.seen().len(), error.is_transient()),
            (tries, transient),
            "{error}"
        );
    }
    let nowhere = AssumeRole::new(transport(), source(), ROLE).sts_endpoint(closed_port().await);
    assert!(nowhere.provide().await.unwrap_err().is_transient());
}

/// Keeps a key until it hears that the service refuses it.
#[derive(Debug, Default)]
struct Kept(std::sync::Mutex<Vec<String>>);

impl ProvideCredentials for Kept {
    fn provide(
        &self,
    ) -> alicloud_runtime::BoxFuture<'_, Result<Credentials, alicloud_runtime::CredentialsError>>
    {
        let refused = self.0.lock().unwrap().len();
        let key = Credentials::new(format!("source-{}", refused.min(1)), SECRET);
        Box::pin(async move { Ok(key) })
    }
    fn name(&self) -> &'static str {
        "kept"
    }
    fn invalidate(&self, refused: &Credentials) {
        let id = refused.access_key_id().to_owned();
        self.0.lock().unwrap().push(id);
    }
}

#[tokio::test]
async fn a_source_hears_that_its_key_was_refused_and_is_asked_for_another() {
    for code in [
        "InvalidAccessKeyId.NotFound",
        "InvalidSecurityToken.Expired",
    ] {
        let server = FakeService::unsigned(move |seen| {
            match seen.header_or_empty("authorization").contains("source-0") {
                true => status(403, format!(r#"{{"Code":"{code}","Message":"old"}}"#)),
                false => ok(sts_json("id", &soon())),
            }
        })
        .await;
        let kept = std::sync::Arc::new(Kept::default());
        let role = role(&server, kept.clone());
        assert_key(&role.provide().await.unwrap(), "id");
        assert_eq!(*kept.0.lock().unwrap(), ["source-0"]);
        assert_eq!(server.seen().len(), 2);
    }

    // a source that has no other key is not asked again, nor is STS
    let refused = r#"{"Code":"InvalidAccessKeyId.NotFound","Message":"gone"}"#;
    let server = FakeService::unsigned(move |_| status(404, refused)).await;
    let text = text_of(role(&server, source()).provide().await);
    assert!(text.contains("InvalidAccessKeyId.NotFound, gone"), "{text}");
    assert_eq!(server.seen().len(), 1);
    // other refusals say nothing of the key
    let denied = r#"{"Code":"NoPermission","Message":"no"}"#;
    let server = FakeService::unsigned(move |_| status(403, denied)).await;
    let kept = std::sync::Arc::new(Kept::default());
    text_of(role(&server, kept.clone()).provide().await);
    assert!(kept.0.lock().unwrap().is_empty());
}
