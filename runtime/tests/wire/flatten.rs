//! Encoding against `data/flatten.json`: what the official client sends for a
//! value, with the differences that the vectors recommend (`true` for `True`).

use crate::dynamic;
use alicloud_runtime::{
    Json,
    operation::{ApiStyle, Operation, Product},
    signature::owned,
    wire::{self, Field, Style, UnsignedRequest},
};
use std::collections::{BTreeMap, BTreeSet};

/// Cases that no [`Style`] can express, with the reason.
const OUT_OF_SCOPE: [(&str, &str); 2] = [
    (
        "unknown style",
        "the generator refuses a style that it does not know",
    ),
    (
        "helper repeatList string form (not used on the wire)",
        "a helper of the Python client that no request uses",
    ),
];

fn vectors() -> Vec<Json> {
    let mut vectors: Vec<Json> =
        serde_json::from_str(include_str!("../data/flatten.json")).unwrap();
    for (name, _) in OUT_OF_SCOPE {
        let count = vectors.len();
        vectors.retain(|v| v["name"] != name);
        assert_eq!(vectors.len(), count - 1, "{name}");
    }
    vectors
}

fn style(name: &Json) -> Option<Style> {
    Some(match name.as_str() {
        None => Style::Text,
        Some("repeatList" | "flat") => Style::Flat,
        Some("json") => Style::Json,
        Some("simple") => Style::Simple,
        Some("spaceDelimited") => Style::Space,
        Some("pipeDelimited") => Style::Pipe,
        Some(_) => return None,
    })
}

fn params(v: &Json, style: Style, value: &dyn wire::Value) -> Json {
    let mut out = Vec::new();
    wire::params(v["param"].as_str().unwrap(), style, value, &mut out);
    let count = out.len();
    let map: BTreeMap<_, _> = out.into_iter().collect();
    assert_eq!(map.len(), count, "a name twice: {}", v["name"]);
    serde_json::to_value(map).unwrap()
}

#[test]
fn values_become_the_parameters_of_the_vectors() {
    let mut count = 0;
    for v in vectors() {
        let Some(style) = style(&v["style"]) else {
            continue;
        };
        let is_map = v["name"].as_str().unwrap().contains("(#len#key)");
        let value = match is_map {
            true => dynamic::with_maps(&v["input"]),
            false => dynamic::typed(&v["input"]),
        };
        assert_eq!(params(&v, style, &value), v["recommended"], "{}", v["name"]);
        count += 1;
    }
    assert_eq!(count, 59);
}

/// A field without a type in the metadata holds JSON; its objects are maps.
#[test]
fn untyped_values_become_the_same_parameters() {
    for v in vectors() {
        let Some(style) = style(&v["style"]) else {
            continue;
        };
        let untyped = Json::clone(&v["input"]);
        let maps = dynamic::with_maps(&v["input"]);
        assert_eq!(
            params(&v, style, &untyped),
            params(&v, style, &maps),
            "{}",
            v["name"]
        );
    }
}

static PRODUCT: Product = Product::new("Test", "2020-01-01", ApiStyle::Rpc);

fn operation(method: &str, path: &str) -> Operation {
    Operation::write(&PRODUCT, "Test").http(method.to_owned().leak(), path.to_owned().leak())
}

#[test]
fn a_form_body_is_the_one_of_the_vector() {
    let v = vectors()
        .into_iter()
        .find(|v| v["style"] == "form-urlencoded")
        .unwrap();
    let request = dynamic::object(&v["input"], &|name| {
        Field::form(name.to_owned().leak()).style(Style::Flat)
    });
    let mut encoded = wire::encode(&operation("POST", "/"), &request).unwrap();
    encoded.write_form();
    assert_eq!(
        std::str::from_utf8(&encoded.body),
        Ok(v["recommended"].as_str().unwrap())
    );
    assert_eq!(
        encoded.content_type(),
        Some("application/x-www-form-urlencoded")
    );
}

/// Where the metadata of an operation places its parameters, beyond "all in the
/// query, flat".
struct Places {
    path: &'static str,
    form: &'static [&'static str],
    json: &'static [&'static str],
    path_params: &'static [&'static str],
    /// All other parameters are members of the body.
    body: bool,
}

const RPC: Places = Places {
    path: "/",
    form: &[],
    json: &[],
    path_params: &[],
    body: false,
};

fn places(name: &str) -> Places {
    match name {
        "CreateEndpointGroups" => Places {
            form: &["EndpointGroupConfigurations"],
            ..RPC
        },
        "CreateForwardingRules" => Places {
            form: &["ForwardingRules"],
            ..RPC
        },
        "InvokeCommand" => Places {
            json: &["Parameters"],
            ..RPC
        },
        "CreateTemplate" => Places {
            json: &["Tags"],
            ..RPC
        },
        "DeleteCluster" => Places {
            path: "/clusters/{ClusterId}",
            json: &["retain_resources", "delete_options"],
            path_params: &["ClusterId"],
            ..RPC
        },
        "CreateCluster" => Places {
            path: "/clusters",
            body: true,
            ..RPC
        },
        "UpdateUserPermissions" => Places {
            path: "/permissions/users/{uid}/update",
            path_params: &["uid"],
            ..RPC
        },
        _ => RPC,
    }
}

fn encode_operation(v: &Json, places: &Places) -> UnsignedRequest<'static> {
    let mut input = match places.body {
        true => serde_json::json!({ "body": v["input"] }),
        false => v["input"].clone(),
    };
    // The client that made the vectors does not know this parameter and drops it.
    input.as_object_mut().unwrap().remove("ProxyProtocol");
    let request = dynamic::object(&input, &|name| {
        let name: &'static str = name.to_owned().leak();
        let field = match name {
            "body" => Field::body(name),
            _ if places.form.contains(&name) => Field::form(name),
            _ if places.path_params.contains(&name) => Field::path(name),
            _ => Field::query(name),
        };
        field.style(if places.json.contains(&name) {
            Style::Json
        } else {
            Style::Flat
        })
    });
    let method = v["official_python"]["method"].as_str().unwrap();
    let mut encoded = wire::encode(&operation(method, places.path), &request).unwrap();
    encoded.write_form();
    encoded.into_owned()
}

/// `True` and `False` of the Python client, as we write them.
fn lower_booleans(text: &str) -> String {
    match text {
        "True" | "False" => text.to_lowercase(),
        _ => text.to_owned(),
    }
}

#[test]
fn whole_requests_are_those_of_the_official_client() {
    let mut names = BTreeSet::new();
    for v in vectors().into_iter().filter(|v| v["style"] == "operation") {
        let name = v["name"].as_str().unwrap().rsplit(' ').next().unwrap();
        let encoded = encode_operation(&v, &places(name));
        let expected = &v["official_python"];
        assert_eq!(*encoded.method, expected["method"], "{name}");
        assert_eq!(*encoded.path, expected["path"], "{name}");

        let query: BTreeMap<_, _> = owned(encoded.query.clone()).into_iter().collect();
        let expected_query: BTreeMap<_, _> = expected["query"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(k, v)| (k.clone(), lower_booleans(v.as_str().unwrap())))
            .collect();
        // Members of a JSON document have no order.
        for (key, value) in &expected_query {
            match serde_json::from_str::<Json>(value) {
                Ok(json) if json.is_object() || json.is_array() => {
                    assert_eq!(serde_json::from_str::<Json>(&query[key]).unwrap(), json);
                    assert_eq!(query[key].len(), value.len(), "compact: {}", query[key]);
                }
                _ => assert_eq!(&query[key], value, "{name}: {key}"),
            }
        }
        assert!(query.keys().eq(expected_query.keys()), "{name}: {query:?}");

        let content_type = expected["headers"]["content-type"].as_str();
        assert_eq!(encoded.content_type(), content_type, "{name}");
        let body = std::str::from_utf8(&encoded.body).unwrap();
        match content_type {
            None => assert_eq!(body, "", "{name}"),
            Some("application/x-www-form-urlencoded") => assert_eq!(
                body,
                expected["body"].as_str().unwrap().replace("=True", "=true"),
                "{name}"
            ),
            Some(_) => {
                let expected = expected["body"].as_str().unwrap();
                let parse = |text| serde_json::from_str::<Json>(text).unwrap();
                assert_eq!(parse(body), parse(expected), "{name}");
                assert_eq!(body.len(), expected.len(), "{name}: compact, raw: {body}");
            }
        }
        names.insert(name.to_owned());
    }
    assert_eq!(names.len(), 14, "{names:?}");
}
