use std::time::{Duration, Instant};

use alicloud_runtime::credentials::{EcsRamRole, ProvideCredentials};

use crate::support::*;

const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// A metadata server with the role `web`. `token` is what the token call answers.
async fn metadata(token: fn() -> Answer) -> FakeService {
    FakeService::unsigned(move |request| {
        let authorised = matches!(
            request.header_or_empty("x-aliyun-ecs-metadata-token"),
            "" | "the-token"
        );
        match (request.method.as_str(), request.path.as_str()) {
            ("PUT", "/latest/api/token") => token(),
            ("GET", ROLES) if authorised => ok("web\n"),
            ("GET", "/latest/meta-data/ram/security-credentials/web") if authorised => {
                ok(key_json("id", &soon()))
            }
            _ => status(404, "not found"),
        }
    })
    .await
}

fn provider(server: &FakeService) -> EcsRamRole {
    EcsRamRole::new(transport()).endpoint(server.address())
}

#[tokio::test]
async fn the_attached_role_is_found_and_asked_for_with_a_session_token() {
    let server = metadata(|| ok("the-token")).await;
    assert_key(&provider(&server).provide().await.unwrap(), "id");

    let seen = server.seen();
    let role = format!("GET {ROLES}web");
    assert_eq!(
        server.paths(),
        ["PUT /latest/api/token", &format!("GET {ROLES}"), &role]
    );
    assert_eq!(
        seen[0].header_or_empty("x-aliyun-ecs-metadata-token-ttl-seconds"),
        "21600"
    );
    assert_eq!(
        seen[1].header_or_empty("x-aliyun-ecs-metadata-token"),
        "the-token"
    );
    assert_eq!(
        seen[2].header_or_empty("x-aliyun-ecs-metadata-token"),
        "the-token"
    );
}

#[tokio::test]
async fn a_named_role_is_not_looked_up() {
    let server = metadata(|| ok("the-token")).await;
    provider(&server).role("web").provide().await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_role_name_cannot_leave_its_place_in_the_path() {
    let server = metadata(|| ok("the-token")).await;
    text_of(provider(&server).role("../../x?y").provide().await);
    assert_eq!(server.seen()[1].path, format!("{ROLES}..%2F..%2Fx%3Fy"));
}

#[tokio::test]
async fn without_a_session_token_the_first_version_does() {
    for refused in [|| status(404, ""), || status(500, "x"), || ok("")] {
        let server = metadata(refused).await;
        assert_key(&provider(&server).provide().await.unwrap(), "id");
        assert_eq!(
            server.seen()[1].header_or_empty("x-aliyun-ecs-metadata-token"),
            ""
        );
    }
}

#[tokio::test]
async fn the_first_version_is_not_used_where_it_is_forbidden() {
    let server = metadata(|| status(404, "")).await;
    let text = text_of(provider(&server).imds_v1(false).provide().await);
    assert!(text.contains("/latest/api/token: status 404"), "{text}");

    let context = context_with([("ALIBABA_CLOUD_IMDSV1_DISABLED", "True")]);
    let context = context.metadata_endpoint(server.address());
    text_of(
        EcsRamRole::from_environment(&context)
            .unwrap()
            .provide()
            .await,
    );
    assert_eq!(server.paths(), ["PUT /latest/api/token"; 2]);
}

#[tokio::test]
async fn the_environment_names_the_role_or_turns_the_provider_off() {
    let server = metadata(|| ok("the-token")).await;
    let context = context_with([("ALIBABA_CLOUD_ECS_METADATA", "web")]);
    let context = context.metadata_endpoint(server.address());
    EcsRamRole::from_environment(&context)
        .unwrap()
        .provide()
        .await
        .unwrap();
    assert_eq!(server.seen().len(), 2);

    let context = context_with([("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")]);
    let error = EcsRamRole::from_environment(&context).unwrap_err();
    assert!(
        error
            .message()
            .contains("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
    );
}

#[tokio::test]
async fn an_instance_without_a_role_says_so_by_its_status() {
    let server = FakeService::unsigned(|request| match request.method.as_str() {
        "PUT" => ok("the-token"),
        _ => status(404, "<html>"),
    })
    .await;
    let text = text_of(provider(&server).provide().await);
    assert!(text.contains("security-credentials/: status 404"), "{text}");
}

#[tokio::test]
async fn replies_that_are_no_key_are_refused() {
    for (body, why) in [
        ("", "no JSON"),
        ("<html>", "no JSON"),
        ("[1]", "no JSON object"),
        (
            r#"{"Code":"Failed","Message":"no such role"}"#,
            "Failed, no such role",
        ),
        (
            r#"{"AccessKeyId":"a","AccessKeySecret":"b"}"#,
            "no key for the role",
        ),
        (r#"{"Code":"Success"}"#, "no `AccessKeyId`"),
        (
            r#"{"Code":"Success","AccessKeyId":"a","AccessKeySecret":7}"#,
            "`AccessKeySecret` is no text",
        ),
        (
            r#"{"Code":"Success","AccessKeyId":"a","AccessKeySecret":"b"}"#,
            "no `SecurityToken`",
        ),
        (
            r#"{"Code":"Success","AccessKeyId":"a","AccessKeySecret":"b","SecurityToken":"c"}"#,
            "no `Expiration`",
        ),
        (
            r#"{"Code":"Success","AccessKeyId":"a","AccessKeySecret":"b","SecurityToken":"c","Expiration":"soon"}"#,
            "`Expiration` is no time",
        ),
        (
            r#"{"Code":"Success","AccessKeyId":"a","AccessKeySecret":"b","SecurityToken":"c","Expiration":"2020-01-01T00:00:00Z"}"#,
            "expired at 2020-01-01T00:00:00Z",
        ),
    ] {
        let server = FakeService::unsigned(move |request| match request.method.as_str() {
            "PUT" => ok("the-token"),
            _ => ok(body),
        })
        .await;
        let text = text_of(provider(&server).role("web").provide().await);
        assert!(text.contains(why), "{body}: {text}");
    }
}

#[tokio::test]
async fn a_list_of_roles_that_is_a_page_is_refused() {
    let server = FakeService::unsigned(|request| match request.method.as_str() {
        "PUT" => ok("the-token"),
        _ => ok("<html><body>login</body></html>"),
    })
    .await;
    let text = text_of(provider(&server).provide().await);
    assert!(text.contains("holds no role's name"), "{text}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up() {
    let server = FakeService::unsigned(|_| ok("").after(Duration::from_secs(60))).await;
    let start = Instant::now();
    text_of(provider(&server).provide().await);
    // two exchanges of a second; far from the server's minute
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn where_nothing_listens_one_exchange_is_enough() {
    let role = EcsRamRole::new(transport()).endpoint(closed_port().await);
    let text = text_of(role.provide().await);
    assert!(text.contains("/latest/api/token"), "{text}");
}

#[tokio::test]
async fn a_role_that_changes_is_found_at_the_next_renewal() {
    let hand = ManualClock::new();
    let clock = hand.clone();
    let server = FakeService::unsigned(move |request| match request.path.as_str() {
        "/latest/api/token" => ok("the-token"),
        ROLES if clock.now() < ManualClock::new().now() + Duration::from_secs(100) => ok("old"),
        ROLES => ok("new"),
        path => ok(key_json(
            path.rsplit('/').next().unwrap(),
            &clock.iso_in(3600),
        )),
    })
    .await;
    let role = provider(&server).clock(hand.clock());
    assert_eq!(role.provide().await.unwrap().access_key_id(), "old");
    hand.advance(4000);
    assert_eq!(role.provide().await.unwrap().access_key_id(), "new");
}

/// A metadata server that gives tokens and takes none.
async fn tokenless(refusal: u16) -> FakeService {
    FakeService::unsigned(move |request| match request.method.as_str() {
        "PUT" => ok("the-token"),
        _ if !request
            .header_or_empty("x-aliyun-ecs-metadata-token")
            .is_empty() =>
        {
            status(refusal, "no")
        }
        _ if request.path == ROLES => ok("web"),
        _ => ok(key_json("id", &soon())),
    })
    .await
}

#[tokio::test]
async fn where_the_token_is_refused_the_first_version_does() {
    for refusal in [400, 401, 403] {
        for (role, requests) in [(None, 4), (Some("web"), 3)] {
            let server = tokenless(refusal).await;
            let mut provider = provider(&server);
            if let Some(role) = role {
                provider = provider.role(role);
            }
            assert_key(&provider.provide().await.unwrap(), "id");
            assert_eq!(server.seen().len(), requests, "{refusal} {role:?}");
        }
    }
    for refusal in [404, 500] {
        let server = tokenless(refusal).await;
        let text = text_of(provider(&server).provide().await);
        assert!(text.contains(&format!("status {refusal}")), "{text}");
        assert_eq!(
            server.seen().len(),
            2,
            "a role is missing, or a server down"
        );
    }
    let server = tokenless(403).await;
    let text = text_of(provider(&server).imds_v1(false).provide().await);
    assert!(text.contains("status 403"), "{text}");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_server_that_refuses_both_versions_is_quoted_for_both() {
    let server = FakeService::unsigned(|request| match request.method.as_str() {
        "PUT" => ok("the-token"),
        _ => status(403, ""),
    })
    .await;
    let text = text_of(provider(&server).provide().await);
    assert!(text.contains("neither with a session token"), "{text}");
    assert_eq!(text.matches("status 403").count(), 2, "{text}");
}
