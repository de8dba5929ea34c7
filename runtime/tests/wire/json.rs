//! Lenient decoding of JSON.

use crate::ga::describe::{Owner as Item, Response};
use alicloud_runtime::{
    Bytes, Json,
    wire::{self, Mismatch, Value},
};
use serde_json::json;

fn decode(json: Json) -> (Response, Vec<String>) {
    decode_text(&json.to_string())
}

fn decode_text(text: &str) -> (Response, Vec<String>) {
    let mut response = Response::default();
    let mismatches = wire::decode_json(text.as_bytes(), &mut response).unwrap();
    (
        response,
        mismatches.iter().map(Mismatch::to_string).collect(),
    )
}

fn fits(json: Json) -> Response {
    let (response, mismatches) = decode(json);
    assert_eq!(mismatches, Vec::<String>::new());
    response
}

fn item(id: &str) -> Item {
    Item {
        id: id.into(),
        ..Item::default()
    }
}

#[test]
fn a_documented_reply_is_read_whole() {
    let reply = json!({
        "RequestId": "r", "Total": 3, "Ratio": 0.5, "Success": true,
        "Owner": {"Id": "o", "Weight": 7, "Inner": {"Id": "i"}},
        "Items": [{"Id": "a"}, {"Id": "b"}],
        "Regions": {"Region": [{"Id": "c"}]}, "Zones": {"Zone": ["z1", "z2"]},
        "Ports": [80, 443], "Tags": {"k": "v", "empty": ""},
        "Any": {"x": [1, null, "y"]}, "Anys": [1, "two", {"three": 3}],
        "Data": "bytes", "Matrix": [[1, 2], [], [3]]
    });
    let response = fits(reply.clone());
    assert_eq!(response.request_id, "r");
    assert_eq!(
        (response.total, response.ratio, response.success),
        (Some(3), Some(0.5), Some(true))
    );
    let owner = response.owner.as_ref().unwrap();
    assert_eq!((owner.id.as_str(), owner.weight), ("o", Some(7)));
    assert_eq!(owner.inner.as_ref().unwrap().id, "i");
    assert_eq!(response.items, [item("a"), item("b")]);
    assert_eq!(response.regions, [item("c")]);
    assert_eq!(response.zones, ["z1", "z2"]);
    assert_eq!(response.matrix, [vec![1, 2], vec![], vec![3]]);
    assert_eq!(
        wire::to_json_value(&response),
        reply,
        "nothing is lost on the way back"
    );
}

#[test]
fn members_are_found_in_any_order_and_unknown_ones_skipped() {
    let response = fits(json!({
        "Success": false, "New": {"deep": [1, {"x": null}]}, "Total": 1, "RequestId": "r",
        "requestid": "other case is another name", "Ratio": 2
    }));
    assert_eq!(response.request_id, "r");
    assert_eq!((response.total, response.ratio), (Some(1), Some(2.0)));
}

#[test]
fn null_is_as_absent() {
    let nulls = json!({
        "RequestId": null, "Total": null, "Ratio": null, "Success": null, "Owner": null,
        "Items": null, "Regions": null, "Zones": {"Zone": null}, "Tags": {"k": null}, "Any": null,
        "Data": null, "Ports": [null]
    });
    assert_eq!(fits(nulls), Response::default());
}

#[test]
fn numbers_and_text_stand_for_each_other() {
    let response = fits(json!({
        "RequestId": 12, "Total": "12", "Ratio": "1.5", "Success": "true",
        "Items": [{"Id": true, "Weight": "-3"}], "Zones": [1.5, 18446744073709551615_u64], "Ports": ["80"]
    }));
    assert_eq!(response.request_id, "12");
    assert_eq!(
        (response.total, response.ratio, response.success),
        (Some(12), Some(1.5), Some(true))
    );
    assert_eq!(response.items[0].id, "true");
    assert_eq!(response.items[0].weight, Some(-3));
    assert_eq!(response.zones, ["1.5", "18446744073709551615"]);
    assert_eq!(response.ports, [80]);
}

#[test]
fn whole_floats_are_integers() {
    let (response, mismatches) =
        decode_text(r#"{"Ports": [1.0, 1e3, -0.0, "2.0", 9007199254740993]}"#);
    assert_eq!(response.ports, [1, 1000, 0, 2, 9_007_199_254_740_993]);
    assert!(mismatches.is_empty());
}

#[test]
fn what_no_integer_holds_is_reported_and_dropped() {
    let (response, mismatches) = decode_text(
        r#"{"Ports": [9223372036854775808, 1.5, 1e300, "x", 9223372036854775807], "Total": 9223372036854775808}"#,
    );
    assert_eq!(response.ports, [i64::MAX]);
    assert_eq!(response.total, None);
    assert_eq!(
        mismatches,
        [
            "`Ports.1`: expected an integer, found an integer out of range",
            "`Ports.2`: expected an integer, found a number",
            "`Ports.3`: expected an integer, found a number",
            "`Ports.4`: expected an integer, found text",
            "`Total`: expected an integer, found an integer out of range",
        ]
    );
}

#[test]
fn a_lone_object_is_a_list_of_one() {
    let response = fits(json!({
        "Items": {"Unknown": 1, "Weight": 2, "Id": "a", "Inner": {"Id": "i"}},
        "Regions": {"Id": "bare"},
        "Anys": {"x": 1, "y": 2}
    }));
    assert_eq!(response.items[0].weight, Some(2));
    assert_eq!(response.items[0].inner.as_ref().unwrap().id, "i");
    assert_eq!(response.items.len(), 1);
    assert_eq!(response.regions, [item("bare")]);
    assert_eq!(response.anys, [json!({"x": 1, "y": 2})]);
}

#[test]
fn a_wrapped_list_is_read_with_and_without_its_wrapper() {
    let wrapped = fits(json!({"Regions": {"Region": [{"Id": "a"}]}, "Zones": {"Zone": ["z"]}}));
    let bare = fits(json!({"Regions": [{"Id": "a"}], "Zones": ["z"]}));
    let lone = fits(
        json!({"Regions": {"Region": {"Id": "a"}}, "Zones": {"New": 1, "Zone": ["z"], "Newer": 2}}),
    );
    assert_eq!(wrapped.regions, [item("a")]);
    assert_eq!(wrapped, bare);
    assert_eq!(wrapped, lone);
    assert_eq!(
        fits(json!({"Regions": {}, "Zones": {"Zone": []}})),
        Response::default()
    );
}

#[test]
fn what_does_not_fit_is_reported_and_decoding_goes_on() {
    let (response, mismatches) = decode(json!({
        "RequestId": ["no"], "Total": {"n": 1}, "Success": 1, "Owner": "{\"Id\":\"text\"}",
        "Items": [{"Id": "a"}, 5, {"Id": "b", "Weight": "heavy"}], "Regions": {"Other": 1},
        "Zones": "z", "Tags": [1], "Ratio": "NaN", "Matrix": [[1, [2]]], "Data": {}, "Any": 7
    }));
    // In the order of the document, which json! sorts.
    assert_eq!(
        mismatches,
        [
            "`Data`: expected text, found an object",
            "`Items.2`: expected an object, found an integer",
            "`Items.3.Weight`: expected an integer, found text",
            "`Matrix.1.2`: expected an integer, found a list",
            "`Owner`: expected an object, found text",
            "`Ratio`: expected a number, found text",
            "`Regions`: expected a list, found an object",
            "`RequestId`: expected text, found a list",
            "`Success`: expected true or false, found an integer",
            "`Tags`: expected an object, found a list",
            "`Total`: expected an integer, found an object",
            "`Zones`: expected a list, found text",
        ]
    );
    let kept = Response {
        items: vec![item("a"), item("b")],
        any: json!(7),
        matrix: vec![vec![1]],
        ..Response::default()
    };
    assert_eq!(response, kept);
}

#[test]
fn a_name_that_comes_twice_has_its_last_value() {
    let (response, _) = decode_text(r#"{"Ports": [1, 2], "Total": 1, "Ports": [3], "Total": 2}"#);
    assert_eq!((response.ports, response.total), (vec![3], Some(2)));
}

#[test]
fn a_document_that_is_no_object_is_read_into_any_value() {
    let mut list: Vec<String> = Vec::new();
    assert_eq!(
        wire::decode_json(br#"["a", 1]"#, &mut list),
        Ok(wire::Mismatches::default())
    );
    assert_eq!(list, ["a", "1"]);
    let mut text = String::new();
    assert_eq!(
        wire::decode_json(br#""a\u00e9""#, &mut text),
        Ok(wire::Mismatches::default())
    );
    assert_eq!(text, "aé");
    let mut bytes: Option<Bytes> = None;
    assert_eq!(
        wire::decode_json(br#""bytes""#, &mut bytes),
        Ok(wire::Mismatches::default())
    );
    assert_eq!(bytes.as_deref(), Some(&b"bytes"[..]));
    let mut response = Response::default();
    let mismatches = wire::decode_json(b"[1]", &mut response).unwrap();
    assert_eq!(
        mismatches[0].to_string(),
        "`the document`: expected an object, found a list"
    );
}

#[test]
fn what_is_no_json_is_an_error_without_the_values() {
    for bad in [
        "",
        "{",
        "<html>",
        r#"{"RequestId": "hush}"#,
        r#"{"Total": 1} hush"#,
        "nul",
    ] {
        let error = wire::decode_json(bad.as_bytes(), &mut Response::default()).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("not readable as JSON: "), "{message}");
        assert!(!message.contains("hush"), "{message}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced_and_reported() {
    let mut response = Response::default();
    let bytes = b"\xef\xbb\xbf{\"RequestId\": \"a\xffb\", \"Total\": 1}";
    let mismatches = wire::decode_json(bytes, &mut response).unwrap();
    assert_eq!(
        (response.request_id.as_str(), response.total),
        ("a\u{fffd}b", Some(1))
    );
    assert_eq!(mismatches.len(), 1);
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let deep = |prefix: &str| format!("{prefix}{}", "[".repeat(100_000));
    let nested = format!("{}{}", r#"{"Owner":"#, r#"{"Inner":"#.repeat(100_000));
    for text in [
        deep(r#"{"Any":"#),
        deep(r#"{"Matrix":"#),
        deep(r#"{"Unknown":"#),
        nested,
    ] {
        wire::decode_json(text.as_bytes(), &mut Response::default()).unwrap_err();
    }
}

#[test]
fn clearing_gives_the_default_back() {
    let mut response = fits(json!({"RequestId": "r", "Items": [{"Id": "a"}]}));
    Value::clear(&mut response);
    assert_eq!(response, Response::default());
}

#[test]
fn half_a_character_or_a_number_out_of_range_costs_no_more_than_itself() {
    let mut response = Response::default();
    let text = r#"{"RequestId":"r\ud83d","Total":1e400,"Ratio":-1e999,"Ports":[1,1e400,2],"Any":[1e400,"\udc00"],"Items":[{"Id":"\ud83d\ude00"}]}"#;
    let mismatches = wire::decode_json(text.as_bytes(), &mut response).expect("a reply");
    assert_eq!(
        (response.request_id.as_str(), response.total, response.ratio),
        ("r\u{fffd}", None, None)
    );
    assert_eq!(response.ports, [1, 2]);
    assert_eq!(response.any, json!([null, "\u{fffd}"]));
    assert_eq!(response.items[0].id, "\u{1f600}");
    assert_eq!(mismatches.total(), 1);
    // What is no JSON besides stays an error.
    wire::decode_json(br#"{"RequestId":"\ud83d""#, &mut response).expect_err("cut");
}
