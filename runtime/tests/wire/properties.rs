//! Properties that hold for any input.

use crate::dynamic;
use crate::ga::describe::Response;
use alicloud_runtime::{
    Json, signature,
    wire::{self, Style},
};
use proptest::prelude::*;
use serde_json::{Map, json};
use test_support::percent;

/// JSON whose names hold no separator, so that flattened names can be read back.
fn json(leaf: BoxedStrategy<Json>) -> impl Strategy<Value = Json> {
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::btree_map("[A-Za-z_]{1,8}", inner, 0..6)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

fn any_leaf() -> BoxedStrategy<Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        // Exact in few digits: serde_json reads long ones with an error in the last.
        any::<i32>().prop_map(|n| Json::from(f64::from(n) / 8.0)),
        ".{0,12}".prop_map(Json::from),
    ]
    .boxed()
}

/// Puts flattened parameters together again: digits are indices, all else names.
fn unflatten(params: &[(String, String)]) -> Json {
    let mut root = Json::Null;
    for (key, value) in params {
        let mut place = &mut root;
        for step in key.split('.').skip(1) {
            place = match step.parse::<usize>() {
                Ok(index) => {
                    if place.is_null() {
                        *place = json!([]);
                    }
                    let items = place.as_array_mut().unwrap();
                    items.resize(items.len().max(index), Json::Null);
                    &mut items[index - 1]
                }
                Err(_) => {
                    if place.is_null() {
                        *place = Json::Object(Map::new());
                    }
                    &mut place[step]
                }
            };
        }
        assert!(place.is_null(), "two parameters for {key}");
        *place = Json::String(value.clone());
    }
    root
}

/// What flattening keeps of a value: no nulls at the end of a list, nothing empty.
fn kept(json: &Json) -> Json {
    match json {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(kept).collect();
            while items.last().is_some_and(Json::is_null) {
                items.pop();
            }
            if items.is_empty() {
                Json::Null
            } else {
                Json::Array(items)
            }
        }
        Json::Object(members) => {
            let members: Map<_, _> = members
                .iter()
                .map(|(name, value)| (name.clone(), kept(value)))
                .filter(|(_, value)| !value.is_null())
                .collect();
            if members.is_empty() {
                Json::Null
            } else {
                Json::Object(members)
            }
        }
        other => other.clone(),
    }
}

fn flat(value: &dyn wire::Value) -> Vec<(String, String)> {
    let mut params = Vec::new();
    wire::params("P", Style::Flat, value, &mut params);
    signature::owned(params)
}

/// XML that is sometimes well-formed and often names what the types know.
fn xmlish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "<R>",
            "</R>",
            "<Items>",
            "</Items>",
            "<Regions>",
            "</Regions>",
            "<Region>",
            "</Region>",
            "<Id>",
            "</Id>",
            "<Any>",
            "</Any>",
            "<Tags>",
            "</Tags>",
            "<Total/>",
            "<Owner a='1'>",
            "</Owner>",
            "&amp;",
            "&#1;",
            "&#xD800;",
            "&x;",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<?x?>",
            "<!DOCTYPE",
            "12",
            "true",
        ])
        .prop_map(str::to_owned),
        ".{0,4}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| format!("<R>{}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn percent_encoding_is_undone_by_decoding(text in any::<String>()) {
        let encoded = signature::encode(&text);
        prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%".contains(&b)));
        let decoded = percent::decode(&encoded, false);
        prop_assert_eq!(decoded, text);
    }

    #[test]
    fn a_canonical_query_holds_exactly_its_parameters(
        mut params in prop::collection::vec((any::<String>(), any::<String>()), 0..8)
    ) {
        let query = signature::canonical_query(&params);
        let decode = |text: &str| percent::decode(text, false);
        let mut read: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        prop_assert!(read.is_sorted());
        read.sort();
        params.sort();
        prop_assert_eq!(read, params);
    }

    #[test]
    fn flattened_names_lead_back_to_the_value(value in json(".{0,6}".prop_map(Json::from).boxed())) {
        let params = flat(&dynamic::typed(&value));
        prop_assert_eq!(unflatten(&params), kept(&value));
    }

    #[test]
    fn no_two_parameters_of_a_value_have_one_name(value in json(any_leaf())) {
        let params = flat(&value);
        let names: std::collections::BTreeSet<_> = params.iter().map(|(name, _)| name).collect();
        prop_assert_eq!(names.len(), params.len());
    }

    #[test]
    fn arbitrary_bytes_never_panic_the_decoders(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = wire::decode_json(&bytes, &mut Response::default());
        let _ = wire::decode_xml(&bytes, &mut Response::default());
    }

    #[test]
    fn arbitrary_xml_never_panics_the_decoder(xml in xmlish()) {
        let _ = wire::decode_xml(xml.as_bytes(), &mut Response::default());
    }

    #[test]
    fn any_document_is_read_as_far_as_it_fits(members in prop::collection::vec(
        (prop::sample::select(vec![
            "RequestId", "Total", "Ratio", "Success", "Owner", "Items", "Regions", "Zones", "Ports",
            "Tags", "Any", "Anys", "Data", "Matrix", "Unknown",
        ]), json(any_leaf())), 0..8))
    {
        let document: Json = Json::Object(members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect());
        let mut response = Response::default();
        wire::decode_json(document.to_string().as_bytes(), &mut response).unwrap();
        // What was read is written and read again without a change.
        let mut again = Response::default();
        let written = wire::to_json(&response);
        prop_assert_eq!(wire::decode_json(written.as_bytes(), &mut again), Ok(wire::Mismatches::default()));
        prop_assert_eq!(again, response);
    }
}
