use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alicloud_runtime::credentials::{
    CliProfile, Context, CredentialsUri, Environment, ProvideCredentials,
};
use alicloud_runtime::{Credentials, CredentialsError};
use serde_json::{Value, json};

use crate::support::*;

/// The CLI's file with these profiles, the first of which is the current one.
fn config(profiles: &[Value]) -> String {
    json!({"current": profiles[0]["name"], "profiles": profiles, "meta_path": ""}).to_string()
}

fn key(name: &str, mode: &str, more: Value) -> Value {
    let mut profile = json!({
        "name": name, "mode": mode, "access_key_id": format!("{name}-id"), "access_key_secret": SECRET,
        "region_id": "cn-hangzhou", "language": "en",
    });
    let fields = profile.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    profile
}

async fn found(context: &Context, profiles: &[Value]) -> Result<Credentials, CredentialsError> {
    let home = Home::new();
    let path = home.write("config.json", &config(profiles));
    CliProfile::new(context).path(path).provide().await
}

#[tokio::test]
async fn the_file_at_home_and_its_current_profile_are_used() {
    let home = Home::new();
    let text = config(&[key("a", "AK", json!({})), key("b", "AK", json!({}))]);
    home.write(".aliyun/config.json", &text);
    let environment = Environment::from_map([("", "")]).with_home(home.path());
    let context = Context::new(transport()).environment(environment);
    let found = CliProfile::new(&context).provide().await.unwrap();
    assert_eq!(
        (found.access_key_id(), found.access_key_secret()),
        ("a-id", SECRET)
    );
    let found = CliProfile::new(&context)
        .profile("b")
        .provide()
        .await
        .unwrap();
    assert_eq!(found.access_key_id(), "b-id");
}

#[tokio::test]
async fn the_environment_chooses_file_and_profile_or_turns_it_off() {
    let home = Home::new();
    let text = config(&[key("a", "AK", json!({})), key("b", "AK", json!({}))]);
    let path = home.write("elsewhere.json", &text);
    let file = ("ALIBABA_CLOUD_CONFIG_FILE", path.to_str().unwrap());
    let context = context_with([file, ("ALIBABA_CLOUD_PROFILE", "b")]);
    assert_eq!(
        CliProfile::new(&context)
            .provide()
            .await
            .unwrap()
            .access_key_id(),
        "b-id"
    );
    let context = context_with([file, ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "TRUE")]);
    let text = text_of(CliProfile::new(&context).provide().await);
    assert!(
        text.contains("ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true"),
        "{text}"
    );
}

#[tokio::test]
async fn static_modes_are_taken_as_they_are() {
    let token = json!({"sts_token": TOKEN});
    let sts = found(&context(), &[key("a", "StsToken", token)])
        .await
        .unwrap();
    assert_eq!(sts.security_token(), Some(TOKEN));
    let bearer = json!({"name": "a", "mode": "BearerToken", "bearer_token": TOKEN});
    let bearer = found(&context(), &[bearer]).await.unwrap();
    assert_eq!(bearer.bearer_token(), Some(TOKEN));
    let anonymous = json!({"name": "a", "mode": "Anonymous"});
    assert!(
        found(&context(), &[anonymous])
            .await
            .unwrap()
            .is_anonymous()
    );
    // the CLI does not mind the case
    assert_eq!(
        found(&context(), &[key("a", "ak", json!({}))])
            .await
            .unwrap()
            .access_key_id(),
        "a-id"
    );
}

#[tokio::test]
async fn a_role_is_taken_on_with_the_profiles_key() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let profile = key(
        "a",
        "RamRoleArn",
        json!({
            "ram_role_arn": "arn", "ram_session_name": "me", "expired_seconds": 1200,
            "policy": "{}", "external_id": "x", "sts_token": TOKEN,
        }),
    );
    let context = context_with([("ALIBABA_CLOUD_USER_AGENT", "batch/7")]);
    let context = context.sts_endpoint(server.address());
    assert_key(&found(&context, &[profile]).await.unwrap(), "id");
    let seen = &server.seen()[0];
    for (name, value) in [
        ("RoleArn", "arn"),
        ("RoleSessionName", "me"),
        ("DurationSeconds", "1200"),
        ("Policy", "{}"),
        ("ExternalId", "x"),
    ] {
        assert_eq!(seen.query(name), Some(value));
    }
    assert!(
        seen.header_or_empty("authorization")
            .contains("Credential=a-id,")
    );
    assert_eq!(seen.header_or_empty("x-acs-security-token"), TOKEN);
    assert!(seen.header_or_empty("user-agent").ends_with(" batch/7"));
}

#[tokio::test]
async fn roles_are_chained_over_source_profiles() {
    let server = FakeService::unsigned(|seen| {
        let id = seen
            .header_or_empty("authorization")
            .split(['=', ','])
            .nth(1)
            .unwrap();
        ok(sts_json(
            &format!("{id}+{}", seen.query("RoleArn").unwrap()),
            &soon(),
        ))
    })
    .await;
    let chained = |name: &str, source: &str| {
        json!({
            "name": name, "mode": "ChainableRamRoleArn", "source_profile": source,
            "ram_role_arn": format!("role-{name}"), "ram_session_name": "s",
        })
    };
    let profiles = [
        chained("a", "b"),
        chained("b", "c"),
        key("c", "AK", json!({})),
    ];
    let context = context().sts_endpoint(server.address());
    assert_key(
        &found(&context, &profiles).await.unwrap(),
        "c-id+role-b+role-a",
    );
}

#[tokio::test]
async fn a_circle_of_source_profiles_is_refused() {
    let chained = |name: &str, source: &str| json!({"name": name, "mode": "ChainableRamRoleArn", "source_profile": source, "ram_role_arn": "r"});
    let profiles = [chained("a", "b"), chained("b", "c"), chained("c", "b")];
    let text = text_of(found(&context(), &profiles).await);
    assert!(
        text.contains("goes in a circle: a -> b -> c -> b"),
        "{text}"
    );
}

#[tokio::test]
async fn instance_roles_are_asked_for_and_can_be_a_source() {
    let server = FakeService::unsigned(|request| match request.method.as_str() {
        "PUT" => ok("token"),
        "POST" => ok(sts_json("assumed", &soon())),
        _ => ok(key_json(request.path.rsplit('/').next().unwrap(), &soon())),
    })
    .await;
    let context = context()
        .metadata_endpoint(server.address())
        .sts_endpoint(server.address());
    let ecs = json!({"name": "a", "mode": "EcsRamRole", "ram_role_name": "web"});
    assert_key(&found(&context, &[ecs]).await.unwrap(), "web");
    let both = json!({
        "name": "a", "mode": "RamRoleArnWithRoleName", "ram_role_name": "web", "ram_role_arn": "r",
    });
    assert_key(&found(&context, &[both]).await.unwrap(), "assumed");
    let last = server.seen().pop().unwrap();
    assert!(
        last.header_or_empty("authorization")
            .contains("Credential=web,")
    );
}

#[tokio::test]
async fn oidc_is_exchanged() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let home = Home::new();
    let token = home.write("token", "t");
    let profile = json!({
        "name": "a", "mode": "OIDC", "oidc_provider_arn": "p", "oidc_token_file": token,
        "ram_role_arn": "r", "role_session_name": "me",
    });
    let context = context().sts_endpoint(server.address());
    assert_key(&found(&context, &[profile]).await.unwrap(), "id");
    assert_eq!(server.seen()[0].form("RoleSessionName"), Some("me"));
}

#[tokio::test]
async fn a_credentials_uri_is_asked() {
    let server = FakeService::unsigned(|_| ok(key_json("id", &soon()))).await;
    let profile =
        json!({"name": "a", "mode": "CredentialsURI", "credentials_uri": server.address()});
    assert_key(&found(&context(), &[profile]).await.unwrap(), "id");
}

#[cfg(unix)]
#[tokio::test]
async fn an_external_program_is_run() {
    let home = Home::new();
    let output = home.write(
        "out put",
        &format!(r#"{{"access_key_id":"id","access_key_secret":"{SECRET}"}}"#),
    );
    let line = format!("cat '{}'", output.display());
    let profile = json!({"name": "a", "mode": "External", "process_command": line});
    assert_eq!(
        found(&context(), &[profile]).await.unwrap().access_key_id(),
        "id"
    );
}

#[tokio::test]
async fn a_cloud_sso_sign_in_is_exchanged_until_it_expires() {
    let server = FakeService::unsigned(|_| {
        ok(format!(
            r#"{{"CloudCredential":{}}}"#,
            key_json("id", &soon())
        ))
    })
    .await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let profile = |expire: Duration| {
        json!({
            "name": "a", "mode": "CloudSSO", "cloud_sso_sign_in_url": server.address(),
            "cloud_sso_account_id": "acc", "cloud_sso_access_config": "conf",
            "access_token": TOKEN, "cloud_sso_access_token_expire": expire.as_secs(),
        })
    };
    let valid = profile(now + Duration::from_secs(60));
    assert_key(&found(&context(), &[valid]).await.unwrap(), "id");
    let expired = profile(now - Duration::from_secs(60));
    assert!(text_of(found(&context(), &[expired]).await).contains("sign in again"));
}

#[tokio::test]
async fn what_is_missing_or_not_supported_is_named() {
    let named = |mode: &str| json!({"name": "a", "mode": mode});
    for (profile, why) in [
        (json!({"name": "a"}), "no `mode`"),
        (named("AK"), "no `access_key_id`"),
        (
            json!({"name": "a", "mode": "AK", "access_key_id": "x"}),
            "no `access_key_secret`",
        ),
        (key("a", "StsToken", json!({})), "no `sts_token`"),
        (key("a", "RamRoleArn", json!({})), "no `ram_role_arn`"),
        (named("ChainableRamRoleArn"), "no `source_profile`"),
        (
            json!({"name": "a", "mode": "ChainableRamRoleArn", "source_profile": "z"}),
            "no profile `z`",
        ),
        (named("OIDC"), "no `oidc_provider_arn`"),
        (named("CredentialsURI"), "no `credentials_uri`"),
        (named("External"), "no `process_command`"),
        (
            json!({"name": "a", "mode": "External", "process_command": "x '"}),
            "not closed",
        ),
        (named("CloudSSO"), "no `cloud_sso_sign_in_url`"),
        (
            json!({"name": "a", "mode": "OAuth", "oauth_site_type": "MARS"}),
            "neither CN nor INTL",
        ),
        (named("BearerToken"), "no `bearer_token`"),
        (
            json!({"name": "a", "mode": "BearerToken", "bearer_token": TOKEN, "bearer_token_header_key": "x-mine"}),
            "`bearer_token_header_key` is not supported",
        ),
        (
            named("RsaKeyPair"),
            "mode `RsaKeyPair`, which is not supported",
        ),
        (named("Unheard"), "mode `Unheard`, which is not supported"),
    ] {
        let text = text_of(found(&context(), &[profile]).await);
        assert!(text.contains(why), "{why}: {text}");
    }
}

#[tokio::test]
async fn a_file_that_is_none_is_refused_without_its_content() {
    for (text, why) in [
        (String::new(), "no JSON"),
        (format!("{{\"current\": \"{SECRET}"), "no JSON"),
        (format!("{SECRET} {TOKEN}"), "no JSON"),
        ("[]".to_owned(), "no `current` profile"),
        ("{}".to_owned(), "no `current` profile"),
        (r#"{"current":""}"#.to_owned(), "no `current` profile"),
        (r#"{"current":"a"}"#.to_owned(), "no profile `a`"),
        (
            r#"{"current":"a","profiles":{}}"#.to_owned(),
            "no profile `a`",
        ),
        (
            r#"{"current":"a","profiles":[1,{"name":2}]}"#.to_owned(),
            "no profile `a`",
        ),
    ] {
        let home = Home::new();
        let path = home.write("config.json", &text);
        let shown = text_of(CliProfile::new(&context()).path(&path).provide().await);
        assert!(
            shown.contains(why) && shown.contains(path.to_str().unwrap()),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn an_error_names_the_profile_and_the_provider_behind_it() {
    let profile =
        json!({"name": "a", "mode": "CredentialsURI", "credentials_uri": closed_port().await});
    let text = text_of(found(&context(), &[profile]).await);
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines[0].starts_with("cli_profile: the current profile of "),
        "{text}"
    );
    assert!(
        lines[1].starts_with("  credential_uri: GET http://127.0.0.1:"),
        "{text}"
    );
}

#[tokio::test]
async fn a_file_is_looked_at_again_after_a_minute_and_a_broken_one_ignored() {
    let hand = ManualClock::new();
    let home = Home::new();
    let path = home.write("config.json", &config(&[key("a", "AK", json!({}))]));
    let profile = CliProfile::new(&context().clock(hand.clock())).path(&path);
    let id = async || profile.provide().await.unwrap().access_key_id().to_owned();
    assert_eq!(id().await, "a-id");

    home.write("config.json", &config(&[key("b", "AK", json!({}))]));
    hand.advance(59);
    assert_eq!(id().await, "a-id");
    hand.advance(1);
    assert_eq!(id().await, "b-id");

    home.write("config.json", "{ half a fi");
    hand.advance(60);
    assert_eq!(id().await, "b-id");
    std::fs::remove_file(&path).unwrap();
    hand.advance(60);
    assert_eq!(id().await, "b-id");
    home.write("config.json", &config(&[key("c", "AK", json!({}))]));
    hand.advance(60);
    assert_eq!(id().await, "c-id");
}

#[tokio::test]
async fn a_file_that_did_not_change_keeps_the_key_that_it_led_to() {
    let hand = ManualClock::new();
    let clock = hand.clone();
    let server = FakeService::unsigned(move |_| ok(key_json("id", &clock.iso_in(86_400)))).await;
    let home = Home::new();
    let profile =
        json!({"name": "a", "mode": "CredentialsURI", "credentials_uri": server.address()});
    let path = home.write("config.json", &config(&[profile]));
    let profile = CliProfile::new(&context().clock(hand.clock())).path(&path);
    for _ in 0..5 {
        profile.provide().await.unwrap();
        hand.advance(100);
    }
    assert_eq!(server.seen().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_of_a_cloud_sso_sign_in_is_kept_for_other_processes() {
    use std::os::unix::fs::PermissionsExt;

    let server = FakeService::unsigned(|_| {
        let key = key_json("id", &soon());
        ok(format!(r#"{{"CloudCredential":{key}}}"#))
    })
    .await;
    let profile = json!({
        "name": "a", "mode": "CloudSSO", "cloud_sso_sign_in_url": server.address(),
        "cloud_sso_account_id": "acc", "cloud_sso_access_config": "conf", "access_token": TOKEN,
        "cloud_sso_access_token_expire": 4_000_000_000_u64, "other": {"x": [1]},
    });
    let home = Home::new();
    let others = key("b", "AK", json!({}));
    let path = home.write("config.json", &config(&[profile, others.clone()]));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    for _ in 0..3 {
        // as a process of its own
        let provider = CliProfile::new(&context()).path(&path);
        assert_key(&provider.provide().await.unwrap(), "id");
    }
    assert_eq!(server.seen().len(), 1);

    let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(file["profiles"][0]["other"], json!({"x": [1]}));
    assert_eq!(file["profiles"][1], others);
    assert_eq!(file["profiles"][0]["sts_token"], TOKEN);
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn programs_and_uris_are_refused_where_the_environment_forbids_them() {
    let server = FakeService::unsigned(|_| ok(key_json("id", &soon()))).await;
    let uri = json!({"name": "a", "mode": "CredentialsURI", "credentials_uri": server.address()});
    let program = json!({"name": "a", "mode": "External", "process_command": "never-run"});
    for value in ["1", "true", "TRUE"] {
        let variable = ("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", value);
        let context = context_with([variable]);
        for profile in [&uri, &program] {
            let text = text_of(found(&context, std::slice::from_ref(profile)).await);
            let why = "is forbidden: ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is set";
            assert!(text.contains(why), "{text}");
        }
        let uri = ("ALIBABA_CLOUD_CREDENTIALS_URI", server.address());
        let refused = CredentialsUri::from_environment(&context_with([variable, uri]));
        assert!(refused.unwrap_err().message().contains("is forbidden"));
    }
    assert_eq!(server.seen().len(), 0);
    let context = context_with([("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "0")]);
    assert_key(&found(&context, &[uri]).await.unwrap(), "id");
}

#[tokio::test]
async fn sts_is_asked_where_the_code_then_the_environment_then_the_profile_says() {
    let server = FakeService::unsigned(|_| ok(sts_json("id", &soon()))).await;
    let nowhere = "http://127.0.0.1:1";
    let home = Home::new();
    let token = home.write("token", "t");
    let oidc = json!({
        "name": "a", "mode": "OIDC", "oidc_provider_arn": "p", "oidc_token_file": token,
        "ram_role_arn": "r",
    });
    let source = json!({
        "name": "a", "mode": "ChainableRamRoleArn", "source_profile": "key", "ram_role_arn": "r",
    });
    let role = key("a", "RamRoleArn", json!({"ram_role_arn": "r"}));
    let plain = key("key", "AK", json!({}));
    for profile in [oidc, source, role] {
        let at = |endpoint: &str| {
            let mut profile = profile.clone();
            profile["sts_endpoint"] = json!(endpoint);
            profile["sts_region"] = json!("cn-nowhere");
            [profile, plain.clone()]
        };
        let variable = |endpoint| context_with([("ALIBABA_CLOUD_STS_ENDPOINT", endpoint)]);
        for (context, profile) in [
            (context(), server.address()),
            (variable(server.address()), nowhere),
            (variable(nowhere).sts_endpoint(server.address()), nowhere),
        ] {
            assert_key(&found(&context, &at(profile)).await.unwrap(), "id");
        }
    }
    assert_eq!(server.seen().len(), 9);
}
