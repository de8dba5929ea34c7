//! A build without a TLS library.

use alicloud_runtime::Proxy;
use test_support::config;
use test_support::{Broken, http};

use crate::{JSON_SAMPLE, call};

const MISSING: &str = "this was built without TLS: enable the feature `rustls`";

#[tokio::test]
async fn https_is_refused_before_any_attempt_and_says_what_to_enable() {
    let secure = config("https://localhost:1");
    let proxied = config("http://localhost:1").proxy(Proxy::new("https://localhost:2"));
    for config in [secure, proxied] {
        let error = call(&config).await.expect_err("no TLS");
        let text = error.to_string();
        assert!(text.contains(MISSING), "{text}");
        assert!(text.contains(" was not sent: "), "{text}");
        assert_eq!(error.attempts(), 0);
    }
}

#[tokio::test]
async fn http_needs_none() {
    let broken = Broken::start([http("200 OK", "", JSON_SAMPLE)]).await;
    call(&config(&broken.address)).await.expect("success");
}
