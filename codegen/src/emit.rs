//! From the model to files: one emitter a concept. Emitters are written with the
//! templates of [`crate::template`]; they know nothing of the published format.

mod descriptor;
mod doctest;
mod errors;
mod examples;
mod library;
mod manifest;
mod operation;
mod product;
mod structs;
mod texts;
mod types;

use crate::Options;
use crate::file::{self, File};
use crate::model::Product;
use crate::names;
use crate::template::Code;

/// The files of a product: one for itself, one for each operation.
pub fn product(product: &Product, options: &Options) -> Vec<File> {
    let krate = names::krate(&options.crate_name);
    let declarations = product::declarations(product);
    let mut files = Vec::with_capacity(product.operations.len() + 1);
    let module = &product.module;
    files.push(file::rust(
        format!("src/{module}/mod.rs"),
        &product.source,
        &product::contents(product, &declarations),
    ));
    for operation in &product.operations {
        files.push(file::rust(
            format!("src/{module}/{}.rs", operation.ident),
            &product.source,
            &operation::contents(product, operation, Some(&krate)),
        ));
    }
    files
}

/// A product as one text: modules in modules, for `include!`.
pub fn inline(product: &Product) -> String {
    let mut modules = Code::new();
    for operation in &product.operations {
        let contents = operation::contents(product, operation, None);
        modules.item(&product::nested(&operation.ident, &contents));
    }
    let contents = product::contents(product, &modules);
    let module = product::nested(&product.module, &contents);
    file::rust(String::new(), &product.source, &module).text
}

/// The crate's root file.
pub fn library(products: &[Product]) -> File {
    file::rust(
        "src/lib.rs".to_owned(),
        "specs/",
        &library::contents(products),
    )
}

/// The crate's manifest.
pub fn manifest(products: &[Product], options: &Options) -> File {
    file::toml(
        "Cargo.toml".to_owned(),
        manifest::contents(products, options),
    )
}
