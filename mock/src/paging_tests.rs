use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::*;
use crate::percent::parse;
use crate::service::Service;

/// A service with one listing, of 25 items.
fn service(parameters: &[&str], reply: Json, sample: Json) -> Service {
    let parameters: Vec<Json> = parameters
        .iter()
        .map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } }))
        .collect();
    let operation = json!({
        "methods": ["post"],
        "security": [{ "Anonymous": [] }],
        "parameters": parameters,
        "responses": { "200": { "schema": { "type": "object", "properties": reply } } },
        "responseDemo": json!([{ "type": "json", "example": sample.to_string() }]).to_string(),
    });
    Service::of_document(
        json!({
            "info": { "style": "RPC", "product": "Toy", "version": "2024-01-01" },
            "apis": { "ListToys": operation },
        }),
        25,
    )
}

fn ask(service: &Service, query: &str) -> (u16, String) {
    let request = Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: parse(query),
        headers: vec![
            ("x-acs-action".to_owned(), "ListToys".to_owned()),
            ("x-acs-version".to_owned(), "2024-01-01".to_owned()),
        ],
        ..Request::default()
    };
    let answer = service.answer(&request, SystemTime::now());
    (answer.status, answer.body)
}

fn page(service: &Service, query: &str) -> Json {
    let (status, body) = ask(service, query);
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

fn length(list: &Json) -> usize {
    list.as_array().unwrap().len()
}

#[test]
fn pages_by_number_have_the_size_that_is_asked_for_and_end() {
    let sample = json!({ "Toys": { "Toy": [{ "Id": "a" }, { "Id": "b" }] }, "TotalCount": "2", "PageNumber": 7, "PageSize": 2 });
    let service = service(&["PageNumber", "PageSize"], json!({}), sample);
    for (query, number, size, items) in [
        ("", 1, 10, 10),
        ("PageNumber=3", 3, 10, 5),
        ("PageNumber=4", 4, 10, 0),
        ("PageSize=20", 1, 20, 20),
        ("PageNumber=2&PageSize=20", 2, 20, 5),
        ("PageNumber=9223372036854775807&PageSize=9", i64::MAX, 9, 0),
    ] {
        let page = page(&service, query);
        assert_eq!(length(&page["Toys"]["Toy"]), items, "{query}");
        assert_eq!(page["TotalCount"], "25");
        assert_eq!(
            (&page["PageNumber"], &page["PageSize"]),
            (&json!(number), &json!(size))
        );
    }
    let third = page(&service, "PageNumber=3&PageSize=1");
    assert_eq!(third["Toys"]["Toy"], json!([{ "Id": "a" }]));
}

#[test]
fn tokens_lead_through_all_items_and_end() {
    // The sample does not show the token.
    let reply = json!({ "NextToken": { "type": "string" } });
    let service = service(
        &["NextToken", "MaxResults"],
        reply,
        json!({ "Toys": [{ "Id": "a" }] }),
    );
    let mut query = "MaxResults=10".to_owned();
    let mut sizes = Vec::new();
    loop {
        let page = page(&service, &query);
        sizes.push(length(&page["Toys"]));
        let token = page["NextToken"].as_str().unwrap();
        if token.is_empty() {
            break;
        }
        query = format!("MaxResults=10&NextToken={token}");
    }
    assert_eq!(sizes, [10, 10, 5]);
    let (status, body) = ask(&service, "NextToken=of-another-service");
    assert!(status == 400 && body.contains("InvalidNextToken"), "{body}");
}

#[test]
fn who_asks_by_number_gets_no_token_where_both_are_possible() {
    let sample = json!({ "Toys": [{}], "NextToken": "for-ever", "TotalCount": 1 });
    let parameters = ["PageNumber", "PageSize", "NextToken", "MaxResults"];
    let service = service(&parameters, json!({}), sample);
    for query in ["", "PageSize=10", "PageNumber=2"] {
        assert_eq!(page(&service, query)["NextToken"], "", "{query}");
    }
    let by_token = page(&service, "MaxResults=10");
    assert_eq!(by_token["NextToken"], "mock-token-10");
    assert_eq!(
        length(&page(&service, "NextToken=mock-token-20")["Toys"]),
        5
    );
}

#[test]
fn a_reply_of_several_lists_is_one_page() {
    let sample = json!({ "A": [1], "B": [2], "NextToken": "for-ever" });
    let service = service(&["NextToken"], json!({}), sample);
    assert_eq!(
        page(&service, ""),
        json!({ "A": [1], "B": [2], "NextToken": "" })
    );
}

#[test]
fn pages_come_in_xml_too() {
    let sample = json!({ "Toys": { "Toy": [{ "Id": "a<b" }] }, "TotalCount": 1 });
    let service = service(&["PageNumber", "PageSize"], json!({}), sample);
    let (status, body) = ask(&service, "Format=XML&PageSize=2");
    assert_eq!(status, 200);
    assert_eq!(
        body,
        "<ListToysResponse><TotalCount>25</TotalCount><Toys><Toy><Id>a&lt;b</Id></Toy>\
         <Toy><Id>a&lt;b</Id></Toy></Toys></ListToysResponse>"
    );
}
