//! The replay that apps test with: what it answers, and what it keeps.

use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{RawClient, Retry, Signature, TransportErrorKind};

use crate::cs::{self, get_config};
use crate::rules::panic_of;
use crate::{associate, call, list, list_listeners, set_password};

#[tokio::test]
async fn samples_and_documented_errors_are_replayed_and_requests_recorded() {
    let replay = Replay::new()
        .sample::<associate::Response>()
        .xml_sample::<associate::Response>()
        .error(associate::ErrorKind::NotExistAccelerator)
        .respond(404, "gone");
    let config = replay.config();
    let json = call(&config).await.expect("the sample");
    assert_eq!(json.listener_id, "lsr-bp1bpn0kn908w4nbw****");
    assert_eq!(call(&config).await.expect("the sample"), json);
    let error = call(&config).await.expect_err("the error");
    assert_eq!(
        error.kind(),
        Some(associate::ErrorKind::NotExistAccelerator)
    );
    assert_eq!(error.status(), Some(400));
    assert_eq!(
        error.message(),
        Some("The accelerated instance does not exist.")
    );
    assert_eq!(
        call(&config).await.expect_err("an error").status(),
        Some(404)
    );
    assert_eq!(replay.left(), 0);

    let sent = &replay.requests()[0];
    assert_eq!(
        sent.operation(),
        Some("AssociateAdditionalCertificatesWithListener")
    );
    assert_eq!(sent.host(), "ga.cn-hangzhou.aliyuncs.com");
    assert_eq!(sent.query("Certificates.1.Domain"), Some("example.com"));
    assert_eq!(sent.query("RegionId"), Some("cn-hangzhou"));
    assert_eq!(sent.header("x-acs-version"), Some("2019-11-20"));
    assert!(sent.body().is_empty() && sent.forms().is_empty());
}

#[tokio::test]
async fn a_success_whose_request_id_is_in_a_member_alone_is_given_one_by_the_gateway() {
    let body = r#"{"ListenerId":"lsr-1","Model":{"RequestId":"of something else"}}"#;
    let replay = Replay::new().respond(200, body);
    let response = call(&replay.config()).await.expect("success");
    assert_eq!(response.listener_id, "lsr-1");
}

#[tokio::test]
async fn a_replay_that_is_used_up_says_so_and_is_not_asked_again() {
    let replay = Replay::new().respond(200, "{}");
    call(&replay.config()).await.expect("success");
    let error = call(&replay.config()).await.expect_err("nothing left");
    assert!(
        error
            .to_string()
            .contains("no answer left: 1 were prepared"),
        "{error}"
    );
    assert_eq!(replay.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_of_another_operation_is_a_failure_that_names_both() {
    const NAME: &str = "AssociateAdditionalCertificatesWithListener";
    for signature in [Signature::V3, Signature::V1] {
        for replay in [
            Replay::new().sample::<associate::Response>(),
            Replay::new().xml_sample::<associate::Response>(),
            Replay::new().error(associate::ErrorKind::NotExistAccelerator),
        ] {
            let config = replay.config().signature(signature);
            let error = list(&config).await;
            let said = error.expect_err("another's answer").to_string();
            let begins = format!(
                "ListListeners failed: Replay was prepared to answer {NAME} next ({}:",
                file!()
            );
            assert!(said.starts_with(&begins), "{said}");
            assert!(said.ends_with("), but ListListeners was called"), "{said}");
            // It is recorded, not retried, and the answer is still there for its own call.
            assert_eq!((replay.requests().len(), replay.left()), (1, 1));
            let outcome = call(&config).await;
            assert!(outcome.is_ok() || outcome.expect_err("documented").kind().is_some());
            assert_eq!(replay.left(), 0);
        }
    }

    // A ROA request of V1 names no operation.
    let replay = Replay::new().sample::<set_password::Response>();
    let client = cs::Client::new(&replay.config().signature(Signature::V1));
    let call = client.get_config(get_config::Request::new());
    let error = call
        .endpoint("cs.invalid")
        .await
        .expect_err("another's answer");
    assert!(
        error
            .to_string()
            .contains("answer SetPassword next (runtime/"),
        "{error}"
    );

    // By name, and of another version of the product.
    let replay = Replay::new()
        .sample::<associate::Response>()
        .sample::<associate::Response>();
    let call = |version| RawClient::rpc(&replay.config(), "Ga", version).call(NAME);
    call("2019-11-20").await.expect("its sample");
    let error = call("2020-01-01").await.expect_err("another's sample");
    assert!(
        error
            .to_string()
            .contains(&format!("answer {NAME} of Ga 2019-11-20 next")),
        "{error}"
    );
}

#[tokio::test]
async fn a_replay_that_is_used_up_tells_what_it_gave_last() {
    let replay = Replay::new().fail(TransportErrorKind::Timeout);
    let error = list(&replay.config()).await;
    assert_eq!(
        error.expect_err("nothing left").to_string(),
        "ListListeners failed: Replay has no answer left: 1 were prepared, and the last one, the failure timeout, was given to ListListeners; ListListeners was called, after 2 attempts"
    );
    let slow = Replay::new()
        .sample::<list_listeners::Response>()
        .latency(Duration::from_secs(600));
    let calling = list(&slow.config());
    let error = calling
        .timeout(Duration::from_millis(1))
        .await
        .expect_err("nothing left");
    assert!(
        error
            .to_string()
            .contains("the last one, a timeout, was given to ListListeners"),
        "{error}"
    );

    let replay = Replay::new().sample::<associate::Response>();
    call(&replay.config()).await.expect("the sample");
    let error = set_password(&replay.config())
        .await
        .expect_err("nothing left");
    let expected = "the last one, status 200, was given to AssociateAdditionalCertificatesWithListener; SetPassword was called";
    assert!(error.to_string().ends_with(expected), "{error}");
    let error = call(&Replay::new().config())
        .await
        .expect_err("nothing at all");
    assert!(
        error.to_string().contains("0 were prepared, Associate"),
        "{error}"
    );
}

#[tokio::test]
async fn sequences_failures_and_latency_go_through_the_real_policy() {
    let replay = Replay::new()
        .fail(TransportErrorKind::Connect)
        .respond(429, "{}")
        .sample::<associate::Response>();
    let reply = call(&replay.config()).reply().await.expect("success");
    assert_eq!((reply.attempts, replay.requests().len()), (3, 3));

    let slow = Replay::new()
        .sample::<associate::Response>()
        .latency(Duration::from_secs(600));
    let calling = call(&slow.config())
        .timeout(Duration::from_millis(10))
        .retry(Retry::off());
    assert!(calling.await.expect_err("slow").is_timeout());
}

/// A variant that its operation's documentation has no row of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unlisted {
    Error,
}

impl alicloud_runtime::ErrorCodes for Unlisted {
    fn rows() -> &'static [(Self, alicloud_runtime::ErrorRow)] {
        &[]
    }
}

#[test]
fn a_replay_of_an_error_without_a_row_panics_where_it_is_asked_for() {
    let (_, place) = panic_of(|| drop(Replay::new().error(Unlisted::Error)));
    assert!(place.ends_with("replay.rs"), "{place}");
}
