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

fn pages<'o>(operation: &'o Operation<'_>) -> &'o Paging {
    let reason = &operation.paging_note;
    let paging = operation.paging.as_ref();
    paging.unwrap_or_else(|| panic!("{reason:?}"))
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
        let paging = pages(&operation);
        let number = paging.number.as_ref().expect("by number");
        assert_eq!(
            (number.page, number.first, number.size),
            (1, first, Some(0))
        );
        assert_eq!(paging.items.as_deref(), Some(&[0][..]));
        assert_eq!(paging.total.as_deref(), Some(&[1, 0][..]));
        assert!(paging.token.is_none());
    }
}

#[test]
fn the_list_may_be_wrapped_or_inside_of_an_object() {
    let wrapped = json!({"type": "object", "properties": {"Item": list()}});
    let operation = list_operation(
        &[("PageNo", int()), ("PageSize", int())],
        json!({"Data": {"type": "object", "properties": {"Items": wrapped, "Total": text()}}}),
    );
    let paging = pages(&operation);
    assert!(paging.number.is_some());
    assert_eq!(paging.items.as_deref(), Some(&[0, 0][..]));
    assert_eq!(paging.total.as_deref(), Some(&[0, 1][..]));
}

#[test]
fn a_token_goes_on_from_the_reply() {
    let operation = list_operation(
        &[("MaxResults", int()), ("NextToken", text())],
        json!({"Items": list(), "NextToken": text(), "TotalCount": int()}),
    );
    let paging = pages(&operation);
    let token = paging.token.as_ref().expect("by token");
    assert_eq!((token.token, token.size), (1, None));
    assert_eq!(token.next, [1]);
    assert_eq!(paging.items.as_deref(), Some(&[0][..]));
    assert_eq!(paging.total.as_deref(), Some(&[2][..]));
    assert!(paging.number.is_none());
}

#[test]
fn a_token_pages_even_where_the_list_is_not_certain() {
    let operation = list_operation(
        &[("NextToken", text())],
        json!({"A": list(), "B": list(), "Data": {"type": "object", "properties": {"NextToken": text(), "X": text()}}}),
    );
    let paging = pages(&operation);
    let token = paging.token.as_ref().expect("by token");
    assert_eq!(token.next, [2, 0]);
    assert_eq!((&paging.items, &paging.total), (&None, &None));
}

#[test]
fn an_operation_may_page_by_token_and_by_number() {
    let params = [
        ("PageNumber", int()),
        ("PageSize", int()),
        ("NextToken", text()),
        ("MaxResults", int()),
    ];
    let both = list_operation(&params, json!({"Items": list(), "NextToken": text()}));
    let paging = pages(&both);
    let token = paging.token.as_ref().expect("by token");
    let number = paging.number.as_ref().expect("by number");
    assert_eq!((token.token, token.size), (2, Some(3)));
    assert_eq!((number.page, number.size), (0, Some(1)));

    // One size for both is that of the numbers.
    let params = [
        ("PageNumber", int()),
        ("MaxResults", int()),
        ("NextToken", text()),
    ];
    let one_size = list_operation(&params, json!({"Items": list(), "NextToken": text()}));
    let paging = pages(&one_size);
    assert_eq!(paging.token.as_ref().expect("by token").size, None);
    assert_eq!(paging.number.as_ref().expect("by number").size, Some(1));
}

#[test]
fn what_is_certain_of_two_ways_is_used() {
    let params = [
        ("PageNumber", int()),
        ("PageSize", int()),
        ("NextToken", text()),
    ];
    let no_token = list_operation(&params, json!({"Items": list()}));
    assert!(pages(&no_token).token.is_none() && pages(&no_token).number.is_some());
    assert_eq!(no_token.paging_note, None);

    let two_lists = list_operation(
        &params,
        json!({"A": list(), "B": list(), "NextToken": text()}),
    );
    assert!(pages(&two_lists).token.is_some() && pages(&two_lists).number.is_none());
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
