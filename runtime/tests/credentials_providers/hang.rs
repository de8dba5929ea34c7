//! No provider waits for ever, even over a transport that does.

use std::sync::Arc;
use std::time::Duration;

use alicloud_runtime::credentials::*;
use alicloud_runtime::transport::Body;
use alicloud_runtime::{BoxFuture, Credentials, SendOptions, Transport, TransportError};

use crate::support::*;

/// Never answers, whatever the limits say.
#[derive(Debug)]
struct Silence;

impl Transport for Silence {
    fn send(
        &self,
        _: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn every_provider_gives_up_in_time() {
    let silence = || -> Arc<dyn Transport> { Arc::new(Silence) };
    let home = Home::new();
    let token = home.write("token", "t");
    let profile = home.write(
        "config.json",
        r#"{"current":"a","profiles":[{"name":"a","mode":"OAuth","oauth_refresh_token":"r"}]}"#,
    );
    let role = |source| AssumeRole::new(silence(), source, "r");
    let context = Context::new(silence()).environment(Environment::from_map([("", "")]));
    let providers: [Arc<dyn ProvideCredentials>; 7] = [
        Arc::new(EcsRamRole::new(silence())),
        Arc::new(CredentialsUri::new(silence(), "http://127.0.0.1")),
        Arc::new(CloudSso::new(silence(), "https://sso", "a", "c", "t")),
        Arc::new(AssumeRoleWithOidc::new(silence(), "r", "p", token)),
        Arc::new(role(Credentials::new("a", "b"))),
        Arc::new(AssumeRole::new(
            silence(),
            role(Credentials::new("a", "b")),
            "r2",
        )),
        Arc::new(CliProfile::new(&context).path(&profile)),
    ];
    for provider in providers {
        let asked = tokio::time::timeout(Duration::from_secs(60), provider.provide());
        let text = text_of(asked.await.expect("the provider gives up within a minute"));
        assert!(text.contains("no reply within"), "{text}");
    }
    assert_eq!(
        std::fs::read_dir(home.path()).unwrap().count(),
        2,
        "nothing is left behind"
    );
}

/// A profile in a file that nobody writes to: opening it hangs.
#[cfg(unix)]
fn hanging(home: &Home) -> (CliProfile, std::path::PathBuf) {
    let path = home.path().join("config.json");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    (CliProfile::new(&context()).path(&path), path)
}

/// Opens it and closes it again: who reads it comes to an end.
#[cfg(unix)]
fn release(path: &std::path::Path) {
    std::fs::OpenOptions::new().write(true).open(path).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_hangs_is_read_by_one_thread_until_it_no_longer_does() {
    let home = Home::new();
    let (profile, path) = hanging(&home);
    let text = text_of(profile.provide().await);
    assert!(text.contains("took longer than 5s"), "{text}");
    for _ in 0..3 {
        let text = text_of(profile.provide().await);
        assert!(text.contains("an earlier read of it still hangs"), "{text}");
    }
    release(&path);
    std::fs::remove_file(&path).unwrap();
    let text = r#"{"current":"a","profiles":[{"name":"a","mode":"AK","access_key_id":"i","access_key_secret":"s"}]}"#;
    home.write("config.json", text);
    for _ in 0..1000 {
        if let Ok(found) = profile.provide().await {
            assert_eq!(found.access_key_id(), "i");
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the file is never read again");
}

#[cfg(unix)]
#[test]
fn a_runtime_does_not_wait_for_a_file_that_hangs() {
    let home = Home::new();
    let (profile, path) = hanging(&home);
    let (sender, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let asked = tokio::time::timeout(Duration::from_millis(50), profile.provide());
            asked.await.unwrap_err();
        });
        drop(runtime);
        let _ = sender.send(());
    });
    ended
        .recv_timeout(Duration::from_secs(60))
        .expect("the runtime comes to its end");
    release(&path);
}

#[cfg(unix)]
#[test]
fn a_read_that_is_left_lying_does_not_keep_others_waiting() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let home = Home::new();
    let path = home.write(
        "config.json",
        r#"{"current":"a","profiles":[{"name":"a","mode":"AK","access_key_id":"i","access_key_secret":"s"}]}"#,
    );
    let profile = Arc::new(CliProfile::new(&context()).path(path));
    let (idle, driven) = (runtime(), runtime());
    let asked = idle.spawn({
        let profile = profile.clone();
        async move { profile.provide().await.map(drop) }
    });
    // one step, up to waiting for the file; then nobody drives it
    idle.block_on(tokio::task::yield_now());
    let limit = Duration::from_secs(60);
    let asking = async { tokio::time::timeout(limit, profile.provide()).await };
    let found = driven.block_on(asking).expect("no waiting for it").unwrap();
    assert_eq!(found.access_key_id(), "i");
    idle.block_on(asked).unwrap().unwrap();
}
