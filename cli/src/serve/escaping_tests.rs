//! Whatever a spec or a reply says, the pages have the elements that they have without it, but
//! for those that Markdown makes, and nothing in them runs.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::calls::Service;
use super::explorer::{Options, Server};
use super::guard::Guard;
use super::shelf::Shelf;
use super::{lists, operation, reply};
use crate::explore::{Answer, HeardEvent};

/// What Markdown makes.
const PROSE: [&str; 12] = [
    "p",
    "code",
    "strong",
    "em",
    "a",
    "ul",
    "ol",
    "li",
    "pre",
    "blockquote",
    "br",
    "hr",
];

/// Attributes of the pages, none of which runs anything or has a style.
const ATTRIBUTES: &str = " action alt aria-controls aria-hidden aria-label aria-labelledby aria-live aria-selected \
    autocomplete autofocus charset checked class content data-code data-copy data-count data-events \
    data-fail data-key data-name data-number data-operation data-outcome data-product data-reasons data-required \
    data-send data-shape data-stop data-value data-version data-what defer disabled for form \
    height hidden href id inputmode lang list method \
    name novalidate open placeholder rel role rows spellcheck \
    src start tabindex target title type value width ";

/// The elements of a page, each with its attributes. Panics where it is no well-formed HTML as
/// the templates write it: names in lower case, values in double quotes.
fn elements(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut rest = page.trim_start_matches("<!DOCTYPE html>");
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let name_end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '/');
        let (name, mut tail) = rest.split_at(name_end.expect("a tag that ends"));
        let mut attributes = Vec::new();
        loop {
            tail = tail.trim_start_matches(' ');
            if let Some(after) = tail.strip_prefix('>').or(tail.strip_prefix("/>")) {
                rest = after;
                break;
            }
            let end = tail.find(|c: char| !c.is_ascii_lowercase() && c != '-');
            let (attribute, after) = tail.split_at(end.expect("a tag that ends"));
            assert!(!attribute.is_empty(), "<{name} {tail}");
            match after.strip_prefix("=\"") {
                Some(value) => {
                    let (value, after) = value.split_once('"').expect("a value that ends");
                    attributes.push((attribute.to_owned(), value.to_owned()));
                    tail = after;
                }
                None => {
                    attributes.push((attribute.to_owned(), String::new()));
                    tail = after;
                }
            }
        }
        found.push((name.to_owned(), attributes));
    }
    found
}

/// Elements of which a page has as many, whatever the texts are. Of others there may be more:
/// a long description is folded, and each value can be chosen.
const FIXED: [&str; 12] = [
    "html", "head", "body", "title", "meta", "link", "script", "img", "form", "template", "dialog",
    "noscript",
];

fn counts(page: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (name, _) in elements(page) {
        if !PROSE.contains(&name.trim_start_matches('/')) {
            *counts.entry(name).or_insert(0) += 1;
        }
    }
    counts
}

fn check(page: &str) {
    for (name, attributes) in elements(page) {
        for (attribute, value) in attributes {
            let known = ATTRIBUTES.contains(&format!(" {attribute} "));
            assert!(known, "<{name} {attribute}={value:?}");
            if ["href", "src", "action"].contains(&&*attribute) {
                let leads = ["/", "#", "https://", "http://"];
                let leads = leads.iter().any(|start| value.starts_with(start));
                assert!(leads, "<{name} {attribute}={value:?}");
                assert!(name == "a" || value.starts_with('/') || value == "#main");
            }
        }
    }
}

/// A spec in which every text is this one.
fn spec(text: &str) -> Json {
    let member = |kind: &str| {
        json!({"type": kind, "title": text, "description": text, "example": text,
            "default": text, "enum": [text, format!("{text}2")],
            "enumValueTitles": {text: text}})
    };
    json!({
        "version": "1.0",
        "info": {"style": "RPC", "product": "Hostile", "version": "2020-01-01"},
        "endpoints": [{"regionId": text, "endpoint": "hostile.aliyuncs.com"}],
        "apis": {"Describe": {
            "title": text, "summary": text, "description": text, "deprecated": true,
            "methods": ["post"], "operationType": "write",
            "parameters": [
                {"name": "Text", "in": "query", "schema": member("string")},
                {"name": text, "in": "query", "schema": member("string")},
                {"name": "List", "in": "query", "style": "repeatList",
                 "schema": {"type": "array", "description": text, "items": {"type": "object",
                    "properties": {text: member("string"), "B": member("string")}}}},
            ],
            "responses": {"200": {"schema": {"type": "object", "properties": {"A": member("string")}}}},
            "errorCodes": {"400": [{"errorCode": text, "errorMessage": text, "description": text}]},
            "responseDemo": json!([{"type": "json", "example": json!({text: text}).to_string()}]).to_string(),
        }}
    })
}

/// Every page of a spec whose texts are this one, and the reply to a call.
async fn pages(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("api-docs.json");
    std::fs::write(&file, spec(text).to_string()).expect("writable");
    let server: &'static Server = Box::leak(Box::new(Server {
        shelf: Shelf::of_file(&file).expect("metadata"),
        options: Options::default(),
        service: Service::default(),
        guard: Guard::new(1).expect("random bytes"),
    }));
    let kept = server.shelf.find("hostile", "2020-01-01").expect("kept");
    let spec = kept.spec().await.expect("a spec");
    let found = spec.operation("Describe").expect("an operation");
    let body = json!({"A": text, text: [text, {text: 1}]});
    let mut answer = Answer {
        success: true,
        status: Some(200),
        request_id: Some(text.to_owned()),
        headers: vec![("x".to_owned(), text.to_owned())],
        body: body.to_string(),
        ..Answer::default()
    };
    let mut pages = vec![
        lists::home(server, "").await,
        lists::home(server, text).await,
        lists::product(server, kept, spec, "").await,
        operation::page(server, kept, found),
        reply::answer(found, &answer, true),
    ];
    answer.success = false;
    answer.error = Some(text.to_owned());
    answer.code = Some(text.to_owned());
    answer.documented = found.errors().into_iter().next();
    pages.push(reply::answer(found, &answer, false));
    let event = |data: String| HeardEvent {
        id: text.to_owned(),
        event: text.to_owned(),
        data,
    };
    for data in [body.to_string(), text.to_owned()] {
        pages.push(reply::event(found, 1, &event(data)));
    }
    pages.push(reply::listening(true));
    pages.push(reply::outcome(found, &answer));
    pages.into_iter().map(maud::Markup::into_string).collect()
}

/// Texts that mean something to HTML or to Markdown, put together.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "</template>",
        "</textarea>",
        "</title>",
        "-->",
        "<!--",
        "]]>",
        "\"",
        "'",
        ">",
        "<",
        "&lt;",
        "&#60;b&#62;",
        "` onclick=",
        "\" onfocus=\"alert(1)",
        "javascript:alert(1)",
        "[a](javascript:alert(1))",
        "[a](https://x.example/\"onclick=\"y)",
        "![a](x)",
        "<a href=\"javascript:x\">a</a>",
        "<style>",
        "{}",
        "\\",
        "`",
        "``` html\n",
        "*",
        "# ",
        "- ",
        "| ",
        "\u{202e}",
        "\u{0}",
        "x",
        " ",
        "é",
    ]);
    prop::collection::vec(pieces, 1..6).prop_map(|pieces| format!("x{}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_text_of_a_spec_or_a_reply_becomes_html(text in hostile()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (with, without) = runtime.block_on(async { (pages(&text).await, pages("xplain").await) });
        for (index, (with, without)) in with.iter().zip(&without).enumerate() {
            check(with);
            let (with_counts, without) = (counts(with), counts(without));
            for name in FIXED {
                let of = (with_counts.get(name), without.get(name));
                prop_assert_eq!(of.0, of.1, "{} of page {}: {}", name, index, with);
            }
            let mut names = with_counts.keys();
            let unknown = |name: &&String| !without.contains_key(*name) && !name.ends_with("details")
                && !name.ends_with("summary") && !name.ends_with("textarea");
            prop_assert_eq!(names.find(unknown), None, "page {}: {}", index, with);
        }
    }
}
