//! Headers and hosts that an app names: what is signed is what is sent.

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Config, Credentials, RawClient, Signature};
use test_support::{FakeService, answer};

use crate::{JSON_SAMPLE, call};

#[tokio::test]
async fn headers_that_are_the_clients_to_write_are_refused_before_anything_is_sent() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    for signature in [Signature::V3, Signature::V1] {
        let config = double.config().signature(signature);
        let raw = RawClient::roa(&config, "CS", "2015-12-15");
        for name in [
            "Authorization",
            "Content-Length",
            "Host",
            "Transfer-Encoding",
            "Connection",
            "Keep-Alive",
            "Proxy-Authorization",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Upgrade",
            "Expect",
        ] {
            let refused = format!("the header {} is the client's own", name.to_lowercase());
            let error = call(&config).header(name, "7").await.expect_err(name);
            assert!(error.to_string().contains(&refused), "{error}");
            assert_eq!(error.attempts(), 0);
            let error = raw.call("Create").header(name, "7").await.expect_err(name);
            assert!(error.to_string().contains(&refused), "{error}");
        }
    }
    assert!(double.seen().is_empty());
}

#[tokio::test]
async fn white_space_around_a_value_does_not_break_the_signature() {
    for signature in [Signature::V3, Signature::V1] {
        let double = FakeService::start([answer(200, "{\"RequestId\":\"r\"}")]).await;
        let config = double.config().signature(signature);
        let cs = RawClient::roa(&config, "CS", "2015-12-15");
        cs.call("Create")
            .path("/clusters")
            .header("x-acs-thing", "  a b\t")
            .header("accept", " application/json ")
            .await
            .expect("the double verifies the signature");
        assert_eq!(double.seen()[0].header("x-acs-thing"), Some("a b"));
    }
}

#[tokio::test]
async fn a_content_type_of_the_apps_own_is_sent_alone_and_forms_keep_theirs() {
    let double = FakeService::start([answer(200, "{\"RequestId\":\"r\"}")]).await;
    let cs = RawClient::roa(&double.config(), "CS", "2015-12-15");
    let json = cs.call("Create").json(&serde_json::json!({}));
    json.header("Content-Type", "application/merge-patch+json")
        .await
        .expect("success");
    let form = cs.call("Create").form("A", "1");
    form.header("Content-Type", "text/plain")
        .await
        .expect("success");
    let types: Vec<Vec<_>> = double
        .seen()
        .iter()
        .map(|seen| {
            let headers = seen.headers.iter().filter(|(n, _)| n == "content-type");
            headers.map(|(_, value)| value.clone()).collect()
        })
        .collect();
    assert_eq!(
        types,
        [
            ["application/merge-patch+json"],
            ["application/x-www-form-urlencoded"]
        ]
    );
}

#[tokio::test]
async fn addresses_are_signed_as_they_are_sent() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let port = double.address().rsplit(':').next().expect("a port");
    // The double listens on IPv4, which this address reaches too.
    let mapped = format!("http://[::FFFF:127.0.0.1]:{port}");
    call(&double.config().endpoint(mapped))
        .await
        .expect("the double verifies the signature");
    let host = double.seen()[0].header("host").map(str::to_owned);
    assert_eq!(host, Some(format!("[::ffff:7f00:1]:{port}")));

    for odd in ["2130706433", "127.1", "0x7f.1", "0177.0.0.1", "127.0.0.0x1"] {
        let config = double.config().endpoint(format!("http://{odd}:{port}"));
        let error = call(&config).await.expect_err(odd).to_string();
        assert!(error.contains("is no host name"), "{error}");
        assert!(error.contains("write `host`"), "{error}");
    }
    assert_eq!(double.seen().len(), 1);
}

#[tokio::test]
async fn an_identity_token_stands_in_a_header_of_its_own_and_nothing_is_signed() {
    let double = FakeService::unsigned(|_| answer(200, JSON_SAMPLE)).await;
    let config = Config::new(Credentials::id_token("the-token"))
        .endpoint(double.address())
        .no_proxy();
    for signature in [Signature::V3, Signature::V1] {
        let config = config.clone().signature(signature);
        call(&config).await.expect("success");
        let roa = RawClient::roa(&config, "CS", "2015-12-15");
        roa.call("List").await.expect("success");
        let explained = call(&config).explain().await.expect("an explanation");
        let shown = format!("{explained} {explained:?}");
        assert!(shown.contains("x-acs-zero-trust-idtoken: ***"), "{shown}");
        assert!(!shown.contains("the-token"), "{shown}");
    }
    for seen in double.seen() {
        assert_eq!(
            seen.header("x-acs-zero-trust-idtoken"),
            Some("the-token"),
            "{seen:?}"
        );
        assert_eq!(seen.header("authorization"), None);
        for parameter in ["Signature", "AccessKeyId", "SignatureMethod", "BearerToken"] {
            assert_eq!(seen.query(parameter), None);
        }
    }
    assert_eq!(double.seen().len(), 4);
}

/// What an app's own transport, or a log of the HTTP library, prints of them.
#[tokio::test]
async fn headers_that_hold_a_secret_are_printed_without_it_by_whoever_handles_them() {
    for credentials in [
        Credentials::id_token("the-token"),
        Credentials::bearer("the-token"),
        Credentials::new("id", "secret").with_security_token("the-token"),
    ] {
        for signature in [Signature::V3, Signature::V1] {
            let replay = Replay::new().respond(200, r#"{"RequestId": "1"}"#);
            let config = replay.config().signature(signature);
            let roa = RawClient::roa(&config, "CS", "2015-12-15");
            let call = roa.call("List").credentials(credentials.clone());
            call.await.expect("success");
            let headers = replay.requests()[0].headers().clone();
            assert!(headers.values().any(|value| value == "the-token"));
            assert!(!format!("{headers:?}").contains("the-token"), "{headers:?}");
        }
    }
}
