//! From the model to files: one emitter a concept. Emitters are written with the
//! templates of `template.rs`; they know nothing of the published format.

mod descriptor;
mod doctest;
mod errors;
mod examples;
mod guide;
mod library;
mod manifest;
mod operation;
mod product;
mod sample;
mod structs;
mod texts;
mod types;

use crate::Options;
use crate::file::{self, File};
use crate::model::{Operation, Product};
use crate::names::Ident;
use crate::template::Code;

/// What has a file of its own.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    /// A product's module.
    Product(&'a Product<'a>),
    /// The module of an operation of this product.
    Operation(&'a Product<'a>, &'a Operation<'a>),
}

/// The file of a product or an operation; `krate` is the crate that it is in.
pub fn file(part: &Part<'_>, krate: &Ident) -> File {
    match *part {
        Part::Product(product) => {
            let path = format!("src/{}/mod.rs", product.module);
            let modules = product::declarations(product);
            let contents = product::contents(product, modules, Some(krate));
            file::rust(path, &product.source, contents)
        }
        Part::Operation(product, operation) => {
            let path = format!("src/{}/{}.rs", product.module, operation.ident);
            let contents = operation::contents(product, operation, Some(krate));
            file::rust(path, &product.source, contents)
        }
    }
}

/// A product as one text: modules in modules, for `include!`.
pub fn inline(product: &Product) -> String {
    let modules = |code: &mut Code| {
        for operation in &product.operations {
            let contents = operation::contents(product, operation, None);
            code.item(product::nested(&operation.ident, contents));
        }
    };
    let contents = product::contents(product, modules, None);
    let module = product::nested(&product.module, contents);
    file::with_header("alicloud-codegen", &product.source, module)
}

/// The crate's root file.
pub fn library(products: &[Product], options: &Options) -> File {
    let contents = library::contents(products, options);
    file::rust("src/lib.rs".to_owned(), "specs/", contents)
}

/// The crate's manifest.
pub fn manifest(products: &[Product], options: &Options) -> File {
    file::toml(
        "Cargo.toml".to_owned(),
        manifest::contents(products, options),
    )
}
