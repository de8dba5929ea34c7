//! `Clone` of generated types.

use crate::cs::put_items::{self, Request as ListBody};
use crate::cs::upload::Request as Upload;
use crate::ga::describe::{Certificate, Owner as Item, Request, Response};
use alicloud_runtime::{Bytes, Json};
use serde_json::json;

fn item(id: &str, inner: Option<Item>) -> Item {
    Item {
        id: id.into(),
        weight: Some(-1),
        token: "hush".into(),
        inner: inner.map(Into::into),
    }
}

#[test]
fn every_kind_of_field_is_copied() {
    let response = Response {
        request_id: "r".into(),
        total: Some(i64::MIN),
        ratio: Some(0.5),
        success: Some(false),
        owner: Some(item(
            "owner",
            Some(item("within", Some(item("deep", None)))),
        )),
        items: vec![item("a", None), Item::default(), item("b", None)],
        regions: vec![item("region", None)],
        zones: vec!["z".into(), String::new()],
        ports: vec![0, 80],
        tags: [
            ("k".to_owned(), "v".to_owned()),
            ("e".to_owned(), String::new()),
        ]
        .into(),
        any: json!({"x": [1, null]}),
        anys: vec![json!(1), Json::Null, json!("")],
        data: "AP8=".into(),
        matrix: vec![vec![1, 2], vec![], vec![3]],
    };
    let copy = response.clone();
    // By hand: `PartialEq` asks the same functions that `Clone` does.
    assert_eq!(copy.request_id, "r");
    assert_eq!(copy.total, Some(i64::MIN));
    assert_eq!(copy.ratio, Some(0.5));
    assert_eq!(copy.success, Some(false));
    let within = copy.owner.as_ref().unwrap().inner.as_ref().unwrap();
    assert_eq!((within.id.as_str(), within.weight), ("within", Some(-1)));
    assert_eq!(within.inner.as_ref().unwrap().token, "hush");
    assert_eq!(copy.items.len(), 3);
    assert_eq!(copy.items[2].id, "b");
    assert_eq!(copy.regions[0].id, "region");
    assert_eq!(copy.zones, ["z", ""]);
    assert_eq!(copy.ports, [0, 80]);
    assert_eq!(copy.tags, response.tags);
    assert_eq!(copy.any, response.any);
    assert_eq!(copy.anys, response.anys);
    assert_eq!(copy.data, response.data);
    assert_eq!(copy.matrix, response.matrix);
    assert_eq!(copy, response);
}

#[test]
fn bytes_are_copied() {
    let file = Upload {
        body: Some(Bytes::from_static(b"\0\xff").into()),
        ..Upload::default()
    };
    let copy = file.clone().body.expect("a body");
    assert_eq!(copy.as_bytes().map(|b| &b[..]), Some(&b"\0\xff"[..]));
    assert_eq!(file.clone(), file);
}

#[test]
fn unset_and_empty_stay_apart() {
    let request = Request {
        client_token: Some(String::new()),
        config: Some(Certificate::default()),
        ..Request::default()
    };
    let copy = request.clone();
    assert_eq!(copy.client_token.as_deref(), Some(""));
    assert!(copy.config.is_some_and(|config| config.id.is_none()));
    assert_eq!(
        (copy.region_id, copy.port, copy.dry_run),
        (None, None, None)
    );
    assert!(copy.certificates.is_empty());

    let copy = Response::default().clone();
    assert!(copy.owner.is_none() && copy.data.is_empty() && copy.any.is_null());
    assert_eq!(copy, Response::default());
}

#[test]
fn a_copy_is_its_own() {
    let item = |id: &str| put_items::Body::new().id(id);
    let list = ListBody {
        body: vec![item("a").inner(item("b"))],
    };
    let mut copy = list.clone();
    copy.body[0].inner.as_mut().unwrap().id = Some("changed".into());
    copy.body.push(put_items::Body::default());
    assert_eq!(list.body.len(), 1);
    assert_eq!(
        list.body[0].inner.as_ref().unwrap().id.as_deref(),
        Some("b")
    );
}
