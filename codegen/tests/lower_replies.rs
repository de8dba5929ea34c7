//! Published replies, errors and samples, and what is said of an operation as a whole. One small case for each thing that published specs
//! hold and that a generator has to survive.

mod support;

use alicloud_codegen::lower::Settings;
use alicloud_codegen::model::{ErrorRow, OperationKind, ReplyBody, Sample, Type};
use serde_json::{Value, json};
use support::{Spec, field, text};

fn param(name: &str, place: &str, schema: Value) -> Value {
    json!({"name": name, "in": place, "schema": schema})
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

// Replies

#[test]
fn the_body_of_a_reply_is_what_its_schema_says() {
    let reply = |schema: Value| {
        let operation = Spec::rpc().reply(schema).operation();
        let ty = operation.response[0].fields.first().map(|f| f.ty.clone());
        (operation.reply, ty)
    };
    assert_eq!(
        reply(object(json!({"A": text()}))),
        (ReplyBody::Object, Some(Type::Text))
    );
    assert_eq!(
        reply(json!({"type": "array", "items": text()})),
        (ReplyBody::Document, Some(Type::List(Box::new(Type::Text))))
    );
    assert_eq!(reply(text()), (ReplyBody::Document, Some(Type::Text)));
    assert_eq!(
        reply(json!({"type": "object"})),
        (ReplyBody::Document, Some(Type::Any))
    );
    assert_eq!(
        reply(json!({"type": "object", "additionalProperties": text()})),
        (ReplyBody::Document, Some(Type::Map(Box::new(Type::Text))))
    );
    assert_eq!(
        reply(json!({"type": "string", "format": "binary"})),
        (ReplyBody::Binary, Some(Type::Bytes))
    );
}

#[test]
fn of_several_successes_200_is_read_and_else_the_first_with_a_schema() {
    let responses = |responses: Value| {
        let operation = Spec::rpc().set("responses", responses).operation();
        operation.response[0].fields.first().map(|f| f.name)
    };
    let with = |name: &str| json!({"schema": object(json!({name: text()}))});
    assert_eq!(
        responses(json!({"202": with("A"), "200": with("B"), "4XX": with("C")})),
        Some("B")
    );
    assert_eq!(
        responses(json!({"204": {}, "202": with("A"), "headers": {}})),
        Some("A")
    );
    assert_eq!(responses(json!({"204": {}, "5XX": with("C")})), None);
    assert_eq!(responses(json!({})), None);
}

#[test]
fn a_success_without_a_body_may_be_documented_beside_one_that_has_one() {
    let or_empty = |responses: Value| Spec::rpc().set("responses", responses).operation().or_empty;
    let with = json!({"schema": object(json!({"A": text()}))});
    assert!(or_empty(json!({"200": with, "204": {}})));
    assert!(!or_empty(json!({"200": with, "202": with, "404": {}})));
    assert!(!or_empty(json!({"204": {}})), "it is always empty");
}

// Errors

#[test]
fn error_rows_keep_codes_and_statuses_and_group_by_name() {
    let row = |code: &str| json!([{"errorCode": code, "errorMessage": "m"}]);
    let (operation, found) = Spec::rpc()
        .set(
            "errorCodes",
            json!({
                "400": [
                    {"errorCode": "\tBIZ.INSTANCE.NOT.FOUND ", "errorMessage": " gone ", "description": "No such instance."},
                    {"errorCode": "BIZ_INSTANCE_NOT_FOUND", "errorMessage": "gone"},
                    {"errorCode": "InvalidParameter.%s", "errorMessage": "%s is invalid"},
                    {"errorCode": "%s", "errorMessage": "anything"},
                    {"errorCode": "BIZ_INSTANCE_NOT_FOUND", "errorMessage": "gone"},
                ],
                "404": row("BIZ.INSTANCE.NOT.FOUND"),
                "2014": row("404"),
                "200": row("Throttli∂ngException"),
            }),
        )
        .found();
    let table: Vec<_> = operation
        .errors
        .iter()
        .map(|v| {
            let rows: Vec<_> = v.rows.iter().map(|r| (r.status, r.code)).collect();
            (v.ident.as_str(), rows)
        })
        .collect();
    assert_eq!(
        table,
        [
            ("ThrottliNgException", vec![(200, "Throttli∂ngException")]),
            ("Code404", vec![(0, "404")]),
            (
                "BizInstanceNotFound",
                vec![
                    (400, "BIZ.INSTANCE.NOT.FOUND"),
                    (400, "BIZ_INSTANCE_NOT_FOUND"),
                    (404, "BIZ.INSTANCE.NOT.FOUND")
                ]
            ),
            ("InvalidParameter", vec![(400, "InvalidParameter.%s")]),
        ]
    );
    assert_eq!(
        operation.errors[2].rows[0],
        ErrorRow {
            status: 400,
            code: "BIZ.INSTANCE.NOT.FOUND",
            message: "gone",
            meaning: "No such instance."
        }
    );
    assert_eq!(found.len(), 1, "the code that is nothing but a placeholder");
}

#[test]
fn a_product_may_have_codes_for_all_of_its_operations() {
    let product = Spec::rpc()
        .root(
            "errorCodes",
            json!([{"code": "Throttling", "message": "slow down", "http_code": 429, "description": "Too many."}]),
        )
        .lower(&Settings::default())
        .0
        .expect("generated");
    assert_eq!(product.errors[0].ident.as_str(), "Throttling");
    assert_eq!(product.errors[0].rows[0].status, 429);
}

// Samples

#[test]
fn samples_that_do_not_parse_are_left_out_and_noted() {
    let demo = json!([
        {"type": "json", "example": "{\"RequestId\": \"1\"}", "errorExample": ""},
        {"type": "xml", "example": "<R><RequestId>1</RequestId></R>"},
        {"type": "xml", "example": "<R><RequestId>1</R>"},
        {"type": "json", "example": "{"},
        {"type": "json", "example": ""},
        {"type": "json", "example": "[1]"},
    ]);
    let (operation, found) = Spec::rpc()
        .set("responseDemo", json!(demo.to_string()))
        .found();
    assert!(matches!(
        &operation.samples[..],
        [Sample::Json(_), Sample::Xml(_)]
    ));
    assert_eq!(found.len(), 3);
    for demo in [json!(""), json!("not a list"), Value::Null] {
        assert!(
            Spec::rpc()
                .set("responseDemo", demo)
                .operation()
                .samples
                .is_empty()
        );
    }
}

// What an operation is

#[test]
fn an_operation_is_a_read_only_where_nothing_says_that_it_writes() {
    let kind = |name: &str, operation_type: &str, tag: &str| {
        Spec::rpc()
            .name(name)
            .set("operationType", json!(operation_type))
            .set("systemTags", json!({"operationType": tag}))
            .operation()
            .kind
    };
    assert_eq!(kind("DescribeThings", "", ""), OperationKind::Read);
    assert_eq!(
        kind("DescribeThings", "readAndWrite", "get"),
        OperationKind::Read
    );
    assert_eq!(kind("DescribeThings", "write", "get"), OperationKind::Write);
    assert_eq!(kind("DoThings", "read", ""), OperationKind::Read);
    assert_eq!(kind("DoThings", "", "list"), OperationKind::Read);
    assert_eq!(kind("CreateThings", "read", ""), OperationKind::Write);
    assert_eq!(
        kind("GetThings", "readAndWrite", "update"),
        OperationKind::Write
    );
    assert_eq!(kind("Gettext", "", ""), OperationKind::Write);
    assert_eq!(kind("DoThings", "", ""), OperationKind::Write);
}

#[test]
fn only_an_operation_without_any_other_scheme_is_anonymous() {
    let anonymous = |security: Value| Spec::rpc().set("security", security).operation().anonymous;
    assert!(anonymous(json!([{"Anonymous": []}])));
    assert!(!anonymous(json!([{"Anonymous": []}, {"AK": []}])));
    assert!(!anonymous(json!([{"AK": []}])));
    assert!(!anonymous(json!([])));
}

#[test]
fn a_deprecated_operation_names_its_replacements() {
    let deprecated = |info: Value| {
        Spec::rpc()
            .set("deprecated", json!(true))
            .set("staticInfo", info)
            .operation()
            .deprecated
    };
    assert_eq!(
        deprecated(
            json!({"substitutions": ["Demo::2020-01-01::ListThings", "CS::2015-12-15::ListAddons"]})
        )
        .as_deref(),
        Some("use `ListThings` or `ListAddons` of CS 2015-12-15")
    );
    assert_eq!(
        deprecated(Value::Null).as_deref(),
        Some("the service has deprecated it")
    );
    assert_eq!(Spec::rpc().operation().deprecated, None);
}

#[test]
fn region_token_and_dry_run_are_known_where_they_are_what_their_names_say() {
    let operation = Spec::rpc()
        .params([
            param("DryRun", "query", json!({"type": "boolean"})),
            param("ClientToken", "formData", text()),
            param("RegionId", "query", text()),
        ])
        .operation();
    assert_eq!(
        (
            operation.dry_run,
            operation.idempotency_token,
            operation.region
        ),
        (Some(0), Some(1), Some(2))
    );
    let operation = Spec::rpc()
        .params([
            param("DryRun", "query", text()),
            param("ClientToken", "header", text()),
            param("RegionId", "header", text()),
        ])
        .operation();
    assert_eq!(
        (
            operation.dry_run,
            operation.idempotency_token,
            operation.region
        ),
        (None, None, None)
    );
}

#[test]
fn secrets_are_known_by_name_in_requests_and_replies() {
    let operation = Spec::rpc()
        .params([param("AccountPassword", "query", text()), param("NextToken", "query", text())])
        .reply(object(json!({"Credentials": object(json!({"AccessKeySecret": text(), "AccessKeyId": text()}))})))
        .operation();
    assert!(field(&operation.request, "Request", "AccountPassword").secret);
    assert!(!field(&operation.request, "Request", "NextToken").secret);
    assert!(field(&operation.response, "Credentials", "AccessKeySecret").secret);
    assert!(!field(&operation.response, "Credentials", "AccessKeyId").secret);
}
