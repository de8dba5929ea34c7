//! What an attempt after the first one is: signed anew, of the same token, with
//! credentials that work.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use alicloud_runtime::transport::{Body, SendOptions};
use alicloud_runtime::{
    BoxFuture, Config, Credentials, CredentialsError, ProvideCredentials, Signature, Transport,
    TransportError, TransportErrorKind,
};
use test_support::{FakeService, ID, SECRET, answer, quick};

use crate::{JSON_SAMPLE, call, example, ga, set_password};

#[tokio::test]
async fn every_attempt_is_signed_anew_and_carries_the_same_token() {
    for signature in [Signature::V3, Signature::V1] {
        let busy = || answer(503, r#"{"Code":"ServiceUnavailable","Message":"later"}"#);
        let double = FakeService::start([busy(), busy(), answer(200, JSON_SAMPLE)]).await;
        // The double refuses a nonce that was used, and a signature that is not right.
        let reply = call(&double.config().signature(signature))
            .reply()
            .await
            .expect("success");
        assert_eq!(reply.attempts, 3);
        let seen = double.seen();
        let nonces: HashSet<&str> = seen.iter().map(|s| s.nonce().expect("a nonce")).collect();
        let tokens: HashSet<_> = seen.iter().map(|s| s.parameter("ClientToken")).collect();
        assert_eq!((seen.len(), nonces.len(), tokens.len()), (3, 3, 1));
    }
}

#[tokio::test]
async fn an_attempt_after_the_first_says_so_to_the_service() {
    let busy = || answer(503, "{}").header("x-acs-retry-after", "7");
    let double = FakeService::start([busy(), busy(), answer(200, JSON_SAMPLE)]).await;
    call(&double.config()).await.expect("success");
    let told: Vec<_> = double
        .seen()
        .iter()
        .map(|seen| {
            ["x-acs-retry-attempts", "x-acs-retry-delay"]
                .map(|name| seen.header(name).map(str::to_owned))
        })
        .collect();
    let told_of = |attempts: &str| [Some(attempts.to_owned()), Some("7".to_owned())];
    assert_eq!(told, [[None, None], told_of("1"), told_of("2")]);
}

#[tokio::test]
async fn each_call_has_a_token_of_its_own() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    for _ in 0..2 {
        call(&double.config()).await.expect("success");
    }
    let seen = double.seen();
    assert_ne!(
        seen[0].parameter("ClientToken"),
        seen[1].parameter("ClientToken")
    );
}

/// Loses the first request before it is sent; answers the second.
#[derive(Debug, Default)]
struct LosesOne(AtomicUsize);

impl Transport for LosesOne {
    fn send(
        &self,
        _request: http::Request<Body>,
        _options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let lost = TransportError::new(TransportErrorKind::Reset, "closed").not_sent();
        Box::pin(async {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => Err(lost),
                _ => Ok(http::Response::new(Body::from("{\"RequestId\":\"r\"}"))),
            }
        })
    }
}

#[tokio::test]
async fn a_write_that_was_not_sent_is_sent_again_whatever_broke() {
    let config = Config::new(Credentials::new(ID, SECRET))
        .endpoint("localhost")
        .retry(quick())
        .transport(LosesOne::default());
    let reply = set_password(&config).reply().await.expect("success");
    assert_eq!(reply.attempts, 2);
}

/// Gives an old key until it hears that the service refuses it.
#[derive(Debug, Default)]
struct Rotating {
    refused: AtomicBool,
    fetched: AtomicUsize,
}

impl ProvideCredentials for Rotating {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async {
            self.fetched.fetch_add(1, Ordering::SeqCst);
            let token = if self.refused.load(Ordering::SeqCst) {
                "new"
            } else {
                "old"
            };
            Ok(Credentials::new(ID, SECRET).with_security_token(token))
        })
    }
    fn name(&self) -> &'static str {
        "rotating"
    }
    fn invalidate(&self, _refused: &Credentials) {
        self.refused.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn credentials_that_expire_in_mid_run_are_renewed_once() {
    let expired = || {
        answer(
            403,
            r#"{"Code":"InvalidSecurityToken.Expired","Message":"old"}"#,
        )
    };
    let double = FakeService::start([expired(), answer(200, JSON_SAMPLE)]).await;
    let config = Config::new(Rotating::default())
        .endpoint(double.address())
        .no_proxy()
        .retry(quick());
    call(&config).await.expect("success");
    let tokens: Vec<_> = double
        .seen()
        .iter()
        .map(|s| s.header("x-acs-security-token").map(str::to_owned))
        .collect();
    assert_eq!(tokens, [Some("old".to_owned()), Some("new".to_owned())]);

    // A key that stays the same is not sent again.
    let double = FakeService::start([expired()]).await;
    let error = call(&double.config()).await.expect_err("expired");
    assert_eq!((error.attempts(), double.seen().len()), (1, 1));
}

#[derive(Debug)]
struct Failing;

impl ProvideCredentials for Failing {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async { Err(CredentialsError::new("failing", "there is no key here")) })
    }
    fn name(&self) -> &'static str {
        "failing"
    }
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let config = Config::new(Failing).endpoint(double.address()).no_proxy();
    let error = call(&config).await.expect_err("no key");
    assert!(
        error.to_string().contains("there is no key here"),
        "{error}"
    );
    assert!(error.credentials().is_some());
    assert_eq!((error.attempts(), double.seen().len()), (0, 0));
}

#[tokio::test]
async fn keys_that_cannot_sign_are_refused_before_anything_is_sent() {
    let key = Credentials::new;
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    for (credentials, flaw) in [
        (key("", ""), "static_ak: the access key id is empty"),
        (key("id", ""), "the access key secret is empty"),
        (key(" \t", "secret"), "the access key id is blank"),
        (
            key("id", "secret\n"),
            "the access key secret ends in white space",
        ),
        (
            key(" id", "secret"),
            "the access key id begins with white space",
        ),
        (
            key("\u{feff}id", "secret"),
            "the access key id begins with white space",
        ),
        (
            key("i\rd", "secret"),
            "the access key id has a control character",
        ),
        (
            key("id", "secret").with_security_token(""),
            "static_sts: the security token is empty",
        ),
        (
            key("id", "secret").with_security_token("to\0ken"),
            "the security token has a control character",
        ),
        (
            Credentials::bearer(" "),
            "bearer: the bearer token is blank",
        ),
    ] {
        let config = Config::new(credentials)
            .endpoint(double.address())
            .no_proxy();
        let error = call(&config).await.expect_err(flaw);
        assert!(error.to_string().ends_with(flaw), "{error}");
        assert!(error.credentials().is_some() && error.attempts() == 0);
        let error = call(&config).explain().await.expect_err(flaw);
        assert!(error.to_string().ends_with(flaw), "{error}");
        assert!(!format!("{error} {error:?}").contains("secret\n"));
    }
    assert!(double.seen().is_empty());
}

/// Gives a key without looking at it, as an app's own provider may.
#[derive(Debug)]
struct Blank;

impl ProvideCredentials for Blank {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(Credentials::new("", "")) })
    }
    fn name(&self) -> &'static str {
        "own"
    }
}

#[tokio::test]
async fn what_an_apps_own_provider_finds_is_checked_too() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let config = Config::new(Blank).endpoint(double.address()).no_proxy();
    let error = call(&config).await.expect_err("no key");
    let said = error.to_string();
    assert!(said.ends_with("own: the access key id is empty"), "{said}");
    assert!(double.seen().is_empty());
}

/// Each time another token, all of them refused.
#[derive(Debug, Default)]
struct Restless(AtomicUsize);

impl ProvideCredentials for Restless {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        let key = Credentials::new(ID, SECRET).with_security_token(format!("token-{number}"));
        Box::pin(async { Ok(key) })
    }
    fn name(&self) -> &'static str {
        "restless"
    }
}

#[tokio::test]
async fn a_key_that_is_refused_is_replaced_once_a_call_and_within_the_budget() {
    let expired = r#"{"Code":"InvalidSecurityToken.Expired","Message":"old"}"#;
    let double = FakeService::start([answer(403, expired)]).await;
    let config = Config::new(Restless::default())
        .endpoint(double.address())
        .no_proxy()
        .retry(quick().attempts(10));
    let client = ga::Client::new(&config);
    let refused = || async {
        let call = client.associate_additional_certificates_with_listener(example());
        call.await.expect_err("refused").attempts()
    };
    assert_eq!(refused().await, 2);
    let mut in_full = 1;
    while refused().await == 2 {
        in_full += 1;
        assert!(in_full < 1000, "the budget has no end");
    }
    assert_eq!(in_full, 100);
}
