//! [`Parameters`]: what somebody typed for an operation, by wire name, as JSON.

use std::fmt;

use alicloud_codegen::model::{Field, Place, Struct, Style, Type};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::spec::{Operation, either};
use crate::metadata::nearest;

/// The most items that a list may be given by its numbers: a typing error is not to fill
/// the memory.
const MOST_ITEMS: usize = 10_000;

/// Parameters by wire name: a JSON object.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Parameters(pub(super) Map<String, Json>);

/// A problem of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The parameter, by its wire name: `Certificates.2.Domain`.
    pub path: String,
    /// The problem in words: `is required`.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "`{path}` {}", self.message),
        }
    }
}

impl std::error::Error for Problem {}

impl Problem {
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }
}

impl From<Map<String, Json>> for Parameters {
    fn from(members: Map<String, Json>) -> Self {
        Self(members)
    }
}

impl Parameters {
    /// Creates an object without any.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads those of a JSON object.
    ///
    /// # Errors
    /// If it is none.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        match serde_json::from_str(text) {
            Ok(Json::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(Problem::new("", "the parameters are no JSON object")),
            Err(error) => Err(Problem::new(
                "",
                format!("the parameters are no JSON: {error}"),
            )),
        }
    }

    /// The parameters that an operation requires and the client does not fill in, with their
    /// documented examples, or something of their type.
    pub fn example(operation: Operation) -> Self {
        let mut parameters = Self::new();
        let mut examples = Examples {
            operation,
            parameters: &mut parameters,
        };
        examples.members(operation.structs().first(), "", 4);
        parameters
    }

    /// Returns them as JSON.
    pub fn as_json(&self) -> &Map<String, Json> {
        &self.0
    }

    /// Sets a parameter by its wire name, as the documentation writes it:
    /// `Certificates.1.Id`, items counted from 1. A text that is a JSON list or object sets
    /// a list, a map or an object as a whole.
    ///
    /// # Errors
    /// If the operation has no such parameter, or its value is of another type.
    pub fn set(&mut self, operation: Operation, name: &str, value: &str) -> Result<(), Problem> {
        let root = operation.structs().first();
        let setter = Setter {
            operation,
            name,
            value,
        };
        setter.member(root, name, &mut self.0)
    }

    /// Sets several, and says what is wrong with each that cannot be set.
    pub fn set_all<'a>(
        &mut self,
        operation: Operation,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Vec<Problem> {
        let pairs = pairs.into_iter();
        pairs
            .filter_map(|(name, value)| self.set(operation, name, value).err())
            .collect()
    }
}

/// One name on its way down the types.
struct Setter<'a> {
    operation: Operation,
    name: &'a str,
    value: &'a str,
}

impl Setter<'_> {
    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.name, message)
    }

    /// A member of an object; `rest` is what is left of the name.
    fn member(
        &self,
        item: Option<&'static Struct<'static>>,
        rest: &str,
        members: &mut Map<String, Json>,
    ) -> Result<(), Problem> {
        let fields = item.map_or(&[][..], |item| &item.fields);
        // A wire name may have dots: the longest one that fits is meant.
        let fits = |field: &&Field<'_>| {
            let after = rest.strip_prefix(field.name);
            after.is_some_and(|after| after.is_empty() || after.starts_with('.'))
        };
        let Some(field) = fields
            .iter()
            .filter(fits)
            .max_by_key(|field| field.name.len())
        else {
            return Err(self.unknown(rest, fields));
        };
        let rest = rest[field.name.len()..].strip_prefix('.');
        let place = members.entry(field.name).or_insert(Json::Null);
        let was_unset = place.is_null();
        let done = self.value(&field.ty, field, rest, place);
        if done.is_err() && was_unset {
            members.remove(field.name);
        }
        done
    }

    fn unknown(&self, rest: &str, fields: &[Field<'_>]) -> Problem {
        let word = rest.split('.').next().unwrap_or(rest);
        let near = nearest(word, fields.iter().map(|field| field.name));
        let what = "is no parameter of";
        let message = match near.as_slice() {
            [] => format!("{what} {}", self.operation.name()),
            near => format!(
                "{what} {}; did you mean {}?",
                self.operation.name(),
                either(near)
            ),
        };
        self.problem(message)
    }

    fn value(
        &self,
        ty: &'static Type,
        field: &Field<'_>,
        rest: Option<&str>,
        place: &mut Json,
    ) -> Result<(), Problem> {
        let Some(rest) = rest else {
            *place = self.parsed(ty, field)?;
            return Ok(());
        };
        match ty {
            Type::Struct(ident) => {
                let structs = self.operation.structs().iter();
                let item = structs.into_iter().find(|it| it.ident == *ident);
                self.member(item, rest, object(place))
            }
            Type::List(item) => {
                let (number, rest) = step(rest);
                let index = number
                    .parse::<usize>()
                    .ok()
                    .filter(|n| (1..=MOST_ITEMS).contains(n));
                let Some(number) = index else {
                    return Err(self.problem(format!(
                        "has `{number}` where the number of an item belongs: items are counted from 1"
                    )));
                };
                if !place.is_array() {
                    *place = Json::Array(Vec::new());
                }
                let Json::Array(items) = place else {
                    return Ok(());
                };
                let before = items.len();
                if items.len() < number {
                    items.resize(number, Json::Null);
                }
                let done = self.value(item, field, rest, &mut items[number - 1]);
                if done.is_err() {
                    items.truncate(before);
                }
                done
            }
            Type::Map(item) => {
                let (key, rest) = match **item {
                    // The key of texts may have dots.
                    Type::Struct(_) | Type::List(_) | Type::Map(_) => step(rest),
                    _ => (rest, None),
                };
                let place = object(place).entry(key).or_insert(Json::Null);
                self.value(item, field, rest, place)
            }
            Type::Any => {
                let (key, rest) = step(rest);
                let place = object(place).entry(key).or_insert(Json::Null);
                self.value(ty, field, rest, place)
            }
            _ => Err(self.problem(format!(
                "has no `{rest}`: `{}` holds one value",
                self.name
                    .strip_suffix(rest)
                    .unwrap_or(self.name)
                    .trim_end_matches('.')
            ))),
        }
    }

    /// What was typed, as JSON of the type.
    fn parsed(&self, ty: &Type, field: &Field<'_>) -> Result<Json, Problem> {
        let text = self.value;
        let json = || serde_json::from_str::<Json>(text).ok();
        let expected = |what| self.problem(format!("is to be {what}"));
        match ty {
            Type::Text | Type::Bytes => Ok(text.into()),
            Type::Bool => match text.trim().to_lowercase().as_str() {
                "true" => Ok(true.into()),
                "false" => Ok(false.into()),
                _ => Err(expected("`true` or `false`")),
            },
            Type::Int => match text.trim().parse::<i64>() {
                Ok(number) => Ok(number.into()),
                Err(_) => Err(expected("an integer")),
            },
            Type::Float => match text.trim().parse::<f64>().ok().map(Json::from) {
                Some(number) if number.is_number() => Ok(number),
                _ => Err(expected("a number")),
            },
            Type::Any => Ok(json().unwrap_or_else(|| text.into())),
            Type::List(item) => match json().filter(Json::is_array) {
                Some(list) => Ok(list),
                None => self.joined(item, field),
            },
            Type::Map(_) | Type::Struct(_) => json().filter(Json::is_object).ok_or_else(|| {
                self.problem(format!(
                    "is to be a JSON object, or one of its members is to be named: `{}.…`",
                    self.name
                ))
            }),
        }
    }

    /// A list whose items are joined, as it is on the wire.
    fn joined(&self, item: &Type, field: &Field<'_>) -> Result<Json, Problem> {
        let separator = match field.style {
            Style::Simple => ',',
            Style::Space => ' ',
            Style::Pipe => '|',
            Style::Text | Style::Flat | Style::Json => {
                return Err(self.problem(format!(
                    "is to be a JSON list, or one of its items is to be named: `{}.1`",
                    self.name
                )));
            }
        };
        let items = self.value.split(separator).map(|value| {
            let one = Setter { value, ..*self };
            one.parsed(item, field)
        });
        items.collect::<Result<_, _>>().map(Json::Array)
    }
}

fn step(rest: &str) -> (&str, Option<&str>) {
    match rest.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (rest, None),
    }
}

fn object(place: &mut Json) -> &mut Map<String, Json> {
    if !place.is_object() {
        *place = Json::Object(Map::new());
    }
    match place {
        Json::Object(members) => members,
        _ => unreachable!("made an object above"),
    }
}

/// Parameters that are filled with examples.
struct Examples<'a> {
    operation: Operation,
    parameters: &'a mut Parameters,
}

impl Examples<'_> {
    /// Sets the required members of a type to their examples, where they have the type.
    fn members(&mut self, item: Option<&'static Struct<'static>>, before: &str, depth: usize) {
        let operation = self.operation;
        let filled = [operation.model.region, operation.model.idempotency_token];
        for (index, field) in item.iter().flat_map(|item| item.fields.iter().enumerate()) {
            // A path without its parameters leads nowhere, and a body without members says nothing.
            let is_needed = field.required
                || matches!(
                    field.place,
                    Place::Path | Place::Body | Place::BodyIfSet | Place::RawBody
                );
            if is_needed && !(before.is_empty() && filled.contains(&Some(index))) {
                self.field(field, before, depth);
            }
        }
    }

    fn field(&mut self, field: &'static Field<'static>, before: &str, depth: usize) {
        let (name, ty) = first(field, before);
        let Type::Struct(ident) = ty else {
            return self.value(field, &name);
        };
        let structs = self.operation.structs().iter();
        let Some(inner) = structs.into_iter().find(|it| it.ident == *ident) else {
            return;
        };
        if depth == 0 {
            return self.value(field, &name);
        }
        let within = format!("{name}.");
        let unset = self.parameters.clone();
        self.members(Some(inner), &within, depth - 1);
        if *self.parameters != unset {
            return;
        }
        // It requires none of its members, and it is to have some.
        let leaves = || {
            let fields = inner.fields.iter();
            fields.filter(|field| !matches!(first(field, "").1, Type::Struct(_)))
        };
        for field in leaves().filter(|field| !field.example.is_empty()) {
            self.value(field, &first(field, &within).0);
        }
        if *self.parameters == unset
            && let Some(field) = leaves().next()
        {
            self.value(field, &first(field, &within).0);
        }
    }

    /// Sets the first of its examples that fits; what does not stays unset, and is a problem of
    /// the request.
    fn value(&mut self, field: &'static Field<'static>, name: &str) {
        let documented = [field.example, field.default].into_iter();
        let values = field.values.iter().map(|it| it.value);
        let mut all = documented
            .chain(values)
            .chain(["example", "1", "true", "{}"]);
        let fits = |text: &&str| {
            let text = text.trim();
            !text.is_empty() && self.parameters.set(self.operation, name, text).is_ok()
        };
        all.find(fits);
    }
}

/// The name and the type of a field, or of the first item of a list.
fn first(field: &'static Field<'static>, before: &str) -> (String, &'static Type) {
    match &field.ty {
        Type::List(item) => (format!("{before}{}.1", field.name), item),
        ty => (format!("{before}{}", field.name), ty),
    }
}
