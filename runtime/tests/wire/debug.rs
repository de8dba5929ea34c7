//! `Debug` of generated types.

use crate::cs::upload::Request as Upload;
use crate::dynamic;
use crate::ga::describe::{Owner as Item, Request, Response};
use alicloud_runtime::{Bytes, wire::Field};
use serde_json::json;

#[test]
fn only_set_fields_are_shown_by_wire_name() {
    let response = Response {
        request_id: "r".into(),
        total: Some(3),
        items: vec![Item {
            id: "a\"b".into(),
            ..Item::default()
        }],
        tags: [("k".to_owned(), "v".to_owned())].into(),
        any: json!({"x": 1}),
        data: "12345".into(),
        ..Response::default()
    };
    assert_eq!(
        format!("{response:?}"),
        r#"Response { RequestId: "r", Total: 3, Items: [Owner { Id: "a\"b" }], Tags: {"k": "v"}, Any: {"x":1}, Data: "12345" }"#
    );
    assert_eq!(format!("{:?}", Request::default()), "Request");
    let file = Upload {
        body: Some(Bytes::from_static(b"12345").into()),
        ..Upload::default()
    };
    assert_eq!(format!("{file:?}"), "Request { body: [5 bytes] }");
}

#[test]
fn secrets_are_never_shown() {
    let secret = || Item {
        token: "hush".into(),
        ..Item::default()
    };
    let response = Response {
        owner: Some(Item {
            inner: Some(secret().into()),
            ..secret()
        }),
        items: vec![secret()],
        ..Response::default()
    };
    let request = Request {
        password: Some("hush".into()),
        ..Request::default()
    };
    let shown = format!("{response:?} {response:#?} {request:?}");
    assert!(!shown.contains("hush"), "{shown}");
    assert_eq!(shown.matches("Token: [redacted]").count(), 6);
    assert!(shown.contains("Password: [redacted]"));
}

#[test]
fn secrets_of_an_object_without_a_type_are_never_shown() {
    let json = serde_json::json!({ "Id": "i", "Token": "hush" });
    let object = dynamic::object(&json, &|name| match name {
        "Token" => Field::member("Token").secret(),
        name => Field::member(name.to_owned().leak()),
    });
    assert_eq!(
        format!("{object:?}"),
        r#"Dynamic { Id: "i", Token: [redacted] }"#
    );
}
