//! What one call says otherwise than its client.

use std::sync::{Arc, Mutex};

use alicloud_runtime::{
    Attempt, Config, Credentials, Interceptor, RawClient, TransportErrorKind, UnsignedRequest,
};
use test_support::{Broken, FakeService, Fault, ID, SECRET, answer, config};

use crate::{JSON_SAMPLE, call, list, set_password};

#[tokio::test]
async fn a_call_has_credentials_of_its_own_with_which_it_is_signed() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    // The client's are not those that the service knows.
    let wrong = Config::new(Credentials::new("another", "wrong"))
        .endpoint(double.address())
        .no_proxy();
    let own = Credentials::new(ID, SECRET);
    call(&wrong)
        .credentials(own.clone())
        .await
        .expect("its own");
    let raw = RawClient::rpc(&wrong, "Ga", "2019-11-20").call("ListAcls");
    raw.credentials(own.clone()).await.expect("its own");
    call(&wrong).await.expect_err("the client's");
    let explained = call(&wrong)
        .credentials(own)
        .explain()
        .await
        .expect("signed");
    let authorization = explained
        .headers
        .iter()
        .find(|(name, _)| name == "authorization");
    assert!(authorization.is_some_and(|(_, value)| value.contains(ID)));
}

/// Writes down that it was asked.
#[derive(Clone, Debug)]
struct Note(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Interceptor for Note {
    fn before_signing(
        &self,
        _: &Attempt,
        request: &mut UnsignedRequest<'_>,
    ) -> Result<(), alicloud_runtime::Refusal> {
        self.1.lock().expect("the notes").push(self.0);
        request.headers.push(("x-note".into(), self.0.into()));
        Ok(())
    }
}

#[tokio::test]
async fn a_call_has_interceptors_of_its_own_after_those_of_the_client() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let notes = Arc::default();
    let config = double
        .config()
        .interceptor(Note("client", Arc::clone(&notes)));
    call(&config)
        .interceptor(Note("call", Arc::clone(&notes)))
        .await
        .expect("success");
    call(&config).await.expect("success");
    assert_eq!(
        *notes.lock().expect("the notes"),
        ["client", "call", "client"]
    );
}

#[tokio::test]
async fn a_call_has_a_limit_of_its_own_for_the_reply() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let config = double.config().max_reply_bytes(10);
    let error = call(&config).await.expect_err("too large");
    let kind = |error: &alicloud_runtime::TransportError| error.kind();
    assert_eq!(
        error.transport().map(kind),
        Some(TransportErrorKind::TooLarge)
    );
    call(&config)
        .max_reply_bytes(10_000)
        .await
        .expect("within its own");
    let error = call(&double.config()).max_reply_bytes(10).await;
    let error = error.expect_err("too large");
    assert_eq!(
        error.transport().map(kind),
        Some(TransportErrorKind::TooLarge)
    );
}

#[tokio::test]
async fn a_call_says_whether_it_may_be_carried_out_twice() {
    let broken = Broken::start([Fault::CloseBeforeReply]).await;
    let config = config(&broken.address);
    let error = set_password(&config).idempotent(true).await;
    assert_eq!(error.expect_err("a fault").attempts(), 3);
    let error = list(&config).idempotent(false).await;
    assert_eq!(error.expect_err("a fault").attempts(), 1);
    let error = call(&config).idempotent(false).await;
    assert_eq!(error.expect_err("a fault").attempts(), 1);
}
