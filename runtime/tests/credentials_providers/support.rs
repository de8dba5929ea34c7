//! What the tests of providers share: the key that servers give out, and a look for it
//! where no secret may be.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use alicloud_runtime::credentials::{Context, Environment};
use alicloud_runtime::time::format_iso8601;
use alicloud_runtime::transport::{Http, HttpOptions, Transport};
use alicloud_runtime::{Credentials, CredentialsError};
use test_support::answer;
pub(crate) use test_support::{Answer, FakeService, Home, ManualClock, closed_port, until};

/// Secrets that tests use: none of them may ever be shown.
pub(crate) const SECRET: &str = "S3cret+/that=never~shows";
pub(crate) const TOKEN: &str = "T0ken+/that=never~shows";

pub(crate) fn ok(body: impl Into<String>) -> Answer {
    status(200, body)
}

pub(crate) fn status(code: u16, body: impl Into<String>) -> Answer {
    answer(code, body.into())
}

pub(crate) fn transport() -> Arc<dyn Transport> {
    Arc::new(Http::new(&HttpOptions::default().no_proxy()).unwrap())
}

/// A context without variables, files and real endpoints.
pub(crate) fn context() -> Context {
    context_with([("", "")])
}

pub(crate) fn context_with<const N: usize>(variables: [(&str, &str); N]) -> Context {
    Context::new(transport()).environment(Environment::from_map(variables))
}

/// An hour from now, by the system's clock.
pub(crate) fn soon() -> String {
    format_iso8601(SystemTime::now() + Duration::from_secs(3600))
}

/// The key as STS, the metadata server and credentials URIs spell it.
pub(crate) fn key_json(id: &str, expiration: &str) -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"{id}","AccessKeySecret":"{SECRET}","SecurityToken":"{TOKEN}","Expiration":"{expiration}"}}"#
    )
}

/// A reply of STS.
pub(crate) fn sts_json(id: &str, expiration: &str) -> String {
    format!(
        r#"{{"RequestId":"R-1","Credentials":{}}}"#,
        key_json(id, expiration)
    )
}

/// Asserts that this is the key of [`key_json`].
#[track_caller]
pub(crate) fn assert_key(credentials: &Credentials, id: &str) {
    assert_eq!(credentials.access_key_id(), id);
    assert_eq!(credentials.access_key_secret(), SECRET);
    assert_eq!(credentials.security_token(), Some(TOKEN));
    assert!(credentials.expiry().is_some());
}

/// The error's text, which must hold no secret in any spelling.
#[track_caller]
pub(crate) fn text_of(result: Result<Credentials, CredentialsError>) -> String {
    let error = result.expect_err("these credentials should not exist");
    let text = error.to_string();
    assert_no_secret(&text);
    assert_no_secret(&format!("{error:?}"));
    assert_no_secret(&format!("{error:#?}"));
    text
}

#[track_caller]
pub(crate) fn assert_no_secret(text: &str) {
    for secret in [SECRET, TOKEN] {
        let once = test_support::percent::encode(secret);
        let twice = test_support::percent::encode(&once);
        for form in [secret, &once, &twice, &secret[..8]] {
            assert!(!text.contains(form), "a secret is in: {text}");
        }
    }
}
