//! Decoding of XML into the same values as JSON.

use crate::cs::list_clusters::Response as NamedItems;
use crate::ga::describe::{Owner as Item, Response};
use alicloud_runtime::wire::{self, Mismatch};
use serde_json::json;

fn decode(xml: &str) -> (Response, Vec<String>) {
    let mut response = Response::default();
    let mismatches = wire::decode_xml(xml.as_bytes(), &mut response).unwrap();
    (
        response,
        mismatches.iter().map(Mismatch::to_string).collect(),
    )
}

fn fits(members: &str) -> Response {
    let (response, mismatches) = decode(&format!("<AnyResponse>{members}</AnyResponse>"));
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
fn both_formats_of_a_reply_are_one_value() {
    let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
        <!-- a comment --><ListResponse xmlns="http://example.com/" xmlns:n="urn:n">
            <RequestId>r</RequestId><Total>3</Total><n:Ratio>0.5</n:Ratio>
            <Success> true </Success>
            <Owner kind="ignored"><Id>o</Id><Weight>7</Weight><Inner><Id>i</Id></Inner></Owner>
            <Items><Id>a</Id></Items><Items><Id>b</Id></Items>
            <Regions><Region><Id>c</Id></Region></Regions>
            <Zones><Zone>z1</Zone><Zone>z2</Zone></Zones>
            <Ports>80</Ports><Ports>443</Ports><Tags><k>v</k></Tags>
            <Any><x>1</x><x>2</x><y><z>3</z></y></Any><Data>bytes</Data>
        </ListResponse>"#;
    let json = json!({
        "RequestId": "r", "Total": 3, "Ratio": 0.5, "Success": true,
        "Owner": {"Id": "o", "Weight": 7, "Inner": {"Id": "i"}},
        "Items": [{"Id": "a"}, {"Id": "b"}],
        "Regions": {"Region": [{"Id": "c"}]}, "Zones": {"Zone": ["z1", "z2"]},
        "Ports": [80, 443], "Tags": {"k": "v"},
        "Any": {"x": ["1", "2"], "y": {"z": "3"}}, "Data": "bytes"
    });
    let (from_xml, mismatches) = decode(xml);
    let mut from_json = Response::default();
    wire::decode_json(json.to_string().as_bytes(), &mut from_json).unwrap();
    assert_eq!(mismatches, Vec::<String>::new());
    assert_eq!(from_xml, from_json);
}

#[test]
fn text_is_unescaped() {
    let response =
        fits("<RequestId>a &lt;b&gt; &amp; &#20013;&#x6587; <![CDATA[<c> &amp;]]></RequestId>");
    assert_eq!(response.request_id, "a <b> & 中文 <c> &amp;");
}

#[test]
fn an_empty_element_is_as_absent() {
    let response = fits(
        "<RequestId/><Total></Total><Owner/><Items/><Items> </Items><Regions/>
         <Zones><Zone/></Zones><Tags><k/></Tags><Any/><Ports></Ports>",
    );
    assert_eq!(response, Response::default());
}

#[test]
fn a_wrapped_list_is_read_with_and_without_its_wrapper() {
    let wrapped = fits(
        "<Regions><New>1</New><Region><Id>a</Id></Region><Region><Id>b</Id></Region></Regions>
         <Zones><Zone>y</Zone><Zone>z</Zone></Zones>",
    );
    let bare = fits(
        "<Regions><Id>a</Id></Regions><Regions><New>1</New><Id>b</Id></Regions>
         <Zones>y</Zones><Zones>z</Zones>",
    );
    assert_eq!(wrapped.regions, [item("a"), item("b")]);
    assert_eq!(wrapped.zones, ["y", "z"]);
    assert_eq!(wrapped, bare);
}

#[test]
fn unknown_elements_are_skipped() {
    let response = fits("<New><RequestId>no</RequestId></New><RequestId>yes</RequestId>");
    assert_eq!(response.request_id, "yes");
}

#[test]
fn what_does_not_fit_is_reported_and_decoding_goes_on() {
    let (response, mismatches) = decode(
        "<R><Total>many</Total><Owner>text</Owner><RequestId><Id>x</Id></RequestId>
         <Items><Id>a</Id><Weight>heavy</Weight></Items><Items>b</Items><Ports>1</Ports></R>",
    );
    assert_eq!(
        mismatches,
        [
            "`Total`: expected an integer, found text",
            "`Owner`: expected an object, found text",
            "`RequestId`: expected text, found an element",
            "`Items.1.Weight`: expected an integer, found text",
            "`Items.2`: expected an object, found text",
        ]
    );
    assert_eq!(response.items, [item("a")]);
    assert_eq!(response.ports, [1]);
    assert_eq!((response.request_id.as_str(), response.owner), ("", None));
}

#[test]
fn what_is_no_xml_is_an_error() {
    for bad in [
        "",
        " ",
        "{}",
        "<R>",
        "<R><A></R>",
        "<R></S>",
        "<R>&undefined;</R>",
        "<R",
        "text<R/>",
        "<R><Any><x></R>",
        "<R><Unknown>",
        "<R><Regions><Region>",
    ] {
        let error = wire::decode_xml(bad.as_bytes(), &mut Response::default());
        let message = error.expect_err(bad).to_string();
        assert!(message.starts_with("not readable as XML: "), "{message}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced_and_reported() {
    let mut response = Response::default();
    let bytes = b"<R><RequestId>a\xffb</RequestId><Total>1</Total></R>";
    let mismatches = wire::decode_xml(bytes, &mut response).unwrap();
    assert_eq!(
        (response.request_id.as_str(), response.total),
        ("a\u{fffd}b", Some(1))
    );
    assert_eq!(
        mismatches[0].to_string(),
        "`the document`: expected UTF-8, found other bytes"
    );
}

#[test]
fn entities_of_a_document_type_are_not_expanded() {
    let bomb = r#"<!DOCTYPE R [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><R><RequestId>&b;</RequestId></R>"#;
    let error = wire::decode_xml(bomb.as_bytes(), &mut Response::default()).unwrap_err();
    assert!(error.to_string().contains("not defined"), "{error}");
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for name in ["Any", "Owner", "Tags", "Regions", "Matrix"] {
        let xml = format!("<R><{name}>{}", "<Inner>".repeat(100_000));
        wire::decode_xml(xml.as_bytes(), &mut Response::default()).unwrap_err();
    }
    let deep = format!("<R><Owner>{}", "<Inner>".repeat(200));
    let error = wire::decode_xml(deep.as_bytes(), &mut Response::default()).unwrap_err();
    assert!(error.to_string().contains("too deep"), "{error}");
}

#[test]
fn items_may_have_another_name_than_their_list() {
    for xml in [
        "<R><clusters><clusterDetail>a</clusterDetail><clusterDetail>b</clusterDetail></clusters></R>",
        "<R><clusters>a</clusters><clusters>b</clusters></R>",
    ] {
        let mut reply = NamedItems::default();
        wire::decode_xml(xml.as_bytes(), &mut reply).unwrap();
        assert_eq!(reply.clusters, ["a", "b"], "{xml}");
    }
    let mut reply = NamedItems::default();
    wire::decode_json(br#"{"clusters": ["a", "b"]}"#, &mut reply).unwrap();
    assert_eq!(reply.clusters, ["a", "b"]);
}
