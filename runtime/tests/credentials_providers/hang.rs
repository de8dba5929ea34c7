//! No provider waits for ever, even over a transport that does.

use std::sync::Arc;
use std::time::Duration;

use alicloud_runtime::credentials::*;
use alicloud_runtime::{BoxFuture, Bytes, Credentials, SendOptions, Transport, TransportError};

use crate::support::*;

/// Never answers, whatever the limits say.
#[derive(Debug)]
struct Silence;

impl Transport for Silence {
    fn send(
        &self,
        _: http::Request<Bytes>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
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
