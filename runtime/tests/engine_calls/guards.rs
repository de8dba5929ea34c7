//! What a guard denies: nothing is sent, no credentials are fetched.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{
    BoxFuture, Config, Credentials, CredentialsError, FileContent, Guard, Operation,
    ProvideCredentials, RawClient,
};

use crate::files::{FOUND, detect};
use crate::{JSON_SAMPLE, call, ga, list, set_password};

/// Counts how often it is asked.
#[derive(Debug, Default)]
pub(crate) struct Counted(pub(crate) AtomicUsize);

impl ProvideCredentials for Counted {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(Credentials::new("id", "secret")) })
    }
    fn name(&self) -> &'static str {
        "counted"
    }
}

fn guarded(guard: Guard) -> (Replay, Config) {
    let replay = Replay::new()
        .respond(200, JSON_SAMPLE)
        .respond(200, r#"{"RequestId": "1"}"#);
    let config = replay.config().guard(guard);
    (replay, config)
}

#[tokio::test]
async fn what_writes_is_denied_before_any_io_and_what_reads_is_not() {
    let (replay, config) = guarded(Guard::read_only());
    let counted = Arc::new(Counted::default());
    let error = call(&config)
        .credentials(counted.clone())
        .await
        .expect_err("a write");
    assert!(error.is_denied());
    assert_eq!(error.denied_by(), Some("read_only"));
    assert_eq!(
        (error.attempts(), error.kind(), error.code()),
        (0, None, None)
    );
    assert!(!error.is_retryable());
    let name = "AssociateAdditionalCertificatesWithListener";
    assert_eq!(
        error.to_string(),
        format!(
            "{name} was not sent: the configuration's guard denies it by the rule `read_only`: it \
             writes; `Guard::allow(\"Ga\", \"{name}\")` exempts it"
        )
    );
    // Not even what is wrong with the request is looked at.
    let wrong = ga::Client::new(&config).set_password(ga::set_password::Request::new());
    assert!(wrong.await.expect_err("a write").is_denied());
    let dry = call(&config).dry_run().await;
    assert!(dry.expect_err("a write").is_denied());
    assert_eq!(counted.0.load(Ordering::SeqCst), 0);
    assert_eq!(replay.requests().len(), 0);
    list(&config).await.expect("a read");
}

#[tokio::test]
async fn all_guards_of_a_configuration_apply() {
    let (replay, config) = guarded(Guard::read_only().allow("ga", "SetPassword"));
    let config = config.guard(Guard::new().deny_if("no lists", |operation| {
        operation.product.name == "Ga" && operation.name.starts_with("List")
    }));
    assert!(call(&config).await.expect_err("a write").is_denied());
    let mut pages = list(&config).pages();
    let error = pages.next().await.expect("one").expect_err("a list");
    assert_eq!(error.denied_by(), Some("no lists"));
    assert!(pages.next().await.is_none());
    assert_eq!(replay.requests().len(), 0);
    set_password(&config).await.expect("exempt from the one");
}

#[tokio::test]
async fn of_a_call_by_name_the_worst_is_assumed_unless_it_says_otherwise() {
    let guard = Guard::read_only().deny_paid().deny_high_risk();
    let (replay, config) = guarded(guard);
    let client = RawClient::rpc(&config, "Ga", "2019-11-20");
    let call = || client.call("ListAcls");
    let denied_by = async |call: alicloud_runtime::RawCall| {
        let error = call.await.expect_err("denied");
        error.denied_by().map(str::to_owned)
    };
    assert_eq!(denied_by(call()).await.as_deref(), Some("read_only"));
    let free = call().not_paid().not_high_risk();
    assert_eq!(denied_by(free).await.as_deref(), Some("read_only"));
    let read = call().read_only();
    assert_eq!(denied_by(read).await.as_deref(), Some("deny_paid"));
    assert_eq!(replay.requests().len(), 0);
    call()
        .read_only()
        .not_paid()
        .await
        .expect("said to be harmless");

    let config = config.guard(Guard::new().deny_by_name());
    let client = RawClient::rpc(&config, "Ga", "2019-11-20");
    let believed = client.call("ListAcls").read_only().not_paid();
    assert_eq!(denied_by(believed).await.as_deref(), Some("deny_by_name"));
}

#[tokio::test]
async fn explain_tells_that_a_call_would_be_denied() {
    let (replay, config) = guarded(Guard::read_only());
    let explained = call(&config).explain().await.expect("nothing is sent");
    let denied = explained.denied.as_deref().expect("a write");
    assert!(denied.contains("`read_only`"), "{denied}");
    let shown = explained.to_string();
    assert!(
        shown.starts_with("denied: Associate") && shown.contains("string to sign"),
        "{shown}"
    );
    let read = list(&config).explain().await.expect("nothing is sent");
    assert_eq!(read.denied, None);
    assert!(!read.to_string().contains("denied"));
    assert_eq!(replay.requests().len(), 0);
}

#[test]
fn blocking_calls_are_denied_too() {
    let (replay, config) = guarded(Guard::read_only());
    let error = call(&config).send_blocking().expect_err("a write");
    assert!(error.is_denied());
    assert_eq!(replay.requests().len(), 0);
}

#[tokio::test]
async fn a_file_is_uploaded_for_a_call_that_is_let_through_and_for_no_other() {
    let replay = Replay::new().respond(200, FOUND);
    let denied = replay.config().guard(Guard::new().deny_if("all", |_| true));
    let error = detect(&denied, FileContent::from("of bytes")).await;
    assert!(error.expect_err("all are").is_denied());
    assert_eq!((replay.requests().len(), replay.uploads().len()), (0, 0));
    // The permission is asked of another product, for this call.
    let others = |operation: &Operation| operation.name != "DetectFace";
    let config = replay
        .config()
        .guard(Guard::new().deny_if("others", others));
    let found = detect(&config, FileContent::from("of bytes")).await;
    assert_eq!(found.expect("let through").found, Some(2));
    assert_eq!(replay.uploads().len(), 1);
}
