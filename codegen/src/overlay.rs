//! Corrections to what was published: `overlay.json` beside `api-docs.json`.
//!
//! ```json
//! {
//!   "corrections": [
//!     {
//!       "reason": "At most 64 characters: https://… (the operation's page).",
//!       "patch": [
//!         {"op": "test", "path": "/apis/A/parameters/1/schema/type", "value": "any"},
//!         {"op": "replace", "path": "/apis/A/parameters/1/schema/type", "value": "string"},
//!         {"op": "add", "path": "/apis/A/parameters/1/schema/maxLength", "value": 64}
//!       ]
//!     }
//!   ],
//!   "additions": [
//!     {
//!       "reason": "At most 64 characters: https://… (the operations' pages).",
//!       "schemas": [{"at": "ClientToken", "in": "parameters", "add": {"maxLength": 64}}]
//!     }
//!   ],
//!   "waiters": {
//!     "listener_active": {
//!       "description": "Waits until a listener can be changed again.",
//!       "operation": "DescribeListener",
//!       "path": ["State"],
//!       "success": ["active"],
//!       "failure": [],
//!       "interval_seconds": 3,
//!       "deadline_seconds": 300
//!     }
//!   }
//! }
//! ```
//!
//! - A patch is RFC 6902's, applied as a whole. Each correction has a reason. What
//!   it replaces or removes is named by a `test` of the same path before it; an
//!   `add` takes a member that is not there yet. So a correction that no longer
//!   applies, because the service has changed what it publishes, is an error and
//!   never a silent change of something else.
//! - A schema, or an operation, may be given another name in Rust by adding
//!   `"x-rust-name"`.
//! - An addition gives members to every schema of a name: `at` is the end of the
//!   way to it, `Certificates[].Id`, or the whole way after a slash. `in` says
//!   `parameters` or `responses`, and `operations` which ones; left out, all are
//!   meant. As for a patch, it is an error where a schema has such a member already,
//!   unless `was` says which value it replaces, or where there is no such schema.
//! - A waiter becomes `wait_until_listener_active`. Its `path` is the wire names
//!   from the reply down to a text, a number or a truth value; `success` and
//!   `failure` are the values that end the wait; through a list, all items must be
//!   in one of `success`, and `""` stands for a reply without the value. `gone` are
//!   the error codes that end the wait well: there may then be no `success`. `failure`, `gone`, `interval_seconds` (3)
//!   and `deadline_seconds` (600) may be left out.

mod additions;

use std::collections::{BTreeMap, HashSet};

use json_patch::PatchOperation;
use serde::Deserialize;
use serde_json::Value;

use crate::diagnostics::{Finding, Pointer, Severity};
use crate::model::{Product, Struct, Type, Waiter};
use crate::names;
use crate::tree::Tree;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Overlay {
    #[serde(default)]
    corrections: Vec<Value>,
    #[serde(default)]
    additions: Vec<Value>,
    #[serde(default)]
    waiters: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    reason: String,
    patch: Vec<PatchOperation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishedWaiter {
    #[serde(default)]
    description: String,
    operation: String,
    path: Vec<String>,
    #[serde(default)]
    success: Vec<String>,
    #[serde(default)]
    failure: Vec<String>,
    #[serde(default)]
    gone: Vec<String>,
    #[serde(default = "three")]
    interval_seconds: u64,
    #[serde(default = "six_hundred")]
    deadline_seconds: u64,
}

fn three() -> u64 {
    3
}

fn six_hundred() -> u64 {
    600
}

/// What became of a spec by its overlay.
pub(crate) struct Corrected {
    /// The corrected spec; none where nothing was corrected.
    pub(crate) json: Option<Vec<u8>>,
    /// Into the overlay.
    pub(crate) findings: Vec<Finding>,
    waiters: BTreeMap<String, Value>,
}

impl Corrected {
    /// A spec without an overlay.
    pub(crate) fn unchanged() -> Self {
        Self {
            json: None,
            findings: Vec::new(),
            waiters: BTreeMap::new(),
        }
    }
}

/// Applies an overlay to a spec.
///
/// # Errors
/// If the spec is not JSON. What is wrong with the overlay is in the findings.
pub(crate) fn correct(json: &[u8], overlay: &[u8]) -> Result<Corrected, serde_json::Error> {
    let published: Tree = serde_json::from_slice(json)?;
    let mut corrected = Corrected::unchanged();
    let overlay: Overlay = match serde_json::from_slice(overlay) {
        Ok(overlay) => overlay,
        Err(error) => {
            corrected.findings.push(Finding::new(
                Severity::Error,
                Pointer::ROOT,
                format!("not an overlay: {error}"),
                "write {\"corrections\": [...], \"additions\": [...], \"waiters\": {...}}",
            ));
            return Ok(corrected);
        }
    };
    corrected.waiters = overlay.waiters;
    if overlay.corrections.is_empty() && overlay.additions.is_empty() {
        return Ok(corrected);
    }
    let mut document: Value = serde_json::from_slice(json)?;
    let root = Pointer::ROOT;
    let at = root.key("corrections");
    for (index, correction) in overlay.corrections.into_iter().enumerate() {
        let at = at.index(index);
        if let Err(finding) = apply(&mut document, correction, &at) {
            corrected.findings.push(finding);
        }
    }
    let at = root.key("additions");
    for (index, addition) in overlay.additions.into_iter().enumerate() {
        let findings = &mut corrected.findings;
        additions::apply(&mut document, addition, &at.index(index), findings);
    }
    corrected.json = serde_json::to_vec(&in_order(document, Some(&published))).ok();
    Ok(corrected)
}

fn apply(document: &mut Value, correction: Value, at: &Pointer<'_>) -> Result<(), Finding> {
    let error = |at: &Pointer<'_>, message: String, help: &str| {
        Finding::new(Severity::Error, at, message, help)
    };
    let correction: Correction = serde_json::from_value(correction).map_err(|e| {
        error(
            at,
            format!("not a correction: {e}"),
            "write {\"reason\": \"...\", \"patch\": [RFC 6902 operations]}",
        )
    })?;
    if correction.reason.trim().is_empty() {
        return Err(error(
            &at.key("reason"),
            "the correction has no reason".into(),
            "say why the published value is wrong, and how you know",
        ));
    }
    let at = at.key("patch");
    let mut tested: HashSet<&str> = HashSet::new();
    let mut changed = document.clone();
    for (index, operation) in correction.patch.iter().enumerate() {
        let at = at.index(index);
        let path = operation.path().as_str();
        match operation {
            PatchOperation::Test(_) => {
                tested.insert(path);
            }
            PatchOperation::Replace(_) | PatchOperation::Remove(_) if !tested.contains(path) => {
                return Err(error(
                    &at,
                    format!("the value at `{path}` is changed without a test of what it was"),
                    "add a `test` operation of the same path, with the published value, before it",
                ));
            }
            PatchOperation::Add(_) if is_member(&changed, path) && !tested.contains(path) => {
                return Err(error(
                    &at,
                    format!(
                        "the correction no longer applies: there is a value at `{path}` already"
                    ),
                    "remove the correction if that value is right; else test and replace it",
                ));
            }
            _ => {}
        }
        json_patch::patch(&mut changed, std::slice::from_ref(operation)).map_err(|_| {
            let found = changed.pointer(path).map_or_else(
                || "there is nothing".to_owned(),
                |value| format!("there is {}", brief(value)),
            );
            error(
                &at,
                format!("the correction no longer applies: at `{path}` {found}"),
                "look at what is published now: remove the correction, or write it anew",
            )
        })?;
    }
    *document = changed;
    Ok(())
}

fn is_member(document: &Value, path: &str) -> bool {
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    document.pointer(parent).is_some_and(Value::is_object) && document.pointer(path).is_some()
}

fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("`{}...`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// A corrected document with its members in the order in which they were
/// published; new ones come last. (`Value` sorts them; the order of operations,
/// parameters and properties is the order of what is generated.)
fn in_order(value: Value, published: Option<&Tree>) -> Tree {
    match value {
        Value::Null => Tree::Null,
        Value::Bool(v) => Tree::Bool(v),
        Value::Number(v) => Tree::Number(v),
        Value::String(v) => Tree::Text(v),
        Value::Array(items) => {
            let old = match published {
                Some(Tree::List(old)) => &old[..],
                _ => &[],
            };
            let items = items.into_iter().enumerate();
            Tree::List(
                items
                    .map(|(index, item)| {
                        let same = old.iter().find(|tree| is_same(&item, tree));
                        in_order(item, same.or(old.get(index)))
                    })
                    .collect(),
            )
        }
        Value::Object(mut members) => {
            let mut out = Vec::with_capacity(members.len());
            if let Some(Tree::Object(old)) = published {
                for (key, tree) in old {
                    if let Some(value) = members.remove(key) {
                        out.push((key.clone(), in_order(value, Some(tree))));
                    }
                }
            }
            out.extend(members.into_iter().map(|(k, v)| (k, in_order(v, None))));
            Tree::Object(out)
        }
    }
}

fn is_same(value: &Value, tree: &Tree) -> bool {
    match (value, tree) {
        (Value::Null, Tree::Null) => true,
        (Value::Bool(a), Tree::Bool(b)) => a == b,
        (Value::Number(a), Tree::Number(b)) => a == b,
        (Value::String(a), Tree::Text(b)) => a == b,
        (Value::Array(a), Tree::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Tree::Object(b)) => {
            a.len() == b.len()
                && b.iter()
                    .all(|(key, tree)| a.get(key).is_some_and(|value| is_same(value, tree)))
        }
        _ => false,
    }
}

/// The waiters that an overlay defines on a product.
pub(crate) fn waiters(
    corrected: &Corrected,
    product: &Product,
    findings: &mut Vec<Finding>,
) -> Vec<Waiter> {
    let root = Pointer::ROOT;
    let at = root.key("waiters");
    let mut idents = HashSet::new();
    let mut waiters = Vec::new();
    for (name, published) in &corrected.waiters {
        let at = at.key(name);
        match waiter(name, published, product) {
            Ok(waiter) if idents.insert(waiter.ident.clone()) => waiters.push(waiter),
            Ok(waiter) => findings.push(Finding::new(
                Severity::Error,
                at,
                format!("two waiters are named `{}`", waiter.ident),
                "rename one of the two",
            )),
            Err((message, help)) => {
                findings.push(Finding::new(Severity::Error, at, message, help));
            }
        }
    }
    waiters
}

fn waiter(
    name: &str,
    published: &Value,
    product: &Product,
) -> Result<Waiter, (String, &'static str)> {
    let waiter = PublishedWaiter::deserialize(published).map_err(|e| {
        (
            format!("not a waiter: {e}"),
            "see the head of codegen/src/overlay.rs for what it has",
        )
    })?;
    let operation = product
        .operations
        .iter()
        .find(|operation| operation.name == waiter.operation)
        .ok_or_else(|| {
            (
                format!("there is no operation `{}`", waiter.operation),
                "name an operation of this spec as it is on the wire",
            )
        })?;
    if waiter.success.is_empty() && waiter.gone.is_empty() {
        return Err((
            "nothing ends the wait: `success` is empty, and so is `gone`".into(),
            "name the values, or the error codes, that are waited for",
        ));
    }
    if waiter.interval_seconds == 0 || waiter.deadline_seconds < waiter.interval_seconds {
        return Err((
            "the deadline has to be at least the interval, and that at least a second".into(),
            "correct `interval_seconds` and `deadline_seconds`",
        ));
    }
    Ok(Waiter {
        ident: names::module(&format!("wait_until_{name}")),
        operation: operation.ident.clone(),
        description: waiter.description,
        path: field_path(&operation.response, &waiter.path)?,
        success: waiter.success,
        failure: waiter.failure,
        gone: waiter.gone,
        interval_seconds: waiter.interval_seconds,
        deadline_seconds: waiter.deadline_seconds,
    })
}

fn field_path(response: &[Struct], path: &[String]) -> Result<Vec<usize>, (String, &'static str)> {
    let help = "name members of the reply as they are on the wire, down to one value";
    let mut here = response.first();
    let mut indices = Vec::with_capacity(path.len());
    let mut ends_well = false;
    for name in path {
        let found = here.and_then(|s| {
            let index = s.fields.iter().position(|field| field.name == *name)?;
            Some((index, &s.fields[index].ty))
        });
        let Some((index, ty)) = found else {
            return Err((format!("the reply has no `{name}` there"), help));
        };
        indices.push(index);
        let mut ty = ty;
        while let Type::List(item) = ty {
            ty = item;
        }
        ends_well = matches!(ty, Type::Text | Type::Int | Type::Bool);
        here = match ty {
            Type::Struct(ident) => response.iter().find(|s| s.ident == *ident),
            _ => None,
        };
    }
    if ends_well {
        Ok(indices)
    } else {
        Err((
            "the path does not end at a value that can be compared".into(),
            help,
        ))
    }
}
