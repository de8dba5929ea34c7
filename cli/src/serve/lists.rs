//! The pages that lead to an operation: products, search, the operations of a product.

use maud::{Markup, html};

use super::explorer::Server;
use super::layout;
use super::shelf::{Hit, Indexed, Kept};
use crate::explore::Spec;

/// The first page: a search, and the products.
pub(super) async fn home(server: &'static Server, words: &str) -> Markup {
    let index = server.shelf.index().await;
    let operations: usize = index.iter().map(|it| it.operations.len()).sum();
    let results = results(server, words, None).await;
    let main = html! {
        section.hero {
            h1 { "Find an operation, try it, take the Rust" }
            p.lead {
                (number(operations)) " operations of " (number(index.len())) " product versions. "
                "Nothing is sent anywhere but to a mock server on this machine, unless you allow it."
            }
            form.finder action="/" role="search" {
                (layout::search_field(words, "Search operations, such as “create listener”"))
                kbd aria-hidden="true" { "/" }
            }
        }
        div #results { (results) }
    };
    layout::page("Operations", None, main)
}

/// What a search finds; where nothing is searched for, the products, or the operations of one.
pub(super) async fn results(server: &'static Server, words: &str, within: Option<&str>) -> Markup {
    let is_search = !words.trim().is_empty();
    if !is_search && within.is_none() {
        return products(server.shelf.index().await);
    }
    let (hits, count) = server.shelf.search(words, within).await;
    found(&hits, count, within.is_some())
}

fn products(index: &[Indexed]) -> Markup {
    html! {
        @if index.is_empty() {
            div.card {
                div.empty {
                    strong { "There is no metadata yet" }
                    p { "Fetch some, and start the explorer again:" }
                    pre { "cargo alicloud fetch ga ecs\ncargo alicloud explore --serve" }
                }
            }
        } @else {
            ul.products {
                @for product in index {
                    li {
                        a.card href=(product.path()) {
                            b { (product.code) span.quiet { (product.version) } }
                            span.quiet {
                                @if !product.name.is_empty() { (product.name) br; }
                                @if product.is_broken {
                                    span.tag.bad { "cannot be read" }
                                } @else {
                                    (operations(product.operations.len())) ", " (product.place)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn found(hits: &[Hit<'_>], count: usize, is_within: bool) -> Markup {
    html! {
        div.card {
            @if hits.is_empty() {
                div.empty {
                    strong { "No operation has all of these words" }
                    p { "Fewer words find more: names, titles and products are searched." }
                }
            } @else {
                ul.found {
                    @for hit in hits {
                        li {
                            a href=(hit.path()) {
                                @if !is_within {
                                    span.of { (hit.product.code) " " (hit.product.version) }
                                }
                                b { (hit.name) }
                                @if !hit.title.is_empty() { div.quiet { (hit.title) } }
                            }
                        }
                    }
                }
                @if count > hits.len() {
                    p.more { (number(count - hits.len())) " more: another word finds fewer." }
                }
            }
        }
    }
}

/// The page of a product.
pub(super) async fn product(
    server: &'static Server,
    kept: &'static Kept,
    spec: &'static Spec,
    words: &str,
) -> Markup {
    let Some(path) = server.shelf.path(spec.product(), Some(spec.version())) else {
        return layout::message("There is no such product", "");
    };
    let results = results(server, words, Some(&path)).await;
    let main = html! {
        p.crumbs { a href="/" { "Products" } }
        div.title {
            h1 { (spec.product()) }
            span.tag { (spec.version()) }
            span.tag { (kept.place.name()) }
        }
        p.lead {
            (operations(spec.operations().count())) ". In Rust: "
            code { (spec.module()) "::Client" } "."
        }
        form.finder action=(path) role="search" {
            input type="hidden" name="in" value=(path);
            (layout::search_field(words, &format!("Search the operations of {}", spec.product())))
            kbd aria-hidden="true" { "/" }
        }
        div #results { (results) }
    };
    layout::page(spec.product(), None, main)
}

fn operations(count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} operation{plural}", number(count))
}

/// With a comma between thousands.
fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
