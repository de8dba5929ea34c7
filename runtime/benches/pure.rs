//! What the runtime costs without the network, each beside its yardstick:
//! building, checking, encoding and signing the seed request beside the bare hash
//! and HMAC over the same bytes; decoding a reply of 100 KB beside serde_json into
//! derived structs. Run with `cargo bench -p alicloud-runtime`.

use alicloud_runtime::{
    operation::{ApiStyle, Operation, OperationKind, Product, ReplyBody},
    signature::{self, Common, Identity, ToSign, v1, v3},
    wire::{self, Field, Limit, Object, Schema, Style, Value},
};
use divan::{AllocProfiler, Bencher, black_box, counter::BytesCount};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::time::{Duration, SystemTime};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const ID: &str = "LTAI5tExampleExampleExam";
const SECRET: &str = "ExampleExampleExampleExampleEx";

/// Implements `Object` as generated code does.
macro_rules! object {
    ($type:ident { $($index:literal $member:ident: $field:expr,)* }) => {
        impl Object for $type {
            #[inline]
            fn schema(&self) -> &'static Schema {
                const { &Schema { name: stringify!($type), fields: &[$($field),*] } }
            }
            #[inline]
            fn get(&self, index: usize) -> &dyn Value {
                match index { $($index => &self.$member,)* _ => unreachable!() }
            }
            #[inline]
            fn get_mut(&mut self, index: usize) -> &mut dyn Value {
                match index { $($index => &mut self.$member,)* _ => unreachable!() }
            }
        }
        wire::object!($type);
    };
}

const fn member(name: &'static str) -> Field {
    Field {
        name,
        ..Field::member("")
    }
}

const fn required(name: &'static str) -> Field {
    Field {
        name,
        required: true,
        ..Field::query("")
    }
}

#[derive(Clone, Default)]
struct Request {
    region_id: Option<String>,
    client_token: Option<String>,
    accelerator_id: Option<String>,
    listener_id: Option<String>,
    certificates: Vec<Certificate>,
}

object!(Request {
    0 region_id: required("RegionId"),
    1 client_token: Field { name: "ClientToken", limits: &[Limit::MaxLength(64)], ..Field::query("") },
    2 accelerator_id: required("AcceleratorId"),
    3 listener_id: required("ListenerId"),
    4 certificates: Field {
        style: Style::Flat,
        limits: &[Limit::MinItems(1), Limit::MaxItems(10)],
        ..required("Certificates")
    },
});

#[derive(Clone, Default)]
struct Certificate {
    id: Option<String>,
    domain: Option<String>,
}

object!(Certificate {
    0 id: Field { required: true, ..member("Id") },
    1 domain: Field { required: true, ..member("Domain") },
});

static PRODUCT: Product = Product {
    name: "Ga",
    version: "2019-11-20",
    style: ApiStyle::Rpc,
    endpoints: &[],
    default_region: None,
    errors: &[],
};

static OPERATION: Operation = Operation {
    product: &PRODUCT,
    name: "AssociateAdditionalCertificatesWithListener",
    method: "POST",
    path: "/",
    kind: OperationKind::Write,
    anonymous: false,
    region: Some(0),
    idempotency_token: Some(1),
    dry_run: None,
    reply: ReplyBody::Object,
    paging: None,
};

fn request() -> Request {
    Request {
        region_id: Some(black_box("cn-hangzhou").into()),
        client_token: Some("123e4567-e89b-12d3-a456-426655440000".into()),
        accelerator_id: Some("ga-bp1odcab8tmno0hdq****".into()),
        listener_id: Some("lsr-bp1bpn0kn908w4nbw****".into()),
        certificates: vec![Certificate {
            id: Some("6092**-cn-hangzhou".into()),
            domain: Some("example.com".into()),
        }],
    }
}

fn common() -> Common<'static> {
    Common {
        host: "ga.cn-hangzhou.aliyuncs.com",
        action: OPERATION.name,
        version: PRODUCT.version,
        style: ApiStyle::Rpc,
        format: "json",
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
    let encoded = wire::encode(&OPERATION, &request).unwrap();
    let hash = v3::payload_hash(&encoded.body);
    let headers = v3::headers(&common(), &hash);
    let to_sign = ToSign {
        method: encoded.method,
        path: &encoded.path,
        query: &encoded.query,
        headers: &headers,
    };
    v3::sign(&to_sign, &hash, ID, black_box(SECRET))
}

fn whole_v1() -> v1::Signed {
    let request = request();
    assert!(wire::preflight(&request).is_empty());
    let mut encoded = wire::encode(&OPERATION, &request).unwrap();
    encoded.query.extend(v1::common_params(&common()));
    v1::sign(encoded.method, &encoded.query, black_box(SECRET))
}

#[divan::bench]
fn v3_build_check_encode_sign(bencher: Bencher) {
    bencher.bench(whole_v3);
}

#[divan::bench]
fn v3_yardstick_bare_hash_and_hmac(bencher: Bencher) {
    let signed = whole_v3();
    bencher.bench(|| {
        let hash = Sha256::digest(black_box(&signed.canonical_request));
        let mut mac = Hmac::<Sha256>::new_from_slice(black_box(SECRET).as_bytes()).unwrap();
        mac.update(black_box(signed.string_to_sign.as_bytes()));
        (hash, mac.finalize())
    });
}

#[divan::bench]
fn v1_build_check_encode_sign(bencher: Bencher) {
    bencher.bench(whole_v1);
}

#[divan::bench]
fn v1_yardstick_bare_hmac(bencher: Bencher) {
    let signed = whole_v1();
    bencher.bench(|| {
        let mut mac = Hmac::<Sha1>::new_from_slice(black_box(SECRET).as_bytes()).unwrap();
        mac.update(black_box(signed.string_to_sign.as_bytes()));
        mac.finalize()
    });
}

#[divan::bench]
fn percent_encode_1_kb(bencher: Bencher) {
    let text = "测试 a+b/c=d~e*f plain-text_0123456789 ".repeat(24);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| signature::encode(black_box(&text)));
}

macro_rules! reply {
    ($($index:literal $member:ident $name:literal: $type:ty,)*) => {
        #[derive(Clone, Default)]
        struct Instance { $($member: $type,)* tags: Vec<Tag>, ips: Vec<String> }

        object!(Instance {
            $($index $member: member($name),)*
            30 tags: Field { wrapper: Some("Tag"), ..member("Tags") },
            31 ips: Field { wrapper: Some("IpAddress"), ..member("PublicIpAddress") },
        });

        #[derive(Default, Deserialize)]
        #[serde(default)]
        #[allow(dead_code, reason = "it is only decoded")]
        struct DerivedInstance {
            $(#[serde(rename = $name)] $member: $type,)*
            #[serde(rename = "Tags")]
            tags: Tags,
            #[serde(rename = "PublicIpAddress")]
            ips: Ips,
        }

        fn instance(index: usize) -> Instance {
            Instance {
                $($member: Sample::sample(index + $index),)*
                tags: vec![
                    Tag { key: "environment".into(), value: "production".into() },
                    Tag { key: "owner".into(), value: "平台团队".into() },
                ],
                ips: vec!["120.1.2.3".into()],
            }
        }
    };
}

trait Sample {
    fn sample(seed: usize) -> Self;
}
impl Sample for String {
    fn sample(seed: usize) -> Self {
        format!("i-bp1example{:0width$}", seed, width = seed % 20)
    }
}
impl Sample for Option<i64> {
    fn sample(seed: usize) -> Self {
        Some(seed as i64 * 1024)
    }
}
impl Sample for Option<bool> {
    fn sample(seed: usize) -> Self {
        Some(seed.is_multiple_of(2))
    }
}

reply! {
    0 id "InstanceId": String, 1 image "ImageId": String, 2 kind "InstanceType": String,
    3 name "InstanceName": String, 4 zone "ZoneId": String, 5 region "RegionId": String,
    6 status "Status": String, 7 cpu "Cpu": Option<i64>, 8 memory "Memory": Option<i64>,
    9 os "OSName": String, 10 os_en "OSNameEn": String, 11 os_type "OSType": String,
    12 created "CreationTime": String, 13 expires "ExpiredTime": String,
    14 started "StartTime": String, 15 charge "InstanceChargeType": String,
    16 net_charge "InternetChargeType": String, 17 bandwidth "InternetMaxBandwidthOut": Option<i64>,
    18 bandwidth_in "InternetMaxBandwidthIn": Option<i64>, 19 io "IoOptimized": Option<bool>,
    20 recyclable "Recyclable": Option<bool>, 21 host "HostName": String,
    22 serial "SerialNumber": String, 23 group "ResourceGroupId": String,
    24 description "Description": String, 25 spot "SpotStrategy": String,
    26 credit "CreditSpecification": String, 27 stop "StoppedMode": String,
    28 protection "DeletionProtection": Option<bool>, 29 vlan "VlanId": String,
}

#[derive(Clone, Default)]
struct Tag {
    key: String,
    value: String,
}

object!(Tag {
    0 key: member("TagKey"),
    1 value: member("TagValue"),
});

#[derive(Clone, Default)]
struct Reply {
    request_id: String,
    total: Option<i64>,
    instances: Vec<Instance>,
}

object!(Reply {
    0 request_id: member("RequestId"),
    1 total: member("TotalCount"),
    2 instances: Field { wrapper: Some("Instance"), ..member("Instances") },
});

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
#[allow(dead_code, reason = "it is only decoded")]
struct DerivedReply {
    request_id: String,
    total_count: Option<i64>,
    instances: Instances,
}
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
#[allow(dead_code, reason = "it is only decoded")]
struct Instances {
    instance: Vec<DerivedInstance>,
}
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
#[allow(dead_code, reason = "it is only decoded")]
struct Tags {
    tag: Vec<DerivedTag>,
}
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
#[allow(dead_code, reason = "it is only decoded")]
struct DerivedTag {
    tag_key: String,
    tag_value: String,
}
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
#[allow(dead_code, reason = "it is only decoded")]
struct Ips {
    ip_address: Vec<String>,
}

/// About 100 KB, members in the order of the schema, as services mostly write.
fn reply() -> String {
    wire::to_json(&Reply {
        request_id: "6FEA0CF3-D3B9-43E5-A304-D217037876A8".into(),
        total: Some(80),
        instances: (0..80).map(instance).collect(),
    })
}

/// The same reply with the members of every object sorted, which is not their order
/// in the schema.
fn sorted_reply() -> String {
    let json: serde_json::Value = serde_json::from_str(&reply()).unwrap();
    json.to_string()
}

fn decode(text: &str) -> Reply {
    let mut reply = Reply::default();
    let mismatches = wire::decode_json(text.as_bytes(), &mut reply).unwrap();
    assert!(mismatches.is_empty());
    reply
}

#[divan::bench]
fn decode_json_100_kb(bencher: Bencher) {
    let text = reply();
    assert!(decode(&text).instances.len() == 80);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| decode(black_box(&text)));
}

#[divan::bench]
fn decode_json_100_kb_other_order(bencher: Bencher) {
    let text = sorted_reply();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| decode(black_box(&text)));
}

#[divan::bench]
fn decode_yardstick_serde_derive(bencher: Bencher) {
    let text = reply();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| serde_json::from_slice::<DerivedReply>(black_box(text.as_bytes())).unwrap());
}

#[divan::bench]
fn decode_yardstick_serde_derive_other_order(bencher: Bencher) {
    let text = sorted_reply();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| serde_json::from_slice::<DerivedReply>(black_box(text.as_bytes())).unwrap());
}
