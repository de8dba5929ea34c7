//! From the published metadata to the model: references resolved, names made,
//! styles and methods decided, errors, samples and paging read.
//!
//! One file a concern below. Nothing here stops at the first problem: a part that
//! cannot be read becomes a finding and is left out, and the rest goes on.
//!
//! # Decisions that hold for the whole of it
//! - A request's parameters travel where the metadata says (`in`), whatever the
//!   method.
//! - Operations are sent with POST wherever it is listed, else with the first listed
//!   method; the path of an RPC operation is `/` whatever is published. Both are what
//!   the official clients do.
//! - An object that only wraps one list is read as the list in *replies*. Requests
//!   keep the object: it is what the documentation shows, and it may grow members.
//! - Equal types are merged within one side of an operation, and only where they
//!   would have one name: a type may then grow without touching others.

mod contradictions;
mod draft;
mod endpoints;
mod errors;
mod files;
mod gateways;
mod limits;
mod made;
mod namespace;
mod operation;
mod outcome;
mod paging;
mod params;
mod reply;
mod report;
mod samples;
mod secrets;
mod source;
mod structs;
mod types;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::{Diagnostic, Finding, Kind, Pointer, Severity};
use crate::metadata::{Document, Schema};
use crate::model::{ApiStyle, Product, Skipped};
use crate::names::{self, Ident};
use namespace::Distinct;
use report::Report;
pub(crate) use report::{place, placed};
pub use source::Source;

/// How strict to be with what was published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tolerance {
    /// The spec is ours to correct, in an overlay or in itself: two parameters of
    /// one name, a repeated key or an operation without a method are errors.
    #[default]
    Maintained,
    /// The spec is taken as it was published. What is wrong with it is a warning, and
    /// costs as little as can be: the choice that the official clients make is made, a
    /// type that nobody can tell is `Json`, a text that is none is left out, an
    /// operation that cannot be described is skipped. Only what is no spec at all is
    /// an error.
    Published,
}

impl Tolerance {
    pub(crate) fn fault(self) -> Severity {
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

/// Lowers what was read from a source. There is no product where a finding is an error.
pub fn lower<'a>(
    source: &Source<'_>,
    document: &'a Result<Document<'a>, serde_json::Error>,
    settings: &Settings<'_>,
) -> (Option<Product<'a>>, Vec<Diagnostic>) {
    let mut report = Report::new(&source.spec, settings.tolerance);
    let corrected = match &source.corrected {
        Ok(corrected) => corrected,
        Err(error) => return (None, report.malformed(error)),
    };
    report.overlay(corrected.findings.clone());

    let product = match document {
        Ok(document) => {
            let repair = source.repaired.get().map(|repaired| &repaired.repair);
            if let Some(repair) = repair {
                report.spec(repair.findings.clone());
            }
            let skipped = repair.map_or(&[][..], |repair| &repair.skipped);
            report.document(document, corrected, settings, skipped)
        }
        Err(error) => return (None, report.malformed(error)),
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

/// How much the operations of a spec may reach, as a multiple of its length. Published specs
/// stay below twice.
const REACH: usize = 20;

/// What every part of lowering reads from and reports to.
struct Context<'a> {
    components: FxHashMap<&'a str, &'a Schema<'a>>,
    /// By their address.
    component_names: FxHashMap<usize, &'a str>,
    /// The names of all operations, of those that are not asked for too.
    operations: FxHashSet<&'a str>,
    /// Bytes of fields that were read, those of a shared type each time; and how many may be.
    reached: usize,
    reachable: usize,
    tolerance: Tolerance,
    style: ApiStyle,
    findings: Vec<Finding>,
    /// Why the operation that is being lowered cannot be described.
    unfit: Option<String>,
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
            operations: document.apis.iter().map(|(name, _)| name).collect(),
            reached: 0,
            reachable: length.saturating_mul(REACH) + (1 << 20),
            tolerance,
            style: ApiStyle::Rpc,
            findings: Vec::new(),
            unfit: None,
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

    /// Whether a member has no name; that is reported. It cannot be sent, nor read.
    fn is_nameless(&mut self, wire: &str, at: &Pointer<'_>) -> bool {
        let is_nameless = crate::scan::trim(wire).is_empty();
        if is_nameless {
            self.degraded(
                Kind::MissingKey,
                at,
                "the name is empty",
                "the member is left out",
                "write the published one",
            );
        }
        is_nameless
    }

    /// Something that becomes something harmless where the spec is taken as it was
    /// published; see [`Finding::degraded`].
    fn degraded(
        &mut self,
        kind: Kind,
        at: &Pointer<'_>,
        message: impl Into<String>,
        became: &'static str,
        help: impl Into<String>,
    ) {
        self.say(Finding::degraded(kind, at, message, became, help));
    }

    /// The operation that is being lowered cannot be described.
    fn unfit(&mut self, at: &Pointer<'_>, message: impl Into<String>, help: &'static str) {
        let message = message.into();
        self.unfit.get_or_insert_with(|| message.clone());
        let became = "the operation is skipped";
        self.degraded(Kind::SkippedOperation, at, message, became, help);
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
        let served = self.served(document)?;
        self.style = served.style;
        let version = settings.version_in_name.then_some(&*info.version);
        let mut product = Product {
            name: &info.product,
            version: &info.version,
            module: names::product(&info.product, version),
            feature: names::feature(&info.product, version),
            source: source.to_owned(),
            style: self.style,
            gateway: served.gateway,
            endpoints: Vec::new(),
            vpc: Vec::new(),
            default_region: None,
            errors: self.product_errors(document),
            operations: Vec::new(),
            skipped: Vec::new(),
            waiters: Vec::new(),
        };
        self.hosts(document, &mut product);
        match served.refused {
            None => {
                self.operations(document, settings, &mut product);
                if let Some(region) = &product.default_region {
                    limits::only_region(&mut product.operations, region);
                }
            }
            Some(reason) => {
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

    fn operations(
        &mut self,
        document: &'a Document<'a>,
        settings: &Settings<'_>,
        product: &mut Product<'a>,
    ) {
        let root = Pointer::ROOT;
        let apis = root.key("apis");
        product.operations.reserve(document.apis.0.len());
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
            if api.schemes.iter().any(|scheme| &**scheme == "websocket") {
                product.skipped.push(Skipped {
                    operation: name.to_owned(),
                    reason: "it is a conversation over WebSocket, which this crate does not speak"
                        .to_owned(),
                });
                continue;
            }
            let ident = names::module(match &*api.rust_name {
                "" => name,
                given => given,
            });
            let ident = idents.add(self, ident, name, &at);
            let operation = self.operation(document, name, ident, api, &at);
            match self.unfit.take() {
                None => product.operations.push(operation),
                Some(reason) => product.skipped.push(Skipped {
                    operation: name.to_owned(),
                    reason,
                }),
            }
        }
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
