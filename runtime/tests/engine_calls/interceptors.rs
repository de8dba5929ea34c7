//! What an app's own code may change of a request, and what it sees of a reply.

use std::sync::{Arc, Mutex};

use alicloud_runtime::{
    Attempt, Bytes, Interceptor, RawClient, Refusal, Signature, UnsignedRequest,
};
use test_support::{FakeService, answer};

use crate::{JSON_SAMPLE, call};

#[derive(Clone, Debug, Default)]
struct Watch(Arc<Mutex<Vec<String>>>);

impl Interceptor for Watch {
    fn before_signing(
        &self,
        attempt: &Attempt,
        request: &mut UnsignedRequest<'_>,
    ) -> Result<(), Refusal> {
        request.headers.push((
            "x-acs-trace-id".into(),
            format!("t{}", attempt.number).into(),
        ));
        request.query.push(("Extra".into(), "1".into()));
        Ok(())
    }
    fn after_reply(&self, attempt: &Attempt, reply: &mut http::Response<Bytes>) {
        let line = format!(
            "{} {} {}",
            attempt.operation.name,
            attempt.number,
            reply.status()
        );
        self.0.lock().expect("the lines").push(line);
        if reply.status() == 204 {
            *reply.body_mut() = Bytes::from_static(JSON_SAMPLE.as_bytes());
        }
    }
}

#[tokio::test]
async fn interceptors_change_what_is_signed_and_see_every_reply() {
    for signature in [Signature::V3, Signature::V1] {
        let double = FakeService::start([answer(503, ""), answer(204, "")]).await;
        let watch = Watch::default();
        let config = double
            .config()
            .signature(signature)
            .interceptor(watch.clone());
        let response = call(&config).await.expect("success");
        assert_eq!(response.listener_id, "lsr-bp1bpn0kn908w4nbw****");
        let seen = double.seen();
        assert_eq!(seen[1].header("x-acs-trace-id"), Some("t2"));
        assert_eq!(seen[0].parameter("Extra"), Some("1"));
        let name = "AssociateAdditionalCertificatesWithListener";
        let lines = watch.0.lock().expect("the lines").clone();
        assert_eq!(
            lines,
            [
                format!("{name} 1 503 Service Unavailable"),
                format!("{name} 2 204 No Content")
            ]
        );
    }
}

/// Changes the path, as an app's interceptor may.
#[derive(Debug)]
struct Elsewhere(&'static str);

impl Interceptor for Elsewhere {
    fn before_signing(
        &self,
        _: &Attempt,
        request: &mut UnsignedRequest<'_>,
    ) -> Result<(), Refusal> {
        request.path = self.0.into();
        Ok(())
    }
}

#[tokio::test]
async fn no_path_leads_to_another_host_or_is_rewritten_after_signing() {
    for signature in [Signature::V3, Signature::V1] {
        let double = FakeService::start([answer(200, "{}")]).await;
        let config = double.config().signature(signature);
        let roa = RawClient::roa(&config, "CS", "2015-12-15");
        for path in [
            "@evil.example/x",
            ".evil.example/x",
            ":1/x",
            "",
            "clusters",
            "?Action=Delete",
            "/a?b=c",
            "/a#b",
            "/a\\b",
            "/a/../b",
            "/a/.",
            "/a/%2E%2e/b",
            "/a b",
            "/a\tb",
            "/{id}",
            "/\u{e9}",
        ] {
            let error = roa.call("Get").path(path).await.expect_err(path);
            assert!(
                error.to_string().contains("was not sent: its path"),
                "{error}"
            );
            assert_eq!(error.attempts(), 0, "{path}");
            let error = roa.call("Get").path(path).explain().await.expect_err(path);
            assert!(
                error.to_string().contains("was not sent: its path"),
                "{error}"
            );

            let config = config.clone().interceptor(Elsewhere(path));
            let roa = RawClient::roa(&config, "CS", "2015-12-15");
            let error = roa.call("Get").await.expect_err(path);
            assert!(
                error.to_string().contains("was not sent: its path"),
                "{error}"
            );
        }
        assert!(double.seen().is_empty());
        for path in ["/", "//a//", "/a:b@c/...", "/clusters/a%2Fb/~x!$&'()*+,;="] {
            roa.call("Get").path(path).await.expect("success");
            let seen = double.seen();
            assert_eq!(seen.last().expect("a request").path, path);
        }
    }
}
