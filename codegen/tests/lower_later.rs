//! What a call does beside sending and waiting: events, files, and outcomes that another
//! operation tells. What is wrong with their marks costs the mark, and is said.

mod support;

use alicloud_codegen::Severity;
use alicloud_codegen::model::Outcome;
use serde_json::{Value, json};
use support::{Spec, field, text};

/// The findings, as one reads them; none is worse than a note, so that a maintained spec may
/// have them.
#[track_caller]
fn said(found: &[alicloud_codegen::Diagnostic]) -> Vec<String> {
    assert!(
        found.iter().all(|it| it.severity == Severity::Note),
        "{found:#?}"
    );
    found
        .iter()
        .map(|it| {
            format!(
                "{}: {}",
                it.pointer.trim_start_matches("/apis/DoThing"),
                it.message
            )
        })
        .collect()
}

#[track_caller]
fn outcome(info: Value) -> (Option<Outcome>, Vec<String>) {
    let (operation, found) = Spec::rpc().set("staticInfo", info).found();
    (operation.outcome, said(&found))
}

#[test]
fn an_outcome_that_cannot_be_is_left_out() {
    for (callback, what) in [
        (
            "Demo::2020-01-01::DoThing",
            "the operation itself, which would be done once more",
        ),
        (
            "DoThing",
            "the operation itself, which would be done once more",
        ),
        ("Demo::2020-01-01::", "no operation"),
        ("::::", "no operation"),
    ] {
        let (outcome, said) = outcome(json!({"callback": callback, "callbackInterval": "soon"}));
        assert_eq!(outcome, None, "{callback}");
        let message = format!("/staticInfo/callback: `{callback}` names {what}; it is left out");
        assert_eq!(said, [message]);
    }
    assert_eq!(outcome(json!({"callback": " "})), (None, Vec::new()));
}

#[test]
fn an_outcome_of_an_operation_that_is_not_there_is_said() {
    let (outcome_here, said) = outcome(json!({"callback": "demo::2020-01-01::GetThing"}));
    assert_eq!(outcome_here.expect("kept").operation, "GetThing");
    assert_eq!(
        said,
        [
            "/staticInfo/callback: `GetThing` is no operation of this version; it is said all the same"
        ]
    );
    let (elsewhere, said) = outcome(json!({"callback": "Jobs::2020-01-01::DoThing"}));
    let elsewhere = elsewhere.expect("another product's");
    assert_eq!(elsewhere.product.as_deref(), Some("Jobs 2020-01-01"));
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn a_pace_that_nobody_waits_for_is_left_out() {
    let callback = "Jobs::2020-01-01::GetJob";
    for (interval, times, expected, complaints) in [
        (json!(5), json!(10), (5000, 10), 0),
        (json!("3000"), json!("20"), (3000, 20), 0),
        (json!(300_000), json!(900), (300_000, 900), 0),
        (json!(null), json!(10), (0, 10), 0),
        (json!(-1), json!(10), (0, 10), 1),
        (json!("5s"), json!(2.5), (0, 0), 2),
        (json!(3_600_001), json!(10), (0, 10), 1),
        (json!(18_446_744_073_709_551_615_u64), json!(1), (0, 1), 1),
        (
            json!(1000),
            json!(18_446_744_073_709_551_615_u64),
            (1000, 0),
            1,
        ),
        (json!(1000), json!(10_000_000), (1000, 0), 1),
    ] {
        let info =
            json!({"callback": callback, "callbackInterval": interval, "maxCallbackTimes": times});
        let (outcome, said) = outcome(info);
        let outcome = outcome.expect("kept");
        assert_eq!(
            (outcome.interval_ms, outcome.times),
            expected,
            "{interval} {times}"
        );
        assert_eq!(said.len(), complaints, "{said:?}");
    }
}

#[test]
fn events_need_a_document() {
    for (schemes, events) in [(json!(["https"]), false), (json!([" SSE "]), true)] {
        assert_eq!(
            Spec::rpc().set("schemes", schemes).operation().events,
            events
        );
    }
    let binary = json!({"200": {"schema": {"type": "string", "format": "binary"}}});
    for responses in [
        binary,
        json!({}),
        json!({"400": {"schema": {"type": "object"}}}),
    ] {
        let (operation, found) = Spec::rpc()
            .set("schemes", json!(["sse"]))
            .set("responses", responses)
            .params([json!({"name": "Stream", "in": "query", "schema": {"type": "boolean"}})])
            .found();
        assert!(!operation.events && operation.event_switch.is_none());
        assert_eq!(
            said(&found),
            [
                "/schemes: there are server-sent events, and no document that says what one holds; the call has no `events`"
            ]
        );
    }
    let (operation, _) = Spec::rpc()
        .set("schemes", json!(["sse"]))
        .set(
            "responses",
            json!({"202": {"schema": {"$ref": "#/components/schemas/Part"}}}),
        )
        .component(
            "Part",
            json!({"type": "object", "properties": {"Text": text()}}),
        )
        .found();
    assert!(operation.events);
    field(&operation.response, "Response", "Text");
}

#[test]
fn a_switch_of_events_is_a_truth_value() {
    let within = |schema: Value| {
        let body = json!({"type": "object", "properties": {"deep": {"type": "object", "properties": {"stream": schema}}}});
        json!({"name": "body", "in": "body", "style": "json", "schema": body})
    };
    let direct = |schema: Value| json!({"name": "stream", "in": "query", "schema": schema});
    let flag = || json!({"type": "boolean"});
    for (parameters, switch, complaints) in [
        (vec![direct(flag())], Some(vec![0]), 0),
        (vec![within(flag())], Some(vec![0, 0, 0]), 0),
        (vec![within(flag()), direct(flag())], Some(vec![1]), 0),
        (vec![direct(text()), within(flag())], Some(vec![1, 0, 0]), 0),
        (
            vec![direct(json!({"type": "string", "enum": ["true", "false"]}))],
            None,
            1,
        ),
        (vec![within(json!({"type": "integer"}))], None, 1),
        (
            vec![within(json!({"type": "array", "items": flag()}))],
            None,
            1,
        ),
        (vec![], None, 0),
    ] {
        let spec = Spec::rpc()
            .set("schemes", json!(["sse"]))
            .params(parameters);
        let (operation, found) = spec.found();
        assert!(operation.events);
        assert_eq!(operation.event_switch, switch);
        assert_eq!(said(&found).len(), complaints, "{found:?}");
    }
}

#[test]
fn only_a_text_of_its_own_takes_a_file() {
    let url = || json!({"type": "string", "isFileTransferUrl": "true"});
    let of = |schema: Value| {
        let parameter = json!({"name": "It", "in": "query", "schema": schema});
        Spec::rpc()
            .params([parameter])
            .component("Url", url())
            .found()
    };
    let taken = [
        url(),
        json!({"$ref": "#/components/schemas/Url"}),
        json!({"type": "string", "isFileTransferUrl": true, "format": "binary"}),
        json!({"type": "string", "isFileTransferUrl": true, "sensitive": true,
               "enum": ["https://a", "https://b"], "maxLength": 9, "pattern": "^[a-z]{1,9}$"}),
    ];
    for schema in taken {
        let (operation, found) = of(schema);
        assert!(operation.uploads && field(&operation.request, "Request", "It").file_url);
        assert!(said(&found).is_empty(), "{found:?}");
    }
    let nested = json!({"type": "array", "items": {"type": "array", "items": {"type": "object",
        "additionalProperties": {"type": "object", "properties": {"Url": url()}}}}});
    assert!(of(nested).0.uploads);

    let ignored = [
        json!({"type": "array", "items": url()}),
        json!({"type": "array", "isFileTransferUrl": true, "items": text()}),
        json!({"type": "array", "items": {"$ref": "#/components/schemas/Url"}}),
        json!({"type": "object", "additionalProperties": url()}),
        json!({"type": "object", "isFileTransferUrl": true, "properties": {"A": text()}}),
        json!({"type": "integer", "isFileTransferUrl": true}),
    ];
    let message = "/parameters/0/schema: only a text of its own takes a file in place of its URL; what is marked here takes none";
    for schema in ignored {
        let (operation, found) = of(schema.clone());
        assert!(!operation.uploads, "{schema}");
        assert_eq!(said(&found), [message], "{schema}");
    }
    let body = json!({"name": "body", "in": "body", "schema": url()});
    let (operation, found) = Spec::roa("/things").params([body]).found();
    assert!(!operation.uploads);
    assert_eq!(said(&found), [message]);
    // What the service answers is read, whatever is marked in it.
    let reply = json!({"type": "object", "properties": {"Url": url(), "All": {"type": "array", "items": url()}}});
    let (operation, found) = Spec::rpc().reply(reply).found();
    assert!(!operation.uploads && said(&found).is_empty(), "{found:?}");
}
