//! Calls, from a typed request to a typed response or error, over real TCP on
//! loopback.

/// What is generated for an RPC product.
#[allow(dead_code, unreachable_pub, unused_imports, clippy::enum_variant_names, reason = "written for apps")]
#[path = "../../../codegen/tests/golden/good/runtime/expected/ga/src/lib.rs"]
#[rustfmt::skip]
mod ga;

/// What is generated for a ROA product.
#[allow(dead_code, unreachable_pub, unused_imports, clippy::enum_variant_names, reason = "written for apps")]
#[path = "../../../codegen/tests/golden/good/runtime-roa/expected/cs/src/lib.rs"]
#[rustfmt::skip]
mod cs;

/// What is generated for a product that answers with events and with files.
#[allow(dead_code, unreachable_pub, unused_imports, clippy::enum_variant_names, reason = "written for apps")]
#[path = "../../../codegen/tests/golden/good/streams/expected/chatter/src/lib.rs"]
#[rustfmt::skip]
mod chatter;

/// What is generated for a product that takes files.
#[allow(dead_code, unreachable_pub, unused_imports, clippy::enum_variant_names, reason = "written for apps")]
#[path = "../../../codegen/tests/golden/good/files/expected/faces/src/lib.rs"]
#[rustfmt::skip]
mod faces;

mod listeners;

mod by_name;
mod downloads;
mod errors;
mod events;
mod events_faults;
mod faults;
mod file_bodies;
mod files;
mod files_faults;
mod gateways;
mod guards;
mod headers;
mod hostile;
mod idle;
mod interceptors;
mod listing;
mod loading;
mod observers;
mod paging;
mod per_call;
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls"))]
mod proxy;
mod recorded_secrets;
mod recording;
mod replay;
mod replies;
mod retries;
mod rules;
mod runtimes;
mod secrets;
mod streams;
mod success;
mod throttling;
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls"))]
mod tls;
mod waiting;
#[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")))]
mod without_tls;

use alicloud_runtime::operation::Sample;
use alicloud_runtime::{Call, Config, Response};

use ga::{
    associate_additional_certificates_with_listener as associate, list_listeners, set_password,
};

/// The documented replies of [`call`].
const JSON_SAMPLE: &str = match associate::Response::SAMPLES[0] {
    Sample::Json(text) => text,
    _ => panic!("the first sample is JSON"),
};
const XML_SAMPLE: &str = match associate::Response::SAMPLES[1] {
    Sample::Xml(text) => text,
    _ => panic!("the second sample is XML"),
};

/// The documented example of a request.
fn example() -> associate::Request {
    associate::Request::new()
        .accelerator_id("ga-bp1odcab8tmno0hdq****")
        .listener_id("lsr-bp1bpn0kn908w4nbw****")
        .certificates([associate::Certificate::new()
            .id("6092**-cn-hangzhou")
            .domain("example.com")])
}

/// The call that most tests make: a write with an idempotency token.
fn call(config: &Config) -> Call<associate::Response, associate::ErrorKind> {
    ga::Client::new(config).associate_additional_certificates_with_listener(example())
}

/// A read: safe to send again.
fn list(config: &Config) -> Call<list_listeners::Response, list_listeners::ErrorKind> {
    ga::Client::new(config).list_listeners(list_listeners::Request::new())
}

/// A write that is not safe to send again, with secrets.
fn set_password(config: &Config) -> Call<set_password::Response, set_password::ErrorKind> {
    let request = set_password::Request::new()
        .user("alice")
        .password(PASSWORD)
        .notes([NOTE]);
    ga::Client::new(config).set_password(request)
}

const PASSWORD: &str = "pass w&rd=1";
const NOTE: &str = "a \"secret\" nöte";
