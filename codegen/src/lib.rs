//! Turns Alibaba Cloud's published API metadata into Rust: bytes in, files and
//! diagnostics out. No I/O, no panics; the same input gives the same output.
//!
//! [`generate`] makes a crate of any number of specs, [`generate_for_build`] one
//! file of a few operations for a `build.rs`. Both read as the pipeline:
//! `lower` reads the published format into the `model` and finds what is wrong
//! with it, `emit` writes the model as Rust. Those modules are for this repository's
//! own tools and tests.

mod buffer;
mod check;
pub mod diagnostics;
pub mod diff;
mod docs;
#[doc(hidden)]
pub mod emit;
mod file;
mod format_errors;
mod guides;
pub mod import;
pub mod lock;
#[doc(hidden)]
pub mod lower;
#[doc(hidden)]
pub mod metadata;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod names;
mod ordered_json;
mod overlay;
mod parallel;
mod positions;
mod scan;
mod steps;
mod template;
mod words;

use std::collections::BTreeMap;

use diagnostics::Pointer;
pub use diagnostics::{Diagnostic, Kind, Severity};
pub use file::File;
pub use guides::Guide;
pub use lock::Lock;
use lower::Source;
pub use lower::Tolerance;
use metadata::Document;
use model::{Product, Skipped};
use rustc_hash::FxHashSet;

/// A product version's metadata, as published.
#[derive(Clone, Copy, Debug)]
pub struct Spec<'a> {
    /// The path, for diagnostics and the headers of files: relative, separated by `/`.
    pub path: &'a str,
    /// The contents of `api-docs.json`.
    pub json: &'a [u8],
    /// Corrections: the path and the contents of `overlay.json`.
    pub overlay: Option<(&'a str, &'a [u8])>,
}

/// Options of a generation: what to generate, and how its crates name others.
#[derive(Clone, Debug)]
pub struct Options {
    /// The facade: `alicloud`. The crates of products begin with it: `alicloud-ga`.
    pub crate_name: String,
    /// The place where the facade's manifest finds the runtime.
    pub runtime: Dependency,
    /// Gives the facade's manifest a `[workspace]` of its own.
    pub standalone: bool,
    /// The versions of crates that have one already, by name; others begin with
    /// [`FIRST_VERSION`].
    pub versions: BTreeMap<String, String>,
    /// The guides of all specs.
    pub guides: Vec<Guide>,
    /// Only these operations, by wire name; all of them where there is none.
    pub operations: Option<Vec<String>>,
    /// The tolerance of what was published.
    pub tolerance: Tolerance,
}

/// The version of a new product's crate.
pub const FIRST_VERSION: &str = "0.1.0";

/// The way in which a manifest names the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// `workspace = true`.
    Workspace,
    /// A path, absolute or relative to the facade.
    Path(String),
}

/// Outcome of a generation.
#[derive(Debug, Default)]
pub struct Output {
    /// The crates, sorted by path; empty where a finding is an error.
    pub files: Vec<File>,
    /// The products' crates, sorted by name.
    pub crates: Vec<Crate>,
    /// All findings, in the order of the specs.
    pub diagnostics: Vec<Diagnostic>,
    /// Operations that were not generated.
    pub skipped: Vec<SkippedOperation>,
    /// The number of operations that were generated.
    pub operations: usize,
    /// The number of specs that were read.
    pub specs: usize,
}

/// The crate of a product version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crate {
    /// The package: `alicloud-ga`.
    pub name: String,
    /// Its folder, below the facade's; also the facade's feature.
    pub folder: String,
    /// The path of its spec.
    pub spec: String,
    /// The number of its operations.
    pub operations: usize,
}

/// An operation that cannot be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedOperation {
    /// The path of its spec.
    pub spec: String,
    /// Its wire name.
    pub operation: String,
    /// The reason, in words.
    pub reason: String,
}

/// Makes the crates: one per product, with one file per operation, in a folder each, and
/// the facade that has them as features. Uses every core.
pub fn generate(specs: &[Spec<'_>], options: &Options) -> Output {
    run(specs, options, None)
}

/// Makes the crates as [`generate`] does, with the names that were generated before: those
/// stay, and new ones are added. A name that would be another one now is a finding.
pub fn generate_locked(specs: &[Spec<'_>], options: &Options, lock: &mut Lock) -> Output {
    run(specs, options, Some(lock))
}

fn run(specs: &[Spec<'_>], options: &Options, lock: Option<&mut Lock>) -> Output {
    let sources = parallel::map(specs, Source::new);
    let documents = parallel::map(&sources, Source::document);
    let (mut products, diagnostics) = lower_all(&sources, &documents, options);
    let mut output = Output {
        diagnostics,
        specs: specs.len(),
        ..Output::default()
    };
    let nothing = Lock::default();
    let before = lock.as_deref().unwrap_or(&nothing);
    name_versions(
        &mut products,
        before,
        options.tolerance,
        &mut output.diagnostics,
    );
    if let Some(lock) = lock {
        let moved = hold_names(&products, lock, specs, options.tolerance);
        output.diagnostics.extend(moved);
    }
    let wanted = options.operations.as_deref().unwrap_or_default();
    let unknown = unknown(wanted, specs, &documents);
    output.diagnostics.extend(unknown);
    if has_error(&output.diagnostics) {
        return output;
    }
    output.operations = products.iter().map(|it| it.operations.len()).sum();
    output.skipped = skipped(&products);
    output.crates = products.iter().map(|it| krate(it, options)).collect();
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
    generate_all_for_build(&[ForBuild {
        spec: *spec,
        operations: Some(&operations),
        version_in_name: false,
    }])
}

/// A product as an app's build generates it.
#[derive(Clone, Copy, Debug)]
pub struct ForBuild<'a> {
    /// Its metadata.
    pub spec: Spec<'a>,
    /// Only these operations, by wire name; all that can be generated where there are none.
    pub operations: Option<&'a [String]>,
    /// True where its module carries its version (`ga_2019_11_20`), because the app had another
    /// version first: a name never moves when one is added.
    pub version_in_name: bool,
}

/// Makes one text of several products, as [`generate_for_build`] does of one: a module each.
///
/// # Errors
/// All findings of all specs, where one of them is an error.
pub fn generate_all_for_build(products: &[ForBuild<'_>]) -> Result<String, Vec<Diagnostic>> {
    let sources: Vec<_> = products.iter().map(|it| Source::new(&it.spec)).collect();
    let documents: Vec<_> = sources.iter().map(Source::document).collect();
    let (mut lowered, mut diagnostics) = (Vec::new(), Vec::new());
    for ((wanted, source), document) in products.iter().zip(&sources).zip(&documents) {
        let settings = lower::Settings {
            tolerance: Tolerance::Published,
            version_in_name: wanted.version_in_name,
            operations: wanted.operations,
        };
        let (product, findings) = lower::lower(source, document, &settings);
        diagnostics.extend(findings);
        let Some(product) = product else { continue };
        if let Some(operations) = wanted.operations {
            let (spec, document) = (&wanted.spec, std::slice::from_ref(document));
            diagnostics.extend(unknown(operations, std::slice::from_ref(spec), document));
            diagnostics.extend(product.skipped.iter().map(|it| refused(spec, it)));
        }
        lowered.push(product);
    }
    // Names are there already; what meets in one is an error, for nothing may be left out.
    let mut taken: BTreeMap<&names::Ident, &str> = BTreeMap::new();
    for product in &lowered {
        if let Some(other) = taken.insert(&product.module, &product.source) {
            diagnostics.push(module_taken(product, other, Severity::Error));
        }
    }
    if has_error(&diagnostics) {
        return Err(diagnostics);
    }
    Ok(lowered.iter().map(emit::inline).collect())
}

/// Finds everything that is wrong with a spec, and generates nothing.
pub fn findings(spec: &Spec<'_>, tolerance: Tolerance) -> Vec<Diagnostic> {
    let settings = lower::Settings {
        tolerance,
        ..lower::Settings::default()
    };
    let source = Source::new(spec);
    lower::lower(&source, &source.document(), &settings).1
}

/// Converts a description of the metadata (HTML, Markdown, or neither) into the Markdown of
/// generated doc comments.
pub fn description(text: &str) -> String {
    let mut doc = docs::Doc::new();
    doc.text(text);
    doc.lines().collect::<Vec<_>>().join("\n")
}

/// An operation's name as a sentence, for one without a title: `CreateDBInstance` is "Creates a
/// DB instance." Nothing for a name that begins with no known verb.
pub fn sentence(wire: &str) -> Option<String> {
    words::sentence(wire, &names::module(wire))
}

/// A sample reply for each operation of a spec that has one, by wire name, in JSON: the
/// first that is documented, or one that is made of the examples of its members.
pub fn samples(spec: &Spec<'_>) -> BTreeMap<String, String> {
    let settings = lower::Settings {
        tolerance: Tolerance::Published,
        ..lower::Settings::default()
    };
    let source = Source::new(spec);
    let document = source.document();
    let (product, _) = lower::lower(&source, &document, &settings);
    let operations = product.into_iter().flat_map(|product| product.operations);
    let json = |operation: model::Operation<'_>| {
        let mut samples = operation.samples.into_iter();
        samples.find_map(|sample| match sample {
            model::Sample::Json(text) => Some((operation.name.to_owned(), text.into_owned())),
            model::Sample::Xml(_) => None,
        })
    };
    operations.filter_map(json).collect()
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
            kind: Kind::Other,
            file: specs.first().map_or("", |spec| spec.path).to_owned(),
            line: 1,
            column: 1,
            pointer: "/apis".to_owned(),
            message: format!("there is no operation `{name}`"),
            help: match scan::nearest(name, known()) {
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
    let place = positions::of_pointers(spec.json, &[(&pointer, false)]);
    let (line, column) = place.first().map_or((1, 1), |at| (at.line, at.column));
    Diagnostic {
        severity: Severity::Error,
        kind: Kind::Other,
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

/// One version of a product has the bare name, and keeps it: the lock says which. The
/// others carry theirs.
fn name_versions(
    products: &mut Vec<Product<'_>>,
    lock: &Lock,
    tolerance: Tolerance,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut versions: BTreeMap<names::Ident, (String, Vec<&str>)> = BTreeMap::new();
    for product in products.iter() {
        let entry = versions.entry(product.module.clone());
        let of_product = entry.or_insert_with(|| (product.name.to_owned(), Vec::new()));
        of_product.1.push(product.version);
    }
    for product in products.iter_mut() {
        let of_product = versions.get(&product.module);
        let bare = of_product.and_then(|(name, versions)| lock.bare(name, versions));
        if bare != Some(product.version) {
            product.module = names::product(product.name, Some(product.version));
            product.feature = names::feature(product.name, Some(product.version));
        }
    }
    products.sort_by(|a, b| (a.module.as_str(), a.version).cmp(&(b.module.as_str(), b.version)));
    let mut taken: BTreeMap<names::Ident, String> = BTreeMap::new();
    products.retain(|product| {
        let Some(other) = taken.get(&product.module) else {
            taken.insert(product.module.clone(), product.source.clone());
            return true;
        };
        diagnostics.push(module_taken(product, other, tolerance.fault()));
        false
    });
}

/// Adds the names of all products to the lock, and finds those that would be other ones now.
fn hold_names(
    products: &[Product<'_>],
    lock: &mut Lock,
    specs: &[Spec<'_>],
    tolerance: Tolerance,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for product in products {
        let is_bare = product.module == names::product(product.name, None);
        let findings = lock.add(product, is_bare, tolerance.fault());
        if let Some(spec) = specs.iter().find(|spec| spec.path == product.source) {
            found.extend(lower::placed(spec, &findings));
        }
    }
    found
}

fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|it| it.severity == Severity::Error)
}

/// What to say of a product whose module is another's already.
fn module_taken(product: &Product<'_>, other: &str, severity: Severity) -> Diagnostic {
    Diagnostic {
        severity,
        kind: diagnostics::Kind::Other,
        file: product.source.clone(),
        line: 1,
        column: 1,
        pointer: "/info".to_owned(),
        message: format!(
            "the module `{}` is taken by version {} of `{}` in {other}; this one is left out",
            product.module, product.version, product.name
        ),
        help: "keep one spec a product version".to_owned(),
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

fn krate(product: &Product, options: &Options) -> Crate {
    Crate {
        name: names::package(&options.crate_name, &product.feature),
        folder: product.feature.clone(),
        spec: product.source.clone(),
        operations: product.operations.len(),
    }
}

fn emit_all(products: &[Product], options: &Options) -> Vec<File> {
    let mut parts = Vec::new();
    let links: Vec<_> = products.iter().map(emit::Links::new).collect();
    for (product, links) in products.iter().zip(&links) {
        parts.push((emit::Part::Product(product, &options.guides), links));
        let operations = product.operations.iter();
        parts.extend(operations.map(|it| (emit::Part::Operation(product, it), links)));
    }
    let mut files = parallel::map(&parts, |(part, links)| {
        emit::file(part, links, &options.crate_name)
    });
    for (product, links) in products.iter().zip(&links) {
        files.extend(emit::guides(product, links, &options.guides));
    }
    files.extend(products.iter().flat_map(|it| emit::package(it, options)));
    files.extend(emit::facade(products, options));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod scaling_tests;
