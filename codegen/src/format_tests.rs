//! The published format stands in two places: what [`crate::metadata`] reads, and what
//! [`crate::format_errors`] tells of a spec that it does not. They must not differ: what one refuses
//! without a word of the other, or says of a spec that is read, is lost or a lie.

use proptest::prelude::*;
use proptest::sample::Index;

use crate::ordered_json::OrderedJson;
use crate::{format_errors, metadata};

/// Every key of the format, with every type that it may have.
const EVERY_KEY: &str = r##"{
  "info": {"style": "RPC", "product": "P", "version": "1"},
  "components": {"schemas": {"S": {"type": "object"}}},
  "apis": {"A": {
    "summary": "s", "title": "t", "description": "d", "requestParamsDescription": "d",
    "responseParamsDescription": "d", "extraInfo": "e", "path": "/p", "methods": ["post"],
    "schemes": ["https"], "consumes": ["application/json"],
    "security": [{"AK": []}], "operationType": "read", "systemTags": {"operationType": "get",
      "riskType": "high", "chargeType": "paid"},
    "deprecated": false, "staticInfo": {"substitutions": ["s"], "callback": "P::1::B",
      "callbackInterval": 1000, "maxCallbackTimes": "60"},
    "parameters": [{"name": "x", "in": "query", "style": "json", "schema": {
      "type": "object", "format": "f", "title": "t", "description": "d", "example": 1.5,
      "default": true, "required": "true", "deprecated": true, "sensitive": "", "$ref": "#/r",
      "properties": {"p": {"type": "string"}}, "items": {"type": "integer"},
      "additionalProperties": {"type": "any"}, "enum": ["a", 1, null],
      "enumValueTitles": {"a": "A"}, "minimum": 1, "maximum": "2", "exclusiveMinimum": true,
      "exclusiveMaximum": "false", "minLength": 1, "maxLength": 2, "minItems": 1, "maxItems": 2,
      "pattern": "^a$", "nullable": true, "readOnly": "true", "isFileTransferUrl": true, "itemNode": true, "itemName": "i",
      "xml": {"name": "x"}, "sdkPropertyName": "n", "x-rust-name": "X"}}],
    "responses": {"200": {"schema": {"type": "object", "additionalProperties": false}}},
    "errorCodes": {"400": [{"errorCode": "E", "errorMessage": "m", "description": "d"}]},
    "responseDemo": "[]", "x-rust-name": "X"}},
  "endpoints": [{"regionId": "r", "endpoint": "e.example", "public": "p.example", "vpc": "v.example"}],
  "errorCodes": [{"code": "C", "message": "m", "http_code": 400, "description": "d"}],
  "unknown": 1
}"##;

#[derive(Clone, Debug)]
enum Edit {
    /// Another value in place of one.
    Replace(OrderedJson),
    /// The first member or item goes.
    Remove,
    /// The first member or item stands there twice.
    Repeat,
}

fn edits() -> impl Strategy<Value = Vec<(Index, Edit)>> {
    let values = [
        "null",
        "true",
        "7",
        "1.5",
        r#""""#,
        r#""true""#,
        r#""x""#,
        "[]",
        "[null]",
        r#"["x"]"#,
        "[{}]",
        "{}",
        r#"{"x": null}"#,
        r#"{"x": {}}"#,
        r#"{"type": "string"}"#,
    ];
    let values: Vec<OrderedJson> = values.iter().map(|json| parsed(json)).collect();
    let edit = prop_oneof![
        4 => prop::sample::select(values).prop_map(Edit::Replace),
        1 => Just(Edit::Remove),
        1 => Just(Edit::Repeat),
    ];
    prop::collection::vec((any::<Index>(), edit), 0..4)
}

fn parsed(json: &str) -> OrderedJson {
    serde_json::from_str(json).expect("JSON")
}

fn bytes_of(json: &OrderedJson) -> Vec<u8> {
    serde_json::to_vec(json).expect("serializes")
}

/// How many values there are, itself among them.
fn size(json: &OrderedJson) -> usize {
    1 + match json {
        OrderedJson::List(items) => items.iter().map(size).sum(),
        OrderedJson::Object(members) => members.iter().map(|(_, value)| size(value)).sum(),
        _ => 0,
    }
}

/// The value of a number, counted from the root down.
fn place<'t>(json: &'t mut OrderedJson, number: &mut usize) -> Option<&'t mut OrderedJson> {
    if *number == 0 {
        return Some(json);
    }
    *number -= 1;
    match json {
        OrderedJson::List(items) => items.iter_mut().find_map(|it| place(it, number)),
        OrderedJson::Object(members) => members.iter_mut().find_map(|(_, it)| place(it, number)),
        _ => None,
    }
}

fn apply(edit: Edit, at: &mut OrderedJson) {
    match (edit, at) {
        (Edit::Replace(value), at) => *at = value,
        (Edit::Remove, OrderedJson::List(items)) => drop(items.drain(..items.len().min(1))),
        (Edit::Remove, OrderedJson::Object(members)) => drop(members.drain(..members.len().min(1))),
        (Edit::Repeat, OrderedJson::List(items)) => items.extend_from_within(..items.len().min(1)),
        (Edit::Repeat, OrderedJson::Object(members)) => {
            members.extend_from_within(..members.len().min(1))
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn metadata_refuses_what_the_format_check_finds_and_nothing_else(edits in edits()) {
        let mut spec = parsed(EVERY_KEY);
        for (index, edit) in edits {
            let mut number = index.index(size(&spec));
            apply(edit, place(&mut spec, &mut number).expect("a value of that number"));
        }
        let read = metadata::parse(&bytes_of(&spec)).map(drop);
        let mut repaired = spec.clone();
        let _ = format_errors::repair(&mut repaired);
        // What is found is replaced, so a spec that stays as it is was found to be right.
        prop_assert_eq!(
            read.is_ok(), repaired == spec,
            "{:?}: {}", read, String::from_utf8_lossy(&bytes_of(&spec))
        );
        prop_assert!(metadata::parse(&bytes_of(&repaired)).is_ok(), "what is repaired is right");
    }
}

#[test]
fn the_whole_format_is_right() {
    metadata::parse(EVERY_KEY.as_bytes()).expect("it is read");
    let mut spec = parsed(EVERY_KEY);
    let _ = format_errors::repair(&mut spec);
    assert_eq!(spec, parsed(EVERY_KEY));
}
