//! Turns Alibaba Cloud's published API metadata into Rust: bytes in, files and
//! diagnostics out. No I/O, no panics; the same input gives the same output.
//!
//! [`generate`] makes a crate of any number of specs, [`generate_for_build`] one
//! file of a few operations for a `build.rs`. Both read as the pipeline:
//! [`lower`] reads the published format into the [`model`] and finds what is wrong
//! with it, [`emit`] writes the model as Rust.

mod buffer;
mod check;
pub mod diagnostics;
mod docs;
pub mod emit;
mod file;
mod locate;
pub mod lower;
pub mod metadata;
pub mod model;
pub mod names;
mod overlay;
mod parallel;
mod shape;
mod steps;
mod template;
mod text;
mod tree;

use std::collections::BTreeMap;

use diagnostics::Pointer;
pub use diagnostics::{Diagnostic, Severity};
pub use file::File;
use lower::Source;
pub use lower::Tolerance;
use metadata::Document;
use model::{Product, Skipped};
use rustc_hash::FxHashSet;

/// A product version's metadata, as published.
#[derive(Clone, Copy, Debug)]
pub struct Spec<'a> {
    /// Shown in diagnostics and in the headers of files: relative, separated by `/`.
    pub path: &'a str,
    /// The contents of `api-docs.json`.
    pub json: &'a [u8],
    /// Corrections: the path and the contents of `overlay.json`.
    pub overlay: Option<(&'a str, &'a [u8])>,
}

/// What to generate, and how its crate names others.
#[derive(Clone, Debug)]
pub struct Options {
    /// The package: `alicloud`.
    pub crate_name: String,
    /// Where the manifest finds the runtime.
    pub runtime: Dependency,
    /// Whether the manifest has a `[workspace]` of its own.
    pub standalone: bool,
    /// Only these operations, by wire name; all of them where there is none.
    pub operations: Option<Vec<String>>,
    /// How strict to be with what was published.
    pub tolerance: Tolerance,
}

/// How a manifest names the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// `workspace = true`.
    Workspace,
    /// A path, absolute or relative to the crate.
    Path(String),
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Output {
    /// The crate, sorted by path; empty where a finding is an error.
    pub files: Vec<File>,
    /// All findings, in the order of the specs.
    pub diagnostics: Vec<Diagnostic>,
    /// Its products, as an app names them, in the order of their modules.
    pub products: Vec<Named>,
    /// Operations that were not generated.
    pub skipped: Vec<SkippedOperation>,
    /// How many operations were generated.
    pub operations: usize,
    /// How many specs were read.
    pub specs: usize,
}

/// What a product is called in the crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its module: `ga`, `config_`.
    pub module: String,
    /// Its cargo feature: `ga`, `config_`.
    pub feature: String,
}

/// An operation that cannot be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedOperation {
    /// The path of its spec.
    pub spec: String,
    /// Its wire name.
    pub operation: String,
    /// Why, in words.
    pub reason: String,
}

/// Makes a crate: its manifest, its root, and a module a product with a file an
/// operation. Uses every core.
pub fn generate(specs: &[Spec<'_>], options: &Options) -> Output {
    let sources = parallel::map(specs, lower::Source::new);
    let documents = parallel::map(&sources, lower::Source::document);
    let (mut products, diagnostics) = lower_all(&sources, &documents, options);
    let mut output = Output {
        diagnostics,
        specs: specs.len(),
        ..Output::default()
    };
    name_versions(&mut products, &mut output.diagnostics);
    let wanted = options.operations.as_deref().unwrap_or_default();
    output
        .diagnostics
        .extend(unknown(wanted, specs, &documents));
    if output
        .diagnostics
        .iter()
        .any(|it| it.severity == Severity::Error)
    {
        return output;
    }
    output.operations = products
        .iter()
        .map(|product| product.operations.len())
        .sum();
    output.products = products.iter().map(named).collect();
    output.skipped = skipped(&products);
    output.files = emit_all(&products, options);
    output
}

/// Makes one text of some operations and the types that they reach, for a
/// `build.rs` to write and for `include!` to read: the product's module with
/// everything in it. The crate that includes it depends on `alicloud-runtime`.
///
/// # Errors
/// All findings, where one of them is an error. An operation that is not there is one, and so
/// is one that cannot be generated.
pub fn generate_for_build(spec: &Spec<'_>, operations: &[&str]) -> Result<String, Vec<Diagnostic>> {
    let operations: Vec<String> = operations.iter().map(|name| (*name).to_owned()).collect();
    let settings = lower::Settings {
        tolerance: Tolerance::Published,
        version_in_name: false,
        operations: Some(&operations),
    };
    let source = Source::new(spec);
    let document = source.document();
    let (product, mut diagnostics) = lower::lower(&source, &document, &settings);
    let Some(product) = product else {
        return Err(diagnostics);
    };
    let spec = std::slice::from_ref(spec);
    diagnostics.extend(unknown(&operations, spec, std::slice::from_ref(&document)));
    diagnostics.extend(product.skipped.iter().map(|it| refused(&spec[0], it)));
    if diagnostics.iter().any(|it| it.severity == Severity::Error) {
        return Err(diagnostics);
    }
    Ok(emit::inline(&product))
}

/// Findings for the names of operations that no spec has, each with the nearest that is there.
fn unknown(
    names: &[String],
    specs: &[Spec<'_>],
    documents: &[Result<Document<'_>, serde_json::Error>],
) -> Vec<Diagnostic> {
    let known = || {
        let apis = documents.iter().flatten().flat_map(|it| it.apis.iter());
        apis.map(|(name, _)| name)
    };
    let there: FxHashSet<&str> = known().collect();
    let missing = names.iter().filter(|name| !there.contains(&***name));
    missing
        .map(|name| Diagnostic {
            severity: Severity::Error,
            file: specs.first().map_or("", |spec| spec.path).to_owned(),
            line: 1,
            column: 1,
            pointer: "/apis".to_owned(),
            message: format!("there is no operation `{name}`"),
            help: match text::nearest(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name operations as the spec spells them".to_owned(),
            },
        })
        .collect()
}

/// What to say of an operation that was asked for and is not generated.
fn refused(spec: &Spec<'_>, skipped: &Skipped) -> Diagnostic {
    let root = Pointer::ROOT;
    let pointer = root.key("apis").key(&skipped.operation).to_string();
    let place = locate::locate(spec.json, &[(&pointer, false)]);
    let (line, column) = place.first().map_or((1, 1), |at| (at.line, at.column));
    Diagnostic {
        severity: Severity::Error,
        file: spec.path.to_owned(),
        line,
        column,
        pointer,
        message: format!(
            "`{}` cannot be generated: {}",
            skipped.operation, skipped.reason
        ),
        help: "do not ask for it, or correct the spec".to_owned(),
    }
}

fn lower_all<'a>(
    sources: &[Source<'_>],
    documents: &'a [Result<Document<'a>, serde_json::Error>],
    options: &Options,
) -> (Vec<Product<'a>>, Vec<Diagnostic>) {
    let settings = lower::Settings {
        tolerance: options.tolerance,
        version_in_name: false,
        operations: options.operations.as_deref(),
    };
    let read: Vec<_> = sources.iter().zip(documents).collect();
    let lowered = parallel::map(&read, |(source, document)| {
        lower::lower(source, document, &settings)
    });
    let (mut products, mut diagnostics) = (Vec::new(), Vec::new());
    for (product, findings) in lowered {
        products.extend(product);
        diagnostics.extend(findings);
    }
    (products, diagnostics)
}

/// The oldest version of a product has the bare name, newer ones carry theirs: a
/// bare name never moves to another version when one is added.
fn name_versions(products: &mut [Product<'_>], diagnostics: &mut Vec<Diagnostic>) {
    products.sort_by(|a, b| (a.module.as_str(), a.version).cmp(&(b.module.as_str(), b.version)));
    let mut taken: BTreeMap<names::Ident, String> = BTreeMap::new();
    for product in products {
        if taken.contains_key(&product.module) {
            product.module = names::product(product.name, Some(product.version));
            product.feature = names::feature(product.name, Some(product.version));
        }
        let before = taken.insert(product.module.clone(), product.source.clone());
        if let Some(other) = before {
            diagnostics.push(Diagnostic {
                severity: Severity::Error,
                file: product.source.clone(),
                line: 1,
                column: 1,
                pointer: "/info".to_owned(),
                message: format!(
                    "the module `{}` is taken by version {} of `{}` in {other}",
                    product.module, product.version, product.name
                ),
                help: "keep one spec a product version".to_owned(),
            });
        }
    }
}

fn named(product: &Product<'_>) -> Named {
    Named {
        module: product.module.to_string(),
        feature: product.feature.clone(),
    }
}

fn skipped(products: &[Product]) -> Vec<SkippedOperation> {
    let of_product = |product: &Product| {
        let spec = product.source.clone();
        let skipped = product.skipped.clone().into_iter();
        skipped.map(move |it| SkippedOperation {
            spec: spec.clone(),
            operation: it.operation,
            reason: it.reason,
        })
    };
    products.iter().flat_map(of_product).collect()
}

fn emit_all(products: &[Product], options: &Options) -> Vec<File> {
    let mut parts = Vec::new();
    for product in products {
        parts.push(emit::Part::Product(product));
        parts.extend(
            product
                .operations
                .iter()
                .map(|it| emit::Part::Operation(product, it)),
        );
    }
    let krate = names::krate(&options.crate_name);
    let mut files = parallel::map(&parts, |part| emit::file(part, &krate));
    files.push(emit::library(products, options));
    files.push(emit::manifest(products, options));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod scaling_tests;
