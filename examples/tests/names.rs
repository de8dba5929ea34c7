//! An app depends on `alicloud` alone: what a public signature names has a name there.
//! That this compiles is most of the test.

use std::sync::{Arc, Mutex};

use alicloud::ga::describe_listener::{self, Request};
use alicloud::operation::{ErrorCodes, Operation, Product};
use alicloud::testing::Replay;
use alicloud::transport::Body;
use alicloud::{
    Attempt, BoxFuture, Bytes, Call, CallOutcome, CallSummary, Client, Config, Credentials,
    CredentialsError, Interceptor, Items, Mismatch, Paged, ProvideCredentials, Refusal, Reply,
    Response, SendOptions, Transport, TransportError, UnsignedRequest, Violation, ViolationKind,
    ga, http, wire,
};

#[derive(Debug)]
struct Vault;

impl ProvideCredentials for Vault {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(Credentials::new("id", "secret")) })
    }

    fn name(&self) -> &'static str {
        "vault"
    }
}

/// Passes requests on, and keeps their paths.
#[derive(Debug)]
struct Recorder {
    inner: Replay,
    paths: Arc<Mutex<Vec<String>>>,
}

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<Body>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let path = request.uri().path().to_owned();
        self.paths.lock().expect("no panic").push(path);
        self.inner.send(request, options)
    }
}

/// Of each reply the operation and the type.
type Seen = Arc<Mutex<Vec<(&'static str, Option<http::HeaderValue>)>>>;

#[derive(Debug)]
struct Headers(Seen);

impl Interceptor for Headers {
    fn before_signing(
        &self,
        _attempt: &Attempt,
        request: &mut UnsignedRequest<'_>,
    ) -> Result<(), Refusal> {
        let pair = ("x-app".to_owned(), "1".to_owned());
        request.headers.push((pair.0.into(), pair.1.into()));
        Ok(())
    }

    fn after_attempt(&self, _attempt: &Attempt, outcome: &CallOutcome<'_>) {
        assert!(outcome.is_success(), "{outcome:?}");
    }

    fn after_call(&self, call: &CallSummary<'_>) {
        assert!(call.attempts <= 1, "{call:?}");
    }

    fn after_reply(&self, attempt: &Attempt, reply: &mut http::Response<Bytes>) {
        let operation: &'static Operation = attempt.operation;
        let kind = reply.headers().get(http::header::CONTENT_TYPE).cloned();
        self.0
            .lock()
            .expect("no panic")
            .push((operation.name, kind));
    }
}

/// What a generic helper of an app is written with.
async fn status<R: Response, E: ErrorCodes>(call: Call<R, E>) -> Result<u16, alicloud::Error> {
    let reply: Reply<R> = call.reply().await?;
    let mismatches: &[Mismatch] = &reply.mismatches;
    assert!(mismatches.is_empty(), "{mismatches:?}");
    Ok(reply.status)
}

#[expect(
    dead_code,
    reason = "that it compiles is the test: no operation here answers in pages"
)]
async fn all<R: Paged, E: ErrorCodes>(call: Call<R, E>) -> Result<Vec<R::Item>, alicloud::Error> {
    let mut items: Items<R, E> = call.items();
    let mut all = Vec::new();
    while let Some(item) = items.next().await {
        all.push(item?);
    }
    Ok(all)
}

/// A description, and what it is of.
fn schema_of(value: &dyn wire::Object) -> &'static str {
    value.schema().name
}

fn product(client: &impl AsRef<Client>) -> &'static Product {
    client.as_ref().product()
}

#[tokio::test]
async fn an_app_writes_providers_transports_and_interceptors_with_this_crate_alone() {
    let replay = Replay::new().sample::<describe_listener::Response>();
    let paths = Arc::default();
    let seen = Seen::default();
    let config = Config::new(Vault)
        .transport(Recorder {
            inner: replay.clone(),
            paths: Arc::clone(&paths),
        })
        .interceptor(Headers(Arc::clone(&seen)));
    let client = ga::Client::new(&config);
    assert_eq!(product(&client).name, "Ga");
    assert_eq!(schema_of(&Request::new()), "Request");

    let call = client.describe_listener(Request::new().listener_id("lsr-1"));
    assert_eq!(status(call).await.expect("a sample"), 200);
    assert_eq!(*paths.lock().expect("no panic"), ["/"]);
    assert_eq!(replay.requests()[0].header("x-app"), Some("1"));
    let seen = std::mem::take(&mut *seen.lock().expect("no panic"));
    assert_eq!(seen[0].0, "DescribeListener");
    assert_eq!(
        seen[0].1.as_ref().map(|kind| kind.as_bytes()),
        Some(&b"application/json"[..])
    );

    let error = client.describe_listener(Request::new()).await;
    let error = error.expect_err("no listener");
    let violations: &[Violation] = error.violations();
    assert!(
        matches!(violations[0].kind, ViolationKind::Missing),
        "{violations:?}"
    );
}

#[tokio::test]
async fn a_client_calls_by_name_what_it_has_no_method_for() {
    let replay = Replay::new().respond(200, r#"{"RequestId": "1", "Count": 2}"#);
    let client = ga::Client::new(&replay.config());
    let call: alicloud::RawCall = client.call("CountThings").query("State", "active");
    let reply = call.await.expect("a reply");
    assert_eq!(reply.value["Count"], 2);
    let sent = &replay.requests()[0];
    assert_eq!(sent.host(), "ga.cn-hangzhou.aliyuncs.com");
    assert_eq!(sent.header("x-acs-version"), Some("2019-11-20"));
}

#[test]
#[should_panic(expected = "asked for its field 99")]
fn an_index_outside_of_a_schema_panics() {
    let _ = wire::Object::get(&Request::new(), 99);
}

#[test]
#[should_panic(expected = "asked for its field 99")]
fn an_index_outside_of_a_schema_panics_where_it_is_to_be_changed() {
    let _ = wire::Object::get_mut(&mut Request::new(), 99);
}
