//! `Debug` of generated types.

mod wire_types;

use alicloud_runtime::Bytes;
use serde_json::json;
use wire_types::{Item, Request, Response};

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
        data: Some(Bytes::from_static(b"12345")),
        ..Response::default()
    };
    assert_eq!(
        format!("{response:?}"),
        r#"Response { RequestId: "r", Total: 3, Items: [Item { Id: "a\"b" }], Tags: {"k": "v"}, Any: {"x":1}, Data: [5 bytes] }"#
    );
    assert_eq!(format!("{:?}", Request::default()), "Request");
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
