//! What is known of a field beside its type: its name, its values, its bounds. One small case for each thing that published specs
//! hold and that a generator has to survive.

mod support;

use alicloud_codegen::diagnostics::Severity;
use alicloud_codegen::lower::{Settings, Tolerance};
use alicloud_codegen::model::{Limit, Type};
use serde_json::{Value, json};
use support::{Spec, field, text};

fn param(name: &str, place: &str, schema: Value) -> Value {
    json!({"name": name, "in": place, "schema": schema})
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

// Names

#[test]
fn dotted_dashed_and_keyword_names_keep_their_wire_names() {
    let lowered = Spec::rpc()
        .params([
            param("SystemDisk.Size", "query", text()),
            param("x-acs-meta", "header", text()),
            param("Type", "query", text()),
            param("__context", "query", text()),
        ])
        .operation();
    let names: Vec<_> = lowered.request[0]
        .fields
        .iter()
        .map(|f| (f.name, f.ident.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("SystemDisk.Size", "system_disk_size"),
            ("x-acs-meta", "x_acs_meta"),
            ("Type", "type_"),
            ("__context", "context"),
        ]
    );
}

#[test]
fn a_dotted_name_beside_the_object_that_it_belongs_to_stays_a_field() {
    let operation = Spec::rpc()
        .params([
            json!({"name": "SystemDisk", "in": "query", "style": "flat",
                   "schema": object(json!({"AutoSnapshot": text()}))}),
            param("SystemDisk.Size", "query", text()),
        ])
        .operation();
    assert_eq!(operation.request[0].fields.len(), 2);
    assert_eq!(
        field(&operation.request, "Request", "SystemDisk").ty,
        Type::Struct(operation.request[1].ident.clone())
    );
}

#[test]
fn a_property_that_begins_with_a_digit_gets_an_identifier() {
    let operation = Spec::rpc()
        .reply(object(json!({"405Pv": {"type": "integer"}})))
        .operation();
    let pv = field(&operation.response, "Response", "405Pv");
    assert!(pv.ident.as_str().starts_with('n'), "{}", pv.ident);
}

#[test]
fn names_that_meet_in_one_identifier_are_told_apart_and_noted() {
    let (operation, found) = Spec::rpc()
        .reply(object(json!({"Key": text(), "key": text()})))
        .found();
    let fields = &operation.response[0].fields;
    assert_eq!(fields[0].name, "Key");
    assert_eq!(fields[0].ident.as_str(), "key");
    assert_eq!(fields[1].name, "key");
    assert_eq!(fields[1].ident.as_str(), "key_2");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, Severity::Note);
    assert!(found[0].message.contains("`key_2`"), "{}", found[0].message);
}

#[test]
fn an_overlay_may_give_a_better_name() {
    let operation = Spec::rpc()
        .params([param(
            "X",
            "query",
            json!({"type": "string", "x-rust-name": "Width"}),
        )])
        .operation();
    assert_eq!(operation.request[0].fields[0].ident.as_str(), "width");
    assert_eq!(operation.request[0].fields[0].name, "X");
}

#[test]
fn operations_named_like_keywords_or_in_lower_case_have_modules() {
    for (name, module) in [("pub", "pub_"), ("createInstance", "create_instance")] {
        assert_eq!(Spec::rpc().name(name).operation().ident.as_str(), module);
    }
}

// Duplicates

fn twice() -> Spec {
    Spec::rpc().params([
        param("Lang", "query", text()),
        param(
            "Lang",
            "query",
            json!({"type": "string", "description": "again"}),
        ),
    ])
}

#[test]
fn two_parameters_of_one_name_are_an_error_in_a_spec_that_is_maintained() {
    let found = twice().lower(&Settings::default()).1;
    assert_eq!(found[0].severity, Severity::Error);
    assert_eq!(found[0].pointer, "/apis/DoThing/parameters/1/name");
}

#[test]
fn of_two_published_parameters_of_one_name_the_first_wins() {
    let settings = Settings {
        tolerance: Tolerance::Published,
        ..Settings::default()
    };
    let (product, found) = twice().lower(&settings);
    let operation = product.expect("generated").operations.remove(0);
    assert_eq!(operation.request[0].fields.len(), 1);
    assert_eq!(operation.request[0].fields[0].description, "");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, Severity::Warning);
}

// Bounds

#[test]
fn required_is_what_the_gateway_requires() {
    let operation = Spec::rpc()
        .params([
            param("A", "query", json!({"type": "string", "required": true})),
            param(
                "B",
                "query",
                json!({"type": "string", "required": false, "docRequired": true}),
            ),
            param(
                "C",
                "query",
                json!({"type": "array", "items": {"type": "string", "required": true}}),
            ),
        ])
        .operation();
    let required: Vec<_> = operation.request[0]
        .fields
        .iter()
        .map(|f| f.required)
        .collect();
    assert_eq!(required, [true, false, false]);
}

#[test]
fn bounds_are_numbers_whether_published_as_text_or_not() {
    let operation = Spec::rpc()
        .params([
            param(
                "A",
                "query",
                json!({"type": "integer", "minimum": "1", "maximum": "100"}),
            ),
            param(
                "B",
                "query",
                json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true}),
            ),
            param(
                "C",
                "query",
                json!({"type": "string", "minLength": 2, "maxLength": 64}),
            ),
            param(
                "D",
                "query",
                json!({"type": "array", "items": text(), "minItems": 1, "maxItems": 10}),
            ),
            param("E", "query", json!({"type": "number", "maximum": "0.5"})),
            param(
                "F",
                "query",
                json!({"type": "integer", "maximum": "9223372036854775808"}),
            ),
            param(
                "G",
                "query",
                json!({"type": "integer", "minimum": "5", "maximum": "1"}),
            ),
            param(
                "H",
                "query",
                json!({"type": "string", "pattern": "^[0-9]*$"}),
            ),
            param(
                "I",
                "query",
                json!({"type": "string", "pattern": "^[\\x00-\\x7F]{1,64}$"}),
            ),
        ])
        .operation();
    let limits: Vec<_> = operation.request[0]
        .fields
        .iter()
        .map(|f| &f.limits[..])
        .collect();
    assert_eq!(limits[0], [Limit::Min(1), Limit::Max(100)]);
    assert_eq!(limits[1], [Limit::Min(1)]);
    assert_eq!(limits[2], [Limit::MinLength(2), Limit::MaxLength(64)]);
    assert_eq!(limits[3], [Limit::MinItems(1), Limit::MaxItems(10)]);
    assert_eq!(limits[4], [Limit::MaxFloat(0.5)]);
    assert_eq!(limits[5], []);
    assert_eq!(limits[6], []);
    assert!(matches!(limits[7], [Limit::Chars(ranges, _)] if ranges == &[('0', '9')]));
    let ascii = Limit::Chars(vec![('\0', '\x7f')], "ASCII characters".to_owned());
    assert_eq!(
        limits[8],
        [ascii, Limit::MinLength(1), Limit::MaxLength(64)]
    );
}

#[test]
fn a_pattern_that_is_not_checked_is_said() {
    let operation = Spec::rpc()
        .params([param(
            "A",
            "query",
            json!({"type": "string", "description": "A name.", "pattern": "^(?!x)[a-z]+$"}),
        )])
        .operation();
    let field = &operation.request[0].fields[0];
    assert!(field.limits.is_empty());
    assert_eq!(
        field.description,
        "A name.\n\nIt has to match the regular expression `^(?!x)[a-z]+$`."
    );
}

#[test]
fn replies_have_no_bounds_and_require_nothing() {
    let operation = Spec::rpc()
        .reply(object(
            json!({"A": {"type": "string", "required": true, "maxLength": 3}}),
        ))
        .operation();
    assert!(operation.response[0].fields[0].limits.is_empty());
    assert!(!operation.response[0].fields[0].required);
}

// Enums

#[test]
fn documented_values_are_open_and_named_where_a_name_can_be_made() {
    let (operation, found) = Spec::rpc()
        .params([param(
            "Mode",
            "query",
            json!({"type": "string", "enum": ["ON", "on", "中文", "", "a-b", "ON"],
                   "enumValueTitles": {"ON": "switched on", "late": "added later"}}),
        )])
        .found();
    let values: Vec<_> = operation.request[0].fields[0]
        .values
        .iter()
        .map(|v| (v.value, v.ident.as_ref().map(|i| i.as_str()), v.title))
        .collect();
    assert_eq!(
        values,
        [
            ("ON", Some("MODE_ON"), "switched on"),
            ("on", None, ""),
            ("中文", None, ""),
            ("", None, ""),
            ("a-b", Some("MODE_A_B"), ""),
            ("late", Some("MODE_LATE"), "added later"),
        ]
    );
    assert_eq!(found.len(), 1, "the constant that two values would have");
}

#[test]
fn values_of_other_types_are_documented_only() {
    let operation = Spec::rpc()
        .params([
            param("A", "query", json!({"type": "integer", "enum": ["0", "1"]})),
            param("B", "query", json!({"type": "string", "enum": []})),
            param(
                "C",
                "query",
                json!({"type": "array", "items": {"type": "string", "enum": ["x"]}}),
            ),
        ])
        .operation();
    let fields = &operation.request[0].fields;
    assert!(fields[0].values.iter().all(|v| v.ident.is_none()));
    assert_eq!(fields[0].values.len(), 2);
    assert!(fields[1].values.is_empty());
    assert_eq!(
        fields[2].values[0]
            .ident
            .as_ref()
            .expect("a constant")
            .as_str(),
        "C_X"
    );
}

#[test]
fn the_one_documented_value_is_checked_unless_the_documentation_shows_another() {
    let one = |more: Value| {
        let mut schema = json!({"type": "string", "enum": ["DOMAIN"]});
        let more = more.as_object().unwrap().clone();
        schema.as_object_mut().unwrap().extend(more);
        schema
    };
    let operation = Spec::rpc()
        .params([
            param("A", "query", one(json!({}))),
            param("B", "query", one(json!({"example": "DOMAIN"}))),
            param("C", "query", one(json!({"example": "other"}))),
            param("D", "query", one(json!({"default": "other"}))),
            param("E", "query", one(json!({"maxLength": 3}))),
            param("F", "query", json!({"type": "string", "enum": ["a", "b"]})),
            param("G", "query", json!({"type": "string", "enum": [""]})),
            param(
                "H",
                "query",
                json!({"type": "array", "items": {"type": "string", "enum": ["a"]}}),
            ),
        ])
        .operation();
    let checked: Vec<_> = operation.request[0]
        .fields
        .iter()
        .filter(|field| field.limits.iter().any(|l| matches!(l, Limit::Only(_))))
        .map(|field| field.name)
        .collect();
    assert_eq!(checked, ["A", "B"]);
}

#[test]
fn the_one_region_of_a_product_is_checked_where_an_operation_documents_it() {
    let hosts = |regions: &[&str]| {
        let row =
            |region| json!({"regionId": region, "endpoint": format!("demo.{region}.example.com")});
        Value::from(regions.iter().map(row).collect::<Vec<_>>())
    };
    let limits = |regions: &[&str], example: &str| {
        let schema = json!({"type": "string", "example": example});
        let operation = Spec::rpc()
            .root("endpoints", hosts(regions))
            .params([param("RegionId", "query", schema)])
            .operation();
        operation.request[0].fields[0].limits.clone()
    };
    let only = Limit::Only("cn-hangzhou".to_owned());
    assert_eq!(limits(&["cn-hangzhou"], "cn-hangzhou"), [only]);
    assert_eq!(limits(&["cn-hangzhou"], "cn-beijing"), []);
    assert_eq!(limits(&["cn-hangzhou", "cn-beijing"], "cn-hangzhou"), []);
}
