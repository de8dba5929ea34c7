//! Published metadata as it is: what is wrong costs that line, and is said with its
//! place and with what it became. The same spec is refused where it is maintained.

mod support;

use alicloud_codegen::lower::{Settings, Tolerance};
use alicloud_codegen::model::{Operation, Place, Product, Style, Type};
use alicloud_codegen::{Diagnostic, Kind, Severity};
use serde_json::{Value, json};
use support::{Spec, field, lower, text};

const PUBLISHED: Settings<'static> = Settings {
    tolerance: Tolerance::Published,
    version_in_name: false,
    operations: None,
};

/// The product, with nothing worse than a warning; and an error where it is maintained.
#[track_caller]
fn taken(spec: &Spec) -> (Product<'static>, Vec<Diagnostic>) {
    let (product, found) = spec.lower(&PUBLISHED);
    assert!(
        found.iter().all(|it| it.severity != Severity::Error),
        "{found:#?}"
    );
    let (strict, errors) = spec.lower(&Settings::default());
    assert!(strict.is_none(), "a maintained spec is held to it");
    assert!(errors.iter().any(|it| it.severity == Severity::Error));
    (product.expect("generated"), found)
}

/// The only operation and the only finding: its kind, pointer and message.
#[track_caller]
fn costs(spec: &Spec) -> (Operation<'static>, Kind, String) {
    let (mut product, found) = taken(spec);
    let warnings: Vec<_> = found
        .iter()
        .filter(|it| it.severity == Severity::Warning)
        .collect();
    let [only] = warnings[..] else {
        panic!("one finding: {found:#?}")
    };
    assert!(only.line >= 1 && !only.help.is_empty());
    let said = format!("{}: {}", only.pointer, only.message);
    (product.operations.remove(0), only.kind, said)
}

fn replies(schema: Value) -> Spec {
    Spec::rpc()
        .reply(json!({"type": "object", "properties": {"RequestId": text(), "Thing": schema}}))
}

const THING: &str = "/apis/DoThing/responses/200/schema/properties/Thing";

#[test]
fn a_type_that_nobody_can_tell_is_json() {
    for (schema, kind, said) in [
        (
            json!({"$ref": "#/components/schemas/Gone"}),
            Kind::DanglingReference,
            "/$ref: `#/components/schemas/Gone` refers to nothing; it becomes `Json`",
        ),
        (
            json!({"title": "no type"}),
            Kind::NoType,
            ": the key `type` is missing, and there is no `$ref`; it becomes `Json`",
        ),
        (
            json!({"type": "long"}),
            Kind::UnknownType,
            "/type: the type `long` is unknown; it becomes `Json`",
        ),
        (
            json!({"type": "string", "properties": {"A": text()}}),
            Kind::Contradiction,
            "/type: the type is `string`, and there are `properties`; it becomes `Json`",
        ),
        (
            json!({"type": "string", "items": text()}),
            Kind::Contradiction,
            "/type: the type is `string`, and there are `items`; it becomes `Json`",
        ),
        (
            json!({"type": "object", "items": text()}),
            Kind::Contradiction,
            "/type: the type is `object`, and there are `items`; it becomes `Json`",
        ),
        (
            json!({"type": "array", "properties": {"A": text()}}),
            Kind::Contradiction,
            "/type: the type is `array`, and there are `properties`; it becomes `Json`",
        ),
        (
            json!("a text"),
            Kind::WrongValue,
            ": a string where the format has a schema (an object); it becomes `Json`",
        ),
    ] {
        let (operation, found, message) = costs(&replies(schema));
        assert_eq!(
            field(&operation.response, "Response", "Thing").ty,
            Type::Any
        );
        assert_eq!((found, message), (kind, format!("{THING}{said}")));
    }
}

#[test]
fn a_type_that_has_what_it_should_have_keeps_it() {
    for (schema, ty) in [
        (
            json!({"type": "array", "items": text(), "properties": {"A": text()}}),
            Type::List(Box::new(Type::Text)),
        ),
        (
            // The wrapper of one list.
            json!({"type": "object", "itemNode": true, "items": text(),
                   "properties": {"A": {"type": "array", "items": text()}}}),
            Type::List(Box::new(Type::Text)),
        ),
    ] {
        let (operation, found) = replies(schema).found();
        assert_eq!(field(&operation.response, "Response", "Thing").ty, ty);
        assert!(
            found.iter().all(|it| it.severity == Severity::Note),
            "{found:?}"
        );
    }
}

#[test]
fn a_type_without_an_end_is_json_where_it_would_begin_again() {
    let spec = replies(json!({"$ref": "#/components/schemas/A"}))
        .component("A", json!({"$ref": "#/components/schemas/A"}));
    let (operation, kind, _) = costs(&spec);
    assert_eq!(kind, Kind::EndlessType);
    assert_eq!(
        field(&operation.response, "Response", "Thing").ty,
        Type::Any
    );
}

#[test]
fn a_text_that_is_none_is_left_out() {
    let spec = Spec::rpc().set("description", json!([]));
    let (operation, kind, said) = costs(&spec);
    assert_eq!(operation.description, "");
    assert_eq!(
        (kind, &*said),
        (
            Kind::NotText,
            "/apis/DoThing/description: a list where the format has a string; it is left out"
        )
    );
}

#[test]
fn an_unknown_method_goes_where_another_is_listed_and_else_costs_the_operation() {
    let spec = Spec::rpc().set("methods", json!(["trace", "get"]));
    for settings in [&PUBLISHED, &Settings::default()] {
        let (product, found) = spec.lower(settings);
        assert_eq!(product.expect("generated").operations[0].method, "GET");
        assert_eq!(
            (found[0].severity, found[0].kind),
            (Severity::Warning, Kind::UnknownMethod)
        );
        assert_eq!(
            (&*found[0].pointer, &*found[0].message),
            (
                "/apis/DoThing/methods/0",
                "the method `trace` is unknown; it is left out"
            )
        );
    }

    let (product, _) = taken(&Spec::rpc().set("methods", json!(["trace"])));
    assert!(product.operations.is_empty());
    assert_eq!(product.skipped[0].operation, "DoThing");
    assert_eq!(product.skipped[0].reason, "the method `trace` is unknown");
}

#[test]
fn a_parameter_that_cannot_be_sent_is_left_out_and_its_neighbours_keep_their_places() {
    let spec = Spec::rpc().params([
        json!({"in": "query", "schema": text()}),
        json!({"name": "A", "in": "cookie", "schema": text()}),
        json!(7),
        json!({"name": "", "in": "query", "schema": text()}),
        json!({"name": "B", "in": "query", "style": "deep", "schema": {"type": "array", "items": text()}}),
        json!({"name": "C", "in": "query"}),
    ]);
    let (product, found) = taken(&spec);
    let fields = &product.operations[0].request[0].fields;
    let sent: Vec<_> = fields.iter().map(|it| (it.name, &it.ty)).collect();
    assert_eq!(
        sent,
        [("B", &Type::List(Box::new(Type::Text))), ("C", &Type::Any)]
    );
    assert_eq!(fields[0].style, Style::Flat);
    let places: Vec<_> = found
        .iter()
        .map(|it| it.pointer.strip_prefix("/apis/DoThing/parameters/"))
        .collect();
    assert_eq!(
        places,
        [
            Some("0"),
            Some("1/in"),
            Some("2"),
            Some("3/name"),
            Some("4/style"),
            Some("5")
        ]
    );
}

#[test]
fn an_operation_that_cannot_be_described_is_skipped_with_its_reason() {
    let body = |style: &str| json!({"name": "body", "in": "body", "style": style, "schema": {"type": "object"}});
    for (spec, reason) in [
        (Spec::roa("/a b"), "`/a b` is no path of a URL"),
        (Spec::roa("/a/{b"), "`/a/{b`: a brace is not closed"),
        (
            Spec::roa("/a").params([body("xml")]),
            "the style `xml` is spoken by gateways of their own only",
        ),
        (
            Spec::rpc().name("Do\nThing"),
            "the operation's name travels in a header, and this one cannot",
        ),
    ] {
        let (product, found) = taken(&spec);
        assert!(product.operations.is_empty());
        assert_eq!(product.skipped.len(), 1);
        assert_eq!(product.skipped[0].reason, reason);
        assert!(found.iter().any(|it| it.kind == Kind::SkippedOperation
            && it.message.ends_with("; the operation is skipped")));
    }
}

#[test]
fn an_operation_that_is_no_object_costs_itself_alone() {
    let mut document: Value = serde_json::from_slice(&Spec::rpc().json()).expect("JSON");
    document["apis"]["Broken"] = json!("gone");
    let json = serde_json::to_vec(&document).expect("serializes");
    let (product, found) = lower("api-docs.json", &json, None, &PUBLISHED);
    let product = product.expect("generated");
    assert_eq!(product.operations.len(), 1);
    assert_eq!(product.skipped[0].operation, "Broken");
    assert_eq!(
        found[0].message,
        "a string where the format has an object; the operation is skipped"
    );
}

#[test]
fn an_empty_list_of_operations_is_an_empty_product() {
    let mut document: Value = serde_json::from_slice(&Spec::rpc().json()).expect("JSON");
    document["apis"] = json!([]);
    let json = serde_json::to_vec(&document).expect("serializes");
    let (product, found) = lower("api-docs.json", &json, None, &PUBLISHED);
    assert!(product.expect("generated").operations.is_empty());
    assert_eq!(
        found[0].message,
        "a list where the format has an object; it is read as an empty object"
    );
    assert_eq!(found[0].pointer, "/apis");
}

#[test]
fn a_repeated_key_counts_once() {
    let json = String::from_utf8(Spec::rpc().json()).expect("UTF-8");
    let json = json.replacen(
        "\"methods\":[\"post\",\"get\"]",
        "\"methods\":[\"get\"],\"methods\":[\"post\"]",
        1,
    );
    let (product, found) = lower("api-docs.json", json.as_bytes(), None, &PUBLISHED);
    assert_eq!(product.expect("generated").operations[0].method, "GET");
    assert_eq!(found[0].kind, Kind::RepeatedKey);
    assert!(
        found[0].message.ends_with("; the first one is used"),
        "{found:?}"
    );
}

#[test]
fn rows_of_errors_and_endpoints_are_left_out_one_by_one() {
    let spec = Spec::rpc()
        .set(
            "errorCodes",
            json!({"400": [{"errorMessage": "no code"}, {"errorCode": "A.B"}], "500": "none"}),
        )
        .root(
            "endpoints",
            json!([{"regionId": "cn-a"}, {"regionId": "cn-b", "endpoint": "b.aliyuncs.com"}, null]),
        );
    let (product, found) = taken(&spec);
    assert_eq!(product.operations[0].errors.len(), 1);
    assert_eq!(
        product.endpoints,
        [("cn-b".to_owned(), "b.aliyuncs.com".to_owned())]
    );
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn a_document_in_the_body_keeps_its_place_whatever_its_style_is_called() {
    let spec = Spec::roa("/a").params([json!(
        {"name": "body", "in": "body", "style": "struct", "schema": {"type": "object"}}
    )]);
    assert_eq!(
        spec.operation().request[0].fields[0].place,
        Place::BodyIfSet
    );
}

#[test]
fn an_unknown_style_of_a_product_is_told_by_its_paths() {
    for (path, routed) in [("/things", "/things"), ("", "/")] {
        let spec = Spec::style("GraphQL").set("path", json!(path));
        let (product, found) = taken(&spec);
        assert_eq!(product.operations[0].path, routed);
        assert_eq!(found[0].kind, Kind::UnknownStyle);
    }
}

#[test]
fn only_what_is_no_spec_at_all_fails() {
    for (json, message) in [
        (
            r#"{"code":500,"message":"server error"}"#,
            "no spec, but the answer of a service: 500, server error",
        ),
        (
            "<!DOCTYPE html><html></html>",
            "no spec, but a page in HTML or XML",
        ),
        ("", "no spec: the file is empty"),
        ("{\"info\": ", "not JSON: EOF while parsing a value"),
        ("[]", "a list where the format has an object"),
        (
            r#"{"info":{"product":"P","version":"1","style":"RPC"}}"#,
            "the key `apis` is missing",
        ),
        (
            r#"{"info":{"product":"P","version":"1"},"apis":"none"}"#,
            "a string where the format has an object",
        ),
        (
            r#"{"info":{"version":"1"},"apis":{}}"#,
            "the key `product` is missing",
        ),
        (
            r#"{"info":{"product":"","version":"1"},"apis":{}}"#,
            "`product` is empty or not plain ASCII without spaces",
        ),
    ] {
        let (product, found) = lower("api-docs.json", json.as_bytes(), None, &PUBLISHED);
        assert!(product.is_none(), "{json}");
        let error = found.iter().find(|it| it.severity == Severity::Error);
        assert_eq!(error.map(|it| &*it.message), Some(message), "{found:#?}");
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let json = [b"\xef\xbb\xbf", &*Spec::rpc().json()].concat();
    let (product, found) = lower("api-docs.json", &json, None, &PUBLISHED);
    assert!(product.is_some() && found.is_empty(), "{found:?}");
}

#[test]
fn half_a_character_costs_itself() {
    let json = Spec::rpc().set("title", json!("half: X")).json();
    let json = String::from_utf8(json)
        .expect("UTF-8")
        .replace("X\"", "\\ud83d\"");
    let (product, found) = lower("api-docs.json", json.as_bytes(), None, &PUBLISHED);
    let product = product.expect("generated");
    assert_eq!(product.operations[0].title, "half: \u{fffd}");
    assert_eq!((found.len(), found[0].severity), (1, Severity::Warning));
    assert!(
        lower("api-docs.json", json.as_bytes(), None, &Settings::default())
            .0
            .is_none()
    );
}
