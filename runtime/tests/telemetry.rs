//! What arrives in OpenTelemetry: spans through `tracing`, metrics, the context of a trace.

use std::sync::{LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use alicloud_runtime::credentials::Cached;
use alicloud_runtime::testing::Replay;
use alicloud_runtime::{
    BoxFuture, Config, Credentials, CredentialsError, Error, ProvideCredentials, RawClient, Reply,
    Retry, TransportErrorKind,
};
use opentelemetry::trace::{SpanKind, Status, TracerProvider};
use opentelemetry::{Value, global};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use test_support::{FakeService, answer};
use tracing_subscriber::layer::SubscriberExt as _;

/// One for the process: OpenTelemetry's globals are.
struct Metrics {
    provider: SdkMeterProvider,
    exporter: InMemoryMetricExporter,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| {
    let exporter = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(exporter.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    global::set_meter_provider(provider.clone());
    Metrics { provider, exporter }
});

/// Of each data point of a metric: its attributes as `name=value`, sorted, and how many
/// values were recorded (of a counter, their sum).
fn points(metric: &str, of: &str) -> Vec<(String, u64)> {
    METRICS.provider.force_flush().expect("metrics");
    let finished = METRICS.exporter.get_finished_metrics().expect("metrics");
    let last = finished.last().expect("an export");
    let mut points = Vec::new();
    let mut push = |attributes: Vec<String>, count: u64| {
        let mut attributes = attributes;
        attributes.sort();
        let line = attributes.join(" ");
        if line.contains(of) {
            points.push((line, count));
        }
    };
    for scope in last.scope_metrics() {
        assert_eq!(scope.scope().name(), "alicloud");
        for found in scope.metrics().filter(|found| found.name() == metric) {
            match found.data() {
                AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                    for point in histogram.data_points() {
                        push(point.attributes().map(text).collect(), point.count());
                    }
                }
                AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
                    for point in histogram.data_points() {
                        push(point.attributes().map(text).collect(), point.sum());
                    }
                }
                AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                    for point in sum.data_points() {
                        push(point.attributes().map(text).collect(), point.value());
                    }
                }
                other => panic!("{metric} is {other:?}"),
            }
        }
    }
    points.sort();
    points
}

fn text(pair: &opentelemetry::KeyValue) -> String {
    format!("{}={}", pair.key, pair.value)
}

async fn list(config: &Config, product: &str) -> Result<Reply<serde_json::Value>, Error> {
    let client = RawClient::rpc(config, product, "2019-11-20");
    let call = client.call("ListListeners").read_only();
    call.endpoint("ga.cn-hangzhou.aliyuncs.com").await
}

const OK: &str = r#"{"RequestId":"id-of-success"}"#;

#[tokio::test]
async fn calls_attempts_and_waits_are_measured_by_product_and_operation() {
    LazyLock::force(&METRICS);
    let replay = Replay::new()
        .respond(429, r#"{"Code":"Throttling.User"}"#)
        .respond(200, OK)
        .fail(TransportErrorKind::Tls)
        .respond(200, OK);
    let retry = Retry::default().throttled_backoff(Duration::from_millis(1));
    let config = replay.config().retry(retry);
    list(&config, "Measured").await.expect("success");
    list(&config, "Measured").await.expect_err("no reply");
    list(&config, "Another").await.expect("success");

    let of = "aliyun.operation=ListListeners aliyun.product=Measured";
    let rpc = "rpc.method=Measured/ListListeners rpc.system.name=aliyun";
    assert_eq!(
        points("rpc.client.call.duration", "=Measured "),
        [
            (format!("{of} error.type=tls {rpc}"), 1),
            (format!("{of} {rpc}"), 1)
        ]
    );
    assert_eq!(
        points("aliyun.client.call.attempts", "=Measured "),
        [
            (format!("{of} error.type=tls {rpc}"), 1),
            (format!("{of} {rpc}"), 2)
        ]
    );
    assert_eq!(
        points("aliyun.client.throttle.wait.duration", "=Measured "),
        [(format!("{of} {rpc}"), 1)]
    );
    let http = |error: &str, status: &str| {
        let server = "server.address=ga.cn-hangzhou.aliyuncs.com server.port=443";
        format!("{of}{error} http.request.method=POST{status} {rpc} {server}")
    };
    assert_eq!(
        points("http.client.request.duration", "=Measured "),
        [
            (
                http(
                    " error.type=Throttling.User",
                    " http.response.status_code=429"
                ),
                1
            ),
            (http(" error.type=tls", ""), 1),
            (http("", " http.response.status_code=200"), 1),
        ]
    );
    assert_eq!(points("rpc.client.call.duration", "=Another ").len(), 1);
}

/// Fails first, and has credentials then.
#[derive(Debug, Default)]
struct Vault(Mutex<u32>);

impl ProvideCredentials for Vault {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let mut asked = self.0.lock().expect("a number");
        *asked += 1;
        let found = match *asked {
            1 => Err(CredentialsError::new("vault", "sealed")),
            _ => Ok(Credentials::new("id", "a-secret")
                .with_expiry(SystemTime::now() + Duration::from_secs(3600))),
        };
        Box::pin(async { found })
    }

    fn name(&self) -> &'static str {
        "vault"
    }
}

#[tokio::test]
async fn refreshes_of_credentials_are_counted_by_provider() {
    LazyLock::force(&METRICS);
    let provider = Cached::new(Vault::default());
    provider.provide().await.expect_err("sealed");
    let other = Cached::new(Vault(Mutex::new(1)));
    for _ in 0..3 {
        other.provide().await.expect("credentials");
    }
    assert_eq!(
        points("aliyun.client.credentials.refreshes", "=vault"),
        [
            ("aliyun.credentials.provider=vault".to_owned(), 1),
            (
                "aliyun.credentials.provider=vault error.type=credentials".to_owned(),
                1
            ),
        ]
    );
}

/// Spans as an exporter gets them, and the guard of their subscriber.
fn traced() -> (
    InMemorySpanExporter,
    SdkTracerProvider,
    tracing::subscriber::DefaultGuard,
) {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("app"));
    let subscriber = tracing_subscriber::registry().with(layer);
    let guard = tracing::subscriber::set_default(subscriber);
    (exporter, provider, guard)
}

fn attribute(span: &SpanData, name: &str) -> Option<String> {
    let found = span
        .attributes
        .iter()
        .find(|pair| pair.key.as_str() == name);
    found.map(|pair| match &pair.value {
        Value::String(text) => text.as_str().to_owned(),
        other => other.to_string(),
    })
}

#[tokio::test]
async fn a_call_arrives_as_a_client_with_its_attempts_below_it() {
    let (exporter, _provider, guard) = traced();
    let replay = Replay::new()
        .respond(503, r#"{"Code":"ServiceUnavailable","RequestId":"id-1"}"#)
        .respond(200, OK);
    list(&replay.config(), "Ga").await.expect("success");
    let failing = Replay::new().respond(404, r#"{"Code":"NotExist","RequestId":"id-2"}"#);
    list(&failing.config(), "Ga").await.expect_err("an error");
    drop(guard);

    let spans = exporter.get_finished_spans().expect("spans");
    let names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(
        names,
        [
            "POST",
            "POST",
            "Ga/ListListeners",
            "POST",
            "Ga/ListListeners"
        ]
    );
    assert!(spans.iter().all(|span| span.span_kind == SpanKind::Client));
    let call = &spans[2];
    assert_eq!(call.status, Status::Unset);
    for (name, value) in [
        ("rpc.system.name", "aliyun"),
        ("rpc.method", "Ga/ListListeners"),
        ("aliyun.product", "Ga"),
        ("aliyun.operation", "ListListeners"),
        ("aliyun.request_id", "id-of-success"),
        ("server.address", "ga.cn-hangzhou.aliyuncs.com"),
        ("server.port", "443"),
        ("http.response.status_code", "200"),
        ("attempts", "2"),
    ] {
        assert_eq!(attribute(call, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(attribute(call, "error.type"), None);
    let (first, second) = (&spans[0], &spans[1]);
    for attempt in [first, second] {
        assert_eq!(attempt.parent_span_id, call.span_context.span_id());
        assert_eq!(
            attribute(attempt, "http.request.method").as_deref(),
            Some("POST")
        );
    }
    assert!(matches!(first.status, Status::Error { .. }));
    assert_eq!(
        attribute(first, "aliyun.request_id").as_deref(),
        Some("id-1")
    );
    assert_eq!(
        attribute(first, "error.type").as_deref(),
        Some("ServiceUnavailable")
    );
    assert_eq!(attribute(first, "http.request.resend_count"), None);
    assert_eq!(
        attribute(second, "http.request.resend_count").as_deref(),
        Some("1")
    );

    let failed = &spans[4];
    assert!(matches!(failed.status, Status::Error { .. }));
    assert_eq!(attribute(failed, "error.type").as_deref(), Some("NotExist"));
    assert_eq!(
        attribute(failed, "rpc.response.status_code").as_deref(),
        Some("NotExist")
    );
}

/// The only test that sets the propagator: it is one for the process.
#[tokio::test]
async fn the_trace_of_an_attempt_goes_along_unsigned() {
    let service = FakeService::start([answer(503, ""), answer(200, OK)]).await;
    let client = RawClient::rpc(&service.config(), "Ga", "2019-11-20");
    client
        .call("ListListeners")
        .read_only()
        .await
        .expect("success");
    // Without a propagator there is nothing.
    assert!(
        service
            .seen()
            .iter()
            .all(|seen| seen.header("traceparent").is_none())
    );

    global::set_text_map_propagator(TraceContextPropagator::new());
    let (exporter, _provider, guard) = traced();
    let service = FakeService::start([answer(503, ""), answer(200, OK)]).await;
    let client = RawClient::rpc(&service.config(), "Ga", "2019-11-20");
    client
        .call("ListListeners")
        .read_only()
        .await
        .expect("success");
    let own = client.call("ListListeners").header("traceparent", "00-own");
    own.await.expect("success");
    drop(guard);
    let spans = exporter.get_finished_spans().expect("spans");
    let seen = service.seen();
    for (attempt, request) in spans.iter().zip(&seen).take(2) {
        let context = &attempt.span_context;
        let (trace, span) = (context.trace_id(), context.span_id());
        let expected = format!("00-{trace}-{span}-01");
        assert_eq!(request.header("traceparent"), Some(&*expected));
        let signed = request.header("authorization").expect("a signature");
        assert!(!signed.contains("traceparent"), "{signed}");
    }
    assert_eq!(seen[2].header("traceparent"), Some("00-own"));
}

#[test]
fn the_guide_names_the_version_of_opentelemetry_that_an_app_has_to_have() {
    let manifest = include_str!("../Cargo.toml");
    let (_, rest) = manifest
        .split_once("\nopentelemetry = { version = \"")
        .expect("the dependency");
    let (version, _) = rest.split_once('"').expect("a version");
    let guide = include_str!("../src/guide/observing.md");
    assert!(
        guide.contains(&format!("the runtime's, {version}.")),
        "{version}"
    );
}
