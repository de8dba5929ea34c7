//! Values for the required parameters of an operation: what is documented, where it
//! is within the documented bounds, and else something that is.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::types;
use crate::model::{Field, Limit, Operation, Place, Struct, Style, Type};
use crate::names::Ident;
use crate::scan::trim;
use crate::steps;
use crate::template::{Code, Emit, templates};

/// Levels of types in types that an example goes down.
const DEPTH: usize = 6;

/// Fields that an example sets at most: types that require several of the next one would
/// multiply at each level.
const FIELDS: usize = 200;

/// Items that all repeated lists of an example have at most, those in one another multiplied.
const ITEMS: u64 = 10_000;

/// A request with its required parameters, as code.
pub(super) struct Example {
    /// The builder.
    pub(super) code: Code,
    /// Whether it is a request that can be sent: one that requires very much is cut.
    pub(super) complete: bool,
    /// One parameter as it is sent.
    pub(super) sent: Option<Sent>,
}

/// A parameter that is sent as text under a name.
pub(super) struct Sent {
    /// Where: query, form or header.
    pub(super) place: Place,
    /// Its name there: `Certificates.1.Id`.
    pub(super) name: String,
    /// Its text.
    pub(super) text: String,
}

templates! {
    fn constructor(module: &Ident, name: &Ident) -> Code = Value { __module::__name::new() }
    fn set(field: &Ident, value: impl Emit) -> Code = Link { .__field(__value) }
    fn array(item: impl Emit) -> Code = Value { [__item] }
    fn repeated(item: impl Emit, count: u64) -> Code = Value { vec![__item; __count] }
    fn pair(key: &str, value: impl Emit) -> Code = Value { [("__key", __value)] }
    fn int(value: i64) -> Code = Value { __value }
    fn float(value: f64) -> Code = Value { __value }
    fn yes() -> Code = Value { true }
    fn no() -> Code = Value { false }
    fn default(ty: impl Emit) -> Code = Value { <__ty>::default() }
}

/// Makes the example of an operation's request; its module is called `module`.
pub(super) fn request(operation: &Operation, module: &Ident) -> Option<Example> {
    let mut maker = Maker {
        operation,
        module,
        structs: operation.request.iter().map(|it| (&it.ident, it)).collect(),
        sent: None,
        fields: FIELDS,
        items: ITEMS,
        complete: true,
    };
    let code = maker.object(operation.request.first()?, DEPTH, &Way::Root);
    Some(Example {
        code,
        complete: maker.complete,
        sent: maker.sent,
    })
}

struct Maker<'a> {
    operation: &'a Operation<'a>,
    module: &'a Ident,
    structs: FxHashMap<&'a Ident, &'a Struct<'a>>,
    sent: Option<Sent>,
    /// How many fields may still be set.
    fields: usize,
    /// How many items a list may have here, those of the lists around it being divided off.
    items: u64,
    complete: bool,
}

/// Where a value is sent and under which name, if it is there by itself.
enum Way {
    Root,
    Named(Place, String),
    Elsewhere,
}

impl Way {
    fn step(&self, field: &Field) -> Way {
        match self {
            Way::Root => {
                let place = field.place;
                let is_flat = field.style == Style::Flat;
                let by_itself = match place {
                    Place::Query | Place::Form => true,
                    Place::Header => !is_flat,
                    _ => false,
                };
                let scalar = matches!(field.ty, Type::Bool | Type::Int | Type::Text);
                if by_itself && (scalar || is_flat) {
                    Way::Named(place, field.name.to_owned())
                } else {
                    Way::Elsewhere
                }
            }
            Way::Named(place, name) => Way::Named(*place, format!("{name}.{}", field.name)),
            Way::Elsewhere => Way::Elsewhere,
        }
    }

    /// The way to the first item of a list.
    fn item(&self, style: Style) -> Way {
        match self {
            Way::Named(place, name) if matches!(style, Style::Flat | Style::Text) => {
                Way::Named(*place, format!("{name}.1"))
            }
            _ => Way::Elsewhere,
        }
    }
}

impl Maker<'_> {
    /// A type with its required fields; with the first one that is simple where
    /// none is required, for an object without members is not sent.
    fn object(&mut self, item: &Struct, depth: usize, way: &Way) -> Code {
        let mut fields: Vec<&Field> = Vec::new();
        let is_root = matches!(way, Way::Root);
        for (index, field) in item.fields.iter().enumerate() {
            // The client fills these.
            let filled = is_root
                && [self.operation.region, self.operation.idempotency_token].contains(&Some(index));
            // A path without its parameters leads nowhere, whatever is published.
            let is_needed = field.required
                || matches!(
                    field.place,
                    Place::Path | Place::Body | Place::BodyIfSet | Place::RawBody
                );
            if is_needed && !filled {
                fields.push(field);
            }
        }
        if fields.is_empty() && !is_root {
            let simple = |field: &&Field| {
                !matches!(field.ty, Type::Struct(_) | Type::Map(_) | Type::List(_))
            };
            fields.extend(item.fields.iter().find(simple));
        }
        let mut links = Vec::with_capacity(fields.len());
        for field in fields {
            steps::add(1);
            if self.fields == 0 {
                self.complete = false;
                break;
            }
            self.fields -= 1;
            let value = self.field(field, depth, &way.step(field));
            links.push(set(&field.ident, value).code());
        }
        let mut code = constructor(self.module, &item.ident).code();
        code.chain(&links);
        code
    }

    /// The argument of a field's setter.
    fn field(&mut self, field: &Field, depth: usize, way: &Way) -> Code {
        match &field.ty {
            Type::List(item) => {
                let count = field.limits.iter().find_map(|limit| match limit {
                    Limit::MinItems(count) => Some((*count).min(100)),
                    _ => None,
                });
                let count = count.filter(|count| {
                    self.complete &= *count <= self.items;
                    *count <= self.items
                });
                let way = way.item(field.style);
                let items = self.items;
                self.items /= count.unwrap_or(1).max(1);
                let value = self.value(item, field, depth, &way);
                self.items = items;
                match count {
                    Some(count @ 2..) => repeated(value, count).code(),
                    _ => array(value).code(),
                }
            }
            Type::Map(item) => match (&**item, entry_of(field.example)) {
                (Type::Text, Some((key, text))) => pair(&key, text.as_str()).code(),
                _ => pair("key", self.value(item, field, depth, &Way::Elsewhere)).code(),
            },
            ty => self.value(ty, field, depth, way),
        }
    }

    fn value(&mut self, ty: &Type, field: &Field, depth: usize, way: &Way) -> Code {
        match ty {
            Type::Bool => {
                let value = trim(field.example).eq_ignore_ascii_case("true");
                self.seen(way, if value { "true" } else { "false" });
                if value { yes().code() } else { no().code() }
            }
            Type::Int => {
                let value = int_of(field);
                self.seen(way, &value.to_string());
                int(value).code()
            }
            Type::Float => float(float_of(field)).code(),
            Type::Text => {
                let value = sample_string(field);
                self.seen(way, &value);
                (&*value).code()
            }
            Type::Any => (&*sample_string(field)).code(),
            Type::Bytes => "bytes".code(),
            Type::List(item) => array(self.exact(item, field, depth)).code(),
            Type::Map(_) => default(types::bare(ty)).code(),
            Type::Struct(ident) => match self.structs.get(ident).copied() {
                Some(item) if depth > 0 => self.object(item, depth - 1, way),
                item => {
                    let requires = |item: &Struct| item.fields.iter().any(|it| it.required);
                    self.complete &= !item.is_some_and(requires);
                    constructor(self.module, ident).code()
                }
            },
        }
    }

    /// A value where nothing converts it: inside of a list in a list.
    fn exact(&mut self, ty: &Type, field: &Field, depth: usize) -> Code {
        match ty {
            Type::Struct(_) | Type::Bool | Type::Int | Type::Float => {
                self.value(ty, field, depth, &Way::Elsewhere)
            }
            _ => default(types::bare(ty)).code(),
        }
    }

    fn seen(&mut self, way: &Way, text: &str) {
        let Way::Named(place, name) = way else { return };
        // One with an index shows more.
        let better = self
            .sent
            .as_ref()
            .is_none_or(|seen| !seen.name.contains('.') && name.contains('.'));
        if better && !text.is_empty() {
            self.sent = Some(Sent {
                place: *place,
                name: name.clone(),
                text: text.to_owned(),
            });
        }
    }
}

/// The documented texts of a field, best first.
fn documented<'f>(field: &'f Field<'_>) -> impl Iterator<Item = Cow<'f, str>> {
    let example = trim(field.example);
    // The example of a list shows the list.
    let item = match example
        .starts_with('[')
        .then(|| serde_json::from_str(example))
    {
        Some(Ok(Json::Array(items))) => items.into_iter().next().map(|item| match item {
            Json::String(text) => Cow::Owned(text),
            other => Cow::Owned(other.to_string()),
        }),
        _ => None,
    };
    let is_list = matches!(field.ty, Type::List(_));
    let example = if is_list {
        item.unwrap_or(example.into())
    } else {
        example.into()
    };
    let values = field.values.iter().map(|value| value.value.into());
    [example]
        .into_iter()
        .chain(values)
        .chain([trim(field.default).into()])
}

/// The first entry of an example that shows a map of texts.
fn entry_of(example: &str) -> Option<(String, String)> {
    let map: serde_json::Map<String, Json> = serde_json::from_str(example).ok()?;
    match map.into_iter().next()? {
        (key, Json::String(text)) if key.len() + text.len() <= 500 => Some((key, text)),
        _ => None,
    }
}

/// A text within the bounds of a field.
fn sample_string<'f>(field: &'f Field<'_>) -> Cow<'f, str> {
    let fits = |text: &Cow<'_, str>| {
        let count = text.chars().count() as u64;
        !text.is_empty()
            && count <= 120
            && !text.contains(char::is_control)
            && field.limits.iter().all(|limit| match limit {
                Limit::MinLength(min) => count >= *min,
                Limit::MaxLength(max) => count <= *max,
                Limit::Chars(ranges, _) => text.chars().all(|c| within(ranges, c)),
                _ => true,
            })
    };
    if let Some(text) = documented(field).find(fits) {
        return text;
    }
    let (mut min, mut max, mut letter) = (0, 80, None);
    for limit in &field.limits {
        match limit {
            Limit::MinLength(limit) => min = *limit as usize,
            Limit::MaxLength(limit) => max = *limit as usize,
            Limit::Chars(ranges, _) => {
                let plain = ['a', 'A', '0'].into_iter().find(|c| within(ranges, *c));
                letter = plain.or_else(|| ranges.first().map(|(first, _)| *first));
            }
            _ => {}
        }
    }
    let min = min.min(4_096);
    match letter {
        None if (min..=max).contains(&"example".len()) => "example".into(),
        _ => letter.unwrap_or('a').to_string().repeat(min.max(1)).into(),
    }
}

fn within(ranges: &[(char, char)], c: char) -> bool {
    ranges
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&c))
}

/// An integer within the bounds of a field.
fn int_of(field: &Field) -> i64 {
    let (mut min, mut max) = (i64::MIN, i64::MAX);
    for limit in &field.limits {
        match limit {
            Limit::Min(limit) => min = *limit,
            Limit::Max(limit) => max = *limit,
            _ => {}
        }
    }
    let documented = documented(field).find_map(|text| text.parse().ok());
    // Bounds that contradict each other allow nothing; the lower one is as good.
    documented.unwrap_or(1).min(max).max(min)
}

/// A number within the bounds of a field.
fn float_of(field: &Field) -> f64 {
    let (mut min, mut max) = (f64::MIN, f64::MAX);
    for limit in &field.limits {
        match limit {
            Limit::MinFloat(limit) => min = *limit,
            Limit::MaxFloat(limit) => max = *limit,
            Limit::Min(limit) => min = *limit as f64,
            Limit::Max(limit) => max = *limit as f64,
            _ => {}
        }
    }
    let documented = documented(field).find_map(|text| text.parse().ok());
    let value: f64 = documented
        .filter(|value: &f64| value.is_finite())
        .unwrap_or(1.0);
    value.min(max).max(min)
}
