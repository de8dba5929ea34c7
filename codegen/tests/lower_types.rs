//! Published schemas and what types they become. One small case for each thing that published specs
//! hold and that a generator has to survive.

mod support;

use alicloud_codegen::lower::Settings;
use alicloud_codegen::model::{ReplyBody, Type};
use serde_json::{Value, json};
use support::{Spec, field, structure, text};

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

// Types

#[test]
fn scalars_have_one_width_each() {
    let operation = Spec::rpc()
        .reply(object(json!({
            "A": {"type": "integer", "format": "int32"},
            "B": {"type": "integer"},
            "C": {"type": "number", "format": "float"},
            "D": {"type": "string", "format": "int64"},
            "E": {"type": "boolean"},
            "F": {"type": "any"},
            "G": {"type": "object"},
            "H": {"type": "array", "format": "int64"},
            "J": {"type": "string", "format": "iso8601"},
        })))
        .operation();
    let types: Vec<_> = operation.response[0].fields.iter().map(|f| &f.ty).collect();
    assert_eq!(
        types,
        [
            &Type::Int,
            &Type::Int,
            &Type::Float,
            &Type::Text,
            &Type::Bool,
            &Type::Any,
            &Type::Any,
            &Type::List(Box::new(Type::Any)),
            &Type::Text,
        ]
    );
}

#[test]
fn free_members_make_a_map() {
    let operation = Spec::rpc()
        .reply(object(json!({
            "A": {"type": "object", "additionalProperties": {"type": "integer"}},
            "Groups": {"type": "object", "additionalProperties": object(json!({"X": text()}))},
            "C": {"type": "object", "additionalProperties": true},
            "D": {"type": "object", "properties": {"X": text()}, "additionalProperties": true},
            "E": {"type": "object", "properties": {"X": text()}, "additionalProperties": false},
        })))
        .operation();
    let ty = |name: &str| field(&operation.response, "Response", name).ty.clone();
    let map = |inner| Type::Map(Box::new(inner));
    assert_eq!(ty("A"), map(Type::Int));
    assert_eq!(
        ty("Groups"),
        map(Type::Struct(
            structure(&operation.response, "Group").ident.clone()
        ))
    );
    assert_eq!(ty("C"), map(Type::Any));
    assert_eq!(ty("D"), map(Type::Any));
    assert_eq!(
        ty("E"),
        Type::Struct(structure(&operation.response, "E").ident.clone())
    );
}

#[test]
fn a_list_with_properties_is_a_list() {
    let operation = Spec::rpc()
        .reply(object(json!({
            "A": {"type": "array", "properties": {"X": text()}, "items": text()},
        })))
        .operation();
    assert_eq!(
        operation.response[0].fields[0].ty,
        Type::List(Box::new(Type::Text))
    );
}

#[test]
fn lists_of_lists_of_objects_are_named_from_their_field() {
    let operation = Spec::rpc()
        .reply(object(json!({
            "Rows": {"type": "array", "items": {"type": "array", "items": object(json!({"X": text()}))}},
        })))
        .operation();
    assert_eq!(operation.response[1].ident.as_str(), "Row");
}

// References

#[test]
fn references_become_types_named_from_their_field_in_their_own_operation() {
    let operation = Spec::rpc()
        .component("data_disk", object(json!({"Size": {"type": "integer"}})))
        .params([json!({"name": "Disks", "in": "query", "style": "json",
            "schema": {"type": "array", "items": {"$ref": "#/components/schemas/data_disk"}}})])
        .reply(object(
            json!({"Disk": {"description": "The disk.", "$ref": "#/components/schemas/data_disk"}}),
        ))
        .operation();
    assert_eq!(operation.request[1].ident.as_str(), "Disk");
    assert_eq!(operation.response[1].ident.as_str(), "ResponseDisk");
    assert_eq!(operation.response[0].fields[0].description, "The disk.");
}

#[test]
fn a_type_that_contains_itself_is_boxed_there() {
    let (operation, found) = Spec::rpc()
        .component(
            "Node",
            object(json!({
                "Left": {"$ref": "#/components/schemas/Node"},
                "Others": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
                "Named": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Node"}},
                "Table": {"$ref": "#/components/schemas/Table"},
            })),
        )
        .component(
            "Table",
            object(json!({"Owner": {"$ref": "#/components/schemas/Node"}, "Id": text()})),
        )
        .reply(object(json!({"Root": {"$ref": "#/components/schemas/Node"}})))
        .found();
    assert!(found.is_empty(), "{found:?}");
    let boxed = |structure: &str, name: &str| field(&operation.response, structure, name).boxed;
    assert_eq!(operation.response.len(), 3);
    assert!(!boxed("Response", "Root"));
    assert!(boxed("Root", "Left"));
    assert!(!boxed("Root", "Others"), "a list has a size of its own");
    assert!(!boxed("Root", "Named"), "and so has a map");
    assert!(boxed("Root", "Table") ^ boxed("Table", "Owner"));
}

#[test]
fn a_reply_may_contain_itself() {
    let operation = Spec::rpc()
        .component(
            "Tree",
            object(json!({"Up": {"$ref": "#/components/schemas/Tree"}})),
        )
        .reply(json!({"$ref": "#/components/schemas/Tree"}))
        .operation();
    assert_eq!(operation.response.len(), 1);
    let up = &operation.response[0].fields[0];
    assert_eq!(up.ty, Type::Struct(operation.response[0].ident.clone()));
    assert!(up.boxed);
}

#[test]
fn a_list_of_objects_that_hold_that_list_ends() {
    let operation = Spec::rpc()
        .component(
            "Nodes",
            json!({"type": "array", "items": object(json!({"Id": text(), "Nodes": {"$ref": "#/components/schemas/Nodes"}}))}),
        )
        .reply(object(json!({"Nodes": {"$ref": "#/components/schemas/Nodes"}})))
        .operation();
    assert_eq!(operation.response.len(), 2);
}

#[test]
fn a_long_chain_of_references_is_refused_rather_than_followed_for_ever() {
    let mut spec = Spec::rpc();
    for i in 0..500 {
        spec = spec.component(
            &format!("C{i}"),
            object(json!({"X": {"$ref": format!("#/components/schemas/C{}", i + 1)}})),
        );
    }
    let found = spec
        .component("C500", text())
        .reply(json!({"$ref": "#/components/schemas/C0"}))
        .lower(&Settings::default())
        .1;
    assert!(found.iter().any(|d| d.message.contains("nested more than")));
}

// Type names

#[test]
fn the_shorter_path_and_the_request_have_the_plain_name() {
    let tag = |extra: &str| object(json!({"Key": text(), extra: text()}));
    let operation = Spec::rpc()
        .params([
            json!({"name": "Instance", "in": "query", "style": "flat",
                   "schema": object(json!({"Tag": tag("Deep")}))}),
            json!({"name": "Tag", "in": "query", "style": "flat", "schema": tag("Shallow")}),
        ])
        .reply(object(
            json!({"Tag": tag("Reply"), "Error": tag("Failure")}),
        ))
        .operation();
    assert_eq!(field(&operation.request, "Tag", "Shallow").name, "Shallow");
    assert_eq!(
        field(&operation.request, "InstanceTag", "Deep").name,
        "Deep"
    );
    assert_eq!(
        field(&operation.response, "ResponseTag", "Reply").name,
        "Reply"
    );
    assert_eq!(
        field(&operation.response, "ResponseError", "Failure").name,
        "Failure"
    );
}

#[test]
fn equal_types_of_one_name_are_one_type() {
    let tags = json!({"type": "array", "items": object(json!({"Key": text(), "Value": text()}))});
    let operation = Spec::rpc()
        .reply(object(json!({
            "Tags": tags,
            "Disk": object(json!({"Tags": tags, "Id": text()})),
            "Other": object(json!({"Key": text(), "Value": text()})),
        })))
        .operation();
    let names: Vec<_> = operation
        .response
        .iter()
        .map(|s| s.ident.as_str())
        .collect();
    assert_eq!(names, ["Response", "Disk", "Other", "Tag"]);
}

// Wrappers

#[test]
fn in_replies_an_object_that_only_wraps_a_list_is_the_list() {
    let wrapped =
        object(json!({"Region": {"type": "array", "items": object(json!({"Id": text()}))}}));
    let operation = Spec::rpc()
        .params([json!({"name": "Regions", "in": "query", "style": "flat", "schema": wrapped})])
        .reply(object(json!({"Regions": wrapped})))
        .operation();
    let regions = field(&operation.response, "Response", "Regions");
    assert_eq!(regions.wrapper, Some("Region"));
    assert!(matches!(&regions.ty, Type::List(item) if matches!(**item, Type::Struct(_))));
    let asked = field(&operation.request, "Request", "Regions");
    assert_eq!(asked.wrapper, None, "requests are as documented");
    assert!(matches!(asked.ty, Type::Struct(_)));
}

#[test]
fn the_response_itself_is_no_wrapper() {
    let operation = Spec::rpc()
        .reply(object(json!({"Items": {"type": "array", "items": text()}})))
        .operation();
    assert_eq!(operation.reply, ReplyBody::Object);
    assert_eq!(operation.response[0].fields[0].name, "Items");
}
