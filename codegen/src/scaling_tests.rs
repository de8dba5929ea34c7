//! Small hostile specs: what they cost and what they make grows as they do. Steps are counted,
//! never time; see [`crate::steps`].

use serde_json::{Map, Value, json};

use crate::lower::{self, Settings, Source};
use crate::{Severity, Spec, Tolerance, emit, steps};

/// What became of a spec.
struct Cost {
    /// Bytes that went in, and that came out as files and findings.
    input: usize,
    output: usize,
    steps: u64,
    refused: bool,
}

fn cost((spec, overlay): &(Value, Value)) -> Cost {
    let json = serde_json::to_vec(spec).expect("serializes");
    let overlay = serde_json::to_vec(overlay).expect("serializes");
    let spec = Spec {
        path: "api-docs.json",
        json: &json,
        overlay: (overlay != b"null").then_some(("overlay.json", &overlay)),
    };
    let settings = Settings {
        tolerance: Tolerance::Published,
        ..Settings::default()
    };
    steps::take();
    let source = Source::new(&spec);
    let document = source.document();
    let (product, found) = lower::lower(&source, &document, &settings);
    let mut output: usize = found.iter().map(|it| it.to_string().len()).sum();
    if let Some(product) = &product {
        let links = emit::Links::new(product);
        let operations = product.operations.iter();
        let parts = operations.map(|it| emit::Part::Operation(product, it));
        for part in parts.chain([emit::Part::Product(product, &[])]) {
            output += emit::file(&part, &links, "alicloud").text.len();
        }
    }
    Cost {
        input: json.len() + overlay.len(),
        output,
        steps: steps::take(),
        refused: found.iter().any(|it| it.severity == Severity::Error),
    }
}

/// Ten times the size takes at most fifteen times the steps and makes at most fifteen times
/// the output, and no more than a fixed multiple of what went in. `refused` says whether it is
/// a finding.
#[track_caller]
fn grows_with_its_input(shape: impl Fn(usize) -> (Value, Value), size: usize, refused: bool) {
    let (small, large) = (cost(&shape(size)), cost(&shape(10 * size)));
    assert!(
        large.steps <= 15 * small.steps.max(1_000),
        "{} steps became {}",
        small.steps,
        large.steps
    );
    // What is written of any spec, and of a spec that is no larger than that.
    let fixed = 100_000;
    assert!(
        large.output <= 15 * small.output.max(fixed),
        "{} bytes became {}",
        small.output,
        large.output
    );
    assert!(
        large.output <= 50 * large.input + fixed,
        "{} bytes made {}",
        large.input,
        large.output
    );
    assert!(
        large.steps <= 100 * large.input as u64,
        "{} bytes took {} steps",
        large.input,
        large.steps
    );
    assert_eq!(large.refused, refused);
}

/// A spec of these operations and shared types.
fn spec(apis: impl IntoIterator<Item = (String, Value)>, schemas: Map<String, Value>) -> Value {
    json!({
        "info": {"style": "RPC", "product": "Demo", "version": "2020-01-01"},
        "components": {"schemas": schemas},
        "apis": apis.into_iter().collect::<Map<_, _>>(),
    })
}

fn reply_of(schema: Value) -> Value {
    json!({"methods": ["post"], "responses": {"200": {"schema": schema}}})
}

/// A spec of one operation.
fn one(operation: Value) -> (Value, Value) {
    let spec = spec([("DoThing".to_owned(), operation)], Map::new());
    (spec, Value::Null)
}

/// A spec of one text.
fn described(text: &str) -> (Value, Value) {
    one(
        json!({"methods": ["post"], "summary": text, "description": text, "parameters": [
            {"name": "A", "in": "query", "schema": {"type": "string", "description": text}},
        ]}),
    )
}

fn object(properties: impl IntoIterator<Item = (String, Value)>) -> Value {
    let properties = properties.into_iter().collect::<Map<_, _>>();
    json!({"type": "object", "properties": properties})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn text() -> Value {
    json!({"type": "string"})
}

/// Types of which each holds the next one `width` times.
fn multiplying(width: usize, levels: usize) -> Map<String, Value> {
    let level = |at: usize| {
        let inner = |field| {
            let mut inner = match at + 1 == levels {
                true => text(),
                false => reference(&format!("T{}", at + 1)),
            };
            inner["required"] = json!(true);
            (format!("F{field}"), inner)
        };
        (format!("T{at}"), object((0..width).map(inner)))
    };
    (0..levels).map(level).collect()
}

#[test]
fn examples_of_types_that_require_one_another() {
    let shape = |width| {
        let schemas = multiplying(width, 6);
        let item =
            json!({"type": "array", "minItems": 100, "items": reference("T0"), "required": true});
        let parameter = json!({"name": "A", "in": "query", "style": "json", "schema": item});
        let operation = json!({"methods": ["post"], "parameters": [parameter]});
        (
            spec([("DoThing".to_owned(), operation)], schemas),
            Value::Null,
        )
    };
    grows_with_its_input(shape, 20, false);
}

#[test]
fn marks_in_descriptions_that_are_not_closed() {
    for mark in [
        "[", "[](", "![a](b ", "<", "<!-- ", "<a ", "`a``b", "**", "~~a", "http", "> ", "\\",
    ] {
        grows_with_its_input(|count| described(&mark.repeat(count)), 2_000, false);
    }
}

#[test]
fn sentences_within_a_bracket() {
    for open in ["[", "`", "**a", "<"] {
        let shape = |count| described(&format!("x {open} {}", "a. ".repeat(count)));
        grows_with_its_input(shape, 2_000, false);
    }
}

#[test]
fn runs_of_backticks_that_grow_shorter() {
    let shape = |size: usize| {
        let longest = size.isqrt();
        let runs = (1..longest).rev().map(|length| "`".repeat(length) + "a");
        described(&(runs.collect::<String>() + &"` a".repeat(size)))
    };
    grows_with_its_input(shape, 2_000, false);
}

#[test]
fn braces_in_error_codes() {
    for mark in ["{", "<", "%", "{<", "%0"] {
        let shape = |count| {
            let code = format!("A{}", mark.repeat(count));
            one(json!({"methods": ["post"], "errorCodes": {"400": [{"errorCode": code}]}}))
        };
        grows_with_its_input(shape, 2_000, false);
    }
}

#[test]
fn many_properties() {
    let shape = |count| {
        one(reply_of(object(
            (0..count).map(|at| (format!("P{at}"), text())),
        )))
    };
    grows_with_its_input(shape, 500, false);
}

#[test]
fn many_properties_that_meet_in_one_name() {
    let shape = |count| {
        let wide = ('\u{4e00}'..).take(count);
        one(reply_of(object(wide.map(|c| (format!("A{c}"), text())))))
    };
    grows_with_its_input(shape, 500, false);
}

#[test]
fn many_findings() {
    let shape = |count| {
        let odd = json!({"type": "odd"});
        one(reply_of(object(
            (0..count).map(|at| (format!("P{at}"), odd.clone())),
        )))
    };
    grows_with_its_input(shape, 500, false);
}

#[test]
fn many_findings_below_a_long_key() {
    let shape = |count| {
        let odd = json!({"type": "odd"});
        let inner = object((0..count).map(|at| (format!("P{at}"), odd.clone())));
        one(reply_of(object([("K".repeat(10 * count), inner)])))
    };
    grows_with_its_input(shape, 500, false);
}

#[test]
fn many_types() {
    let shape = |count| {
        let member = |at| (format!("P{at}"), object([(format!("M{at}"), text())]));
        one(reply_of(object((0..count).map(member))))
    };
    grows_with_its_input(shape, 500, false);
}

#[test]
fn many_types_of_one_name() {
    let shape = |count| {
        let member = |at| {
            let inner = object([(format!("M{at}"), text())]);
            (
                format!("P{at}"),
                object([("Same".to_owned(), inner), (format!("N{at}"), text())]),
            )
        };
        one(reply_of(object((0..count).map(member))))
    };
    grows_with_its_input(shape, 300, false);
}

#[test]
fn many_parameters() {
    let shape = |count| {
        let parameter =
            |at| json!({"name": format!("P{}", at % 7_000), "in": "query", "schema": text()});
        let parameters: Vec<Value> = (0..count).map(parameter).collect();
        one(json!({"methods": ["post"], "parameters": parameters}))
    };
    grows_with_its_input(shape, 500, false);
}

#[test]
fn many_values_codes_and_hosts() {
    let shape = |count| {
        let values: Vec<String> = (0..count).map(|at| format!("v{at}")).collect();
        let titles: Map<String, Value> = values.iter().map(|it| (it.clone(), json!("a"))).collect();
        let schema = json!({"type": "string", "enum": values, "enumValueTitles": titles});
        let code =
            |at| json!({"errorCode": format!("C{}", at % 3_000), "errorMessage": format!("m{at}")});
        let codes: Vec<Value> = (0..count).map(code).collect();
        let (mut spec, overlay) = one(json!({"methods": ["post"], "errorCodes": {"400": codes},
            "parameters": [{"name": "A", "in": "query", "schema": schema}]}));
        let host = |at| json!({"regionId": format!("r{at}"), "endpoint": "a.b"});
        spec["endpoints"] = (0..count).map(host).collect();
        (spec, overlay)
    };
    grows_with_its_input(shape, 500, false);
}

#[test]
fn many_operations() {
    let shape = |count| {
        let operation = |at| {
            (
                format!("Do{}Thing{at}", if at % 2 == 0 { "A" } else { "a" }),
                reply_of(text()),
            )
        };
        (spec((0..count).map(operation), Map::new()), Value::Null)
    };
    grows_with_its_input(shape, 100, false);
}

#[test]
fn operations_that_all_reach_one_large_type_are_refused() {
    let shape = |count: usize| {
        let schemas = Map::from_iter([(
            "T".to_owned(),
            object((0..count).map(|at| (format!("P{at}"), text()))),
        )]);
        let operation = |at| {
            (
                format!("Do{at}"),
                reply_of(object([("A".to_owned(), reference("T"))])),
            )
        };
        (spec((0..count).map(operation), schemas), Value::Null)
    };
    grows_with_its_input(shape, 100, true);
}

#[test]
fn placeholders_of_long_paths() {
    let shape = |count| {
        let parameter = |at| json!({"name": format!("P{at}"), "in": "path", "schema": text()});
        let parameters: Vec<Value> = (0..count).map(parameter).collect();
        let path: String = (0..count).map(|at| format!("/[P{at}]")).collect();
        let (mut spec, overlay) =
            one(json!({"methods": ["post"], "path": path, "parameters": parameters}));
        spec["info"]["style"] = json!("ROA");
        (spec, overlay)
    };
    grows_with_its_input(shape, 100, false);
}

#[test]
fn many_corrections_and_waiters() {
    let shape = |count| {
        let (spec, _) = one(json!({"methods": ["post"], "parameters": (0..count)
            .map(|at| json!({"name": format!("P{at}"), "in": "query", "schema": text()}))
            .collect::<Vec<_>>(), "responses": {"200": {"schema": object([("State".to_owned(), text())])}}}));
        let correction = |at| {
            let path = format!("/apis/DoThing/parameters/{at}/schema/example");
            json!({"reason": "r", "patch": [{"op": "add", "path": path, "value": "x"}]})
        };
        let waiter = |at| {
            let waiter = json!({"operation": "DoThing", "path": ["State"], "success": ["a"]});
            (format!("w{at}"), waiter)
        };
        let corrections: Vec<Value> = (0..count).map(correction).collect();
        let waiters: Map<String, Value> = (0..count).map(waiter).collect();
        (
            spec,
            json!({"corrections": corrections, "waiters": waiters}),
        )
    };
    grows_with_its_input(shape, 200, false);
}

#[test]
fn corrections_that_copy_a_spec_into_itself_are_refused() {
    let shape = |count| {
        let (spec, _) = one(reply_of(text()));
        let copy = |at| json!({"op": "copy", "from": "", "path": format!("/x{at}")});
        let copies: Vec<Value> = (0..count).map(copy).collect();
        (
            spec,
            json!({"corrections": [{"reason": "r", "patch": copies}]}),
        )
    };
    grows_with_its_input(shape, 30, true);
}

#[test]
fn corrections_that_nest_a_spec_deeper_and_deeper_are_refused() {
    let shape = |count| {
        let (spec, _) = one(reply_of(text()));
        let deeper = |at| json!({"op": "add", "path": "/x".repeat(at + 1), "value": {}});
        let patch: Vec<Value> = (0..count).map(deeper).collect();
        (
            spec,
            json!({"corrections": [{"reason": "r", "patch": patch}]}),
        )
    };
    grows_with_its_input(shape, 100, true);
}

#[test]
fn additions_that_make_a_spec_large_are_refused() {
    let shape = |count| {
        let members = |at| (format!("A{at}"), object([("Name".to_owned(), text())]));
        let (spec, _) = one(reply_of(object((0..count).map(members))));
        let add = json!({"x": "x".repeat(100 * count)});
        let schemas = json!([{"at": "Name", "add": add}]);
        (
            spec,
            json!({"additions": [{"reason": "r", "schemas": schemas}]}),
        )
    };
    grows_with_its_input(shape, 200, true);
}

#[test]
fn many_additions_to_one_operation() {
    let shape = |count| {
        let members = |at| (format!("A{at}"), text());
        let (spec, _) = one(reply_of(object((0..count).map(members))));
        let add = |at| json!({"at": format!("A{at}"), "add": {"title": "x"}});
        let schemas: Vec<Value> = (0..count).map(add).collect();
        (
            spec,
            json!({"additions": [{"reason": "r", "schemas": schemas}]}),
        )
    };
    grows_with_its_input(shape, 200, false);
}
