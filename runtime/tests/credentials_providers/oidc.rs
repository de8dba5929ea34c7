use std::time::Duration;

use alicloud_runtime::credentials::{AssumeRoleWithOidc, ProvideCredentials};

use crate::support::*;

const ROLE: &str = "acs:ram::1:role/r";
const PROVIDER: &str = "acs:ram::1:oidc-provider/p";

#[tokio::test]
async fn the_token_is_posted_in_a_form_without_a_signature() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let home = Home::new();
    let file = home.write("token", &format!("{TOKEN}\n"));
    let role = AssumeRoleWithOidc::new(transport(), ROLE, PROVIDER, file)
        .sts_endpoint(server.address())
        .session_name("me")
        .session_duration(Duration::from_secs(1000))
        .policy("{}");
    assert_key(&role.provide().await.unwrap(), "id");

    let seen = &server.seen()[0];
    assert_eq!(
        (seen.method.as_str(), seen.raw_query.as_str()),
        ("POST", "")
    );
    assert_eq!(
        seen.header_or_empty("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(seen.header_or_empty("authorization"), "");
    for (name, value) in [
        ("Action", "AssumeRoleWithOIDC"),
        ("Version", "2015-04-01"),
        ("Format", "JSON"),
        ("RoleArn", ROLE),
        ("OIDCProviderArn", PROVIDER),
        ("OIDCToken", TOKEN),
        ("RoleSessionName", "me"),
        ("DurationSeconds", "1000"),
        ("Policy", "{}"),
    ] {
        assert_eq!(seen.form(name), Some(value), "{name}");
    }
    let timestamp = seen.form("Timestamp").unwrap();
    assert!(alicloud_runtime::time::parse_iso8601(timestamp).is_some());
    assert_eq!(seen.form.len(), 10);
}

#[tokio::test]
async fn the_token_is_read_again_for_each_session() {
    let hand = ManualClock::new();
    let clock = hand.clone();
    let server = FakeService::unsigned(move |_| ok(sts_json("id", &clock.iso_in(3600)))).await;
    let home = Home::new();
    let file = home.write("token", "first");
    let role = AssumeRoleWithOidc::new(transport(), ROLE, PROVIDER, file)
        .sts_endpoint(server.address())
        .clock(hand.clock());
    role.provide().await.unwrap();
    home.write("token", "second");
    role.provide().await.unwrap();
    hand.advance(3600);
    role.provide().await.unwrap();

    let sent: Vec<_> = server
        .seen()
        .iter()
        .map(|s| s.form("OIDCToken").unwrap().to_owned())
        .collect();
    assert_eq!(sent, ["first", "second"]);
}

#[tokio::test]
async fn a_token_that_cannot_be_read_is_refused_naming_the_file() {
    let home = Home::new();
    let invalid = home.path().join("invalid");
    std::fs::write(&invalid, [0xff, 0xfe]).unwrap();
    for (file, why) in [
        (home.path().join("none"), "cannot read"),
        (home.write("empty", " \n"), "is empty"),
        (invalid, "no UTF-8"),
        (home.path().to_owned(), "cannot read"),
    ] {
        let role = AssumeRoleWithOidc::new(transport(), ROLE, PROVIDER, &file);
        let text = text_of(role.provide().await);
        assert!(
            text.contains(why) && text.contains(file.to_str().unwrap()),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_refusal_does_not_show_the_token_that_it_quotes() {
    let server = FakeService::unsigned(|_| {
        status(400, format!(r#"{{"Code":"AuthenticationFail.OIDCToken.Invalid","Message":"bad token: {TOKEN}"}}"#))
    })
    .await;
    let home = Home::new();
    let file = home.write("token", TOKEN);
    let role =
        AssumeRoleWithOidc::new(transport(), ROLE, PROVIDER, file).sts_endpoint(server.address());
    let text = text_of(role.provide().await);
    assert!(
        text.contains("AuthenticationFail.OIDCToken.Invalid, bad token: [redacted]"),
        "{text}"
    );
}

#[tokio::test]
async fn the_environment_sets_it_up() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let home = Home::new();
    let file = home.write("token", "t");
    let context = context_with([
        ("ALIBABA_CLOUD_ROLE_ARN", ROLE),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file.to_str().unwrap()),
        ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "named"),
    ]);
    let context = context.sts_endpoint(server.address());
    let role = AssumeRoleWithOidc::from_environment(&context).unwrap();
    assert_key(&role.provide().await.unwrap(), "id");
    assert_eq!(server.seen()[0].form("RoleSessionName"), Some("named"));
}

#[test]
fn missing_variables_are_all_named() {
    let context = context_with([("ALIBABA_CLOUD_ROLE_ARN", ROLE)]);
    let error = AssumeRoleWithOidc::from_environment(&context).unwrap_err();
    assert_eq!(
        error.message(),
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set"
    );
}

/// Keeps where requests would have gone.
#[derive(Clone, Debug, Default)]
struct Nowhere(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl alicloud_runtime::Transport for Nowhere {
    fn send(
        &self,
        request: http::Request<alicloud_runtime::transport::Body>,
        _: alicloud_runtime::SendOptions,
    ) -> alicloud_runtime::BoxFuture<
        '_,
        Result<http::Response<alicloud_runtime::transport::Body>, alicloud_runtime::TransportError>,
    > {
        self.0.lock().unwrap().push(request.uri().to_string());
        let kind = alicloud_runtime::TransportErrorKind::Other;
        let error = alicloud_runtime::TransportError::new(kind, "nowhere");
        Box::pin(std::future::ready(Err(error)))
    }
}

#[tokio::test]
async fn sts_is_where_the_region_and_the_network_say() {
    let home = Home::new();
    let file = home.write("token", "t");
    let nowhere = Nowhere::default();
    let role = || {
        let transport = std::sync::Arc::new(nowhere.clone());
        AssumeRoleWithOidc::new(transport, ROLE, PROVIDER, &file)
    };
    for role in [
        role(),
        role().vpc(true),
        role().sts_region("cn-hangzhou"),
        role().sts_region("cn-hangzhou").vpc(true),
        role()
            .sts_region("cn-hangzhou")
            .sts_endpoint("sts.example.com"),
    ] {
        text_of(role.provide().await);
    }
    assert_eq!(
        *nowhere.0.lock().unwrap(),
        [
            "https://sts.aliyuncs.com/",
            "https://sts.aliyuncs.com/",
            "https://sts.cn-hangzhou.aliyuncs.com/",
            "https://sts-vpc.cn-hangzhou.aliyuncs.com/",
            "https://sts.example.com/",
        ]
    );
}

#[tokio::test]
async fn the_environment_names_where_sts_is() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let home = Home::new();
    let file = home.write("token", "t");
    let context = context_with([
        ("ALIBABA_CLOUD_ROLE_ARN", ROLE),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file.to_str().unwrap()),
        ("ALIBABA_CLOUD_STS_ENDPOINT", server.address()),
        ("ALIBABA_CLOUD_STS_REGION", "cn-nowhere"),
    ]);
    let role = AssumeRoleWithOidc::from_environment(&context).unwrap();
    assert_key(&role.provide().await.unwrap(), "id");
}
