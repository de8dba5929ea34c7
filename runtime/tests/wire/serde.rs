//! Serde's traits on generated types, by wire name.

use crate::ga::describe::{Certificate, Owner as Item, Request, Response};
use serde_json::json;

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

#[test]
fn a_request_refuses_members_that_it_does_not_know_with_the_nearest_name() {
    let error = |json: serde_json::Value| {
        let text = json.to_string();
        let error = serde_json::from_value::<Request>(json).expect_err(&text);
        // From a text, the parser adds where.
        let also = serde_json::from_str::<Request>(&text).expect_err(&text);
        assert!(also.to_string().starts_with(&error.to_string()), "{also}");
        error.to_string()
    };
    for (name, meant) in [
        ("region_id", "RegionId"),
        ("regionid", "RegionId"),
        ("RegionID", "RegionId"),
        ("Certificate", "Certificates"),
        ("dryRun", "DryRun"),
    ] {
        assert_eq!(
            error(json!({ name: null })),
            format!("unknown member `{name}`: did you mean `{meant}`?")
        );
    }
    assert_eq!(error(json!({"Xyz": 1})), "unknown member `Xyz`");
    assert_eq!(
        error(json!({"Certificates": [{"Id": "1"}, {"Id": "2", "domain": "d"}]})),
        "unknown member `domain` in `Certificates.2`: did you mean `Domain`?"
    );
    // Only the beginning of what is no name is repeated.
    assert!(error(json!({"x".repeat(10_000): 1})).len() < 200);
    // A type of a request refuses them by itself too.
    let error = serde_json::from_value::<Certificate>(json!({"id": "1"})).unwrap_err();
    assert_eq!(error.to_string(), "unknown member `id`: did you mean `Id`?");
}

#[test]
fn a_response_takes_members_that_it_does_not_know() {
    let json = json!({"Items": [{"Id": "a", "New": 1}], "request_id": "r"});
    let response: Response = serde_json::from_value(json).expect("lenient");
    assert_eq!(response.items[0].id, "a");
}
