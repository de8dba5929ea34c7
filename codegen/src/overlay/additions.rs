//! Additions: what holds wherever a name stands, such as a limit that the
//! service's pages state and its schemas lack. As patches, one fact would be
//! hundreds of them, each by the position of a parameter.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::diagnostics::{Finding, Pointer, Severity};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    reason: String,
    schemas: Vec<Addition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    /// `ClientToken`, `ServiceManagedInfos[].Action`, `/State`
    at: String,
    #[serde(default, rename = "in")]
    side: Option<Side>,
    #[serde(default)]
    operations: Vec<String>,
    add: Map<String, Value>,
    /// What is published in the place of some of it, and wrong.
    #[serde(default)]
    was: Map<String, Value>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    Parameters,
    Responses,
}

/// Adds members to every schema that the group names. What is wrong with one
/// addition is told of, and the others are applied.
pub(super) fn apply(
    document: &mut Value,
    group: Value,
    at: &Pointer<'_>,
    findings: &mut Vec<Finding>,
) {
    let group: Group = match serde_json::from_value(group) {
        Ok(group) => group,
        Err(e) => {
            findings.push(error(
                at,
                format!("these are no additions: {e}"),
                "write {\"reason\": \"...\", \"schemas\": [{\"at\": \"Name\", \"add\": {...}}]}",
            ));
            return;
        }
    };
    if group.reason.trim().is_empty() {
        findings.push(error(
            &at.key("reason"),
            "the additions have no reason".into(),
            "say where the facts are from",
        ));
        return;
    }
    let at = at.key("schemas");
    let before = findings.len();
    for (index, addition) in group.schemas.iter().enumerate() {
        findings.extend(addition.apply(document, &at.index(index)).err());
        if findings.len() - before == super::FAILURES {
            break;
        }
    }
}

impl Addition {
    /// Nothing is added where it is wrong.
    fn apply(&self, document: &mut Value, at: &Pointer<'_>) -> Result<(), Finding> {
        let mut found = HashSet::new();
        let mut taken = None;
        each(document, self, &mut |operation, path, schema| {
            if self.names(path) {
                found.insert(operation.to_owned());
                let mut keys = self.add.keys().chain(self.was.keys());
                taken = keys
                    .find(|key| schema.get(*key) != self.was.get(*key))
                    .map(|key| match schema.get(key) {
                        Some(value) => format!("`{path}` of {operation} has `{key}` {value}"),
                        None => format!("`{path}` of {operation} has no `{key}`"),
                    })
                    .or(taken.take());
            }
        });
        if let Some(taken) = taken {
            return Err(error(
                at,
                format!("the addition no longer applies: {taken}"),
                "remove it if that is right; else say in `was` what it replaces, and in `operations` where",
            ));
        }
        let missing = self.operations.iter().find(|name| !found.contains(*name));
        if missing.is_some() || found.is_empty() {
            let whose = missing.map_or_else(String::new, |name| format!(" of {name}"));
            let message = format!(
                "the addition no longer applies: nothing{whose} is `{}`",
                self.at
            );
            return Err(error(
                &at.key("at"),
                message,
                "name a member as it is on the wire, after those that hold it: `Certificates[].Id`",
            ));
        }
        each(document, self, &mut |_, path, schema| {
            if self.names(path) {
                schema.extend(self.add.clone());
            }
        });
        Ok(())
    }

    /// Whether a path ends in these names; or is them, after a slash.
    fn names(&self, path: &str) -> bool {
        match self.at.strip_prefix('/') {
            Some(whole) => path == whole,
            None => path
                .strip_suffix(&*self.at)
                .is_some_and(|before| before.is_empty() || before.ends_with('.')),
        }
    }

    fn covers(&self, operation: &str, side: Side) -> bool {
        self.side.is_none_or(|only| only == side)
            && (self.operations.is_empty() || self.operations.iter().any(|o| o == operation))
    }
}

fn error(at: &Pointer<'_>, message: String, help: &'static str) -> Finding {
    Finding::new(Severity::Error, at, message, help)
}

type Look<'l> = dyn FnMut(&str, &str, &mut Map<String, Value>) + 'l;

/// Shows every schema that the addition may mean, with its operation and its path.
fn each(document: &mut Value, addition: &Addition, look: &mut Look<'_>) {
    let Some(Value::Object(apis)) = document.get_mut("apis") else {
        return;
    };
    for (name, api) in apis {
        if addition.covers(name, Side::Parameters)
            && let Some(Value::Array(parameters)) = api.get_mut("parameters")
        {
            for parameter in parameters {
                let mut path = match parameter.get("name") {
                    Some(Value::String(name)) => name.clone(),
                    _ => continue,
                };
                if let Some(schema) = parameter.get_mut("schema") {
                    walk(schema, name, &mut path, look);
                }
            }
        }
        if addition.covers(name, Side::Responses)
            && let Some(Value::Object(replies)) = api.get_mut("responses")
        {
            for reply in replies.values_mut() {
                if let Some(schema) = reply.get_mut("schema") {
                    walk(schema, name, &mut String::new(), look);
                }
            }
        }
    }
}

/// The schema itself, its members and its items; not the types that it refers to.
fn walk(schema: &mut Value, operation: &str, path: &mut String, look: &mut Look<'_>) {
    let Value::Object(schema) = schema else {
        return;
    };
    look(operation, path, schema);
    let length = path.len();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            if length > 0 {
                path.push('.');
            }
            path.push_str(name);
            walk(property, operation, path, look);
            path.truncate(length);
        }
    }
    if let Some(items) = schema.get_mut("items") {
        path.push_str("[]");
        walk(items, operation, path, look);
        path.truncate(length);
    }
}
