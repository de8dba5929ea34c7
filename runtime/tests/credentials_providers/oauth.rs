//! The `OAuth` mode of the CLI's profile.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use alicloud_runtime::credentials::{CliProfile, Context, ProvideCredentials};
use serde_json::{Value, json};

use crate::support::*;

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// A file whose profile `a` has a token that lasts for so many seconds.
fn config(access: &str, refresh: &str, lasts: u64) -> String {
    json!({
        "current": "a",
        "profiles": [
            {
                "name": "a", "mode": "OAuth", "oauth_site_type": "INTL", "oauth_access_token": access,
                "oauth_refresh_token": refresh, "oauth_access_token_expire": now() + lasts, "other": [1],
            },
            {"name": "b", "mode": "AK"},
        ],
        "more": {"kept": true},
    })
    .to_string()
}

fn exchanged() -> Answer {
    ok(format!(
        r#"{{"accessKeyId":"id","accessKeySecret":"{SECRET}","securityToken":"{TOKEN}","expiration":"{}"}}"#,
        soon()
    ))
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn profile(server: &FakeService, path: &Path) -> CliProfile {
    let context: Context = context().oauth_endpoint(server.address());
    CliProfile::new(&context).path(path)
}

#[tokio::test]
async fn an_access_token_that_lasts_is_exchanged_and_the_file_left_alone() {
    let server = FakeService::unsigned(|_| exchanged()).await;
    let home = Home::new();
    let text = config("the-access", "the-refresh", 3600);
    let path = home.write("config.json", &text);
    assert_key(&profile(&server, &path).provide().await.unwrap(), "id");
    assert_eq!(server.paths(), ["POST /v1/exchange"]);
    assert_eq!(
        server.seen()[0].header_or_empty("authorization"),
        "Bearer the-access"
    );
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}

#[tokio::test]
async fn a_token_near_its_end_is_renewed_and_the_new_ones_are_written_back() {
    let server = FakeService::unsigned(|request| match request.path.as_str() {
        "/v1/token" => {
            ok(r#"{"access_token":"new-access","refresh_token":"new-refresh","expires_in":7200}"#)
        }
        _ => exchanged(),
    })
    .await;
    let home = Home::new();
    let path = home.write("config.json", &config("old-access", "old-refresh", 600));
    assert_key(&profile(&server, &path).provide().await.unwrap(), "id");

    assert_eq!(server.paths(), ["POST /v1/token", "POST /v1/exchange"]);
    let asked = &server.seen()[0];
    assert_eq!(asked.form("grant_type"), Some("refresh_token"));
    assert_eq!(asked.form("refresh_token"), Some("old-refresh"));
    assert_eq!(asked.form("client_id"), Some("4103531455503354461"));
    assert_eq!(
        server.seen()[1].header_or_empty("authorization"),
        "Bearer new-access"
    );

    let file = read(&path);
    let written = &file["profiles"][0];
    assert_eq!(written["oauth_access_token"], "new-access");
    assert_eq!(written["oauth_refresh_token"], "new-refresh");
    assert!(written["oauth_access_token_expire"].as_u64().unwrap() > now() + 7000);
    assert_eq!(
        (&written["other"], &file["more"]),
        (&json!([1]), &json!({"kept": true}))
    );
    assert_eq!(file["profiles"][1], json!({"name": "b", "mode": "AK"}));
    let files = std::fs::read_dir(home.path()).unwrap().count();
    assert_eq!(files, 1, "nothing is left beside the file");
}

#[cfg(unix)]
#[tokio::test]
async fn the_rewritten_file_keeps_its_permissions_and_its_link() {
    use std::os::unix::fs::PermissionsExt;
    let server = FakeService::unsigned(|request| match request.path.as_str() {
        "/v1/token" => ok(r#"{"access_token":"x","refresh_token":"y"}"#),
        _ => exchanged(),
    })
    .await;
    let home = Home::new();
    let real = home.write("real/config.json", &config("", "r", 0));
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    let link = home.path().join("link.json");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    profile(&server, &link).provide().await.unwrap();
    assert_eq!(read(&real)["profiles"][0]["oauth_refresh_token"], "y");
    assert_eq!(
        std::fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(link.symlink_metadata().unwrap().is_symlink());
}

#[tokio::test]
async fn tokens_are_not_used_up_where_new_ones_could_not_be_written() {
    let server = FakeService::unsigned(|_| status(400, "must not be asked")).await;
    let home = Home::new();
    // no file can be made beside one whose name is as long as a name can be
    let path = home.write(&"x".repeat(255), &config("a", "r", 0));
    let text = text_of(profile(&server, &path).provide().await);
    assert!(text.contains("would lose them: cannot write"), "{text}");
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_refresh_token_that_another_process_used_leads_to_its_tokens() {
    let home = Home::new();
    let path = home.write("config.json", &config("old", "old", 0));
    let other = path.clone();
    let server = FakeService::unsigned(move |request| match request.path.as_str() {
        "/v1/token" => {
            std::fs::write(&other, config("theirs", "theirs", 3600)).unwrap();
            status(400, r#"{"error":"invalid_grant"}"#)
        }
        _ => exchanged(),
    })
    .await;
    assert_key(&profile(&server, &path).provide().await.unwrap(), "id");
    assert_eq!(
        server.seen()[1].header_or_empty("authorization"),
        "Bearer theirs"
    );
    assert_eq!(read(&path)["profiles"][0]["oauth_refresh_token"], "theirs");
}

#[tokio::test]
async fn refusals_name_no_token() {
    for (answer, why) in [
        (
            r#"{"error":"invalid_grant","error_description":"bad"}"#,
            "status 400, invalid_grant, bad",
        ),
        ("<html>", "status 400"),
    ] {
        let server = FakeService::unsigned(move |_| status(400, answer)).await;
        let home = Home::new();
        let path = home.write("config.json", &config("", SECRET, 0));
        let text = text_of(profile(&server, &path).provide().await);
        assert!(text.contains(why), "{text}");
        assert_eq!(read(&path)["profiles"][0]["oauth_refresh_token"], SECRET);
    }
    let server = FakeService::unsigned(|_| ok(r#"{"access_token":"x"}"#)).await;
    let home = Home::new();
    let path = home.write("config.json", &config("", SECRET, 0));
    let text = text_of(profile(&server, &path).provide().await);
    assert!(text.contains("no `refresh_token`"), "{text}");
}

#[tokio::test]
async fn without_any_token_the_user_is_sent_to_sign_in() {
    let server = FakeService::unsigned(|_| exchanged()).await;
    let home = Home::new();
    let path = home.write("config.json", &config("", "", 0));
    let text = text_of(profile(&server, &path).provide().await);
    assert!(text.contains("sign in with"), "{text}");
    assert_eq!(server.seen().len(), 0);
}
