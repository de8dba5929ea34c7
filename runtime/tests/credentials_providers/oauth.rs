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
async fn an_access_token_that_lasts_is_exchanged_and_the_key_kept() {
    let server = FakeService::unsigned(|_| exchanged()).await;
    let home = Home::new();
    let text = config("the-access", "the-refresh", 3600);
    let path = home.write("config.json", &text);
    let before = read(&path);
    assert_key(&profile(&server, &path).provide().await.unwrap(), "id");
    assert_eq!(server.paths(), ["POST /v1/exchange"]);
    assert_eq!(
        server.seen()[0].header_or_empty("authorization"),
        "Bearer the-access"
    );
    let mut after = read(&path);
    let kept = after["profiles"][0].as_object_mut().unwrap();
    assert_eq!(kept.remove("access_key_id"), Some(json!("id")));
    assert_eq!(kept.remove("access_key_secret"), Some(json!(SECRET)));
    assert_eq!(kept.remove("sts_token"), Some(json!(TOKEN)));
    let expiration = kept.remove("sts_expiration").unwrap();
    assert!(expiration.as_u64().unwrap() > now() + 3500);
    assert_eq!(after, before, "nothing else is changed");
}

/// The same file, with a key in its profile that lasts for so many seconds.
fn keeping(config: &str, lasts: u64) -> String {
    let mut file: Value = serde_json::from_str(config).unwrap();
    let profile = file["profiles"][0].as_object_mut().unwrap();
    for (name, value) in [
        ("access_key_id", json!("kept")),
        ("access_key_secret", json!(SECRET)),
        ("sts_token", json!(TOKEN)),
        ("sts_expiration", json!(now() + lasts)),
    ] {
        profile.insert(name.to_owned(), value);
    }
    file.to_string()
}

#[tokio::test]
async fn a_key_that_is_kept_is_used_until_it_expires() {
    let server = FakeService::unsigned(|_| exchanged()).await;
    let home = Home::new();
    let tokens = config("the-access", "the-refresh", 3600);
    let path = home.write("config.json", &keeping(&tokens, 3600));
    assert_key(&profile(&server, &path).provide().await.unwrap(), "kept");
    assert_eq!(server.seen().len(), 0);
    // too short for what comes
    let path = home.write("config.json", &keeping(&tokens, 60));
    assert_key(&profile(&server, &path).provide().await.unwrap(), "id");
    assert_eq!(read(&path)["profiles"][0]["access_key_id"], "id");
    // what others kept since, no one asks for again
    assert_key(&profile(&server, &path).provide().await.unwrap(), "id");
    assert_eq!(server.seen().len(), 1);

    let path = home.write("config.json", &keeping(&tokens, 0));
    assert_key(&profile(&server, &path).provide().await.unwrap(), "id");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_key_that_is_kept_does_while_there_is_no_other() {
    let server = FakeService::unsigned(|_| status(400, r#"{"error":"maintenance"}"#)).await;
    let home = Home::new();
    let tokens = config("the-access", "the-refresh", 3600);
    let path = home.write("config.json", &keeping(&tokens, 200));
    assert_key(&profile(&server, &path).provide().await.unwrap(), "kept");
    assert_eq!(server.paths(), ["POST /v1/exchange"]);
    let path = home.write("config.json", &keeping(&tokens, 0));
    let text = text_of(profile(&server, &path).provide().await);
    assert!(text.contains("maintenance"), "{text}");
}

#[tokio::test]
async fn a_key_that_was_refused_is_not_taken_from_the_file_again() {
    let server = FakeService::unsigned(|_| exchanged()).await;
    let home = Home::new();
    let tokens = config("the-access", "the-refresh", 3600);
    let path = home.write("config.json", &keeping(&tokens, 3600));
    let profile = profile(&server, &path);
    let kept = profile.provide().await.unwrap();
    profile.invalidate(&kept);
    assert_key(&profile.provide().await.unwrap(), "id");
    assert_eq!(read(&path)["profiles"][0]["access_key_id"], "id");
}

#[cfg(any(unix, windows))]
#[tokio::test]
async fn of_several_processes_one_exchanges_and_the_others_take_what_it_kept() {
    let server = FakeService::unsigned(|request| match request.path.as_str() {
        "/v1/token" => ok(r#"{"access_token":"x","refresh_token":"y","expires_in":7200}"#)
            .after(std::time::Duration::from_millis(200)),
        _ => exchanged().after(std::time::Duration::from_millis(200)),
    })
    .await;
    let home = Home::new();
    let path = home.write("config.json", &config("old", "old", 0));
    // each has a lock of its own, as processes have
    let profiles = [(); 4].map(|()| profile(&server, &path));
    let asking = profiles.map(|profile| tokio::spawn(async move { profile.provide().await }));
    for asked in asking {
        assert_key(&asked.await.unwrap().unwrap(), "id");
    }
    assert_eq!(server.paths(), ["POST /v1/token", "POST /v1/exchange"]);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_cannot_be_written_costs_the_keeping_alone() {
    let server = FakeService::unsigned(|_| exchanged()).await;
    let home = Home::new();
    // no file can be made beside one whose name is as long as a name can be
    let path = home.write(&"x".repeat(255), &config("the-access", "", 0));
    assert_key(&profile(&server, &path).provide().await.unwrap(), "id");
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
