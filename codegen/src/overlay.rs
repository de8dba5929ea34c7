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
//!   the error codes that end the wait well: there may then be no `success`.
//!   `failure`, `gone`, `interval_seconds` (3) and `deadline_seconds` (600) may be
//!   left out.

mod additions;
mod waiters;

use std::collections::{BTreeMap, HashSet};

use additions::Additions;
use json_patch::PatchOperation;
use serde::Deserialize;
use serde_json::Value;

use crate::diagnostics::{Finding, Pointer, Severity};
use crate::ordered_json::OrderedJson;

pub(crate) use waiters::waiters;

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
    let published: OrderedJson = serde_json::from_slice(json)?;
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
    let mut corrections = Corrections {
        published: json,
        document: serde_json::from_slice(json)?,
        applied: Vec::new(),
        copies: json.len() + COPIES,
    };
    let mut failed = 0;
    let root = Pointer::ROOT;
    let at = root.key("corrections");
    for (index, correction) in overlay.corrections.into_iter().enumerate() {
        let at = at.index(index);
        if failed == FAILURES {
            corrected.findings.push(Finding::new(
                Severity::Error,
                at,
                format!(
                    "{FAILURES} corrections do not apply; those from here on are not looked at"
                ),
                "correct the others first",
            ));
            break;
        }
        if let Err(finding) = corrections.apply(correction, &at) {
            failed += 1;
            corrected.findings.push(finding);
            corrections.start_over()?;
        }
    }
    let mut document = corrections.document;
    if !overlay.additions.is_empty() {
        let at = root.key("additions");
        let mut additions = Additions::new(&mut document, json.len() + COPIES);
        for (index, addition) in overlay.additions.into_iter().enumerate() {
            additions.apply(addition, &at.index(index), &mut corrected.findings);
        }
    }
    let document = in_order(document, Some(&published));
    corrected.json = serde_json::to_vec(&document).ok();
    Ok(corrected)
}

/// How much may be copied and moved in a spec, in bytes beside its own length: a document that
/// is copied into itself doubles each time.
const COPIES: usize = 1 << 20;

/// How deep a document may be: JSON that is deeper is not read.
const DEEPEST: usize = 120;

/// After so many corrections that do not apply, the rest is not looked at: each makes it
/// necessary to start over.
const FAILURES: usize = 20;

/// A spec on its way to being corrected.
struct Corrections<'j> {
    published: &'j [u8],
    document: Value,
    /// What has been done to it, correction by correction.
    applied: Vec<Vec<PatchOperation>>,
    /// How many bytes may still be copied and moved.
    copies: usize,
}

impl Corrections<'_> {
    /// Applies a correction. Where it fails, the document is left somewhere within it.
    fn apply(&mut self, correction: Value, at: &Pointer<'_>) -> Result<(), Finding> {
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
        for (index, operation) in correction.patch.iter().enumerate() {
            let at = at.index(index);
            let path = operation.path().as_str();
            match operation {
                PatchOperation::Test(_) => {
                    tested.insert(path);
                }
                PatchOperation::Replace(_) | PatchOperation::Remove(_)
                    if !tested.contains(path) =>
                {
                    return Err(error(
                        &at,
                        format!("the value at `{path}` is changed without a test of what it was"),
                        "add a `test` operation of the same path, with the published value, before it",
                    ));
                }
                PatchOperation::Add(_)
                    if is_member(&self.document, path) && !tested.contains(path) =>
                {
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
            self.bound(operation)
                .map_err(|(message, help)| error(&at, message, help))?;
            let document = &mut self.document;
            json_patch::patch(document, std::slice::from_ref(operation)).map_err(|_| {
                let found = document.pointer(path).map_or_else(
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
        self.applied.push(correction.patch);
        Ok(())
    }

    /// Whether the document stays one that can be read, and no larger than it has to be.
    fn bound(&mut self, operation: &PatchOperation) -> Result<(), (String, &'static str)> {
        let from = |from: &str| self.document.pointer(from);
        let (value, is_moved) = match operation {
            PatchOperation::Add(add) => (Some(&add.value), false),
            PatchOperation::Replace(replace) => (Some(&replace.value), false),
            PatchOperation::Copy(copy) => (from(copy.from.as_str()), true),
            PatchOperation::Move(moved) => (from(moved.from.as_str()), true),
            PatchOperation::Remove(_) | PatchOperation::Test(_) => (None, false),
        };
        let Some(value) = value else { return Ok(()) };
        let most = if is_moved { self.copies } else { usize::MAX };
        let (size, depth) = measure(value, most);
        if size > most {
            return Err((
                "this is too much to copy or move: together that may be what the spec is long, and a megabyte".into(),
                "move less, or publish a schema under /components/schemas and refer to it",
            ));
        }
        if is_moved {
            self.copies -= size;
        }
        let path = operation.path().as_str();
        if path.matches('/').count() + depth > DEEPEST {
            return Err((
                format!("the document would be more than {DEEPEST} values deep"),
                "publish a schema under /components/schemas and refer to it",
            ));
        }
        Ok(())
    }

    /// Takes back a correction that was applied in part: what was published, and every
    /// correction before it. A copy of the document for each correction would take longer.
    fn start_over(&mut self) -> Result<(), serde_json::Error> {
        self.document = serde_json::from_slice(self.published)?;
        for patch in &self.applied {
            // It was possible before.
            let _ = json_patch::patch(&mut self.document, &patch[..]);
        }
        Ok(())
    }
}

/// The length of a value as JSON, about, and how deep it is; not counted on where it is longer
/// than `most`.
fn measure(value: &Value, most: usize) -> (usize, usize) {
    let (mut size, mut deepest) = (0, 0);
    let mut rest = vec![(value, 1)];
    while let Some((value, depth)) = rest.pop() {
        deepest = depth.max(deepest);
        size += 2 + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => {
                rest.extend(items.iter().map(|item| (item, depth + 1)));
                0
            }
            Value::Object(members) => {
                rest.extend(members.values().map(|value| (value, depth + 1)));
                members.keys().map(|key| key.len() + 4).sum()
            }
            _ => 4,
        };
        if size > most {
            break;
        }
    }
    (size, deepest)
}

fn is_member(document: &Value, path: &str) -> bool {
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    document.pointer(parent).is_some_and(Value::is_object) && document.pointer(path).is_some()
}

fn brief(value: &Value) -> String {
    let text = match value {
        Value::String(text) => serde_json::to_string(&text.chars().take(70).collect::<String>()),
        Value::Array(_) | Value::Object(_) if measure(value, 10_000).0 > 10_000 => {
            return "something large".to_owned();
        }
        other => Ok(other.to_string()),
    };
    let text = text.unwrap_or_default();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("`{}...`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// A corrected document with its members in the order in which they were
/// published; new ones come last. (`Value` sorts them; the order of operations,
/// parameters and properties is the order of what is generated.)
fn in_order(value: Value, published: Option<&OrderedJson>) -> OrderedJson {
    match value {
        Value::Null => OrderedJson::Null,
        Value::Bool(v) => OrderedJson::Bool(v),
        Value::Number(v) => OrderedJson::Number(v),
        Value::String(v) => OrderedJson::Text(v),
        Value::Array(items) => {
            let old = match published {
                Some(OrderedJson::List(old)) => &old[..],
                _ => &[],
            };
            // Most stand where they stood, or behind one that does.
            let mut next = 0;
            let items = items.into_iter().enumerate();
            let in_order = items.map(|(index, item)| {
                let at = old_place(&item, old, next);
                next = at.map_or(next, |at| at + 1);
                in_order(item, old.get(at.unwrap_or(index)))
            });
            OrderedJson::List(in_order.collect())
        }
        Value::Object(mut members) => {
            let mut out = Vec::with_capacity(members.len());
            if let Some(OrderedJson::Object(old)) = published {
                for (key, json) in old {
                    if let Some(value) = members.remove(key) {
                        out.push((key.clone(), in_order(value, Some(json))));
                    }
                }
            }
            out.extend(members.into_iter().map(|(k, v)| (k, in_order(v, None))));
            OrderedJson::Object(out)
        }
    }
}

/// Where a value of a list was published: near to where its neighbour was.
fn old_place(value: &Value, old: &[OrderedJson], next: usize) -> Option<usize> {
    let near = next..old.len().min(next + NEAR);
    let before = next.saturating_sub(NEAR)..next;
    let mut places = near.chain(before);
    places.find(|&at| is_same(value, &old[at]))
}

/// How far from its neighbour an item of a list is looked for. Beyond that, the order of its
/// members is taken from what stood at its place.
const NEAR: usize = 32;

fn is_same(value: &Value, json: &OrderedJson) -> bool {
    match (value, json) {
        (Value::Null, OrderedJson::Null) => true,
        (Value::Bool(a), OrderedJson::Bool(b)) => a == b,
        (Value::Number(a), OrderedJson::Number(b)) => a == b,
        (Value::String(a), OrderedJson::Text(b)) => a == b,
        (Value::Array(a), OrderedJson::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), OrderedJson::Object(b)) => {
            a.len() == b.len()
                && b.iter()
                    .all(|(key, json)| a.get(key).is_some_and(|value| is_same(value, json)))
        }
        _ => false,
    }
}
