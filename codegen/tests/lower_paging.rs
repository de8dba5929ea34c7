//! Which operations page, and why others do not.

mod support;

use alicloud_codegen::model::{Operation, Paging};
use serde_json::{Value, json};
use support::{Spec, text};

fn list_operation(params: &[(&str, Value)], reply: Value) -> Operation<'static> {
    Spec::rpc()
        .params(
            params
                .iter()
                .map(|(name, schema)| json!({"name": name, "in": "query", "schema": schema})),
        )
        .reply(json!({"type": "object", "properties": reply}))
        .operation()
}

fn int() -> Value {
    json!({"type": "integer", "format": "int32"})
}

fn list() -> Value {
    json!({"type": "array", "items": text()})
}

#[test]
fn page_numbers_count_from_the_default_or_from_one() {
    let reply = json!({"Items": list(), "PageInfo": {"type": "object", "properties": {"TotalCount": int(), "X": text()}}});
    for (page, first) in [
        (int(), 1),
        (json!({"type": "integer", "default": "0"}), 0),
        (json!({"type": "string", "default": ""}), 1),
        (json!({"type": "integer", "default": "ten"}), 1),
    ] {
        let operation = list_operation(&[("PageSize", int()), ("PageNumber", page)], reply.clone());
        match operation.paging {
            Some(Paging::Number {
                page: 1,
                first: found,
                size: Some(0),
                ref items,
                ref total,
            }) => {
                assert_eq!(found, first);
                assert_eq!(items, &[0]);
                assert_eq!(total.as_deref(), Some(&[1, 0][..]));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_list_may_be_wrapped_or_inside_of_an_object() {
    let wrapped = json!({"type": "object", "properties": {"Item": list()}});
    let operation = list_operation(
        &[("PageNo", int()), ("PageSize", int())],
        json!({"Data": {"type": "object", "properties": {"Items": wrapped, "Total": text()}}}),
    );
    let Some(Paging::Number { items, total, .. }) = operation.paging else {
        panic!("{:?}", operation.paging_note);
    };
    assert_eq!((items, total), (vec![0, 0], Some(vec![0, 1])));
}

#[test]
fn a_token_goes_on_from_the_reply() {
    let operation = list_operation(
        &[("MaxResults", int()), ("NextToken", text())],
        json!({"Items": list(), "NextToken": text()}),
    );
    let Some(Paging::Token { token, next, items }) = operation.paging else {
        panic!("{:?}", operation.paging_note);
    };
    assert_eq!((token, next, items), (1, vec![1], Some(vec![0])));
}

#[test]
fn a_token_pages_even_where_the_list_is_not_certain() {
    let operation = list_operation(
        &[("NextToken", text())],
        json!({"A": list(), "B": list(), "Data": {"type": "object", "properties": {"NextToken": text(), "X": text()}}}),
    );
    let Some(Paging::Token { next, items, .. }) = operation.paging else {
        panic!("{:?}", operation.paging_note);
    };
    assert_eq!((next, items), (vec![2, 0], None));
}

#[test]
fn a_token_is_preferred_to_a_page() {
    let operation = list_operation(
        &[
            ("PageNumber", int()),
            ("PageSize", int()),
            ("NextToken", text()),
        ],
        json!({"Items": list(), "NextToken": text()}),
    );
    assert!(matches!(
        operation.paging,
        Some(Paging::Token { token: 2, .. })
    ));
    let operation = list_operation(
        &[
            ("PageNumber", int()),
            ("PageSize", int()),
            ("NextToken", text()),
        ],
        json!({"Items": list()}),
    );
    assert!(matches!(operation.paging, Some(Paging::Number { .. })));
}

#[test]
fn where_it_is_not_certain_there_is_a_reason() {
    let page = [("PageNumber", int()), ("PageSize", int())];
    let reason = |params: &[(&str, Value)], reply: Value| {
        let operation = list_operation(params, reply);
        assert!(operation.paging.is_none());
        operation.paging_note.expect("a reason")
    };
    assert!(reason(&page, json!({"A": list(), "B": list()})).contains("2 lists"));
    assert!(reason(&page, json!({"A": text()})).contains("no list"));
    assert!(reason(&[("NextToken", text())], json!({"A": list()})).contains("no token"));
    assert!(
        reason(
            &[("NextToken", int())],
            json!({"A": list(), "NextToken": int()})
        )
        .contains("no text")
    );
}

#[test]
fn what_does_not_look_like_paging_has_neither() {
    for params in [
        vec![],
        vec![("PageNumber", int())],
        vec![("PageSize", int())],
    ] {
        let operation = list_operation(&params, json!({"Items": list()}));
        assert!(operation.paging.is_none());
        assert_eq!(operation.paging_note, None);
    }
}
