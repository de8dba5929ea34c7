//! Guides: one module per page, with nothing in it but its comment.

use super::{Links, rust};
use crate::docs::Doc;
use crate::file::File;
use crate::guides::{self, Guide};
use crate::model::Product;
use crate::names::{self, Ident};
use crate::template::{Code, Emit, templates};

templates! {
    fn module(name: &Ident) -> Code = Items { pub mod __name; }
}

/// The module that holds the pages; an operation of that name comes first.
fn name(product: &Product) -> Ident {
    let guides = names::module("guides");
    let is_taken = product.operations.iter().any(|it| it.ident == guides);
    if is_taken {
        names::module("guide_pages")
    } else {
        guides
    }
}

/// The pages' files, and the one that lists them.
pub(super) fn files(product: &Product, links: &Links<'_>, all: &[Guide]) -> Vec<File> {
    let (pages, _) = guides::of(product, all);
    if pages.is_empty() {
        return Vec::new();
    }
    let folder = format!("{}/src/{}", product.feature, name(product));
    let list = |code: &mut Code| {
        let mut doc = Doc::new();
        doc.words("Guides, whose programs are tests of this crate.")
            .paragraph();
        entries(&mut doc, &pages, "");
        code.inner_doc(&doc).item(|code: &mut Code| {
            for page in &pages {
                code.line(module(&names::module(&page.name)));
            }
        });
    };
    let mut files = vec![rust(format!("{folder}.rs"), &product.source, links, list)];
    files.extend(pages.iter().map(|page| {
        let contents = |code: &mut Code| {
            code.inner_doc(Doc::new().own(&page.text));
        };
        let path = format!("{folder}/{}.rs", names::module(&page.name));
        rust(path, &product.source, links, contents)
    }));
    files
}

/// Declares them, if there are any.
pub(super) fn declaration(product: &Product, all: &[Guide]) -> impl Emit {
    let is_empty = guides::of(product, all).0.is_empty();
    let name = name(product);
    move |code: &mut Code| {
        if !is_empty {
            code.line(module(&name));
        }
    }
}

/// What opens the crate's page: the index, and where the pages are.
pub(super) fn introduction(product: &Product, all: &[Guide]) -> Doc {
    let (pages, index) = guides::of(product, all);
    let mut doc = Doc::new();
    if let Some(index) = index {
        doc.own(index.trim()).paragraph();
    }
    if !pages.is_empty() {
        doc.words("# Guides").paragraph();
        entries(&mut doc, &pages, &format!("{}::", name(product)));
        doc.paragraph().words("# This crate");
    }
    doc
}

fn entries(doc: &mut Doc, pages: &[&Guide], way: &str) {
    for page in pages {
        doc.item().words("[").own(page.title()).words("](mod@");
        doc.own(way).ident(&names::module(&page.name)).words("): ");
        doc.own(page.about());
    }
}
