//! [`Spec`]: a product version's metadata, and its operations.

use std::fmt;
use std::sync::OnceLock;

use alicloud_codegen::diagnostics::Diagnostic;
use alicloud_codegen::lower::{self, Settings, Source, Tolerance};
use alicloud_codegen::model;

use super::describe::{self, DocumentedError, Member, Risk, SampleReply};
use super::events;
use super::parameters::Parameters;
use super::request::Request;
use super::schema::{self, Described};
use crate::metadata::nearest;

/// A product version's metadata. One lives for as long as the process: what the client
/// knows of operations is static.
pub struct Spec {
    pub(super) product: &'static model::Product<'static>,
    pub(super) client: &'static alicloud_runtime::Product,
    /// By the index of the operation.
    described: Vec<OnceLock<Described>>,
    json: &'static [u8],
}

/// An operation of a spec.
#[derive(Clone, Copy)]
pub struct Operation {
    pub(super) spec: &'static Spec,
    pub(super) model: &'static model::Operation<'static>,
    index: usize,
}

/// The findings for which a spec cannot be looked into, each with its place.
#[derive(Clone, Debug)]
pub struct Findings(pub Vec<Diagnostic>);

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            let line = if index == 0 { "" } else { "\n" };
            write!(f, "{line}{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

/// No operation has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOperation {
    /// The product's code.
    pub product: String,
    /// The name that was asked for.
    pub name: String,
    /// The reason why it is not there, where it is in the metadata and cannot be called.
    pub reason: Option<String>,
    /// Names that are near to it.
    pub nearest: Vec<String>,
}

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { product, name, .. } = self;
        if let Some(reason) = &self.reason {
            return write!(f, "`{name}` of {product} cannot be called: {reason}");
        }
        write!(f, "{product} has no operation `{name}`")?;
        match self.nearest.as_slice() {
            [] => Ok(()),
            names => write!(f, "; did you mean {}?", either(names)),
        }
    }
}

impl std::error::Error for UnknownOperation {}

/// One line on what an operation does. Most of the published titles are the operation's name
/// again, which says nothing.
pub(crate) fn headline(name: &str, title: &str, summary: &str) -> String {
    let says_more = |text: &&str| !text.trim().is_empty() && text.trim() != name;
    match [title, summary].into_iter().find(says_more) {
        Some(text) => alicloud_codegen::description(text).replace('\n', " "),
        None => alicloud_codegen::sentence(name).unwrap_or_default(),
    }
}

/// `` `a`, `b` or `c` ``
pub(crate) fn either(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<_> = names
        .iter()
        .map(|it| format!("`{}`", it.as_ref()))
        .collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

impl Spec {
    /// Reads a published `api-docs.json`, and the `overlay.json` beside it if there is one.
    /// `path` is what findings call it. What is read is never given back: read a spec once.
    ///
    /// # Errors
    /// What is wrong with it, where it cannot be used at all.
    pub fn read(
        path: &str,
        json: Vec<u8>,
        overlay: Option<(&str, Vec<u8>)>,
    ) -> Result<&'static Self, Findings> {
        Self::read_as(path, json, overlay, false)
    }

    /// Reads a spec as [`Spec::read`] does, for an app, whose module may carry the version.
    ///
    /// # Errors
    /// What is wrong with it, where it cannot be used at all.
    pub fn read_for_app(
        path: &str,
        json: Vec<u8>,
        version_in_name: bool,
    ) -> Result<&'static Self, Findings> {
        Self::read_as(path, json, None, version_in_name)
    }

    fn read_as(
        path: &str,
        json: Vec<u8>,
        overlay: Option<(&str, Vec<u8>)>,
        version_in_name: bool,
    ) -> Result<&'static Self, Findings> {
        let json: &'static [u8] = json.leak();
        let keep = |text: &str| -> &'static str { Box::leak(Box::from(text)) };
        let spec = alicloud_codegen::Spec {
            path: keep(path),
            json,
            overlay: overlay.map(|(path, json)| (keep(path), &*json.leak())),
        };
        let source: &'static Source<'static> = Box::leak(Box::new(Source::new(&spec)));
        let document = Box::leak(Box::new(source.document()));
        let settings = Settings {
            tolerance: Tolerance::Published,
            version_in_name,
            ..Settings::default()
        };
        let (product, findings) = lower::lower(source, document, &settings);
        let product: &'static _ = Box::leak(Box::new(product.ok_or(Findings(findings))?));
        Ok(Box::leak(Box::new(Self {
            product,
            client: schema::product(product),
            described: product.operations.iter().map(|_| OnceLock::new()).collect(),
            json,
        })))
    }

    /// The document that it was read from.
    pub fn json(&self) -> &'static [u8] {
        self.json
    }

    /// The product's code: `Ga`.
    pub fn product(&self) -> &'static str {
        self.product.name
    }

    /// The API version: `2019-11-20`.
    pub fn version(&self) -> &'static str {
        self.product.version
    }

    /// The module of generated code: `ga`.
    pub fn module(&self) -> &'static str {
        self.product.module.as_str()
    }

    /// The regions that have a published endpoint, in order.
    pub fn regions(&self) -> impl Iterator<Item = &'static str> {
        self.product
            .endpoints
            .iter()
            .map(|(region, _)| region.as_str())
    }

    /// The region to take where nobody names one: the only one, or the one that most of
    /// the documentation's examples name.
    pub fn default_region(&self) -> &'static str {
        let mut regions = self.regions();
        let fallback = || {
            regions
                .find(|it| *it == "cn-hangzhou")
                .or_else(|| self.regions().next())
        };
        let default = self.product.default_region.as_deref();
        default.or_else(fallback).unwrap_or("cn-hangzhou")
    }

    /// Its operations, in the order of the spec.
    pub fn operations(&'static self) -> impl Iterator<Item = Operation> {
        (self.product.operations.iter().enumerate()).map(move |(index, model)| Operation {
            spec: self,
            model,
            index,
        })
    }

    /// The operations whose name or title holds each of these words, in any case.
    pub fn search(&'static self, words: &str) -> Vec<Operation> {
        let words: Vec<_> = words.split_whitespace().map(str::to_lowercase).collect();
        let holds = |operation: &Operation| {
            let text = format!("{} {}", operation.name(), operation.title()).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.operations().filter(holds).collect()
    }

    /// The operation of a name: as the service spells it, in any case, or as the method of
    /// the client.
    ///
    /// # Errors
    /// If there is none; the error has the nearest names.
    pub fn operation(&'static self, name: &str) -> Result<Operation, UnknownOperation> {
        let is_called = |operation: &Operation| {
            operation.name().eq_ignore_ascii_case(name) || operation.method() == name
        };
        if let Some(operation) = self.operations().find(is_called) {
            return Ok(operation);
        }
        let mut skipped = self.product.skipped.iter();
        let names = self.product.operations.iter().map(|it| it.name);
        Err(UnknownOperation {
            product: self.product().to_owned(),
            name: name.to_owned(),
            reason: skipped
                .find(|it| it.operation == name)
                .map(|it| it.reason.clone()),
            nearest: nearest(name, names)
                .into_iter()
                .map(str::to_owned)
                .collect(),
        })
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spec({} {})", self.product(), self.version())
    }
}

impl Operation {
    /// Returns the spec that it is of.
    pub fn spec(self) -> &'static Spec {
        self.spec
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        self.model.name
    }

    /// Its module, and the method of the client: `list_accelerators`.
    pub fn method(self) -> &'static str {
        self.model.ident.as_str()
    }

    /// One line on what it does; made of its name where nothing is documented, and may be empty.
    pub fn title(self) -> String {
        headline(self.name(), self.model.title, self.model.summary)
    }

    /// Everything that the metadata says of it, as Markdown; may be empty.
    pub fn description(self) -> String {
        let mut texts = Vec::new();
        for text in [self.model.summary, &self.model.description] {
            let text = alicloud_codegen::description(text);
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join("\n\n")
    }

    /// Returns what the service's documentation says instead, where it is deprecated.
    pub fn deprecated(self) -> Option<&'static str> {
        self.model.deprecated.as_deref()
    }

    /// Returns the operation that tells how this one went, if it goes on after its reply.
    pub fn outcome(self) -> Option<&'static str> {
        self.model.outcome.as_ref().map(|it| it.operation.as_str())
    }

    /// Returns the HTTP method and the path that it is sent with.
    pub fn http(self) -> (&'static str, &'static str) {
        (&self.model.method, &self.model.path)
    }

    /// Its page in the service's documentation.
    pub fn page(self) -> String {
        let (product, version) = (self.spec.product(), self.spec.version());
        format!(
            "{}/document/{product}/{version}/{}",
            crate::metadata::BASE_URL,
            self.name()
        )
    }

    /// Returns its parameters.
    pub fn parameters(self) -> Vec<Member> {
        describe::parameters(self.model)
    }

    /// Returns the members of its reply.
    pub fn reply(self) -> Vec<Member> {
        describe::reply(self.model)
    }

    /// Returns the errors that it documents, then those of every operation of its product.
    pub fn errors(self) -> Vec<DocumentedError> {
        describe::errors(self.spec.product, self.model)
    }

    /// Returns the replies that it documents.
    pub fn samples(self) -> Vec<SampleReply> {
        describe::samples(self.model)
    }

    /// Returns whether it can answer with server-sent events.
    pub fn has_events(self) -> bool {
        events::are_possible(self)
    }

    /// Returns the name of the parameter that asks for events: `body.stream`; nothing where the operation
    /// has none.
    pub fn event_switch(self) -> Option<String> {
        events::switch(self)
    }

    /// Returns whether its reply is bytes of any kind: a file.
    pub fn is_download(self) -> bool {
        self.model.reply == model::ReplyBody::Binary
    }

    /// Returns the risk of calling it.
    pub fn risk(self) -> Risk {
        describe::risk(self.model)
    }

    /// A request with these parameters. What is wrong with them is in it.
    pub fn request(self, parameters: &Parameters) -> Request {
        Request::new(self, parameters)
    }

    /// What the client has to know of it.
    pub(super) fn described(self) -> &'static Described {
        let spec = self.spec;
        spec.described[self.index].get_or_init(|| schema::describe(spec.client, self.model))
    }

    pub(super) fn structs(self) -> &'static [model::Struct<'static>] {
        &self.model.request
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operation({} {})", self.spec.product(), self.name())
    }
}
