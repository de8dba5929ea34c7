//! What a change of the metadata is judged to be.

mod support;

use alicloud_codegen::Spec;
use alicloud_codegen::diff::{Difference, Impact, difference};
use serde_json::{Value, json};
use support::Spec as Document;

fn compare(old: &Document, new: &Document) -> Difference {
    let (old, new) = (old.json(), new.json());
    let spec = |json| Spec {
        path: "demo.json",
        json,
        overlay: None,
    };
    difference(&spec(&old), &spec(&new), None).expect("both can be read")
}

/// The changes as text: impact, place, what.
fn changes(difference: &Difference) -> Vec<String> {
    let line = |it: &alicloud_codegen::diff::Change| {
        format!("{} {}: {}", it.impact.name(), it.item, it.what)
    };
    difference.changes.iter().map(line).collect()
}

fn parameter(name: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "schema": schema})
}

fn with(schema: Value) -> Document {
    Document::rpc().params([parameter("Size", schema)])
}

#[test]
fn the_same_spec_differs_in_nothing() {
    let spec = with(json!({"type": "integer", "maximum": "10"}));
    let same = compare(&spec, &spec);
    assert_eq!((same.impact(), same.semver()), (None, "none"));
    assert!(same.markdown().contains("Nothing changed"));
}

#[test]
fn a_parameter_that_becomes_required_is_breaking() {
    let before = with(json!({"type": "string"}));
    let after = with(json!({"type": "string", "required": true}));
    assert_eq!(
        changes(&compare(&before, &after)),
        ["breaking Request::size: required now"]
    );
    assert_eq!(
        changes(&compare(&after, &before)),
        ["additive Request::size: no longer required"]
    );
}

#[test]
fn a_new_parameter_is_breaking_only_if_it_is_required() {
    let before = Document::rpc();
    let optional = compare(&before, &with(json!({"type": "string"})));
    assert_eq!(changes(&optional), ["additive Request::size: a new field"]);
    assert_eq!(optional.semver(), "patch");
    let required = compare(&before, &with(json!({"type": "string", "required": true})));
    assert_eq!(required.impact(), Some(Impact::Breaking));
    let removed = compare(&with(json!({"type": "string"})), &before);
    assert_eq!(changes(&removed), ["breaking Request::size: removed"]);
}

#[test]
fn another_type_is_breaking_and_another_width_is_nothing() {
    let int32 = with(json!({"type": "integer", "format": "int32"}));
    let int64 = with(json!({"type": "integer", "format": "int64"}));
    assert_eq!(compare(&int32, &int64).impact(), None);
    let text = with(json!({"type": "string"}));
    assert_eq!(
        changes(&compare(&int32, &text)),
        ["breaking Request::size: `String`, was `i64`"]
    );
    let file = with(json!({"type": "string", "isFileTransferUrl": true}));
    assert_eq!(
        changes(&compare(&text, &file)),
        ["breaking Request::size: `FileUrl`, was `String`"]
    );
}

#[test]
fn narrower_bounds_break_and_wider_ones_do_not() {
    let bounded = |max: &str| with(json!({"type": "integer", "maximum": max}));
    assert_eq!(
        compare(&bounded("10"), &bounded("5")).impact(),
        Some(Impact::Breaking)
    );
    assert_eq!(
        compare(&bounded("5"), &bounded("10")).impact(),
        Some(Impact::Additive)
    );
    let unbounded = with(json!({"type": "integer"}));
    assert_eq!(
        compare(&bounded("5"), &unbounded).impact(),
        Some(Impact::Additive)
    );
    assert_eq!(
        compare(&unbounded, &bounded("5")).impact(),
        Some(Impact::Breaking)
    );
}

#[test]
fn constants_come_freely_and_go_with_a_break() {
    let values = |values: &[&str]| with(json!({"type": "string", "enum": values}));
    let difference = compare(&values(&["a", "b"]), &values(&["b", "c"]));
    assert_eq!(
        changes(&difference),
        [
            "breaking Request::SIZE_A: the constant is gone",
            "additive Request::SIZE_C: a new constant",
        ]
    );
}

#[test]
fn a_reply_may_gain_fields_and_not_lose_them() {
    let reply =
        |fields: Value| Document::rpc().reply(json!({"type": "object", "properties": fields}));
    let one = reply(json!({"Id": {"type": "string"}}));
    let two = reply(json!({"Id": {"type": "string"}, "Size": {"type": "integer"}}));
    assert_eq!(
        changes(&compare(&one, &two)),
        ["additive Response::size: a new field"]
    );
    assert_eq!(
        changes(&compare(&two, &one)),
        ["breaking Response::size: removed"]
    );
}

#[test]
fn events_may_come_and_not_go() {
    let schemes = |schemes: &[&str]| Document::rpc().set("schemes", json!(schemes));
    let (plain, streamed) = (schemes(&["https"]), schemes(&["https", "sse"]));
    assert_eq!(
        changes(&compare(&plain, &streamed)),
        ["additive : can be answered with events"]
    );
    assert_eq!(
        changes(&compare(&streamed, &plain)),
        ["breaking : cannot be answered with events any more"]
    );
}

#[test]
fn marks_that_a_guard_goes_by_are_told() {
    let plain = Document::rpc();
    let tags = json!({"riskType": "high", "chargeType": "paid"});
    let marked = Document::rpc().set("systemTags", tags);
    assert_eq!(
        changes(&compare(&plain, &marked)),
        [
            "additive : of high risk now: a guard may deny it",
            "additive : costs money now: a guard may deny it"
        ]
    );
    assert_eq!(
        changes(&compare(&marked, &plain)),
        [
            "additive : no longer of high risk",
            "additive : no longer costs money"
        ]
    );
    let told = json!({"callback": "Jobs::2020-01-01::GetJob"});
    let told = compare(&plain, &Document::rpc().set("staticInfo", told));
    assert_eq!(told.impact(), Some(Impact::Documentation));
}

#[test]
fn texts_are_documentation() {
    let described = |text: &str| with(json!({"type": "string", "description": text}));
    let difference = compare(&described("How large it is."), &described("Its size."));
    assert_eq!(difference.impact(), Some(Impact::Documentation));
    assert!(difference.markdown().contains("1 change of documentation"));
}

#[test]
fn error_codes_and_operations_are_told_by_name() {
    let coded = |codes: Value| Document::rpc().set("errorCodes", codes);
    let before = coded(json!({"400": [{"errorCode": "Gone", "errorMessage": "no"}]}));
    let after = coded(json!({"404": [{"errorCode": "New", "errorMessage": "no"}]}));
    assert_eq!(
        changes(&compare(&before, &after)),
        [
            "breaking error Gone: removed",
            "additive error New: a new code"
        ]
    );
    let renamed = compare(
        &Document::rpc().name("DoThing"),
        &Document::rpc().name("DoOther"),
    );
    assert_eq!(
        changes(&renamed),
        ["breaking : removed", "additive : added"]
    );
    let markdown = renamed.markdown();
    assert!(markdown.contains("- `DoThing`: removed\n"), "{markdown}");
    assert!(markdown.contains("minor (breaking)"), "{markdown}");
}

#[test]
fn what_cannot_be_read_is_an_error_with_its_findings() {
    let good = Document::rpc().json();
    let spec = |json| Spec {
        path: "demo.json",
        json,
        overlay: None,
    };
    let findings = difference(&spec(&good), &spec(b"<html>"), None).expect_err("no spec");
    assert!(!findings.is_empty());
}
