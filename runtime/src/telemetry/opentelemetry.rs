//! Metrics by OpenTelemetry's API, named after its conventions for RPC and HTTP clients
//! where those have a name; and the trace context of a request.
//!
//! Only the API is linked: what becomes of a measurement is the app's `MeterProvider`'s
//! matter, and without one there is no work done. No attribute holds a parameter's value.

use std::time::Duration;

use opentelemetry::metrics::{Histogram, Meter};
use opentelemetry::propagation::Injector;
use opentelemetry::{Context, InstrumentationScope, KeyValue, global};

use crate::params::Pair;
use crate::schema::Operation;

/// The bounds that the conventions give durations, in seconds.
const SECONDS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// Few calls are sent more often.
const ATTEMPTS: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];

fn meter() -> Meter {
    let scope = InstrumentationScope::builder("alicloud")
        .with_version(env!("CARGO_PKG_VERSION"))
        .build();
    global::meter_with_scope(scope)
}

/// The instruments of a client, of the meter provider that is the global one when the
/// client is made.
pub(crate) struct Instruments {
    call: Histogram<f64>,
    attempts: Histogram<u64>,
    attempt: Histogram<f64>,
    throttle_wait: Histogram<f64>,
}

impl Instruments {
    /// Whether anything is measured.
    pub(crate) const MEASURE: bool = true;

    pub(crate) fn new() -> Self {
        let meter = meter();
        let seconds = |name: &'static str, description: &'static str| {
            meter
                .f64_histogram(name)
                .with_unit("s")
                .with_description(description)
                .with_boundaries(SECONDS.to_vec())
                .build()
        };
        Self {
            call: seconds(
                "rpc.client.call.duration",
                "Duration of calls, with all attempts and the pauses between them.",
            ),
            attempt: seconds(
                "http.client.request.duration",
                "Duration of HTTP requests: the attempts of calls.",
            ),
            throttle_wait: seconds(
                "aliyun.client.throttle.wait.duration",
                "Time that calls waited because the service throttles, or for a configured limit.",
            ),
            attempts: meter
                .u64_histogram("aliyun.client.call.attempts")
                .with_unit("{attempt}")
                .with_description("How often the request of a call was sent.")
                .with_boundaries(ATTEMPTS.to_vec())
                .build(),
        }
    }

    /// A call ended.
    pub(crate) fn call(
        &self,
        operation: &Operation,
        attempts: u32,
        duration: Duration,
        error: Option<&str>,
    ) {
        let mut attributes = of(operation);
        attributes.extend(error.map(error_type));
        self.call.record(duration.as_secs_f64(), &attributes);
        self.attempts.record(attempts.into(), &attributes);
    }

    /// An attempt ended, at that host and port.
    pub(crate) fn attempt(
        &self,
        operation: &Operation,
        (host, port): (&str, u16),
        duration: Duration,
        status: Option<u16>,
        error: Option<&str>,
    ) {
        let mut attributes = of(operation);
        attributes.push(KeyValue::new("http.request.method", operation.method));
        attributes.push(KeyValue::new("server.address", host.to_owned()));
        attributes.push(KeyValue::new("server.port", i64::from(port)));
        let status =
            status.map(|status| KeyValue::new("http.response.status_code", i64::from(status)));
        attributes.extend(status);
        attributes.extend(error.map(error_type));
        self.attempt.record(duration.as_secs_f64(), &attributes);
    }

    /// A call waited because the service throttles, or for a configured limit.
    pub(crate) fn throttle_wait(&self, operation: &Operation, wait: Duration) {
        self.throttle_wait
            .record(wait.as_secs_f64(), &of(operation));
    }
}

/// Which operation of which product.
fn of(operation: &Operation) -> Vec<KeyValue> {
    let product = operation.product.name;
    vec![
        KeyValue::new("rpc.system.name", "aliyun"),
        KeyValue::new("rpc.method", format!("{product}/{}", operation.name)),
        KeyValue::new("aliyun.product", product),
        KeyValue::new("aliyun.operation", operation.name),
    ]
}

fn error_type(name: &str) -> KeyValue {
    KeyValue::new("error.type", name.to_owned())
}

/// Counts that a provider was asked for fresh credentials. Seldom so: the instrument is
/// looked up each time.
pub(crate) fn count_refresh(provider: &'static str, succeeded: bool) {
    let mut attributes = vec![KeyValue::new("aliyun.credentials.provider", provider)];
    if !succeeded {
        attributes.push(error_type("credentials"));
    }
    meter()
        .u64_counter("aliyun.client.credentials.refreshes")
        .with_unit("{refresh}")
        .with_description("How often a provider was asked for fresh credentials.")
        .build()
        .add(1, &attributes);
}

/// Adds the headers of the current trace (`traceparent` and the like), as the app's global
/// propagator writes them. A header that is there stays, and one that would be signed or
/// is none is left out.
pub(crate) fn inject(headers: &mut Vec<Pair<'_>>) {
    let mut carrier = Carrier(Vec::new());
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&Context::current(), &mut carrier);
    });
    for (name, value) in carrier.0 {
        let is_header = http::HeaderName::from_bytes(name.as_bytes()).is_ok()
            && http::HeaderValue::from_str(&value).is_ok();
        let is_there = headers.iter().any(|(other, _)| *other == name);
        if is_header && !is_there && !name.starts_with("x-acs-") {
            headers.push((name.into(), value.into()));
        }
    }
}

struct Carrier(Vec<(String, String)>);

impl Injector for Carrier {
    fn set(&mut self, key: &str, value: String) {
        self.0.push((key.to_ascii_lowercase(), value));
    }
}
