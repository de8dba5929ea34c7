//! Calls that succeed: what arrives, and what comes back.

use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Credentials, Format, Network, Signature};
use test_support::{FakeService, ID, SECRET, answer};

use crate::cs::{self, scale_cluster};
use crate::ga::{self, download};
use crate::{JSON_SAMPLE, XML_SAMPLE, associate, call, example, list, set_password};

#[tokio::test]
async fn the_documented_call_arrives_signed_and_its_sample_comes_back() {
    for signature in [Signature::V3, Signature::V1] {
        let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
        let response = call(&double.config().signature(signature))
            .await
            .expect("success");
        assert_eq!(response.listener_id, "lsr-bp1bpn0kn908w4nbw****");
        assert_eq!(response.request_id, "6FEA0CF3-D3B9-43E5-A304-D217037876A8");

        let seen = double.seen();
        assert_eq!(seen.len(), 1);
        assert_eq!(
            (seen[0].method.as_str(), seen[0].path.as_str()),
            ("POST", "/")
        );
        for (name, value) in [
            ("RegionId", "cn-hangzhou"),
            ("AcceleratorId", "ga-bp1odcab8tmno0hdq****"),
            ("ListenerId", "lsr-bp1bpn0kn908w4nbw****"),
            ("Certificates.1.Id", "6092**-cn-hangzhou"),
            ("Certificates.1.Domain", "example.com"),
        ] {
            assert_eq!(seen[0].parameter(name), Some(value), "{name}");
        }
        assert_eq!(seen[0].parameter("ClientToken").map(str::len), Some(36));
        assert_eq!(
            seen[0].header("x-acs-action"),
            Some("AssociateAdditionalCertificatesWithListener")
        );
        assert!(
            seen[0]
                .header("user-agent")
                .expect("one")
                .starts_with("AlibabaCloud (")
        );
    }
}

#[tokio::test]
async fn both_formats_give_the_same_value() {
    let double = FakeService::start([answer(200, JSON_SAMPLE), answer(200, XML_SAMPLE)]).await;
    let json = call(&double.config()).await.expect("JSON");
    let xml = call(&double.config().format(Format::Xml))
        .await
        .expect("XML");
    assert_eq!(json, xml);
    let seen = double.seen();
    assert_eq!(seen[0].header("accept"), Some("application/json"));
    assert_eq!(seen[1].header("accept"), Some("application/xml"));
}

#[tokio::test]
async fn what_the_app_sets_is_kept() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let client = ga::Client::new(&double.config().region("cn-beijing"));
    let request = associate::Request {
        region_id: Some("cn-shanghai".into()),
        client_token: Some("my-token".into()),
        ..example()
    };
    let call = client.associate_additional_certificates_with_listener(request);
    call.header("X-Acs-Extra", "1")
        .header("x-other", "2")
        .await
        .expect("success");
    let seen = &double.seen()[0];
    assert_eq!(seen.parameter("RegionId"), Some("cn-shanghai"));
    assert_eq!(seen.parameter("ClientToken"), Some("my-token"));
    // The double refuses an `x-acs-` header that is not signed.
    assert_eq!(seen.header("x-acs-extra"), Some("1"));
    assert_eq!(seen.header("x-other"), Some("2"));
}

#[tokio::test]
async fn forms_and_awkward_text_are_signed_as_they_are_read() {
    for signature in [Signature::V3, Signature::V1] {
        let double = FakeService::start([answer(200, r#"{"RequestId":"r"}"#)]).await;
        set_password(&double.config().signature(signature))
            .await
            .expect("success");
        let seen = &double.seen()[0];
        assert_eq!(seen.parameter("Password"), Some(crate::PASSWORD));
        assert_eq!(seen.form.len(), 1);
        assert_eq!(seen.parameter("Notes"), Some(r#"["a \"secret\" nöte"]"#));
    }
}

#[tokio::test]
async fn roa_calls_have_path_header_query_and_body() {
    for signature in [Signature::V3, Signature::V1] {
        let double = FakeService::start([answer(202, r#"{"RequestId":"r"}"#)]).await;
        let client = cs::Client::new(&double.config().signature(signature));
        let request = scale_cluster::Request::new()
            .cluster_id("a/b c")
            .x_acs_trace("t")
            .all(true)
            .body(scale_cluster::Body::new().count(3));
        let reply = client
            .scale_cluster(request)
            .reply()
            .await
            .expect("success");
        assert_eq!(reply.status, 202);
        let seen = &double.seen()[0];
        assert_eq!(
            (seen.method.as_str(), seen.path.as_str()),
            ("PUT", "/clusters/a%2Fb%20c/scale")
        );
        assert_eq!(seen.header("x-acs-trace"), Some("t"));
        assert_eq!(seen.parameter("all"), Some("true"));
        assert_eq!(&seen.body[..], br#"{"count":3}"#);
    }
}

#[tokio::test]
async fn temporary_keys_send_their_token_signed() {
    for signature in [Signature::V3, Signature::V1] {
        let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
        let temporary = Credentials::new(ID, SECRET).with_security_token("tok/en+=");
        let config = alicloud_runtime::Config::new(temporary)
            .endpoint(double.address())
            .no_proxy()
            .signature(signature);
        call(&config).await.expect("success");
        let seen = &double.seen()[0];
        let sent = seen
            .header("x-acs-security-token")
            .or_else(|| seen.parameter("SecurityToken"));
        assert_eq!(sent, Some("tok/en+="));
    }
}

#[tokio::test]
async fn the_reply_keeps_status_headers_id_and_body() {
    let double = FakeService::start([
        answer(200, JSON_SAMPLE).header("x-acs-request-id", "from-the-header"),
        answer(200, JSON_SAMPLE),
        answer(200, r#"{"RequestId":7,"ListenerId":["x"],"New":{"a":1}}"#),
    ])
    .await;
    let reply = call(&double.config()).reply().await.expect("success");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.request_id.as_deref(), Some("from-the-header"));
    assert_eq!(&reply.body[..], JSON_SAMPLE.as_bytes());
    assert_eq!(reply.attempts, 1);

    let reply = call(&double.config()).reply().await.expect("success");
    assert_eq!(
        reply.request_id.as_deref(),
        Some("6FEA0CF3-D3B9-43E5-A304-D217037876A8")
    );

    // A number where text is documented is text; a list is not, and says so.
    let reply = call(&double.config()).reply().await.expect("success");
    assert_eq!(reply.value.request_id, "7");
    assert_eq!(reply.value.listener_id, "");
    assert_eq!(reply.mismatches.len(), 1);
    assert_eq!(reply.mismatches[0].path, "ListenerId");
}

#[tokio::test]
async fn connections_are_used_again_and_futures_are_small() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let config = double.config();
    for _ in 0..3 {
        let call = call(&config);
        assert_eq!(size_of_val(&call), size_of::<usize>());
        let future = call.into_future();
        assert!(size_of_val(&future) <= 4 * size_of::<usize>());
        future.await.expect("success");
    }
    assert_eq!(size_of::<alicloud_runtime::Error>(), size_of::<usize>());
}

#[tokio::test]
async fn what_is_downloaded_is_not_looked_into() {
    let body = r#"{"Success":false,"Code":"X"}"#;
    let double = FakeService::start([answer(200, body)]).await;
    let client = ga::Client::new(&double.config());
    let call = client.download(download::Request::new());
    let response = call.await.expect("success");
    assert_eq!(response.body.as_deref(), Some(body.as_bytes()));
}

#[tokio::test]
async fn a_dry_run_that_passes_is_a_success() {
    let passed = r#"{"Code":"DryRunOperation","Message":"Request validation has been passed with DryRun flag set."}"#;
    let refused = r#"{"Code":"InvalidUser","Message":"no"}"#;
    let replay = Replay::new().respond(400, passed).respond(400, refused);
    set_password(&replay.config())
        .dry_run()
        .await
        .expect("it would pass");
    let error = set_password(&replay.config())
        .dry_run()
        .await
        .expect_err("it would not");
    assert_eq!(error.code(), Some("InvalidUser"));
    assert!(
        replay
            .requests()
            .iter()
            .all(|sent| sent.query("DryRun") == Some("true"))
    );

    let error = call(&replay.config())
        .dry_run()
        .await
        .expect_err("there is none");
    assert!(error.to_string().ends_with("has no dry run"), "{error}");
    assert_eq!(replay.requests().len(), 2);
}

#[tokio::test]
async fn vpc_hosts_are_used_when_asked_for() {
    let replay = Replay::new().respond(200, "{}");
    call(&replay.config().network(Network::Vpc))
        .await
        .expect("success");
    assert_eq!(
        replay.requests()[0].host(),
        "ga-vpc.cn-hangzhou.aliyuncs.com"
    );
}

#[tokio::test]
async fn many_calls_at_once_each_get_their_own_answer() {
    let double =
        FakeService::start([answer(200, JSON_SAMPLE).after(Duration::from_millis(5))]).await;
    let config = double.config();
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(list(&config).send()))
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("success");
    }
    assert_eq!(double.seen().len(), 64);
}

#[test]
fn blocking_calls_need_no_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let double = runtime.block_on(FakeService::start([answer(200, JSON_SAMPLE)]));
    let config = double.config();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let config = config.clone();
            std::thread::spawn(move || call(&config).send_blocking().map(|r| r.listener_id))
        })
        .collect();
    for thread in threads {
        let id = thread.join().expect("no panic").expect("success");
        assert_eq!(id, "lsr-bp1bpn0kn908w4nbw****");
    }
    assert_eq!(call(&config).reply_blocking().expect("success").status, 200);
    let explained = call(&config).explain_blocking().expect("an explanation");
    assert_eq!(explained.method, "POST");

    let listed = list(&config).pages().into_blocking().count();
    assert_eq!(listed, 1);
}
