//! What is found before a request is sent.

use crate::cs::put_resource::Request as RoaRequest;
use crate::dynamic;
use crate::ga::describe::{Certificate, Request};
use alicloud_runtime::wire::{self, Field, Limit};

fn found(request: &dyn wire::Object) -> Vec<String> {
    wire::preflight(request)
        .iter()
        .map(|v| v.to_string())
        .collect()
}

fn certificate(id: &str, domain: &str) -> Certificate {
    Certificate {
        id: Some(id.into()),
        domain: Some(domain.into()),
    }
}

fn valid() -> Request {
    Request {
        region_id: Some("cn-hangzhou".into()),
        certificates: vec![certificate("1", "example.com")],
        ..Request::default()
    }
}

#[test]
fn a_valid_request_has_no_violations() {
    let edges = Request {
        client_token: Some("t".repeat(64)),
        certificates: vec![certificate("1", "example.com"); 10],
        port: Some(65535),
        ratio: Some(0.0),
        names: vec!["名字".into(), "ab".into()],
        password: Some("12345678".into()),
        ..valid()
    };
    assert_eq!(found(&valid()), Vec::<String>::new());
    assert_eq!(found(&edges), Vec::<String>::new());
}

#[test]
fn everything_is_found_at_once_and_nested() {
    let request = Request {
        region_id: Some(String::new()),
        client_token: Some("é".repeat(65)),
        certificates: vec![
            certificate("1", "example.com"),
            Certificate {
                id: Some("2".into()),
                domain: None,
            },
        ],
        port: Some(0),
        ratio: Some(f64::NAN),
        names: vec!["ab".into(), "a".into(), "abc".into()],
        password: Some("hush".into()),
        config: Some(Certificate::default()),
        ..Request::default()
    };
    assert_eq!(
        found(&request),
        [
            "`RegionId` is required",
            "`ClientToken` has 65 characters, at most 64 are allowed",
            "`ClientToken` may contain only ASCII characters",
            "`Certificates.2.Domain` is required",
            "`Port` must be at least 1",
            "`Ratio` must be at least 0",
            "`Ratio` must be at most 1.5",
            "`Names` has 3 items, at most 2 are allowed",
            "`Password` has 4 characters, at least 8 are required",
            "`Config.Id` is required",
            "`Config.Domain` is required",
        ]
    );
    let shown = format!("{:?}", wire::preflight(&request));
    assert!(!shown.contains("hush"), "{shown}");
}

#[test]
fn a_bound_on_texts_holds_for_each_of_a_list() {
    let field = |_: &str| Field::query("Names").limits(&[Limit::MaxItems(2), Limit::MinLength(2)]);
    let names = |names| dynamic::object(&serde_json::json!({ "Names": names }), &field);
    assert_eq!(
        found(&names(["名字", "ab"].as_slice())),
        Vec::<String>::new()
    );
    assert_eq!(
        found(&names(["ab", "a", "abc"].as_slice())),
        [
            "`Names` has 3 items, at most 2 are allowed",
            "`Names.2` has 1 character, at least 2 are required",
        ]
    );
}

#[test]
fn a_list_that_is_too_long_and_one_that_is_missing_are_told() {
    let long = Request {
        certificates: vec![certificate("1", "d"); 11],
        ..valid()
    };
    assert_eq!(
        found(&long),
        ["`Certificates` has 11 items, at most 10 are allowed"]
    );
    let none = Request {
        certificates: vec![],
        ..valid()
    };
    assert_eq!(found(&none), ["`Certificates` is required"]);
}

#[test]
fn a_path_parameter_is_needed_even_if_the_documentation_does_not_say_so() {
    let request = |cluster: Option<&str>| RoaRequest {
        cluster_id: cluster.map(Into::into),
        request_path: Some("x".into()),
        ..RoaRequest::default()
    };
    assert_eq!(found(&request(None)), ["`ClusterId` is required"]);
    assert_eq!(found(&request(Some(""))), ["`ClusterId` is required"]);
    let other = ["`ClusterId` would change the path into that of another operation"];
    assert_eq!(found(&request(Some("."))), other);
    assert_eq!(found(&request(Some(".."))), other);
    assert_eq!(
        found(&request(Some("a/.."))),
        Vec::<String>::new(),
        "it is encoded"
    );
}

#[test]
fn a_text_with_one_documented_value_has_that_one_in_upper_or_lower_case() {
    let request = |kind: &str| Request {
        kind: Some(kind.into()),
        ..valid()
    };
    assert_eq!(found(&request("DOMAIN")), Vec::<String>::new());
    assert_eq!(found(&request("domain")), Vec::<String>::new());
    assert_eq!(
        found(&request("HOST")),
        ["`Kind` must be `DOMAIN`, the only documented value"]
    );
}
