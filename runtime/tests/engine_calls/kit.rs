//! The testing kit, and what is done per client: interceptors, dry runs, calls by
//! name, blocking calls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{
    Attempt, Bytes, Call, Client, Interceptor, Network, RawClient, Retry, Signature,
    TransportErrorKind, UnsignedRequest,
};

use crate::associate::{self, JSON_SAMPLE};
use crate::double::{Double, answer};
use crate::{call, list, set_password, shapes};

#[tokio::test]
async fn samples_and_documented_errors_are_replayed_and_requests_recorded() {
    let replay = Replay::new()
        .sample::<associate::Response>()
        .xml_sample::<associate::Response>()
        .error(associate::Error::NotExistAccelerator)
        .respond(404, "gone");
    let config = replay.config();
    let json = call(&config).await.expect("the sample");
    assert_eq!(json.listener_id, "lsr-bp1bpn0kn908w4nbw****");
    assert_eq!(call(&config).await.expect("the sample"), json);
    let error = call(&config).await.expect_err("the error");
    assert_eq!(error.kind(), Some(associate::Error::NotExistAccelerator));
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
            Replay::new().error(associate::Error::NotExistAccelerator),
        ] {
            let config = replay.config().signature(signature);
            let error = list(&config, shapes::List::default()).await;
            let expected = format!(
                "ListListeners failed: Replay was prepared to answer {NAME} next, but ListListeners was called"
            );
            assert_eq!(error.expect_err("another's answer").to_string(), expected);
            // It is recorded, not retried, and the answer is still there for its own call.
            assert_eq!((replay.requests().len(), replay.left()), (1, 1));
            let outcome = call(&config).await;
            assert!(outcome.is_ok() || outcome.expect_err("documented").kind().is_some());
            assert_eq!(replay.left(), 0);
        }
    }

    // A ROA request of V1 names no operation.
    let replay = Replay::new().sample::<shapes::Done>();
    let client = Client::new(&replay.config().signature(Signature::V1), &associate::GA);
    let call: Call<shapes::Config, shapes::NoError> = Call::with_operation(
        &client,
        &shapes::GET_CONFIG,
        Box::new(shapes::List::default()),
    );
    let error = call
        .endpoint("cs.invalid")
        .await
        .expect_err("another's answer");
    assert!(
        error
            .to_string()
            .ends_with("answer SetPassword next, but GetConfig was called"),
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
    let error = list(&replay.config(), shapes::List::default()).await;
    assert_eq!(
        error.expect_err("nothing left").to_string(),
        "ListListeners failed: Replay has no answer left: 1 were prepared, and the last one, the failure timeout, was given to ListListeners; ListListeners was called, after 2 attempts"
    );
    let slow = Replay::new()
        .sample::<shapes::Listed>()
        .latency(Duration::from_secs(600));
    let calling = list(&slow.config(), shapes::List::default());
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

#[derive(Clone, Debug, Default)]
struct Watch(Arc<Mutex<Vec<String>>>);

impl Interceptor for Watch {
    fn before_signing(&self, attempt: &Attempt, request: &mut UnsignedRequest<'_>) {
        request.headers.push((
            "x-acs-trace-id".into(),
            format!("t{}", attempt.number).into(),
        ));
        request.query.push(("Extra".into(), "1".into()));
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
        let double = Double::start([answer(503, ""), answer(204, "")]).await;
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
async fn any_operation_is_called_by_name() {
    for signature in [Signature::V3, Signature::V1] {
        let double = Double::start([
            answer(200, r#"{"RequestId":"r","Items":[{"A":1}]}"#),
            answer(400, r#"{"Code":"X","Message":"no"}"#),
        ])
        .await;
        let ga = RawClient::rpc(&double.config().signature(signature), "Ga", "2019-11-20");
        let reply = ga
            .call("ListThings")
            .query("Name", "ä b")
            .form("F", "1&2")
            .await
            .expect("success");
        assert_eq!(reply.value["Items"][0]["A"], 1);
        assert_eq!(reply.request_id.as_deref(), Some("r"));
        let error = ga
            .call("ListThings")
            .queries([("A", "1"), ("B", "2")])
            .await
            .expect_err("no");
        assert_eq!(error.to_string(), "ListThings failed: 400 X: no");
        let seen = double.seen();
        assert_eq!(seen[0].parameter("Name"), Some("ä b"));
        assert_eq!(seen[0].form, [("F".to_owned(), "1&2".to_owned())]);
        assert_eq!(seen[1].parameter("B"), Some("2"));

        let cs = RawClient::roa(&double.config().signature(signature), "CS", "2015-12-15");
        let body = serde_json::json!({"name": "n"});
        let call = cs
            .call("Create")
            .method("PUT")
            .path("/clusters/a%2Fb")
            .json(&body);
        call.header("x-acs-thing", "1")
            .await
            .expect_err("the same answer");
        let seen = &double.seen()[2];
        assert_eq!(
            (seen.method.as_str(), seen.path.as_str()),
            ("PUT", "/clusters/a%2Fb")
        );
        assert_eq!(&seen.body[..], br#"{"name":"n"}"#);
    }
}

#[tokio::test]
async fn a_client_of_a_product_calls_by_name_where_the_product_is() {
    let replay = Replay::new()
        .respond(200, "{}")
        .respond(200, "{}")
        .respond(503, "");
    // No host of the product is published there, so its own region is called.
    let client = Client::new(&replay.config().region("cn-nowhere"), &associate::GA);
    client.call("ListThings").await.expect("success");
    let named = || client.call("ListThings").region("ap-southeast-1");
    named().header("x-acs-thing", "1").await.expect("success");
    let calling = named()
        .deadline(Duration::from_secs(600))
        .timeout(Duration::from_secs(60))
        .retry(Retry::off())
        .read_only();
    let error = calling.await.expect_err("busy");
    assert_eq!((error.status(), error.attempts()), (Some(503), 1));
    let requests = replay.requests();
    let hosts: Vec<_> = requests.iter().map(|sent| sent.host()).collect();
    assert_eq!(hosts, ["ga.cn-hangzhou.aliyuncs.com"; 3]);
    assert_eq!(requests[0].header("x-acs-version"), Some("2019-11-20"));
    assert_eq!(requests[1].header("x-acs-thing"), Some("1"));

    let elsewhere = client.call("ListThings").endpoint("ga.internal");
    let explained = elsewhere.explain().await.expect("an explanation");
    assert!(explained.url.starts_with("https://ga.internal/"));
}

/// A variant that its operation's documentation has no row of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unlisted {
    Error,
}

impl alicloud_runtime::ErrorKind for Unlisted {
    fn rows() -> &'static [(Self, alicloud_runtime::ErrorRow)] {
        &[]
    }
}

#[test]
fn a_replay_of_an_error_without_a_row_panics_where_it_is_asked_for() {
    let place: Arc<Mutex<Option<String>>> = Arc::default();
    let (seen, this) = (place.clone(), std::thread::current().id());
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == this {
            let file = panic.location().map(|at| at.file().to_owned());
            *seen.lock().expect("the place") = file;
        } else {
            hook(panic);
        }
    }));
    let outcome = std::panic::catch_unwind(|| Replay::new().error(Unlisted::Error));
    drop(std::panic::take_hook());
    assert!(outcome.is_err());
    let place = place.lock().expect("the place").clone();
    assert!(place.is_some_and(|file| file.ends_with("kit.rs")));
}

#[tokio::test]
async fn a_call_by_name_is_a_write_unless_it_says_otherwise() {
    let busy = || {
        Replay::new()
            .respond(503, "")
            .respond(503, "")
            .respond(503, "")
    };
    for (token, read_only, attempts) in [(false, false, 1), (true, false, 3), (false, true, 3)] {
        let replay = busy();
        let mut call = RawClient::rpc(&replay.config(), "Ga", "2019-11-20").call("DoThings");
        if token {
            call = call.query("ClientToken", "t");
        }
        if read_only {
            call = call.read_only();
        }
        call.await.expect_err("busy");
        assert_eq!(replay.requests().len(), attempts);
        assert_eq!(replay.requests()[0].host(), "ga.cn-hangzhou.aliyuncs.com");
    }
}

#[tokio::test]
async fn many_calls_at_once_each_get_their_own_answer() {
    let double = Double::start([answer(200, JSON_SAMPLE).after(Duration::from_millis(5))]).await;
    let config = double.config();
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(list(&config, shapes::List::default()).send()))
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("success");
    }
    assert_eq!(double.seen().len(), 64);
}

#[test]
fn blocking_calls_need_no_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let double = runtime.block_on(Double::start([answer(200, JSON_SAMPLE)]));
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

    let listed = list(&config, shapes::List::default())
        .pages()
        .into_blocking()
        .count();
    assert_eq!(listed, 1);
}

/// Changes the path, as an app's interceptor may.
#[derive(Debug)]
struct Elsewhere(&'static str);

impl Interceptor for Elsewhere {
    fn before_signing(&self, _: &Attempt, request: &mut UnsignedRequest<'_>) {
        request.path = self.0.into();
    }
}

#[tokio::test]
async fn no_path_leads_to_another_host_or_is_rewritten_after_signing() {
    for signature in [Signature::V3, Signature::V1] {
        let double = Double::start([answer(200, "{}")]).await;
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
