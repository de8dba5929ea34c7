//! Whatever a spec holds, the generator neither panics nor hangs, says the same
//! twice, and writes Rust.

mod support;

use alicloud_codegen::lower::{Settings, Tolerance};
use alicloud_codegen::{Dependency, Options, Spec, generate};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::lower;

/// A spec with one of everything.
fn base() -> Value {
    json!({
        "info": {"style": "ROA", "product": "Demo", "version": "2020-01-01"},
        "components": {"schemas": {
            "Node": {"type": "object", "properties": {
                "Id": {"type": "string", "enum": ["a", "b"], "enumValueTitles": {"a": "first"}},
                "Next": {"$ref": "#/components/schemas/Node"},
                "All": {"type": "array", "items": {"$ref": "#/components/schemas/List"}}}},
            "List": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}
        }},
        "apis": {"GetThing": {
            "path": "/things/{Id}", "methods": ["get"], "security": [{"AK": []}],
            "systemTags": {"operationType": "get"}, "deprecated": true,
            "schemes": ["https", "sse"],
            "staticInfo": {"substitutions": ["Demo::2020-01-01::ListThings"],
                "callback": "Demo::2020-01-01::ListThings", "callbackInterval": 1000, "maxCallbackTimes": 10},
            "parameters": [
                {"name": "Id", "in": "path", "schema": {"type": "string", "required": true, "pattern": "^[a-z]{1,9}$"}},
                {"name": "Url", "in": "query", "schema": {"type": "string", "isFileTransferUrl": true}},
                {"name": "stream", "in": "query", "schema": {"type": "boolean"}},
                {"name": "PageNumber", "in": "query", "schema": {"type": "integer", "minimum": "1", "default": "1"}},
                {"name": "PageSize", "in": "query", "schema": {"type": "integer", "maximum": "100"}},
                {"name": "Tags", "in": "query", "style": "repeatList", "schema": {"type": "array", "items":
                    {"type": "object", "properties": {"Key": {"type": "string"}, "key": {"type": "string"}}}}},
                {"name": "body", "in": "body", "style": "json", "schema": {"$ref": "#/components/schemas/Node"}}
            ],
            "responses": {"200": {"schema": {"type": "object", "properties": {
                "TotalCount": {"type": "integer"},
                "Things": {"type": "object", "properties": {"Thing": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}},
                "Free": {"type": "object", "additionalProperties": {"type": "any"}}}}}},
            "errorCodes": {"400": [{"errorCode": "A.%s", "errorMessage": "m"}]},
            "responseDemo": "[{\"type\": \"json\", \"example\": \"{}\"}, {\"type\": \"xml\", \"example\": \"<A/>\"}]"
        }},
        "endpoints": [{"regionId": "cn-hangzhou", "endpoint": "demo.aliyuncs.com"}]
    })
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

fn replacement() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!({"$ref": "#/components/schemas/List"})),
        Just(json!({"type": "array"})),
        Just(json!({"type": "object", "properties": {"": {"type": "any"}}})),
        prop::sample::select(vec![
            "RPC",
            "V3",
            "FC",
            "query",
            "formData",
            "path",
            "header",
            "json",
            "object",
            "array",
            "^[z-a]{9,1}$",
            "#/components/schemas/Node",
            "[{}]",
            "*/",
            "{",
            "/a/*",
            "-1",
        ])
        .prop_map(Value::from),
    ]
}

/// What is generated parses, but for the manifest; nothing is where there are errors.
fn writes_rust(json: &[u8], tolerance: Tolerance) -> Result<(), TestCaseError> {
    let spec = Spec {
        path: "specs/x/1/api-docs.json",
        json,
        overlay: None,
    };
    let options = Options {
        crate_name: "alicloud".to_owned(),
        runtime: Dependency::Workspace,
        standalone: false,
        versions: std::collections::BTreeMap::new(),
        guides: Vec::new(),
        operations: None,
        tolerance,
    };
    let output = generate(&[spec], &options);
    let is_refused = output
        .diagnostics
        .iter()
        .any(|found| found.severity == alicloud_codegen::Severity::Error);
    prop_assert_eq!(is_refused, output.files.is_empty());
    for file in output
        .files
        .iter()
        .filter(|file| file.path.ends_with(".rs"))
    {
        let parsed = syn::parse_file(&file.text);
        prop_assert!(
            parsed.is_ok(),
            "{}: {:?}\n{}",
            file.path,
            parsed.err(),
            file.text
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_spec_with_anything_anywhere_is_lowered_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), replacement()), 1..6),
    ) {
        let mut spec = base();
        for (place, value) in changes {
            let mut all = Vec::new();
            places(&spec, String::new(), &mut all);
            let pointer = &all[place.index(all.len())];
            if let Some(target) = spec.pointer_mut(pointer) {
                *target = value;
            }
        }
        let json = serde_json::to_vec(&spec).expect("serializes");
        for tolerance in [Tolerance::Maintained, Tolerance::Published] {
            let settings = Settings { tolerance, ..Settings::default() };
            let (product, found) = lower("x", &json, None, &settings);
            let (again, said) = lower("x", &json, None, &settings);
            prop_assert_eq!(format!("{product:?}"), format!("{again:?}"));
            prop_assert_eq!(&found, &said);
            prop_assert!(product.is_some() || !found.is_empty());
            writes_rust(&json, tolerance)?;
        }
    }

    #[test]
    fn bytes_that_are_cut_or_flipped_are_refused_with_a_place(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut json = serde_json::to_vec(&base()).expect("serializes");
        let index = at.index(json.len());
        if cut {
            json.truncate(index);
        } else {
            json[index] = byte;
        }
        let (_, found) = lower("x", &json, None, &Settings::default());
        prop_assert!(found.iter().all(|d| d.line >= 1 && d.column >= 1));
    }

    #[test]
    fn any_overlay_is_applied_or_refused(
        path in any::<prop::sample::Index>(),
        op in prop::sample::select(vec!["add", "remove", "replace", "move", "copy", "test"]),
        value in replacement(),
    ) {
        let spec = base();
        let mut all = Vec::new();
        places(&spec, String::new(), &mut all);
        let pointer = &all[path.index(all.len())];
        let old = spec.pointer(pointer).cloned().unwrap_or_default();
        let overlay = json!({"corrections": [{"reason": "r", "patch": [
            {"op": "test", "path": pointer, "value": old},
            {"op": op, "path": pointer, "from": pointer, "value": value},
        ]}]});
        let added = pointer.rsplit('/').next().unwrap_or_default();
        let addition = json!({"additions": [{"reason": "r", "schemas": [
            {"at": added, "add": {"x": value, "type": value, "properties": value}},
        ]}]});
        let addition = serde_json::to_vec(&addition).expect("serializes");
        let spec = serde_json::to_vec(&spec).expect("serializes");
        let overlay = serde_json::to_vec(&overlay).expect("serializes");
        lower("x", &spec, Some(("o", &overlay)), &Settings::default());
        lower("x", &spec, Some(("o", &addition)), &Settings::default());
    }
}
