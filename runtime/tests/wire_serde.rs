//! Serde's traits on generated types, by wire name.

mod wire_types;

use serde_json::json;
use wire_types::{Certificate, Item, Request, Response};

#[test]
fn a_request_is_read_and_written_by_wire_name() {
    let json = json!({
        "RegionId": "cn-hangzhou",
        "Certificates": [{"Id": "1", "Domain": "example.com"}],
        "Password": "hush",
        "DryRun": true
    });
    let request: Request = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(
        request.certificates,
        [Certificate {
            id: Some("1".into()),
            domain: Some("example.com".into()),
        }]
    );
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        json,
        "secrets are data here"
    );
}

#[test]
fn a_wrapped_list_is_written_wrapped_and_read_both_ways() {
    let wrapped = json!({"Regions": {"Region": [{"Id": "a"}]}});
    let expected = Response {
        regions: vec![Item {
            id: "a".into(),
            ..Item::default()
        }],
        ..Response::default()
    };
    for json in [wrapped.clone(), json!({"Regions": [{"Id": "a"}]})] {
        assert_eq!(serde_json::from_value::<Response>(json).unwrap(), expected);
    }
    assert_eq!(serde_json::to_value(&expected).unwrap(), wrapped);
}

#[test]
fn what_does_not_fit_is_an_error_that_says_where() {
    let json = json!({"Items": [{"Id": "a"}, {"Weight": "heavy"}]});
    let error = serde_json::from_value::<Response>(json).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Items.2.Weight`: expected an integer, found text"
    );
}
