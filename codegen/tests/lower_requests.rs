//! Published parameters and operations: what is sent, where and how. One small case for each thing that published specs
//! hold and that a generator has to survive.

mod support;

use alicloud_codegen::diagnostics::Severity;
use alicloud_codegen::lower::{Settings, Tolerance};
use alicloud_codegen::model::{ApiStyle, Gateway, Place, Style, Type};
use serde_json::{Value, json};
use support::{Spec, lower, text};

fn param(name: &str, place: &str, schema: Value) -> Value {
    json!({"name": name, "in": place, "schema": schema})
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

// Events

#[test]
fn where_a_request_asks_for_events_is_known_where_there_are_any() {
    let switch = |schemes: Value, parameters: Vec<Value>| {
        let spec = Spec::roa("/a").set("schemes", schemes);
        spec.params(parameters).operation().event_switch.clone()
    };
    let flag = || json!({"type": "boolean"});
    let nested = |name: &str| object(json!({"a": text(), "inner": object(json!({name: flag()}))}));
    let sse = || json!(["https", "sse"]);
    let query = param("Stream", "query", flag());
    let body = |name: &str| param("body", "body", nested(name));
    assert_eq!(switch(sse(), vec![query.clone()]), Some(vec![0]));
    let both = vec![body("stream"), query.clone()];
    assert_eq!(switch(sse(), both), Some(vec![1]), "the least deep");
    assert_eq!(switch(sse(), vec![body("stream")]), Some(vec![0, 1, 0]));
    assert_eq!(switch(sse(), vec![body("streams")]), None);
    assert_eq!(switch(sse(), vec![param("Stream", "query", text())]), None);
    assert_eq!(switch(json!(["https"]), vec![query]), None);
}

// Places, styles, methods, paths

#[test]
fn parameters_travel_where_the_metadata_says() {
    let operation = Spec::roa("/a/{P}")
        .params([
            param("Q", "query", text()),
            param("F", "formData", text()),
            param("P", "path", text()),
            param("x-h", "header", text()),
        ])
        .operation();
    let places: Vec<_> = operation.request[0]
        .fields
        .iter()
        .map(|f| f.place)
        .collect();
    assert_eq!(
        places,
        [Place::Query, Place::Form, Place::Path, Place::Header]
    );
}

#[test]
fn styles_matter_for_lists_and_objects_only() {
    let list = json!({"type": "array", "items": text()});
    let styled = |name: &str, style: &str, schema: &Value| json!({"name": name, "in": "query", "style": style, "schema": schema});
    let operation = Spec::rpc()
        .params([
            styled("A", "repeatList", &list),
            styled("B", "flat", &list),
            styled("C", "json", &list),
            styled("D", "simple", &list),
            styled("E", "spaceDelimited", &list),
            styled("F", "pipeDelimited", &list),
            styled("G", "json", &text()),
            param("H", "query", list.clone()),
        ])
        .operation();
    let styles: Vec<_> = operation.request[0]
        .fields
        .iter()
        .map(|f| f.style)
        .collect();
    assert_eq!(
        styles,
        [
            Style::Flat,
            Style::Flat,
            Style::Json,
            Style::Simple,
            Style::Space,
            Style::Pipe,
            Style::Text,
            Style::Flat
        ]
    );
}

#[test]
fn rpc_posts_wherever_it_may_and_to_the_root() {
    let methods = |methods: &[&str], path: &str| {
        let operation = Spec::rpc()
            .set("methods", json!(methods))
            .set("path", json!(path))
            .operation();
        (operation.method, operation.path)
    };
    assert_eq!(methods(&["get", "post"], ""), ("POST".into(), "/".into()));
    assert_eq!(
        methods(&["get"], "/ListTemplates"),
        ("GET".into(), "/".into())
    );
    assert_eq!(methods(&["put", "delete"], ""), ("PUT".into(), "/".into()));
}

#[test]
fn roa_is_posted_wherever_post_is_listed_and_else_takes_the_first() {
    for (listed, sent) in [
        (json!(["delete", "post"]), "POST"),
        (json!(["patch", "put"]), "PATCH"),
    ] {
        let operation = Spec::roa("/clusters").set("methods", listed).operation();
        assert_eq!((&*operation.method, &*operation.path), (sent, "/clusters"));
    }
}

#[test]
fn v3_is_routed_by_paths_where_it_has_any() {
    assert_eq!(
        Spec::style("V3")
            .lower(&Settings::default())
            .0
            .expect("generated")
            .style,
        ApiStyle::Rpc
    );
    let with_path = Spec::style("V3").set("path", json!("/api/v1/tasks"));
    let product = with_path.lower(&Settings::default()).0.expect("generated");
    assert_eq!(product.style, ApiStyle::Roa);
    assert_eq!(product.operations[0].path, "/api/v1/tasks");
}

#[test]
fn bracketed_and_open_paths_are_templates() {
    let path = |path: &str, parameter: &str| {
        Spec::roa(path)
            .params([param(parameter, "path", text())])
            .operation()
            .path
    };
    assert_eq!(path("/i/[instanceId]/x", "instanceId"), "/i/{instanceId}/x");
    assert_eq!(
        path("/p/{provider}/r/*", "requestPath"),
        "/p/{provider}/r/*"
    );
}

#[test]
fn a_published_operation_without_a_method_is_posted() {
    let settings = Settings {
        tolerance: Tolerance::Published,
        ..Settings::default()
    };
    let (product, found) = Spec::rpc().set("methods", json!([])).lower(&settings);
    assert_eq!(product.expect("generated").operations[0].method, "POST");
    assert_eq!(found[0].severity, Severity::Warning);
}

#[test]
fn a_body_is_one_field_whatever_it_is_called() {
    let body = |schema: Value, style: Value| {
        let operation = Spec::roa("/a")
            .params([json!({"name": "addons", "in": "body", "style": style, "schema": schema})])
            .operation();
        let field = operation.request[0].fields[0].clone();
        assert_eq!((field.name, field.ident.as_str()), ("body", "body"));
        let nested = operation.request.get(1).map(|s| s.ident.to_string());
        (field.place, field.ty, nested)
    };
    let json = body(object(json!({"X": text()})), json!("json"));
    assert_eq!((json.0, json.2.as_deref()), (Place::Body, Some("Body")));
    let flat = body(object(json!({"X": text()})), json!("flat"));
    assert_eq!(flat.0, Place::Body);
    let list = body(json!({"type": "array", "items": text()}), json!("json"));
    assert_eq!(
        (list.0, list.1),
        (Place::BodyIfSet, Type::List(Box::new(Type::Text)))
    );
    let bytes = body(json!({"type": "string", "format": "binary"}), Value::Null);
    assert_eq!((bytes.0, bytes.1), (Place::RawBody, Type::Bytes));
    let document = body(text(), Value::Null);
    assert_eq!((document.0, document.1), (Place::RawBody, Type::Text));
    let any = body(json!({"type": "any"}), Value::Null);
    assert_eq!((any.0, any.1), (Place::BodyIfSet, Type::Any));
    let objects = json!({"type": "array", "items": object(json!({"X": text()}))});
    assert_eq!(body(objects, json!("json")).0, Place::Body);
}

#[test]
fn a_header_of_free_names_is_a_map() {
    let operation = Spec::rpc()
        .params([param(
            "x-oss-meta-*",
            "header",
            json!({"type": "object", "additionalProperties": text()}),
        )])
        .operation();
    let field = &operation.request[0].fields[0];
    assert_eq!(
        (field.place, &field.ty),
        (Place::Header, &Type::Map(Box::new(Type::Text)))
    );
}

#[test]
fn a_method_that_is_unknown_costs_itself_where_another_is_known() {
    let published = Settings {
        tolerance: alicloud_codegen::Tolerance::Published,
        ..Settings::default()
    };
    let (product, found) = Spec::roa("/")
        .set("methods", json!(["trace", "put"]))
        .lower(&published);
    assert_eq!(product.expect("a product").operations[0].method, "PUT");
    let warnings: Vec<_> = found.iter().map(|it| (it.severity, &*it.message)).collect();
    let expected = "the method `trace` is unknown; it is left out";
    assert_eq!(warnings, [(Severity::Warning, expected)]);

    let alone = Spec::roa("/").set("methods", json!(["trace"]));
    let (product, found) = alone.lower(&Settings::default());
    assert!(product.is_none());
    assert_eq!(found.len(), 1, "{found:?}");
}

// Gateways

#[test]
fn gateways_with_a_protocol_of_their_own_are_skipped_with_the_reason() {
    for (product, style, protocol) in [
        ("Sls", "ROA", "SLS4"),
        ("Oss", "OSS", "OSS4"),
        ("hcs-mgw", "ROA", "OSS4"),
        ("SearchPlat", "ROA", "ACS4"),
        ("NewStorage", "OSS", "OSS4"),
    ] {
        let (lowered, found) = Spec::style(style)
            .product(product)
            .version("2024-01-01")
            .params([param(
                "bucket",
                "host",
                json!({"$ref": "#/components/schemas/Gone"}),
            )])
            .lower(&Settings::default());
        let lowered = lowered.expect("a product");
        assert!(lowered.operations.is_empty());
        assert_eq!(lowered.skipped.len(), 1);
        let reason = &lowered.skipped[0].reason;
        assert!(
            reason.contains(product) && reason.contains(protocol),
            "{reason}"
        );
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn a_gateway_goes_by_the_product_and_not_by_the_style() {
    for (product, version, style, gateway) in [
        ("FC-Open", "2021-04-06", "FC", Gateway::Acs),
        ("FC", "2023-03-30", "FC", Gateway::Acs),
        ("AliGenie", "ip_1.0", "AliGenie", Gateway::Acs),
        ("pds", "2022-03-01", "PDS", Gateway::Pds),
        ("pds", "2022-03-01", "ROA", Gateway::Pds),
        ("fnf", "2019-03-15", "RPC", Gateway::AcsV1),
        ("fnf", "2030-01-01", "RPC", Gateway::Acs),
        ("ververica", "2020-05-01", "ROA", Gateway::AcsV1),
        ("Sls", "2019-10-23", "RPC", Gateway::AcsV1),
    ] {
        let lowered = Spec::style(style)
            .product(product)
            .version(version)
            .set("path", json!("/things"))
            .lower(&Settings::default())
            .0
            .expect("generated");
        assert_eq!(lowered.operations.len(), 1, "{product} {version}");
        assert_eq!(lowered.gateway, gateway, "{product} {version}");
    }
}

#[test]
fn a_host_parameter_stands_in_front_of_the_host() {
    let operation = Spec::roa("/things")
        .params([param("AccountID", "host", text())])
        .operation();
    let field = &operation.request[0].fields[0];
    assert_eq!(
        (field.place, field.ident.as_str()),
        (Place::Host, "account_id")
    );
}

#[test]
fn fc_of_2023_is_routed_by_paths() {
    let product = Spec::style("FC")
        .version("2023-03-30")
        .set("path", json!("/2023-03-30/functions"))
        .lower(&Settings::default())
        .0
        .expect("generated");
    assert_eq!(
        (product.style, product.operations.len()),
        (ApiStyle::Roa, 1)
    );
}

// Endpoints, versions, selection

/// The hosts inside of a VPC of a product with these endpoints: `(region, host, vpc)`.
fn inside(product: &str, version: &str, rows: &[(&str, &str, &str)]) -> Vec<(String, String)> {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(region, host, vpc)| json!({"regionId": region, "endpoint": host, "vpc": vpc}))
        .collect();
    let (lowered, _) = Spec::rpc()
        .product(product)
        .version(version)
        .root("endpoints", rows.into())
        .lower(&Settings::default());
    lowered.expect("generated").vpc
}

#[test]
fn hosts_inside_of_a_vpc_are_those_that_are_published_else_those_that_are_known() {
    let host = |region: &str, host: &str| (region.to_owned(), host.to_owned());
    let ga = [("cn-hangzhou", "ga.cn-hangzhou.aliyuncs.com", "")];
    assert_eq!(
        inside("Ga", "2019-11-20", &ga),
        [host("cn-hangzhou", "ga-vpc.cn-hangzhou.aliyuncs.com")]
    );
    assert_eq!(inside("Unheard", "1", &ga), []);
    let published = [
        ("cn-a", "toy.cn-a.aliyuncs.com", "toy-vpc.cn-a.aliyuncs.com"),
        ("cn-b", "toy.cn-b.aliyuncs.com", "toy.inside.aliyuncs.com"),
        ("cn-c", "toy.cn-c.aliyuncs.com", ""),
    ];
    assert_eq!(
        inside("Toy", "1", &published),
        [
            host("cn-a", "toy-vpc.cn-a.aliyuncs.com"),
            host("cn-b", "toy.inside.aliyuncs.com"),
        ]
    );
    let ram = inside(
        "Ram",
        "2015-05-01",
        &[("cn-beijing", "ram.aliyuncs.com", "")],
    );
    assert!(
        ram.contains(&host("cn-beijing", "ram.vpc-proxy.aliyuncs.com")),
        "{ram:?}"
    );
    assert!(ram.is_sorted());
    let cs = inside("CS", "2015-12-15", &[("cn-x", "cs.cn-x.aliyuncs.com", "")]);
    let own = host("cn-beijing", "cs-anony-vpc.cn-beijing.aliyuncs.com");
    assert!(cs.contains(&own) && cs.is_sorted(), "{cs:?}");
    assert!(cs.iter().all(|(region, _)| region != "cn-x"), "{cs:?}");
    // What is published of itself is not overruled.
    let own = [("cn-x", "cs.cn-x.aliyuncs.com", "cs-own.cn-x.aliyuncs.com")];
    assert_eq!(
        inside("CS", "2015-12-15", &own),
        [host("cn-x", "cs-own.cn-x.aliyuncs.com")]
    );
}

#[test]
fn a_product_that_publishes_no_host_may_have_a_known_one() {
    let spec = Spec::rpc().product("AICCS").version("2023-05-16");
    let product = spec.lower(&Settings::default()).0.expect("generated");
    assert_eq!(
        product.endpoints,
        [("*".to_owned(), "aiccs.aliyuncs.com".to_owned())]
    );
    assert_eq!(product.default_region, None);
    let spec = Spec::rpc().product("Unheard");
    let product = spec.lower(&Settings::default()).0.expect("generated");
    assert!(product.endpoints.is_empty());
}

#[test]
fn endpoints_are_trimmed_and_sorted_and_one_is_the_default() {
    let endpoints = |rows: Value| {
        let product = Spec::rpc()
            .root("endpoints", rows)
            .lower(&Settings::default())
            .0;
        let product = product.expect("generated");
        (product.endpoints, product.default_region)
    };
    let row = |region: &str, host: &str| json!({"regionId": region, "endpoint": host});
    assert_eq!(
        endpoints(json!([
            row("b", " b.aliyuncs.com\t"),
            row("a", "a.aliyuncs.com"),
            row("a", "x.aliyuncs.com")
        ])),
        (
            vec![
                ("a".into(), "a.aliyuncs.com".into()),
                ("b".into(), "b.aliyuncs.com".into())
            ],
            None
        )
    );
    assert_eq!(
        endpoints(json!([row("cn-hangzhou", "ga.cn-hangzhou.aliyuncs.com")]))
            .1
            .as_deref(),
        Some("cn-hangzhou")
    );
    assert_eq!(endpoints(json!([])), (vec![], None));
}

#[test]
fn a_version_that_is_no_date_is_a_version() {
    let settings = Settings {
        version_in_name: true,
        ..Settings::default()
    };
    let product = Spec::rpc()
        .version("ip_1.0")
        .lower(&settings)
        .0
        .expect("generated");
    assert_eq!(product.module.as_str(), "demo_ip_1_0");
    assert_eq!(product.feature, "demo-ip-1-0");
    let product = Spec::rpc()
        .lower(&Settings::default())
        .0
        .expect("generated");
    assert_eq!(
        (product.module.as_str(), &*product.feature),
        ("demo", "demo")
    );
}

#[test]
fn only_the_operations_that_are_asked_for_are_lowered() {
    let wanted = ["Other".to_owned()];
    let settings = Settings {
        operations: Some(&wanted),
        ..Settings::default()
    };
    let product = Spec::rpc().lower(&settings).0.expect("generated");
    assert!(product.operations.is_empty());
}

// Order, overlays

const ORDERED: &str = r#"{
  "info": {"product": "Demo", "version": "2020-01-01", "style": "RPC"},
  "apis": {
    "Zebra": {"methods": ["post"], "responses": {"200": {"schema": {"type": "object",
      "properties": {"Z": {"type": "any"}, "A": {"type": "string"}, "M": {"type": "string"}}}}}},
    "Ant": {"methods": ["post"], "parameters": [
      {"name": "B", "in": "query", "schema": {"type": "string"}},
      {"name": "A", "in": "query", "schema": {"type": "string"}}]}
  }
}"#;

fn names<'a>(product: &alicloud_codegen::model::Product<'a>) -> (Vec<&'a str>, Vec<&'a str>) {
    let operations = product.operations.iter().map(|o| o.name);
    let fields = product.operations[0].response[0].fields.iter();
    (operations.collect(), fields.map(|f| f.name).collect())
}

#[test]
fn the_order_is_the_published_one() {
    let product = lower("x", ORDERED.as_bytes(), None, &Settings::default()).0;
    let product = product.expect("generated");
    assert_eq!(names(&product), (vec!["Zebra", "Ant"], vec!["Z", "A", "M"]));
}

#[test]
fn an_overlay_corrects_a_spec_and_keeps_its_order() {
    let overlay = r#"{
      "corrections": [
        {"reason": "It is a number.", "patch": [
          {"op": "test", "path": "/apis/Zebra/responses/200/schema/properties/Z/type", "value": "any"},
          {"op": "replace", "path": "/apis/Zebra/responses/200/schema/properties/Z/type", "value": "integer"}]},
        {"reason": "B does nothing.", "patch": [
          {"op": "test", "path": "/apis/Ant/parameters/0", "value": {"name": "B", "in": "query", "schema": {"type": "string"}}},
          {"op": "remove", "path": "/apis/Ant/parameters/0"}]}
      ],
      "waiters": {"zebra_striped": {"operation": "Zebra", "path": ["A"], "success": ["black"], "failure": ["brown"]}}
    }"#;
    let (product, found) = lower(
        "x",
        ORDERED.as_bytes(),
        Some(("overlay.json", overlay.as_bytes())),
        &Settings::default(),
    );
    assert!(found.is_empty(), "{found:?}");
    let product = product.expect("generated");
    assert_eq!(names(&product), (vec!["Zebra", "Ant"], vec!["Z", "A", "M"]));
    assert_eq!(product.operations[0].response[0].fields[0].ty, Type::Int);
    assert_eq!(product.operations[1].request[0].fields[0].name, "A");
    let waiter = &product.waiters[0];
    assert_eq!(waiter.ident.as_str(), "wait_until_zebra_striped");
    assert_eq!(waiter.operation.as_str(), "zebra");
    assert_eq!(waiter.path, [1]);
    assert_eq!((waiter.interval_seconds, waiter.deadline_seconds), (3, 600));
}
