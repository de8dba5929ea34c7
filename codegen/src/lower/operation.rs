//! An operation as a whole: what is left after parameters, reply, errors, samples
//! and paging are read by their own files.

use std::borrow::Cow;
use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::diagnostics::{Finding, Kind, Pointer, Severity};
use crate::metadata::{Api, Document, Text};
use crate::model::{ApiStyle, Field, Operation, OperationKind, Place, ReplyBody, Struct, Type};
use crate::names::Ident;

use super::outcome::named;
use super::structs::{self, Taken};
use super::{Context, made};
use crate::check;
use crate::scan::trim;

const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// What the names of operations that change nothing begin with.
const READS: &[&str] = &["Describe", "List", "Get", "Query", "Search", "Count"];

/// What the names of operations that are published as reads and are none begin with.
const WRITES: &[&str] = &[
    "Create", "Add", "Delete", "Remove", "Update", "Modify", "Set", "Put", "Start", "Stop", "Run",
    "Send", "Reset", "Attach", "Detach", "Enable", "Disable", "Release", "Allocate",
];

impl<'a> Context<'a> {
    pub(super) fn operation(
        &mut self,
        document: &Document<'a>,
        name: &'a str,
        ident: Ident,
        api: &'a Api<'a>,
        at: &Pointer<'_>,
    ) -> Operation<'a> {
        let mut taken = Taken::default();
        let drafts = self.parameters(name, api, at);
        let request = structs::finish(drafts, "Request", &mut taken, self, at);
        let (drafts, reply) = self.reply(api, at);
        let response = structs::finish(drafts, "Response", &mut taken, self, at);

        let parameters = request.first().map_or(&[][..], |root| &root.fields[..]);
        let find = |names: &[&str], ty: &Type| {
            parameters.iter().position(|field| {
                names.contains(&field.name)
                    && field.ty == *ty
                    && matches!(field.place, Place::Query | Place::Form)
            })
        };
        let region = find(&["RegionId"], &Type::Text);
        let idempotency_token = find(&["ClientToken", "clientToken"], &Type::Text);
        let dry_run = find(&["DryRun", "dryRun"], &Type::Bool);
        let tags = api.system_tags.as_ref();
        let (paging, paging_note) = super::paging::detect(api, &request, &response);

        let events = self.events(api, reply, at);
        let event_switch = match events {
            true => self.event_switch(&request, at),
            false => None,
        };

        let mut samples = self.samples(api, reply, at);
        if trim(&api.response_demo).is_empty() {
            samples.extend(made::sample(&response, reply));
        }

        let takes_file = |item: &Struct<'_>| item.fields.iter().any(|field| field.file_url);
        let uploads = request.iter().any(takes_file);

        Operation {
            name,
            ident,
            title: trim(&api.title),
            summary: trim(&api.summary),
            description: description(api),
            method: self.method(api, at),
            path: self.path(api, parameters, at),
            kind: kind(name, api),
            anonymous: is_anonymous(api),
            deprecated: api.deprecated.0.then(|| deprecation(document, api)),
            high_risk: tags.is_some_and(|tags| &*tags.risk_type == "high"),
            paid: tags.is_some_and(|tags| &*tags.charge_type == "paid"),
            events,
            event_switch,
            outcome: self.outcome(document, name, api, at),
            errors: self.errors(api, at),
            samples,
            request,
            response,
            reply,
            or_empty: super::reply::or_empty(api),
            region,
            idempotency_token,
            dry_run,
            uploads,
            paging,
            paging_note,
        }
    }

    /// Whether it can be answered with events: each of them is the documented document.
    fn events(&mut self, api: &Api<'_>, reply: ReplyBody, at: &Pointer<'_>) -> bool {
        let is_sse = |scheme: &Text<'_>| trim(scheme).eq_ignore_ascii_case("sse");
        if !api.schemes.iter().any(is_sse) {
            return false;
        }
        let is_document = matches!(reply, ReplyBody::Object | ReplyBody::Document);
        if !is_document {
            self.note(
                &at.key("schemes"),
                "there are server-sent events, and no document that says what one holds; the call has no `events`",
                "describe the data of an event as the schema of the reply",
            );
        }
        is_document
    }

    /// Where a request says that it wants events.
    fn event_switch(&mut self, request: &[Struct<'_>], at: &Pointer<'_>) -> Option<Vec<usize>> {
        let found = event_switch(request);
        let mut fields = request.iter().flat_map(|item| &item.fields);
        if found.is_none() && fields.any(is_stream) {
            self.note(
                &at.key("parameters"),
                "`stream` is no truth value that every request has; `events` does not set it",
                "nothing to do, if the service answers with events all the same",
            );
        }
        found
    }

    /// POST wherever it is listed, else the first that is listed.
    fn method(&mut self, api: &Api<'_>, at: &Pointer<'_>) -> String {
        let mut methods: Vec<String> = api
            .methods
            .iter()
            .map(|method| method.trim().to_ascii_uppercase())
            .collect();
        let is_known = |method: &String| METHODS.contains(&method.as_str());
        let only_unknown = !methods.is_empty() && !methods.iter().any(is_known);
        for (index, published) in api.methods.iter().enumerate() {
            if is_known(&methods[index]) {
                continue;
            }
            let at = at.key("methods");
            let at = at.index(index);
            let message = format!("the method `{published}` is unknown");
            let help = "write one of get, post, put, delete, patch, head, options";
            if only_unknown {
                self.unfit(&at, message, help);
            } else {
                // Wherever it stands, another one says how the operation is sent.
                self.say(Finding {
                    kind: Kind::UnknownMethod,
                    ..Finding::new(Severity::Warning, at, message + "; it is left out", help)
                });
            }
        }
        methods.retain(is_known);
        match methods.first() {
            Some(_) if methods.iter().any(|method| method == "POST") => "POST".into(),
            Some(first) => first.clone(),
            None if only_unknown => String::new(),
            None => {
                self.fault(
                    at,
                    false,
                    "there is no method: the key `methods` is missing or empty; POST is used",
                    "add `methods`, such as [\"post\"]",
                );
                "POST".into()
            }
        }
    }

    /// `/` for RPC whatever is published; else the template as published: `{name}`
    /// is an argument, a last segment `*` takes a parameter that is a path itself.
    fn path(&mut self, api: &Api<'_>, parameters: &[Field<'_>], at: &Pointer<'_>) -> String {
        let path = api.path.trim();
        if self.style == ApiStyle::Rpc {
            return "/".to_owned();
        }
        if path.is_empty() {
            self.fault(
                at,
                false,
                "there is no path, although the product is routed by paths; `/` is used",
                "add `path`, such as \"/clusters/{ClusterId}\"",
            );
            return "/".to_owned();
        }
        let mut path = path.to_owned();
        for field in parameters.iter().filter(|f| f.place == Place::Path) {
            // `[instanceId]` is published twice.
            if !path.contains('[') || path.len() > check::LONGEST_PATH {
                break;
            }
            path = path.replace(&format!("[{}]", field.name), &format!("{{{}}}", field.name));
        }
        if !path.starts_with('/') {
            path.insert(0, '/');
        }
        path
    }
}

/// Where a request says that it wants events: the truth value `stream` that is the least
/// deep.
fn event_switch(request: &[Struct<'_>]) -> Option<Vec<usize>> {
    let (root, nested) = request.split_first()?;
    // Each is looked into once, where it is reached first.
    let mut unseen: FxHashMap<&Ident, &Struct<'_>> =
        nested.iter().map(|item| (&item.ident, item)).collect();
    let mut waiting = VecDeque::from([(root, Vec::new())]);
    while let Some((item, path)) = waiting.pop_front() {
        let is_switch = |field: &Field<'_>| field.ty == Type::Bool && is_stream(field);
        if let Some(at) = item.fields.iter().position(is_switch) {
            return Some([&path[..], &[at]].concat());
        }
        for (at, field) in item.fields.iter().enumerate() {
            if let Type::Struct(ident) = &field.ty
                && let Some(inner) = unseen.remove(ident)
            {
                waiting.push_back((inner, [&path[..], &[at]].concat()));
            }
        }
    }
    None
}

fn is_stream(field: &Field<'_>) -> bool {
    field.name.eq_ignore_ascii_case("stream")
}

/// The texts that stand beside the summary, one after the other.
fn description<'a>(api: &'a Api<'_>) -> Cow<'a, str> {
    let parts = [
        &api.description,
        &api.request_params_description,
        &api.response_params_description,
        &api.extra_info,
    ];
    let mut out = Cow::Borrowed("");
    for part in parts {
        let part = part.trim_end().trim_start_matches(['\r', '\n']);
        if part.trim().is_empty() {
            continue;
        }
        if !out.is_empty() {
            out += "\n\n";
        }
        out += part;
    }
    out
}

/// A read only where nothing says that it writes: the answer decides what is sent
/// again after a failure.
fn kind(name: &str, api: &Api<'_>) -> OperationKind {
    let tag = api
        .system_tags
        .as_ref()
        .map_or("", |tags| &*tags.operation_type);
    let starts = |words: &[&str]| words.iter().any(|word| starts_with_word(name, word));
    match (&*api.operation_type, tag) {
        ("write", _) | (_, "create" | "update" | "delete") => OperationKind::Write,
        ("read", _) | (_, "get" | "list") if !starts(WRITES) => OperationKind::Read,
        (_, "none" | "") if starts(READS) => OperationKind::Read,
        _ => OperationKind::Write,
    }
}

/// `Get` begins `GetUser` and `getUser`, and not `Gettext`.
fn starts_with_word(name: &str, word: &str) -> bool {
    name.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
        && !name[word.len()..].starts_with(|c: char| c.is_ascii_lowercase())
}

/// Sent without credentials only where no scheme with credentials is listed.
fn is_anonymous(api: &Api<'_>) -> bool {
    let mut schemes = api.security.iter().flat_map(|one| one.iter()).peekable();
    schemes.peek().is_some() && schemes.all(|(name, _)| name == "Anonymous")
}

/// What to say of a deprecated operation: its replacement, where one is named.
fn deprecation(document: &Document<'_>, api: &Api<'_>) -> String {
    let replacements: Vec<String> = api
        .static_info
        .iter()
        .flat_map(|info| &info.substitutions)
        .map(|text| replacement(document, text))
        .collect();
    if replacements.is_empty() {
        "the service has deprecated it".to_owned()
    } else {
        format!("use {}", replacements.join(" or "))
    }
}

/// `CS::2015-12-15::ListAddons`, said briefly within the same product version.
fn replacement(document: &Document<'_>, text: &str) -> String {
    let (operation, product) = named(document, text);
    match product {
        Some(product) => format!("`{operation}` of {product}"),
        None => format!("`{operation}`"),
    }
}
