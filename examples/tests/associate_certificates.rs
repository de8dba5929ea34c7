//! The generated client of the first operation over real TCP, against a server
//! that verifies signatures with code of its own: what the operation's page says,
//! line by line.

use alicloud::ga::{self, associate_additional_certificates_with_listener as associate};
use alicloud::testing::Replay;
use alicloud::{ErrorCodes, Format, Signature};
use test_support::{FakeService, answer};

const JSON: &str = r#"{
  "RequestId" : "6FEA0CF3-D3B9-43E5-A304-D217037876A8",
  "ListenerId" : "lsr-bp1bpn0kn908w4nbw****"
}"#;
const XML: &str = "<AssociateAdditionalCertificatesWithListenerResponse>
    <RequestId>6FEA0CF3-D3B9-43E5-A304-D217037876A8</RequestId>
    <ListenerId>lsr-bp1bpn0kn908w4nbw****</ListenerId>
</AssociateAdditionalCertificatesWithListenerResponse>";

fn request() -> associate::Request {
    associate::Request::new()
        .client_token("123e4567-e89b-12d3-a456-426655440000")
        .accelerator_id("ga-bp1odcab8tmno0hdq****")
        .listener_id("lsr-bp1bpn0kn908w4nbw****")
        .certificates([associate::Certificate::new()
            .id("6092**-cn-hangzhou")
            .domain("example.com")])
}

#[tokio::test]
async fn the_sample_request_arrives_signed_and_both_sample_replies_are_one_value() {
    for (format, body) in [(Format::Json, JSON), (Format::Xml, XML)] {
        for signature in [Signature::V3, Signature::V1] {
            let double = FakeService::start([answer(200, body)]).await;
            let config = double.config().signature(signature).format(format);
            let client = ga::Client::new(&config);
            let response = client
                .associate_additional_certificates_with_listener(request())
                .await
                .expect("success");
            assert_eq!(response.request_id, "6FEA0CF3-D3B9-43E5-A304-D217037876A8");
            assert_eq!(response.listener_id, "lsr-bp1bpn0kn908w4nbw****");

            let seen = &double.seen()[0];
            for (name, value) in [
                ("RegionId", "cn-hangzhou"),
                ("ClientToken", "123e4567-e89b-12d3-a456-426655440000"),
                ("AcceleratorId", "ga-bp1odcab8tmno0hdq****"),
                ("ListenerId", "lsr-bp1bpn0kn908w4nbw****"),
                ("Certificates.1.Id", "6092**-cn-hangzhou"),
                ("Certificates.1.Domain", "example.com"),
            ] {
                assert_eq!(seen.parameter(name), Some(value), "{name}");
            }
            let action = match signature {
                Signature::V1 => seen.parameter("Action"),
                _ => seen.header("x-acs-action"),
            };
            assert_eq!(action, Some("AssociateAdditionalCertificatesWithListener"));
        }
    }
}

#[tokio::test]
async fn all_rows_of_the_error_table_are_matched_by_their_variants() {
    let codes = [
        "ProtocalIllegal.Listener",
        "NotExist.Accelerator",
        "StateError.Accelerator",
        "QuotaExceeded.Listener",
        "PortRangeIllegal.Listener",
        "PortConflict.Listener",
        "QuotaExceeded.ListenerPort",
        "PortRangeIllegal.ExceedGaAbility",
        "PortRangeIllegal.UDP",
        "SystemPort.Listener",
        "PortRanges.MustOne",
        "Resource.QuotaFull",
        "Forbbiden.SubUser",
        "Forbidden",
        "UnknownError",
    ];
    let rows = associate::ErrorKind::rows();
    assert_eq!(rows.len(), codes.len());
    for code in codes {
        let (kind, row) = rows
            .iter()
            .find(|(_, row)| row.code == code)
            .expect("a documented row");
        assert!(!row.meaning.is_empty(), "{code} says what it means");
        let body = serde_json::json!({
            "RequestId": "6FEA0CF3-D3B9-43E5-A304-D217037876A8",
            "Code": code, "Message": row.message,
        });
        let double = FakeService::start([answer(row.status, body.to_string())]).await;
        let error = ga::Client::new(&double.config())
            .associate_additional_certificates_with_listener(request())
            .await
            .expect_err("an error");
        assert_eq!(error.kind(), Some(*kind), "{code}");
        assert_eq!(error.documented(), Some(row));
        let said = error.to_string();
        for part in [
            "AssociateAdditionalCertificatesWithListener",
            &row.status.to_string(),
            code,
            row.message,
            "6FEA0CF3-D3B9-43E5-A304-D217037876A8",
        ] {
            assert!(said.contains(part), "{said} names {part}");
        }
    }
}

#[tokio::test]
async fn whatever_the_page_forbids_is_refused_before_anything_is_sent() {
    let replay = Replay::new();
    let client = ga::Client::new(&replay.config());
    let certificate = || associate::Certificate::new().id("1-cn-hangzhou");
    let violations = |request: associate::Request| {
        let call = client.associate_additional_certificates_with_listener(request);
        async move {
            let error = call.await.expect_err("a violation");
            let mut all: Vec<String> = error.violations().iter().map(|v| v.path.clone()).collect();
            all.sort();
            all
        }
    };
    // All at once, nested ones too, by their names on the wire.
    let nothing = associate::Request::new();
    assert_eq!(
        violations(nothing).await,
        ["AcceleratorId", "Certificates", "ListenerId"]
    );
    let half = request().certificates([certificate().domain("a"), certificate()]);
    assert_eq!(violations(half).await, ["Certificates.2.Domain"]);
    let eleven = request().certificates((0..11).map(|_| certificate().domain("a")));
    assert_eq!(violations(eleven).await, ["Certificates"]);
    let long = request().client_token("x".repeat(65));
    assert_eq!(violations(long).await, ["ClientToken"]);
    let not_ascii = request().client_token("tökén");
    assert_eq!(violations(not_ascii).await, ["ClientToken"]);
    let elsewhere = request().region_id("eu-central-1");
    assert_eq!(violations(elsewhere).await, ["RegionId"]);
    assert!(replay.requests().is_empty());
}

#[tokio::test]
async fn what_is_explained_is_signed_and_not_sent() {
    let replay = Replay::new();
    let client = ga::Client::new(&replay.config());
    let explanation = client
        .associate_additional_certificates_with_listener(request())
        .explain()
        .await
        .expect("an explanation");
    assert!(
        explanation
            .url
            .starts_with("https://ga.cn-hangzhou.aliyuncs.com/?")
    );
    assert!(explanation.canonical_request.contains("Certificates.1.Id="));
    assert!(explanation.string_to_sign.starts_with("ACS3-HMAC-SHA256\n"));
    assert!(explanation.curl().starts_with("curl -X POST "));
    assert!(replay.requests().is_empty());
}

#[test]
fn a_request_is_plain_data() {
    let one = request();
    assert_eq!(one, one.clone());
    assert_ne!(one, request().listener_id("another"));
    let shown = format!("{one:?}");
    assert!(shown.contains("6092**-cn-hangzhou"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn the_change_is_waited_for() {
    let busy = r#"{"State": "updating"}"#;
    let replay = Replay::new()
        .sample::<associate::Response>()
        .respond(200, busy)
        .respond(200, busy)
        .sample::<ga::describe_listener::Response>();
    let client = ga::Client::new(&replay.config());
    let response = client
        .associate_additional_certificates_with_listener(request())
        .await
        .expect("success");
    let listener = ga::describe_listener::Request::new().listener_id(response.listener_id);
    client
        .wait_until_listener_active(listener)
        .await
        .expect("active in the end");
    assert_eq!(replay.requests().len(), 4);
}
