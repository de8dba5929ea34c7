//! Decoding a reply of 100 KB, as lists of instances are, beside `serde_json` into
//! derived structs.

use std::hint::black_box;

use alicloud_runtime::wire::{self, Field, Object, Schema, Value};
use serde::Deserialize;

use crate::measure::compare;

pub(crate) fn run(rounds: usize) {
    const PASSES: u32 = 20;
    for (order, text) in [("as documented", reply()), ("sorted", sorted_reply())] {
        assert!(decode(&text).instances.len() == 80);
        compare(
            (
                &format!("decode {} KB, members {order}", text.len() / 1000),
                || decode(black_box(&text)),
            ),
            ("serde_json into derived structs", || {
                let derived: DerivedReply =
                    serde_json::from_slice(black_box(text.as_bytes())).expect("JSON");
                derived
            }),
            rounds,
            PASSES,
        );
    }
}

/// Implements `Object` as generated code does.
macro_rules! object {
    ($type:ident { $($index:literal $member:ident: $field:expr,)* }) => {
        impl Object for $type {
            #[inline]
            fn schema(&self) -> &'static Schema {
                const { &Schema::new(stringify!($type), const { &[$($field),*] }) }
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

macro_rules! reply {
    ($($index:literal $member:ident $name:literal: $type:ty,)*) => {
        #[derive(Default)]
        struct Instance { $($member: $type,)* tags: Vec<Tag>, ips: Vec<String> }

        object!(Instance {
            $($index $member: Field::member($name),)*
            30 tags: Field::member("Tags").wrapper("Tag"),
            31 ips: Field::member("PublicIpAddress").wrapper("IpAddress"),
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

#[derive(Default)]
struct Tag {
    key: String,
    value: String,
}

object!(Tag {
    0 key: Field::member("TagKey"),
    1 value: Field::member("TagValue"),
});

#[derive(Default)]
struct Reply {
    request_id: String,
    total: Option<i64>,
    instances: Vec<Instance>,
}

object!(Reply {
    0 request_id: Field::member("RequestId"),
    1 total: Field::member("TotalCount"),
    2 instances: Field::member("Instances").wrapper("Instance"),
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
    let json: serde_json::Value = serde_json::from_str(&reply()).expect("JSON");
    json.to_string()
}

fn decode(text: &str) -> Reply {
    let mut reply = Reply::default();
    let mismatches = wire::decode_json(text.as_bytes(), &mut reply).expect("JSON");
    assert!(mismatches.is_empty());
    reply
}
