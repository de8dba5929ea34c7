//! From published metadata to facts: what [`crate::Spec`] is made of where nobody
//! has written its texts.
//!
//! What comes out is in the published format, so that everything that reads that
//! reads this: names, places, types, limits, values, codes and hosts, in a fixed
//! order of keys, with one operation a line. What comes in is somebody's text:
//! titles, summaries, descriptions, messages and sample replies stay behind, and so
//! does a value that is a sentence. `facts.rs` lists what is a fact, `prose.rs`
//! says what is a sentence, `mend.rs` leaves out what dangles.
//!
//! Importing what was imported changes nothing.

mod facts;
mod mend;
mod prose;

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, Finding, Pointer, Severity};
use crate::lower;
use crate::ordered_json::OrderedJson;
use facts::{DOCUMENT, Kept, Key, SCHEMA};

/// A product version's facts.
#[derive(Debug)]
pub struct Imported {
    /// `info.product`, as published.
    pub product: String,
    /// `info.version`.
    pub version: String,
    /// `api-docs.json`.
    pub json: Vec<u8>,
    /// How many operations it has.
    pub operations: usize,
    /// What was left out because it is no fact, or not one of those that are kept:
    /// how many, by the published key.
    pub dropped: BTreeMap<String, usize>,
    /// What was left out because it is wrong: repeated keys, references that lead
    /// nowhere, values that are sentences.
    pub findings: Vec<Diagnostic>,
}

impl Imported {
    /// Whether the spec that was read has texts of somebody: titles, descriptions,
    /// messages, sample replies. What this module writes has none.
    pub fn had_prose(&self) -> bool {
        facts::PROSE
            .iter()
            .any(|key| self.dropped.contains_key(*key))
    }
}

/// Keeps the facts of a published `api-docs.json`; `path` is what findings call it.
///
/// # Errors
/// If the bytes are not JSON, or name no product and version that can be folders.
pub fn import(path: &str, json: &[u8]) -> Result<Imported, String> {
    let published: OrderedJson =
        serde_json::from_slice(json).map_err(|error| format!("{path}: not JSON: {error}"))?;
    let mut import = Import::default();
    let mut document = import
        .object(DOCUMENT, published, &Pointer::ROOT)
        .ok_or_else(|| format!("{path}: no JSON object"))?;
    let named = |key: &str| {
        let name = document
            .get("info")
            .and_then(|info| info.get(key)?.as_str());
        let name = name.filter(|name| is_folder(name));
        name.map(str::to_owned)
            .ok_or_else(|| format!("{path}: `info.{key}` is missing, or no name of a folder"))
    };
    let (product, version) = (named("product")?, named("version")?);
    if mend::mend(&mut document, &mut import.findings) {
        // What was mended may say nothing any more.
        document = import
            .object(DOCUMENT, document, &Pointer::ROOT)
            .unwrap_or(OrderedJson::Null);
    }
    let mut findings = Vec::new();
    lower::place(
        &mut findings,
        path,
        json,
        lower::Tolerance::Published,
        import.findings,
    );
    Ok(Imported {
        product,
        version,
        json: write(&document),
        operations: match document.get("apis") {
            Some(OrderedJson::Object(apis)) => apis.len(),
            _ => 0,
        },
        dropped: import.dropped,
        findings,
    })
}

/// Product and version become folders: nothing of a path, and nothing hidden.
fn is_folder(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// One walk over what was published.
#[derive(Default)]
struct Import {
    dropped: BTreeMap<String, usize>,
    findings: Vec<Finding>,
}

impl Import {
    fn warn(&mut self, at: &Pointer<'_>, message: impl Into<String>) {
        let finding = Finding::new(Severity::Warning, at, message, "");
        self.findings.push(finding);
    }

    /// The members that the table names, in its order.
    fn object(&mut self, keys: &[Key], json: OrderedJson, at: &Pointer<'_>) -> Option<OrderedJson> {
        let OrderedJson::Object(members) = json else {
            self.warn(at, format!("{} where an object belongs", json.kind()));
            return None;
        };
        let mut known: Vec<Option<OrderedJson>> = keys.iter().map(|_| None).collect();
        let mut titles = None;
        for (name, value) in members {
            match keys.iter().position(|key| key.name == name) {
                Some(index) if known[index].is_some() => {
                    self.again(&at.key(&name), format!("`{name}` stands here twice"));
                }
                Some(index) => known[index] = Some(value),
                // Titles are prose; what they are titles of are values.
                None if name == "enumValueTitles" => titles = Some(value),
                None if !value.is_blank() => *self.dropped.entry(name).or_default() += 1,
                None => {}
            }
        }
        if let Some(titles) = titles
            && let Some(index) = keys.iter().position(|key| key.name == "enum")
        {
            *self
                .dropped
                .entry("enumValueTitles".to_owned())
                .or_default() += 1;
            known[index] = with_titled(known[index].take(), titles);
        }
        let mut kept = Vec::new();
        for (key, value) in keys.iter().zip(known) {
            let Some(value) = value else { continue };
            if let Some(value) = self.keep(key, value, &at.key(key.name)) {
                kept.push((key.name.to_owned(), value));
            }
        }
        Some(OrderedJson::Object(kept))
    }

    fn keep(&mut self, key: &Key, value: OrderedJson, at: &Pointer<'_>) -> Option<OrderedJson> {
        match (&key.kept, value) {
            (_, OrderedJson::Null) => None,
            (Kept::Fact | Kept::Value, value) if value.is_blank() => None,
            (Kept::Fact, value) => Some(value),
            (Kept::Value, value) => self.value(key.name, value, at),
            (Kept::Flag, value) => match value {
                OrderedJson::Bool(true) => Some(value),
                OrderedJson::Text(text) if text == "true" => Some(OrderedJson::Bool(true)),
                _ => None,
            },
            (Kept::Values, OrderedJson::List(values)) => {
                let values: Vec<OrderedJson> = values
                    .into_iter()
                    .enumerate()
                    .filter_map(|(index, value)| self.value(key.name, value, &at.index(index)))
                    .collect();
                (!values.is_empty()).then_some(OrderedJson::List(values))
            }
            (Kept::Object(keys), value) => {
                let object = self.object(keys, value, at);
                object.filter(|object| !object.is_blank())
            }
            (Kept::Map(inner) | Kept::SomeMap(inner), OrderedJson::Object(members)) => {
                let mut kept: Vec<(String, OrderedJson)> = Vec::with_capacity(members.len());
                for (name, value) in members {
                    let at = at.key(&name);
                    if kept.iter().any(|(known, _)| *known == name) {
                        self.again(&at, format!("`{name}` stands here twice"));
                    } else if let Some(value) = self.keep(inner, value, &at) {
                        kept.push((name, value));
                    }
                }
                let is_needed = matches!(key.kept, Kept::Map(_));
                (is_needed || !kept.is_empty()).then_some(OrderedJson::Object(kept))
            }
            (Kept::List(inner), OrderedJson::List(items)) => {
                let items = items.into_iter().enumerate();
                let kept: Vec<OrderedJson> = items
                    .filter_map(|(index, item)| self.keep(inner, item, &at.index(index)))
                    .collect();
                Some(OrderedJson::List(kept))
            }
            (Kept::Schema, OrderedJson::Bool(any)) => Some(OrderedJson::Bool(any)),
            (Kept::Schema, value) => self.object(SCHEMA, value, at),
            (Kept::Entry(keys), value) => self.object(keys, value, at),
            (_, value) => {
                self.warn(at, format!("{} is not what belongs here", value.kind()));
                None
            }
        }
    }

    /// A value, unless it is a sentence. White space around it is not part of it.
    fn value(&mut self, key: &str, value: OrderedJson, at: &Pointer<'_>) -> Option<OrderedJson> {
        let OrderedJson::Text(text) = value else {
            // A list or an object stands for JSON that was not put into a text.
            let text = serde_json::to_string(&value).unwrap_or_default();
            return self.is_fact(key, &text, at).then_some(value);
        };
        let text = if key == "enum" { &*text } else { text.trim() };
        self.is_fact(key, text, at)
            .then(|| OrderedJson::Text(text.to_owned()))
    }

    fn is_fact(&mut self, key: &str, text: &str, at: &Pointer<'_>) -> bool {
        if key == "example" && text.len() > LONGEST_EXAMPLE {
            *self
                .dropped
                .entry("examples that are documents".into())
                .or_default() += 1;
            return false;
        }
        if !prose::is_prose(text) {
            return true;
        }
        if key == "example" {
            *self
                .dropped
                .entry("examples that are sentences".into())
                .or_default() += 1;
        } else {
            self.warn(at, format!("a sentence as `{key}` is left out"));
        }
        false
    }

    fn again(&mut self, at: &Pointer<'_>, message: String) {
        let mut finding = Finding::new(Severity::Warning, at, message + "; the first is kept", "");
        finding.again = true;
        self.findings.push(finding);
    }
}

/// An example beyond it is a document: a certificate fits, in bytes.
const LONGEST_EXAMPLE: usize = 1500;

/// The values of an `enum`, and those that have only a title.
fn with_titled(values: Option<OrderedJson>, titles: OrderedJson) -> Option<OrderedJson> {
    let OrderedJson::Object(titles) = titles else {
        return values;
    };
    let mut all = match values {
        Some(OrderedJson::List(values)) => values,
        _ => Vec::new(),
    };
    for (value, _) in titles {
        let is_known = all.iter().any(|known| match known {
            OrderedJson::Text(text) => *text == value,
            OrderedJson::Number(number) => number.to_string() == value,
            OrderedJson::Bool(flag) => flag.to_string() == value,
            _ => false,
        });
        if !is_known {
            all.push(OrderedJson::Text(value));
        }
    }
    Some(OrderedJson::List(all))
}

/// The document with one operation, type, host or code a line.
fn write(document: &OrderedJson) -> Vec<u8> {
    let mut out = String::new();
    let OrderedJson::Object(members) = document else {
        return Vec::new();
    };
    out.push('{');
    for (index, (key, value)) in members.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        push_key(&mut out, key);
        match (key.as_str(), value) {
            ("components", OrderedJson::Object(kinds)) => {
                out.push('{');
                for (index, (kind, all)) in kinds.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    push_key(&mut out, kind);
                    push_lines(&mut out, all);
                }
                out.push('}');
            }
            ("apis" | "endpoints" | "errorCodes", value) => push_lines(&mut out, value),
            (_, value) => push(&mut out, value),
        }
    }
    out.push_str("\n}\n");
    out.into_bytes()
}

fn push_lines(out: &mut String, value: &OrderedJson) {
    match value {
        OrderedJson::Object(members) if !members.is_empty() => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "\n" } else { ",\n" });
                push_key(out, key);
                push(out, value);
            }
            out.push_str("\n}");
        }
        OrderedJson::List(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "\n" } else { ",\n" });
                push(out, item);
            }
            out.push_str("\n]");
        }
        other => push(out, other),
    }
}

fn push_key(out: &mut String, key: &str) {
    out.push_str(&serde_json::to_string(key).unwrap_or_default());
    out.push(':');
}

fn push(out: &mut String, value: &OrderedJson) {
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
