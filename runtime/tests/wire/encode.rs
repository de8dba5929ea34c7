//! Requests placed into HTTP requests: paths, headers, bodies.

use crate::cs::{
    put_document::Request as TextBody,
    put_items::Request as ListBody,
    put_names::Request as WholeBody,
    put_resource::{self, Request as RoaRequest},
    submit_form::Request as FormOnly,
    upload::Request as Upload,
};
use crate::ga::describe::{Certificate, Request};
use alicloud_runtime::{
    Bytes,
    operation::{ApiStyle, Operation, Product},
    signature::Pair,
    wire::{self, Object, UnsignedRequest},
};

static PRODUCT: Product = Product::new("Test", "2020-01-01", ApiStyle::Roa);

fn operation(path: &'static str) -> Operation {
    Operation::write(&PRODUCT, "Test").http("POST", path)
}

fn encode(path: &'static str, request: &dyn Object) -> UnsignedRequest<'static> {
    wire::encode(&operation(path), request)
        .unwrap()
        .into_owned()
}

fn refused(path: &'static str, request: &dyn Object) -> Vec<String> {
    let violations = wire::encode(&operation(path), request).unwrap_err();
    violations.iter().map(|v| v.to_string()).collect()
}

fn cluster(id: &str) -> RoaRequest {
    RoaRequest {
        cluster_id: Some(id.into()),
        ..RoaRequest::default()
    }
}

fn rest(rest: &str) -> RoaRequest {
    RoaRequest {
        request_path: Some(rest.into()),
        ..cluster("c")
    }
}

fn pairs(pairs: &[(&'static str, &'static str)]) -> Vec<Pair<'static>> {
    pairs
        .iter()
        .map(|&(name, value)| (name.into(), value.into()))
        .collect()
}

#[test]
fn set_fields_become_the_query_in_their_order() {
    let request = Request {
        region_id: Some("cn-hangzhou".into()),
        client_token: Some(String::new()),
        certificates: vec![
            Certificate {
                id: Some("1".into()),
                domain: None,
            },
            Certificate {
                id: Some("2".into()),
                domain: Some("*.例.com".into()),
            },
        ],
        ratio: Some(1.0),
        names: vec!["a".into(), "b,c".into()],
        config: Some(Certificate {
            id: Some("\"值\"".into()),
            domain: None,
        }),
        dry_run: Some(false),
        ..Request::default()
    };
    let encoded = encode("/", &request);
    assert_eq!(
        encoded.query,
        pairs(&[
            ("RegionId", "cn-hangzhou"),
            ("ClientToken", ""),
            ("Certificates.1.Id", "1"),
            ("Certificates.2.Id", "2"),
            ("Certificates.2.Domain", "*.例.com"),
            ("Ratio", "1.0"),
            ("Names", "a,b,c"),
            ("Config", r#"{"Id":"\"值\""}"#),
            ("DryRun", "false"),
        ])
    );
    assert_eq!((&*encoded.path, &*encoded.method), ("/", "POST"));
    assert_eq!((encoded.body.len(), encoded.content_type()), (0, None));
}

#[test]
fn path_parameters_are_encoded_into_their_place() {
    let request = cluster("a/b c*~中");
    let encoded = "a%2Fb%20c%2A~%E4%B8%AD";
    for (template, expected) in [
        ("/clusters/{ClusterId}", format!("/clusters/{encoded}")),
        (
            "/clusters/{ClusterId}/nodes",
            format!("/clusters/{encoded}/nodes"),
        ),
        (
            "/clusters/[ClusterId]/nodes",
            format!("/clusters/{encoded}/nodes"),
        ),
        (
            "/c-{ClusterId}.x/{ClusterId}",
            format!("/c-{encoded}.x/{encoded}"),
        ),
        ("/clusters", "/clusters".to_owned()),
    ] {
        assert_eq!(encode(template, &request).path, expected);
    }
}

#[test]
fn a_query_in_the_template_moves_to_the_query() {
    let encoded = encode("/clusters/{ClusterId}?acl&a=b", &cluster("c"));
    assert_eq!(encoded.path, "/clusters/c");
    assert_eq!(encoded.query, pairs(&[("acl", ""), ("a", "b")]));
}

#[test]
fn a_missing_or_misleading_path_parameter_is_refused_even_without_preflight() {
    let missing = ["`ClusterId` is required"];
    assert_eq!(
        refused("/clusters/{ClusterId}", &RoaRequest::default()),
        missing
    );
    assert_eq!(refused("/clusters/{ClusterId}", &cluster("")), missing);
    assert_eq!(
        refused("/clusters/{ClusterId}/x", &cluster("..")),
        ["`ClusterId` would change the path into that of another operation"]
    );
    assert_eq!(
        refused("/{Unknown}", &cluster("c")),
        ["`Unknown` is required"]
    );
}

#[test]
fn a_last_segment_stands_for_any_number_of_them() {
    let template = "/api/{ClusterId}/resources/*";
    assert_eq!(
        encode(template, &rest("A/b c/D")).path,
        "/api/c/resources/A/b%20c/D"
    );
    // The documentation's examples give the whole path.
    let whole = RoaRequest {
        cluster_id: None,
        ..rest("/api/p/resources/A/b c")
    };
    assert_eq!(encode(template, &whole).path, "/api/p/resources/A/b%20c");

    let other = ["`requestPath` would change the path into that of another operation"];
    for path in [
        "/api/p/other/A",
        "/api/p/resources",
        "/api//resources/x",
        "A/../B",
        "A//B",
        ".",
    ] {
        assert_eq!(refused(template, &rest(path)), other, "{path}");
    }
    assert_eq!(
        refused(template, &cluster("c")),
        ["`requestPath` is required"]
    );
    let no_cluster = RoaRequest {
        cluster_id: None,
        ..rest("A")
    };
    assert_eq!(refused(template, &no_cluster), ["`ClusterId` is required"]);
}

#[test]
fn headers_and_a_document_are_placed() {
    let request = RoaRequest {
        x_acs_language: Some("zh".into()),
        body: Some(put_resource::Body::new().id("值").weight(1)),
        ..cluster("c")
    };
    let encoded = encode("/clusters/{ClusterId}", &request);
    assert_eq!(encoded.header("x-acs-language"), Some("zh"));
    assert_eq!(encoded.headers.len(), 2, "and its type");
    assert_eq!(encoded.body, r#"{"Id":"值","Weight":1}"#.as_bytes());
    assert_eq!(
        encoded.content_type(),
        Some("application/json; charset=utf-8")
    );
}

#[test]
fn an_operation_that_takes_a_document_gets_one_even_if_it_is_not_given() {
    let encoded = encode("/clusters/{ClusterId}", &cluster("c"));
    assert_eq!(encoded.body, "{}");
    assert_eq!(
        encoded.content_type(),
        Some("application/json; charset=utf-8")
    );
    assert_eq!(encode("/", &ListBody::default()).body, "[]");
}

#[test]
fn a_document_that_is_one_value_is_sent_where_it_is_given() {
    let unset = encode("/", &WholeBody::default());
    assert_eq!((unset.body.len(), unset.content_type()), (0, None));
    let given = WholeBody {
        body: vec!["a".into()],
    };
    let encoded = encode("/", &given);
    assert_eq!(encoded.body, r#"["a"]"#);
    assert_eq!(
        encoded.content_type(),
        Some("application/json; charset=utf-8")
    );
}

#[test]
fn a_binary_body_goes_as_it_is() {
    let request = Upload {
        type_: Some("General".into()),
        body: Some(Bytes::from_static(b"\x00\xff\n").into()),
    };
    let encoded = encode("/", &request);
    assert_eq!(encoded.body, &b"\x00\xff\n"[..]);
    assert_eq!(encoded.content_type(), Some("application/octet-stream"));
    assert_eq!(encoded.query, pairs(&[("Type", "General")]));
    assert_eq!(encode("/", &Upload::default()).content_type(), None);
}

#[test]
fn a_text_as_the_body_is_the_document_that_it_holds() {
    let request = TextBody {
        body: Some(r#"{"a":1}"#.into()),
    };
    let encoded = encode("/", &request);
    assert_eq!(encoded.body, r#"{"a":1}"#);
    assert_eq!(
        encoded.content_type(),
        Some("application/json; charset=utf-8")
    );
    let unset = encode("/", &TextBody::default());
    assert_eq!((unset.body.len(), unset.content_type()), (0, None));
}

#[test]
fn an_operation_that_can_take_a_form_says_so_of_an_empty_one() {
    let encoded = encode("/", &FormOnly::default());
    assert_eq!(encoded.body.len(), 0);
    assert_eq!(
        encoded.content_type(),
        Some("application/x-www-form-urlencoded")
    );
}
