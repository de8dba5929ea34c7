//! Leaves out what is wrong, so that what is imported can be read strictly: rows
//! without a name, the second of two parameters, references that lead nowhere, and
//! values of a type that the format does not have there.

use std::collections::BTreeSet;

use crate::diagnostics::{Finding, Pointer, Severity};
use crate::format_errors;
use crate::ordered_json::OrderedJson;

/// Mends a document in which keys are kept by `facts.rs` already. Rows go last, so
/// that findings count them as they were published. Tells whether anything changed.
pub(super) fn mend(document: &mut OrderedJson, findings: &mut Vec<Finding>) -> bool {
    let before = findings.len();
    let root = Pointer::ROOT;
    let mut mend = Mend {
        components: names(document.get("components").and_then(|c| c.get("schemas"))),
        bad: BTreeSet::new(),
        findings,
    };
    mend.rows(document, "endpoints", &["regionId", "endpoint"], &root);
    mend.rows(document, "errorCodes", &["code"], &root);
    let apis_at = root.key("apis");
    for (name, api) in members(document.get("apis")) {
        let at = apis_at.key(name);
        mend.rows(api, "parameters", &["name", "in", "schema"], &at);
        mend.twins(api, &at);
        let codes_at = at.key("errorCodes");
        for (status, rows) in members(api.get("errorCodes")) {
            mend.list(rows, &["errorCode"], &codes_at.key(status));
        }
    }
    mend.references(document, &root);
    // It names what has no name: such a row is told of already, and goes.
    let repaired = format_errors::repair(document);
    let said = repaired
        .findings
        .into_iter()
        .filter(|it| !mend.bad.contains(&it.pointer));
    let said = said.map(|finding| Finding {
        severity: Severity::Warning,
        ..finding
    });
    mend.findings.extend(said);
    if !mend.bad.is_empty() {
        remove(document, &mend.bad, &root);
    }
    findings.len() > before
}

struct Mend<'f> {
    components: BTreeSet<String>,
    /// Rows that are to go.
    bad: BTreeSet<String>,
    findings: &'f mut Vec<Finding>,
}

impl Mend<'_> {
    fn say(&mut self, at: &Pointer<'_>, message: String) {
        self.findings
            .push(Finding::new(Severity::Warning, at, message, ""));
    }

    fn leave_out(&mut self, at: &Pointer<'_>, message: String) {
        self.say(at, message);
        self.bad.insert(at.to_string());
    }

    /// Rows that lack a key are left out.
    fn rows(&mut self, parent: &OrderedJson, key: &str, needed: &[&str], at: &Pointer<'_>) {
        if let Some(rows) = parent.get(key) {
            self.list(rows, needed, &at.key(key));
        }
    }

    fn list(&mut self, rows: &OrderedJson, needed: &[&str], at: &Pointer<'_>) {
        for (index, row) in items(Some(rows)) {
            if let Some(key) = needed.iter().find(|key| row.get(key).is_none()) {
                self.leave_out(&at.index(index), format!("left out: it has no `{key}`"));
            }
        }
    }

    /// Of two parameters of one name in one place, the first is what the official
    /// clients send.
    fn twins(&mut self, api: &OrderedJson, at: &Pointer<'_>) {
        let at = at.key("parameters");
        let mut seen = BTreeSet::new();
        for (index, parameter) in items(api.get("parameters")) {
            let text = |key| parameter.get(key).and_then(OrderedJson::as_str);
            let (Some(name), Some(place)) = (text("name"), text("in")) else {
                continue;
            };
            if !seen.insert((name, place)) {
                let message = format!("left out: it is the second parameter `{name}`");
                self.leave_out(&at.index(index), message);
            }
        }
    }

    /// A type that contradicts what stands beside it can be anything: nobody can tell
    /// which of the two is right.
    fn contradiction(&mut self, members: &mut Vec<(String, OrderedJson)>, at: &Pointer<'_>) {
        let is = |name: &str, wanted: fn(&OrderedJson) -> bool| {
            members
                .iter()
                .any(|(key, value)| key == name && wanted(value))
        };
        let filled = |json: &OrderedJson| matches!(json, OrderedJson::Object(members) if !members.is_empty());
        let (properties, items) = (is("properties", filled), is("items", |_| true));
        let open = is("additionalProperties", |_| true);
        let Some((_, OrderedJson::Text(kind))) = members.iter_mut().find(|(key, _)| key == "type")
        else {
            return;
        };
        let wrong = match kind.as_str() {
            "" | "any" => false,
            "object" => items && !properties && !open,
            "array" => properties && !items,
            _ => properties || items,
        };
        if !wrong {
            return;
        }
        let message = format!("the type is `{kind}`, which has no such parts: it can be anything");
        "any".clone_into(kind);
        members.retain(|(key, _)| !PARTS.contains(&key.as_str()));
        self.say(&at.key("type"), message);
    }

    /// What a reference that leads nowhere stood for can be anything.
    fn references(&mut self, json: &mut OrderedJson, at: &Pointer<'_>) {
        match json {
            OrderedJson::List(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.references(item, &at.index(index));
                }
            }
            OrderedJson::Object(members) => {
                self.contradiction(members, at);
                for (key, value) in members {
                    let at = at.key(key);
                    let dangling = match value {
                        OrderedJson::Text(name) if key == "$ref" => {
                            let known = name.strip_prefix("#/components/schemas/");
                            let known = known.is_some_and(|name| self.components.contains(name));
                            (!known).then(|| name.clone())
                        }
                        _ => None,
                    };
                    if let Some(name) = dangling {
                        self.say(&at, format!("`{name}` leads nowhere: it can be anything"));
                        "type".clone_into(key);
                        *value = OrderedJson::Text("any".to_owned());
                    } else {
                        self.references(value, &at);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What a schema may have beside its type, in which order it is looked for.
const PARTS: [&str; 2] = ["properties", "items"];

fn names(schemas: Option<&OrderedJson>) -> BTreeSet<String> {
    members(schemas).map(|(name, _)| name.clone()).collect()
}

fn members(json: Option<&OrderedJson>) -> impl Iterator<Item = &(String, OrderedJson)> {
    match json {
        Some(OrderedJson::Object(members)) => members.iter(),
        _ => [].iter(),
    }
}

fn items(json: Option<&OrderedJson>) -> impl Iterator<Item = (usize, &OrderedJson)> {
    let items = match json {
        Some(OrderedJson::List(items)) => items.iter(),
        _ => [].iter(),
    };
    items.enumerate()
}

fn remove(json: &mut OrderedJson, bad: &BTreeSet<String>, at: &Pointer<'_>) {
    match json {
        OrderedJson::List(items) => {
            let mut index = 0;
            items.retain_mut(|item| {
                let at = at.index(index);
                index += 1;
                remove(item, bad, &at);
                !bad.contains(&at.to_string())
            });
        }
        OrderedJson::Object(members) => {
            for (key, value) in members {
                remove(value, bad, &at.key(key));
            }
        }
        _ => {}
    }
}
