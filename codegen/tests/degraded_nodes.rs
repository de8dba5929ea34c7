//! One bad node of a published spec costs the operations that reach it, at most:
//! each node of a spec is removed, given another type, repeated and cut short, and
//! every operation that does not reach it comes out byte for byte as before.

use std::collections::{BTreeMap, BTreeSet};

use alicloud_codegen::{Dependency, Options, Severity, Spec, Tolerance, generate};
use serde_json::{Value, json};

/// A spec with one of everything: operations that share types, and ones that do not.
fn spec() -> Value {
    let reply = |schema: Value| {
        json!({"200": {"schema": {"type": "object", "properties": {
        "RequestId": {"type": "string", "title": "The request."},
        "Data": schema, "Others": {"type": "array", "items": {"type": "string"}}}}}})
    };
    let operation = |parameters: Value, schema: Value| {
        json!({
            "summary": "Does a thing.", "methods": ["post", "get"], "schemes": ["https", "sse"],
            "security": [{"AK": []}], "operationType": "read", "deprecated": false,
            "systemTags": {"operationType": "get", "riskType": "high", "chargeType": "paid"},
            "staticInfo": {"substitutions": ["Demo::2020-01-01::Other"], "callback": "Demo::2020-01-01::Other",
                "callbackInterval": 1000, "maxCallbackTimes": 10},
            "parameters": parameters, "responses": reply(schema),
            "errorCodes": {"400": [{"errorCode": "A.B", "errorMessage": "no"}]},
            "responseDemo": "[{\"type\": \"json\", \"example\": \"{\\\"RequestId\\\": \\\"1\\\"}\"}]"
        })
    };
    let id = json!({"name": "Id", "in": "query", "schema": {"type": "string", "required": true,
        "example": "1", "enum": ["a", "b"], "enumValueTitles": {"a": "first"}, "maxLength": "9"}});
    let file = json!({"name": "Url", "in": "query", "schema": {
        "type": "string", "isFileTransferUrl": true, "maxLength": "99", "sensitive": true}});
    let stream = json!({"name": "Stream", "in": "query", "schema": {"type": "boolean"}});
    let list = json!({"name": "Tags", "in": "query", "style": "repeatList", "schema": {
        "type": "array", "maxItems": 5, "items": {"$ref": "#/components/schemas/Tag"}}});
    json!({
        "version": "1.0",
        "info": {"style": "RPC", "product": "Demo", "version": "2020-01-01"},
        "components": {"schemas": {
            "Tag": {"type": "object", "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}}},
            "Node": {"type": "object", "properties": {
                "Next": {"$ref": "#/components/schemas/Node"},
                "Tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}}}},
            "Leaf": {"type": "object", "additionalProperties": {"type": "integer"}}
        }},
        "apis": {
            "GetPlain": operation(json!([id, file]), json!({"type": "integer", "format": "int64"})),
            "GetTagged": operation(json!([id, list, stream]), json!({"type": "boolean"})),
            "GetNode": operation(json!([]), json!({"$ref": "#/components/schemas/Node"})),
            "GetLeaf": operation(json!([id]), json!({"$ref": "#/components/schemas/Leaf"})),
        },
        "errorCodes": [{"code": "Busy", "message": "busy", "http_code": 503, "description": ""}],
        "endpoints": [
            {"regionId": "cn-a", "endpoint": "demo.cn-a.aliyuncs.com", "vpc": "demo-in.cn-a.aliyuncs.com"},
            {"regionId": "cn-b", "endpoint": "demo.cn-b.aliyuncs.com"}]
    })
}

/// What is done to a node.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Remove,
    Retype(&'static str),
    Repeat,
    Truncate,
}

const DAMAGE: &[Damage] = &[
    Damage::Remove,
    Damage::Repeat,
    Damage::Truncate,
    Damage::Retype("null"),
    Damage::Retype("7"),
    Damage::Retype("\"x\""),
    Damage::Retype("[]"),
    Damage::Retype("{\"x\": 1}"),
];

/// The spec as text, with one node damaged.
fn render(value: &Value, here: &str, target: &str, damage: Damage) -> String {
    if here == target {
        match damage {
            Damage::Retype(text) => return text.to_owned(),
            Damage::Truncate => return truncated(value).to_string(),
            Damage::Remove | Damage::Repeat => {}
        }
    }
    let parts = |members: Vec<(String, String, &Value)>| {
        let mut parts = Vec::new();
        for (key, place, inner) in members {
            let is_target = place == target;
            if is_target && matches!(damage, Damage::Remove) {
                continue;
            }
            parts.push(format!("{key}{}", render(inner, &place, target, damage)));
            if is_target && matches!(damage, Damage::Repeat) {
                parts.push(format!("{key}null"));
            }
        }
        parts.join(",")
    };
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(key, inner)| {
                let place = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
                (format!("{}:", Value::from(key.as_str())), place, inner)
            });
            format!("{{{}}}", parts(members.collect()))
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let items =
                items.map(|(index, inner)| (String::new(), format!("{here}/{index}"), inner));
            format!("[{}]", parts(items.collect()))
        }
        other => other.to_string(),
    }
}

/// The first half of it.
fn truncated(value: &Value) -> Value {
    match value {
        Value::String(text) => text
            .chars()
            .take(text.chars().count() / 2)
            .collect::<String>()
            .into(),
        Value::Array(items) => items[..items.len() / 2].to_vec().into(),
        Value::Object(members) => {
            let half = members.iter().take(members.len() / 2);
            Value::Object(half.map(|(k, v)| (k.clone(), v.clone())).collect())
        }
        Value::Number(_) => 0.into(),
        Value::Bool(_) | Value::Null => Value::Null,
    }
}

fn places(value: &Value, here: String, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(inner, format!("{here}/{key}"), out);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                places(inner, format!("{here}/{index}"), out);
            }
        }
        _ => {}
    }
    out.push(here);
}

/// The operations that reach a node; none where that is all of them.
fn reaching(spec: &Value, place: &str) -> Option<BTreeSet<String>> {
    let mut steps = place.split('/').skip(1);
    let named = |name: Option<&str>| name.map(|name| BTreeSet::from([name.to_owned()]));
    match steps.next() {
        Some("apis") => named(steps.next()),
        Some("endpoints" | "errorCodes" | "version") => Some(BTreeSet::new()),
        Some("components") => {
            let wanted = steps.nth(1);
            let operations = spec["apis"].as_object().expect("operations").iter();
            let reaches = |value: &Value| {
                let found = components(spec, value);
                wanted.map_or(!found.is_empty(), |name| found.contains(name))
            };
            let reaching = operations.filter(|(_, operation)| reaches(operation));
            Some(reaching.map(|(name, _)| name.clone()).collect())
        }
        _ => None,
    }
}

/// The shared types that a value leads to.
fn components(spec: &Value, value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        if let Some(name) = value["$ref"]
            .as_str()
            .and_then(|text| text.rsplit('/').next())
            && found.insert(name.to_owned())
        {
            open.push(&spec["components"]["schemas"][name]);
        }
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

/// The files of the operations by their names, and whether anything is an error.
fn generated(json: &str) -> (BTreeMap<String, String>, bool) {
    let spec = Spec {
        path: "specs/demo/1/api-docs.json",
        json: json.as_bytes(),
        overlay: None,
    };
    let options = Options {
        crate_name: "alicloud".to_owned(),
        runtime: Dependency::Workspace,
        standalone: false,
        operations: None,
        tolerance: Tolerance::Published,
        guides: Vec::new(),
        versions: Default::default(),
    };
    let output = generate(&[spec], &options);
    let mut found = output.diagnostics.iter();
    let failed = found.any(|it| it.severity == Severity::Error);
    let files = output.files.into_iter();
    (files.map(|file| (file.path, file.text)).collect(), failed)
}

#[test]
fn an_operation_that_does_not_reach_a_bad_node_comes_out_as_before() {
    let spec = spec();
    let (before, failed) = generated(&spec.to_string());
    assert!(!failed && before.len() == 11, "{:?}", before.keys());
    let mut all = Vec::new();
    places(&spec, String::new(), &mut all);
    let mut cases = 0;
    for place in &all {
        let Some(reaching) = reaching(&spec, place) else {
            continue;
        };
        for damage in DAMAGE {
            let json = render(&spec, "", place, *damage);
            let (after, failed) = generated(&json);
            assert!(!failed, "{damage:?} at {place} is an error: {json}");
            for name in spec["apis"].as_object().expect("operations").keys() {
                let path = format!("demo/src/{}.rs", snake(name));
                if !reaching.contains(name) {
                    assert_eq!(after.get(&path), before.get(&path), "{damage:?} at {place}");
                    cases += 1;
                }
            }
            for (path, text) in &after {
                if path.ends_with(".rs") && before.get(path) != Some(text) {
                    let parsed = syn::parse_file(text);
                    assert!(parsed.is_ok(), "{damage:?} at {place}: {path}");
                }
            }
        }
    }
    assert!(cases > 4000, "only {cases} comparisons");
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
