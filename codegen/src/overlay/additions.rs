//! Additions: what holds wherever a name stands, such as a limit that the
//! service's pages state and its schemas lack. As patches, one fact would be
//! hundreds of them, each by the position of a parameter.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{DEEPEST, FAILURES, brief, measure};
use crate::diagnostics::{Finding, Pointer, Severity};
use crate::steps;

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
    operations: FxHashSet<String>,
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

/// The additions of an overlay, on their way into a document.
pub(super) struct Additions<'d> {
    document: &'d mut Value,
    places: Places,
    /// How many bytes may still be added.
    room: usize,
}

impl<'d> Additions<'d> {
    pub(super) fn new(document: &'d mut Value, room: usize) -> Self {
        Self {
            places: Places::of(document),
            document,
            room,
        }
    }

    /// Adds members to every schema that a group names. What is wrong with one
    /// addition is told of, and the others are applied.
    pub(super) fn apply(&mut self, group: Value, at: &Pointer<'_>, findings: &mut Vec<Finding>) {
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
            findings.extend(self.add(addition, &at.index(index)).err());
            if findings.len() - before == FAILURES {
                break;
            }
        }
    }

    /// Nothing is added where it is wrong.
    fn add(&mut self, addition: &Addition, at: &Pointer<'_>) -> Result<(), Finding> {
        let places: Vec<&Place> = self.places.meant_by(addition).collect();
        let found: FxHashSet<&str> = places.iter().map(|it| &*it.operation).collect();
        let missing = addition
            .operations
            .iter()
            .find(|it| !found.contains(&***it));
        if missing.is_some() || found.is_empty() {
            let whose = missing.map_or_else(String::new, |name| format!(" of {name}"));
            let message = format!(
                "the addition no longer applies: nothing{whose} is `{}`",
                addition.at
            );
            return Err(error(
                &at.key("at"),
                message,
                "name a member as it is on the wire, after those that hold it: `Certificates[].Id`",
            ));
        }
        if let Some(differs) = places
            .iter()
            .find_map(|place| addition.differs(place, self.document))
        {
            return Err(error(
                at,
                format!("the addition no longer applies: {differs}"),
                "remove it if that is right; else say in `was` what it replaces, and in `operations` where",
            ));
        }
        let values = addition.add.values().map(|value| measure(value, self.room));
        let (size, depth) = values.fold((0, 0), |(size, deepest), (more, depth)| {
            (size + more, deepest.max(depth))
        });
        let size = size.saturating_mul(places.len());
        let deepest = places
            .iter()
            .map(|it| it.pointer.matches('/').count())
            .max();
        if size > self.room || deepest.unwrap_or_default() + depth > DEEPEST {
            return Err(error(
                &at.key("add"),
                "this is too much to add: together that may be what the spec is long, and a megabyte".into(),
                "publish a schema under /components/schemas and refer to it",
            ));
        }
        self.room -= size;
        for place in places {
            if let Some(schema) = place.schema(self.document) {
                schema.extend(addition.add.clone());
            }
        }
        Ok(())
    }
}

impl Addition {
    /// Whether a place's path ends in these names; or is them, after a slash.
    fn means(&self, place: &Place) -> bool {
        let is_named = match self.at.strip_prefix('/') {
            Some(whole) => place.path == whole,
            None => place
                .path
                .strip_suffix(&*self.at)
                .is_some_and(|before| before.is_empty() || before.ends_with('.')),
        };
        is_named
            && self.side.is_none_or(|only| only == place.side)
            && (self.operations.is_empty() || self.operations.contains(&place.operation))
    }

    /// What stands at a place, and is not what is said to be there.
    fn differs(&self, place: &Place, document: &mut Value) -> Option<String> {
        let schema = place.schema(document)?;
        let mut keys = self.add.keys().chain(self.was.keys());
        let key = keys.find(|key| schema.get(*key) != self.was.get(*key))?;
        let (path, operation) = (&place.path, &place.operation);
        Some(match schema.get(key) {
            Some(value) => format!("`{path}` of {operation} has `{key}` {}", brief(value)),
            None => format!("`{path}` of {operation} has no `{key}`"),
        })
    }
}

fn error(at: &Pointer<'_>, message: String, help: &'static str) -> Finding {
    Finding::new(Severity::Error, at, message, help)
}

/// A schema of an operation.
struct Place {
    operation: String,
    side: Side,
    /// `Certificates[].Id`; empty for a reply itself.
    path: String,
    /// Where it is in the document.
    pointer: String,
}

impl Place {
    fn schema<'v>(&self, document: &'v mut Value) -> Option<&'v mut Map<String, Value>> {
        steps::add(1);
        document.pointer_mut(&self.pointer)?.as_object_mut()
    }
}

/// All schemas of a document, by the last name of their paths; not the types that
/// they refer to.
struct Places(FxHashMap<String, Vec<Place>>);

/// The last name of a path.
fn last(path: &str) -> &str {
    path.rsplit(['.', '/']).next().unwrap_or_default()
}

impl Places {
    fn of(document: &Value) -> Self {
        let mut places = Self(FxHashMap::default());
        let apis = document.get("apis").and_then(Value::as_object);
        for (name, api) in apis.into_iter().flatten() {
            let at = format!("/apis/{}", escaped(name));
            let parameters = api.get("parameters").and_then(Value::as_array);
            for (index, parameter) in parameters.into_iter().flatten().enumerate() {
                let path = parameter.get("name").and_then(Value::as_str);
                if let (Some(path), Some(schema)) = (path, parameter.get("schema")) {
                    let mut pointer = format!("{at}/parameters/{index}/schema");
                    let mut path = path.to_owned();
                    places.walk(schema, name, Side::Parameters, &mut path, &mut pointer);
                }
            }
            let replies = api.get("responses").and_then(Value::as_object);
            for (status, reply) in replies.into_iter().flatten() {
                if let Some(schema) = reply.get("schema") {
                    let mut pointer = format!("{at}/responses/{}/schema", escaped(status));
                    let path = &mut String::new();
                    places.walk(schema, name, Side::Responses, path, &mut pointer);
                }
            }
        }
        places
    }

    /// The schema itself, its members and its items.
    fn walk(
        &mut self,
        schema: &Value,
        operation: &str,
        side: Side,
        path: &mut String,
        pointer: &mut String,
    ) {
        let (named, pointed) = (path.len(), pointer.len());
        self.0
            .entry(last(path).to_owned())
            .or_default()
            .push(Place {
                operation: operation.to_owned(),
                side,
                path: path.clone(),
                pointer: pointer.clone(),
            });
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            path.push_str(if named == 0 { "" } else { "." });
            path.push_str(name);
            pointer.push_str("/properties/");
            pointer.push_str(&escaped(name));
            self.walk(property, operation, side, path, pointer);
            path.truncate(named);
            pointer.truncate(pointed);
        }
        if let Some(items) = schema.get("items") {
            path.push_str("[]");
            pointer.push_str("/items");
            self.walk(items, operation, side, path, pointer);
            path.truncate(named);
            pointer.truncate(pointed);
        }
    }

    fn meant_by<'p>(&'p self, addition: &'p Addition) -> impl Iterator<Item = &'p Place> {
        let known = self.0.get(last(&addition.at));
        let known = known.into_iter().flatten();
        known
            .inspect(|_| steps::add(1))
            .filter(|it| addition.means(it))
    }
}

/// A name as a part of a pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
