//! Building, checking, encoding and signing the first operation's request, beside
//! the bare hash and HMAC over the same bytes; and the engine as a whole, with a
//! transport that answers at once.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use alicloud::ga::{self, associate_additional_certificates_with_listener as associate};
use alicloud::transport::{Body, SendOptions};
use alicloud::{Config, Credentials, Signature, Transport, TransportError};
use alicloud_runtime::operation::{ApiStyle, Operation};
use alicloud_runtime::signature::{Common, Identity, ToSign, v1, v3};
use alicloud_runtime::{BoxFuture, Response, wire};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::measure::compare;

pub(crate) const ID: &str = "LTAI5tExampleExampleExam";
pub(crate) const SECRET: &str = "ExampleExampleExampleExampleEx";
pub(crate) const REPLY: &str = r#"{"RequestId":"6FEA0CF3-D3B9-43E5-A304-D217037876A8","ListenerId":"lsr-bp1bpn0kn908w4nbw****"}"#;

pub(crate) fn run(rounds: usize) {
    const PASSES: u32 = 1000;
    let (signed_v3, signed_v1) = (whole_v3(), whole_v1());
    let bare_v3 = || {
        let hash = Sha256::digest(black_box(&signed_v3.canonical_request));
        let mut mac = Hmac::<Sha256>::new_from_slice(black_box(SECRET).as_bytes()).expect("a key");
        mac.update(black_box(signed_v3.string_to_sign.as_bytes()));
        (hash, mac.finalize())
    };
    let bare_v1 = || {
        let mut mac = Hmac::<Sha1>::new_from_slice(black_box(SECRET).as_bytes()).expect("a key");
        mac.update(black_box(signed_v1.string_to_sign.as_bytes()));
        mac.finalize()
    };
    compare(
        ("V3: build, check, encode, sign", whole_v3),
        ("V3: bare SHA-256 and HMAC", bare_v3),
        rounds,
        PASSES,
    );
    compare(
        ("V1: build, check, encode, sign", whole_v1),
        ("V1: bare HMAC", bare_v1),
        rounds,
        PASSES,
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let call = |signature| {
        let client = client(signature);
        let runtime = &runtime;
        move || {
            let call = client.associate_additional_certificates_with_listener(request());
            runtime.block_on(async { call.await.expect("success") })
        }
    };
    compare(
        (
            "V3: whole call, a transport that answers at once",
            call(Signature::V3),
        ),
        ("V3: bare SHA-256 and HMAC", bare_v3),
        rounds,
        PASSES,
    );
    compare(
        (
            "V1: whole call, a transport that answers at once",
            call(Signature::V1),
        ),
        ("V1: bare HMAC", bare_v1),
        rounds,
        PASSES,
    );
}

fn client(signature: Signature) -> ga::Client {
    let config = Config::new(Credentials::new(ID, SECRET))
        .signature(signature)
        .transport(AtOnce);
    ga::Client::new(&config)
}

/// A transport that answers at once.
#[derive(Debug)]
struct AtOnce;

impl Transport for AtOnce {
    fn send(
        &self,
        request: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        black_box(request);
        Box::pin(async { Ok(http::Response::new(Body::from(REPLY))) })
    }
}

/// The request of the operation's page.
pub(crate) fn request() -> associate::Request {
    associate::Request::new()
        .region_id(black_box("cn-hangzhou"))
        .client_token("123e4567-e89b-12d3-a456-426655440000")
        .accelerator_id("ga-bp1odcab8tmno0hdq****")
        .listener_id("lsr-bp1bpn0kn908w4nbw****")
        .certificates([associate::Certificate::new()
            .id("6092**-cn-hangzhou")
            .domain("example.com")])
}

fn operation() -> &'static Operation {
    <associate::Response as Response>::operation()
}

fn common() -> Common<'static> {
    Common {
        host: "ga.cn-hangzhou.aliyuncs.com",
        action: operation().name,
        version: operation().product.version,
        style: ApiStyle::Rpc,
        format: alicloud_runtime::Format::Json,
        user_agent: "alicloud/0.1.0",
        time: SystemTime::UNIX_EPOCH + Duration::from_secs(1_704_164_645),
        nonce: "0123456789abcdef0123456789abcdef",
        identity: Identity::Key {
            id: ID,
            security_token: None,
        },
    }
}

fn whole_v3() -> v3::Signed {
    let request = request();
    assert!(wire::preflight(&request).is_empty());
    let encoded = wire::encode(operation(), &request).expect("a path");
    let hash = v3::payload_hash(&encoded.body);
    let headers = v3::headers(&common(), &hash);
    let to_sign = ToSign {
        method: &encoded.method,
        path: &encoded.path,
        query: &encoded.query,
        headers: &headers,
    };
    v3::sign(&to_sign, &hash, ID, black_box(SECRET))
}

fn whole_v1() -> v1::Signed {
    let request = request();
    assert!(wire::preflight(&request).is_empty());
    let mut encoded = wire::encode(operation(), &request).expect("a path");
    encoded.query.extend(v1::common_params(&common()));
    v1::sign(&encoded.method, &encoded.query, black_box(SECRET))
}
