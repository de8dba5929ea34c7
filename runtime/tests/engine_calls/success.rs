//! Calls that succeed: what arrives, and what comes back.

use alicloud_runtime::{Call, Client, Credentials, Format, Signature};

use crate::associate::{self, JSON_SAMPLE, XML_SAMPLE};
use crate::shapes::{self, Scale, ScaleBody};
use crate::{call, set_password};
use test_support::{FakeService, ID, SECRET, answer};

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
    let client = Client::new(&double.config().region("cn-beijing"), &associate::GA);
    let request = associate::Request {
        region_id: Some("cn-shanghai".into()),
        client_token: Some("my-token".into()),
        ..associate::Request::example()
    };
    let call: Call<associate::Response, associate::Error> =
        Call::with_operation(&client, associate::operation(), Box::new(request));
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
        let client = Client::new(&double.config().signature(signature), &associate::GA);
        let request = Scale {
            cluster: Some("a/b c".into()),
            trace: Some("t".into()),
            all: Some(true),
            body: Some(ScaleBody { count: Some(3) }),
        };
        let call: Call<shapes::Done, shapes::NoError> =
            Call::with_operation(&client, &shapes::SCALE, Box::new(request));
        let reply = call.reply().await.expect("success");
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
    let client = Client::new(&double.config(), &associate::GA);
    let call: Call<shapes::Download, shapes::NoError> = Call::with_operation(
        &client,
        &shapes::DOWNLOAD,
        Box::new(shapes::List::default()),
    );
    let response = call.await.expect("success");
    assert_eq!(response.body.as_deref(), Some(body.as_bytes()));
}
