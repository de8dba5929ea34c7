//! From the model to files: one emitter per concept. Emitters are written with the
//! templates of `template.rs`; they know nothing of the published format.

mod descriptor;
mod doc_comments;
mod doctest;
mod errors;
mod examples;
mod guide;
mod guides;
mod json;
mod library;
mod links;
mod manifest;
mod operation;
mod product;
mod readme;
mod replies;
mod sample;
mod structs;
mod types;
mod usual;

use crate::Options;
use crate::file::{self, File};
use crate::guides::Guide;
use crate::model::{Operation, Product};
use crate::names;
use crate::template::{Code, Emit};
pub use links::Links;

/// What has a file of its own.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    /// A product's module, which names its guides.
    Product(&'a Product<'a>, &'a [Guide]),
    /// The module of an operation of this product.
    Operation(&'a Product<'a>, &'a Operation<'a>),
}

/// The file of a product or an operation; `facade` begins the name of its crate.
pub fn file(part: &Part<'_>, links: &Links<'_>, facade: &str) -> File {
    match *part {
        Part::Product(product, guides) => {
            let path = format!("{}/src/lib.rs", product.feature);
            let contents = library::product(product, guides, facade);
            rust(path, &product.source, links, contents)
        }
        Part::Operation(product, operation) => {
            let path = format!("{}/src/{}.rs", product.feature, operation.ident);
            let krate = names::krate(&names::package(facade, &product.feature));
            let contents = operation::contents(product, operation, Some(&krate));
            rust(path, &product.source, links, contents)
        }
    }
}

/// The pages of a product's guides.
pub fn guides(product: &Product, links: &Links<'_>, all: &[Guide]) -> Vec<File> {
    guides::files(product, links, all)
}

/// A Rust file that `cargo xtask generate` writes, made from `source`.
fn rust(path: String, source: &str, links: &Links<'_>, contents: impl Emit) -> File {
    let text = links.set(&file::rust(source, contents));
    File { path, text }
}

/// A product as one text: modules in modules, for `include!`.
pub fn inline(product: &Product) -> String {
    let modules = |code: &mut Code| {
        for operation in &product.operations {
            let contents = operation::contents(product, operation, None);
            code.item(product::nested(&operation.ident, contents));
        }
    };
    let contents = |code: &mut Code| {
        code.inner_doc(&doc_comments::product(product));
        product::contents(product, modules, None).emit(code);
    };
    let module = product::nested(&product.module, contents);
    file::with_header("alicloud-codegen", &product.source, module).to_string()
}

/// What a product's crate has beside its code: the manifest and the page of its registry.
pub fn package(product: &Product, options: &Options) -> [File; 2] {
    let path = |name: &str| format!("{}/{name}", product.feature);
    let source = &product.source;
    [
        file::toml(
            path("Cargo.toml"),
            source,
            manifest::product(product, options),
        ),
        file::markdown(path("README.md"), source, readme::product(product, options)),
    ]
}

/// The facade: its root file, its manifest, its page, and what keeps rustfmt from all of it.
pub fn facade(products: &[Product], options: &Options) -> [File; 4] {
    let source = "specs/";
    let library = library::facade(products, options);
    [
        rust("src/lib.rs".to_owned(), source, &Links::default(), library),
        file::toml(
            "Cargo.toml".to_owned(),
            source,
            manifest::facade(products, options),
        ),
        file::markdown(
            "README.md".to_owned(),
            source,
            readme::facade(products, options),
        ),
        file::toml("rustfmt.toml".to_owned(), source, RUSTFMT.to_owned()),
    ]
}

/// Generated files are formatted as they are written.
const RUSTFMT: &str = "disable_all_formatting = true\n";
