use std::time::{Duration, SystemTime};

use alicloud_runtime::credentials::{CloudSso, ProvideCredentials};

use crate::support::*;

fn reply() -> Answer {
    ok(format!(
        r#"{{"CloudCredential":{},"RequestId":"R"}}"#,
        key_json("id", &soon())
    ))
}

fn sso(url: &str) -> CloudSso {
    CloudSso::new(transport(), url, "the-account", "the-configuration", TOKEN)
}

#[tokio::test]
async fn the_access_token_is_exchanged_at_the_sign_in_host() {
    let server = FakeService::unsigned(|_| reply()).await;
    let found = sso(&format!("{}/start/login", server.address()))
        .provide()
        .await;
    assert_key(&found.unwrap(), "id");

    let seen = &server.seen()[0];
    assert_eq!(server.paths(), ["POST /cloud-credentials"]);
    assert_eq!(
        seen.header_or_empty("authorization"),
        format!("Bearer {TOKEN}")
    );
    assert_eq!(seen.header_or_empty("content-type"), "application/json");
    assert_eq!(
        String::from_utf8_lossy(&seen.body),
        r#"{"AccessConfigurationId":"the-configuration","AccountId":"the-account"}"#
    );
}

#[tokio::test]
async fn an_expired_sign_in_is_not_sent() {
    let server = FakeService::unsigned(|_| reply()).await;
    let expired =
        sso(server.address()).access_token_expiry(SystemTime::now() - Duration::from_secs(1));
    assert!(text_of(expired.provide().await).contains("sign in again"));
    assert_eq!(server.seen().len(), 0);

    let valid =
        sso(server.address()).access_token_expiry(SystemTime::now() + Duration::from_secs(99));
    assert_key(&valid.provide().await.unwrap(), "id");
}

#[tokio::test]
async fn refusals_and_garbage_are_told_apart() {
    for (code, body, why) in [
        (
            401,
            r#"{"ErrorCode":"InvalidToken","ErrorMessage":"expired"}"#,
            "status 401, InvalidToken, expired",
        ),
        (502, "<html>", "status 502"),
        (200, "{}", "no `CloudCredential`"),
        (200, r#"{"CloudCredential":{}}"#, "no `AccessKeyId`"),
    ] {
        let server = FakeService::unsigned(move |_| status(code, body)).await;
        let text = text_of(sso(server.address()).provide().await);
        assert!(text.contains(why), "{text}");
    }
}

#[tokio::test]
async fn the_token_is_not_sent_in_the_clear() {
    let text = text_of(sso("http://signin.example.com/start").provide().await);
    assert!(text.contains("must not be sent over plain http"), "{text}");
}
