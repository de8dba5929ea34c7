//! From the published metadata to the model: references resolved, names made,
//! styles and methods decided, errors, samples and paging read.
//!
//! One file a concern below. Nothing here stops at the first problem: a part that
//! cannot be read becomes a finding and is left out, and the rest goes on.
//!
//! # Decisions that hold for the whole of it
//! - A request's parameters travel where the metadata says (`in`), whatever the
//!   method.
//! - RPC operations are sent with POST whenever it is listed, others with the
//!   first listed method; the path of an RPC operation is `/` whatever is published.
//!   Both are what the official clients do.
//! - An object that only wraps one list is read as the list in *replies*. Requests
//!   keep the object: it is what the documentation shows, and it may grow members.
//! - Equal types are merged within one side of an operation, and only where they
//!   would have one name: a type may then grow without touching others.

mod endpoints;
mod errors;
mod limits;
mod made;
mod namespace;
mod operation;
mod paging;
mod params;
mod reply;
mod samples;
mod secrets;
mod structs;
mod types;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::{Diagnostic, Finding, Pointer, Severity};
use crate::metadata::{self, Document, Schema};
use crate::model::{ApiStyle, Operation, Product, Skipped};
use crate::names::{self, Ident};
use crate::overlay::{self, Corrected};
use crate::shape;
use crate::tree::Tree;
use crate::{Spec, check, locate};
use namespace::Distinct;

/// How strict to be with what was published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tolerance {
    /// The spec is ours to correct, in an overlay or in itself: two parameters of
    /// one name, a repeated key or an operation without a method are errors.
    #[default]
    Maintained,
    /// The spec is taken as it was published: these are warnings, and the choice
    /// that the official clients make is made.
    Published,
}

impl Tolerance {
    fn fault(self) -> Severity {
        match self {
            Tolerance::Maintained => Severity::Error,
            Tolerance::Published => Severity::Warning,
        }
    }
}

/// What lowering has to know beside the spec.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'a> {
    /// How strict to be.
    pub tolerance: Tolerance,
    /// Whether an older version of the same product is generated too: the oldest
    /// has the bare name (`ga`), the others carry their version.
    pub version_in_name: bool,
    /// Only these operations, by wire name.
    pub operations: Option<&'a [String]>,
}

/// A spec with its corrections.
pub struct Source<'a> {
    spec: Spec<'a>,
    corrected: Result<Corrected, serde_json::Error>,
}

impl<'a> Source<'a> {
    /// Applies the overlay, where there is one.
    pub fn new(spec: &Spec<'a>) -> Self {
        let corrected = match spec.overlay {
            Some((_, overlay)) => overlay::correct(spec.json, overlay),
            None => Ok(Corrected::unchanged()),
        };
        Self {
            spec: *spec,
            corrected,
        }
    }

    fn json(&self) -> &[u8] {
        let corrected = self.corrected.as_ref().ok();
        let json = corrected.and_then(|corrected| corrected.json.as_deref());
        json.unwrap_or(self.spec.json)
    }

    /// Reads it; [`lower`] says what is wrong with it.
    pub fn document(&self) -> Result<Document<'_>, serde_json::Error> {
        metadata::parse(self.json())
    }
}

/// Lowers what was read from a source. There is no product where a finding is an error.
pub fn lower<'a>(
    source: &Source<'_>,
    document: &'a Result<Document<'a>, serde_json::Error>,
    settings: &Settings<'_>,
) -> (Option<Product<'a>>, Vec<Diagnostic>) {
    let mut report = Report::new(&source.spec);
    let corrected = match &source.corrected {
        Ok(corrected) => corrected,
        Err(error) => return (None, report.malformed(error)),
    };
    report.overlay(corrected.findings.clone());

    let product = match document {
        Ok(document) => report.document(document, corrected, settings),
        Err(first) => match serde_json::from_slice::<Tree>(source.json()) {
            Err(error) => return (None, report.malformed(&error)),
            Ok(mut tree) => {
                report.spec(shape::repair(&mut tree));
                // What is found in what is left; the product of it is not used.
                let repaired = serde_json::to_vec(&tree).unwrap_or_default();
                match metadata::parse(&repaired) {
                    Ok(document) => {
                        report.document(&document, corrected, settings);
                    }
                    Err(_) => report.spec(vec![Finding::new(
                        Severity::Error,
                        Pointer::ROOT,
                        format!("not in the published format: {first}"),
                        "compare it with a published api-docs.json",
                    )]),
                }
                None
            }
        },
    };
    // The spec's before the overlay's, each from top to bottom.
    report
        .diagnostics
        .sort_by_key(|d| (d.file != source.spec.path, d.line, d.column));
    let failed = report
        .diagnostics
        .iter()
        .any(|d| d.severity == Severity::Error);
    (product.filter(|_| !failed), report.diagnostics)
}

/// Findings on their way to diagnostics: knows the sources that they point into.
struct Report<'a> {
    spec: &'a Spec<'a>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Report<'a> {
    fn new(spec: &'a Spec<'a>) -> Self {
        Self {
            spec,
            diagnostics: Vec::new(),
        }
    }

    fn document<'d>(
        &mut self,
        document: &'d Document<'d>,
        corrected: &Corrected,
        settings: &Settings<'_>,
    ) -> Option<Product<'d>> {
        let mut context = Context::new(document, self.spec.json.len(), settings.tolerance);
        let mut product = context.product(document, self.spec.path, settings)?;
        let checked = check::check(&product, settings.tolerance.fault());
        let mut waiter_findings = Vec::new();
        product.waiters = overlay::waiters(corrected, &product, &mut waiter_findings);
        self.spec(context.findings);
        self.spec(checked);
        self.overlay(waiter_findings);
        Some(product)
    }

    fn spec(&mut self, findings: Vec<Finding>) {
        place(
            &mut self.diagnostics,
            self.spec.path,
            self.spec.json,
            findings,
        );
    }

    fn overlay(&mut self, findings: Vec<Finding>) {
        if let Some((path, bytes)) = self.spec.overlay {
            place(&mut self.diagnostics, path, bytes, findings);
        }
    }

    fn malformed(mut self, error: &serde_json::Error) -> Vec<Diagnostic> {
        // serde_json counts bytes within the line; a column counts characters.
        let line_start: usize = self
            .spec
            .json
            .split_inclusive(|&b| b == b'\n')
            .take(error.line().saturating_sub(1))
            .map(<[u8]>::len)
            .sum();
        let offset = line_start + error.column().saturating_sub(1);
        let place = locate::position(self.spec.json, offset);
        let text = error.to_string();
        // Without " at line 1 column 2", which is said in front.
        let message = text.rsplit_once(" at line ").map_or(&*text, |(m, _)| m);
        self.diagnostics.push(Diagnostic {
            severity: Severity::Error,
            file: self.spec.path.to_owned(),
            line: place.line,
            column: place.column,
            pointer: String::new(),
            message: format!("not JSON: {message}"),
            help: "correct the file, or fetch it again".to_owned(),
        });
        self.diagnostics
    }
}

/// Findings with their places in the file.
pub(crate) fn place(into: &mut Vec<Diagnostic>, path: &str, source: &[u8], findings: Vec<Finding>) {
    let pointers: Vec<(&str, bool)> = findings
        .iter()
        .map(|finding| (&*finding.pointer, finding.again))
        .collect();
    let positions = locate::locate(source, &pointers);
    into.extend(
        findings
            .into_iter()
            .zip(positions)
            .map(|(finding, place)| Diagnostic {
                severity: finding.severity,
                file: path.to_owned(),
                line: place.line,
                column: place.column,
                pointer: finding.pointer,
                message: finding.message,
                help: finding.help,
            }),
    );
}

/// How much the operations of a spec may reach, as a multiple of its length. Published specs
/// stay below twice.
const REACH: usize = 20;

/// What every part of lowering reads from and reports to.
struct Context<'a> {
    components: FxHashMap<&'a str, &'a Schema<'a>>,
    /// By their address.
    component_names: FxHashMap<usize, &'a str>,
    /// Bytes of fields that were read, those of a shared type each time; and how many may be.
    reached: usize,
    reachable: usize,
    tolerance: Tolerance,
    style: ApiStyle,
    findings: Vec<Finding>,
    /// A shared type is read for every operation that reaches it; what is wrong
    /// with it is said once.
    said: FxHashSet<(String, String)>,
    /// Identifiers of fields by wire name: most names stand in many places.
    field_names: FxHashMap<&'a str, Ident>,
    /// Likewise of types, by the field and whether it holds a list of them.
    type_names: FxHashMap<(&'a str, bool), Ident>,
    /// Likewise of error codes.
    variant_names: FxHashMap<String, Option<Ident>>,
}

impl<'a> Context<'a> {
    /// `length` is that of the spec in bytes.
    fn new(document: &'a Document<'a>, length: usize, tolerance: Tolerance) -> Self {
        let mut components = FxHashMap::default();
        let mut component_names = FxHashMap::default();
        for (name, schema) in document.components.schemas.iter() {
            components.entry(name).or_insert(schema);
            component_names.insert(types::address(schema), name);
        }
        Self {
            components,
            component_names,
            reached: 0,
            reachable: length.saturating_mul(REACH) + (1 << 20),
            tolerance,
            style: ApiStyle::Rpc,
            findings: Vec::new(),
            said: FxHashSet::default(),
            field_names: FxHashMap::default(),
            type_names: FxHashMap::default(),
            variant_names: FxHashMap::default(),
        }
    }

    /// Counts a field, by what is written of it. Each operation has types of its own, so
    /// that a large one that many operations reach is written very often.
    fn reach(&mut self, wire: &str, schema: &Schema<'_>, at: &Pointer<'_>) {
        if self.exhausted() {
            return;
        }
        let texts = [&schema.description, &schema.title, &schema.pattern];
        let texts: usize = texts.iter().map(|text| text.len()).sum();
        let values = schema
            .values
            .iter()
            .map(|value| 64 + value.len())
            .sum::<usize>();
        let titles = schema.enum_value_titles.iter().flat_map(|it| it.iter());
        let titles = titles
            .map(|(value, title)| 64 + value.len() + title.len())
            .sum::<usize>();
        self.reached += 200 + wire.len() + texts + values + titles;
        if self.exhausted() {
            self.error(
                at,
                format!(
                    "up to here, the operations reach more than {REACH} times what is written: their types are too much to generate"
                ),
                "refer to fewer or smaller types, or ask for some of the operations only",
            );
        }
    }

    /// Whether so much is reached that the rest is not looked at.
    fn exhausted(&self) -> bool {
        self.reached > self.reachable
    }

    fn say(&mut self, finding: Finding) {
        if self
            .said
            .insert((finding.pointer.clone(), finding.message.clone()))
        {
            self.findings.push(finding);
        }
    }

    fn error(&mut self, at: &Pointer<'_>, message: impl Into<String>, help: impl Into<String>) {
        self.say(Finding::new(Severity::Error, at, message, help));
    }

    fn warning(&mut self, at: &Pointer<'_>, message: impl Into<String>, help: impl Into<String>) {
        self.say(Finding::new(Severity::Warning, at, message, help));
    }

    fn note(&mut self, at: &Pointer<'_>, message: impl Into<String>, help: impl Into<String>) {
        self.say(Finding::new(Severity::Note, at, message, help));
    }

    /// An error in a spec that is maintained here, a warning in one that is taken
    /// as it was published; `again` as in [`Finding`].
    fn fault(
        &mut self,
        at: &Pointer<'_>,
        again: bool,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let mut finding = Finding::new(self.tolerance.fault(), at, message, help);
        finding.again = again;
        self.say(finding);
    }

    fn product(
        &mut self,
        document: &'a Document<'a>,
        source: &str,
        settings: &Settings<'_>,
    ) -> Option<Product<'a>> {
        let info = &document.info;
        let gateway = self.gateway(document)?;
        let version = settings.version_in_name.then_some(&*info.version);
        let mut product = Product {
            name: &info.product,
            version: &info.version,
            module: names::product(&info.product, version),
            feature: names::feature(&info.product, version),
            source: source.to_owned(),
            style: self.style,
            endpoints: Vec::new(),
            default_region: None,
            errors: self.product_errors(document),
            operations: Vec::new(),
            skipped: Vec::new(),
            waiters: Vec::new(),
        };
        (product.endpoints, product.default_region) = self.endpoints(&document.endpoints);
        match gateway {
            Gateway::Pop => {
                product.operations = self.operations(document, settings);
                if let Some(region) = &product.default_region {
                    limits::only_region(&mut product.operations, region);
                }
            }
            Gateway::Own(reason) => {
                product.skipped = document
                    .apis
                    .iter()
                    .filter(|(name, _)| settings.wants(name))
                    .map(|(name, _)| Skipped {
                        operation: name.to_owned(),
                        reason: reason.clone(),
                    })
                    .collect();
            }
        }
        Some(product)
    }

    /// Whose protocol the product speaks.
    fn gateway(&mut self, document: &Document<'_>) -> Option<Gateway> {
        let info = &document.info;
        let root = Pointer::ROOT;
        let at = root.key("info");
        for (key, text) in [("product", &info.product), ("version", &info.version)] {
            // Both travel in headers.
            if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic()) {
                self.error(
                    &at.key(key),
                    format!("`{key}` is empty or not plain ASCII without spaces"),
                    "write the published one",
                );
            }
        }
        let has_paths = document
            .apis
            .iter()
            .any(|(_, api)| !matches!(api.path.trim(), "" | "/"));
        self.style = match &*info.style {
            "RPC" => ApiStyle::Rpc,
            "ROA" => ApiStyle::Roa,
            // Spoken by newer products of both kinds: those with paths are routed
            // by them.
            "V3" if has_paths => ApiStyle::Roa,
            "V3" => ApiStyle::Rpc,
            "FC" if &*info.version >= "2023" => ApiStyle::Roa,
            "FC" | "OSS" | "SLS" | "PDS" | "AliGenie" => {
                return Some(Gateway::Own(format!(
                    "{} {} is served by a gateway with a protocol of its own ({}), which this crate does not speak",
                    info.product, info.version, info.style
                )));
            }
            other => {
                self.error(
                    &at.key("style"),
                    format!("the style `{other}` is unknown"),
                    "write one of RPC, ROA, V3, FC, OSS, SLS, PDS, AliGenie",
                );
                ApiStyle::Roa
            }
        };
        Some(Gateway::Pop)
    }

    fn operations(
        &mut self,
        document: &'a Document<'a>,
        settings: &Settings<'_>,
    ) -> Vec<Operation<'a>> {
        let root = Pointer::ROOT;
        let apis = root.key("apis");
        let mut operations = Vec::with_capacity(document.apis.0.len());
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let mut idents = Distinct::default();
        for (name, api) in document.apis.iter() {
            if !settings.wants(name) {
                continue;
            }
            let at = apis.key(name);
            if !seen.insert(name) {
                self.fault(
                    &at,
                    true,
                    format!("the operation `{name}` stands here twice; the first one is used"),
                    "remove one of the two",
                );
                continue;
            }
            let ident = names::module(match &*api.rust_name {
                "" => name,
                given => given,
            });
            let ident = idents.add(self, ident, name, &at);
            operations.push(self.operation(document, name, ident, api, &at));
        }
        operations
    }

    fn field_name(&mut self, wire: &'a str) -> Ident {
        let known = self.field_names.entry(wire);
        known.or_insert_with(|| names::field(wire)).clone()
    }

    fn type_name(&mut self, wire: &'a str, is_list_item: bool) -> Ident {
        let known = self.type_names.entry((wire, is_list_item));
        known
            .or_insert_with(|| names::type_of_field(wire, is_list_item))
            .clone()
    }

    fn variant_name(&mut self, code: &str) -> Option<Ident> {
        if let Some(known) = self.variant_names.get(code) {
            return known.clone();
        }
        let ident = names::variant(code);
        self.variant_names.insert(code.to_owned(), ident.clone());
        ident
    }
}

impl Settings<'_> {
    fn wants(&self, operation: &str) -> bool {
        self.operations
            .is_none_or(|names| names.iter().any(|name| name == operation))
    }
}

enum Gateway {
    /// Alibaba Cloud's common one.
    Pop,
    /// One of its own, and what to say of its operations.
    Own(String),
}
