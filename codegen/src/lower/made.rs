//! A reply made of the examples of its members, where none is documented: JSON, with
//! one item in each list. What has no example is left out.

use serde_json::Number;

use crate::model::{Field, ReplyBody, Sample, Struct, Type};
use crate::names::Ident;
use crate::ordered_json::OrderedJson;
use crate::scan::trim;

/// Types in types that are shown: those of published replies go down to ten, and one
/// that contains itself has no end.
const DEPTH: usize = 8;

/// Members in all: enough for every published reply but a few.
const MEMBERS: usize = 300;

/// Characters of an example that is shown.
const LONGEST: usize = 300;

/// The sample; none where no member has an example.
pub(super) fn sample<'a>(response: &[Struct<'_>], reply: ReplyBody) -> Option<Sample<'a>> {
    let root = response.first()?;
    let mut maker = Maker {
        structs: response,
        members: 0,
    };
    let made = match reply {
        ReplyBody::Object => maker.object(root, DEPTH),
        ReplyBody::Document => maker.field(root.fields.first()?, DEPTH),
        ReplyBody::Binary | ReplyBody::Empty => None,
    }?;
    Some(Sample::Json(serde_json::to_string(&made).ok()?.into()))
}

struct Maker<'m, 'a> {
    structs: &'m [Struct<'a>],
    members: usize,
}

impl Maker<'_, '_> {
    fn object(&mut self, item: &Struct<'_>, depth: usize) -> Option<OrderedJson> {
        let mut members = Vec::new();
        for field in &item.fields {
            if self.members == MEMBERS {
                break;
            }
            if let Some(value) = self.field(field, depth) {
                self.members += 1;
                members.push((field.name.to_owned(), value));
            }
        }
        (!members.is_empty()).then_some(OrderedJson::Object(members))
    }

    fn field(&mut self, field: &Field<'_>, depth: usize) -> Option<OrderedJson> {
        let value = self.value(&field.ty, field, depth)?;
        Some(match field.wrapper {
            Some(wrapper) => OrderedJson::Object(vec![(wrapper.to_owned(), value)]),
            None => value,
        })
    }

    fn value(&mut self, ty: &Type, field: &Field<'_>, depth: usize) -> Option<OrderedJson> {
        let example = trim(field.example);
        match ty {
            Type::Bytes => None,
            // A reply that says it failed would be an error.
            Type::Bool if is_success(field) => Some(OrderedJson::Bool(true)),
            Type::Text if is_success(field) => Some(OrderedJson::Text("true".into())),
            Type::Bool | Type::Int | Type::Float | Type::Text | Type::Any => scalar(ty, example),
            Type::List(item) => {
                let item = match first_of(example) {
                    Some(first) if is_scalar(item) => first.and_then(|text| scalar(item, &text)),
                    _ => self.value(item, field, depth.checked_sub(1)?),
                }?;
                Some(OrderedJson::List(vec![item]))
            }
            Type::Map(item) => {
                let value = self.value(item, field, depth.checked_sub(1)?)?;
                match serde_json::from_str(example) {
                    // The example of a map shows the map.
                    Ok(OrderedJson::Object(map)) if is_scalar(item) => {
                        Some(OrderedJson::Object(map))
                    }
                    _ if is_scalar(item) => None,
                    _ => Some(OrderedJson::Object(vec![("key".to_owned(), value)])),
                }
            }
            Type::Struct(ident) => {
                let item = self.find(ident)?;
                self.object(item, depth.checked_sub(1)?)
            }
        }
    }
}

impl<'m, 'a> Maker<'m, 'a> {
    fn find(&self, ident: &Ident) -> Option<&'m Struct<'a>> {
        self.structs.iter().find(|it| it.ident == *ident)
    }
}

fn is_success(field: &Field<'_>) -> bool {
    field.name.eq_ignore_ascii_case("success")
}

fn is_scalar(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Int | Type::Float | Type::Text)
}

/// The first item of an example that shows a list; none in it where the list is empty.
fn first_of(example: &str) -> Option<Option<String>> {
    if !example.starts_with('[') {
        return None;
    }
    let Ok(OrderedJson::List(items)) = serde_json::from_str(example) else {
        return None;
    };
    let first = items.into_iter().next();
    Some(first.map(|item| match item {
        OrderedJson::Text(text) => text,
        other => serde_json::to_string(&other).unwrap_or_default(),
    }))
}

fn scalar(ty: &Type, example: &str) -> Option<OrderedJson> {
    if example.is_empty() || example.chars().count() > LONGEST {
        return None;
    }
    match ty {
        Type::Bool => example
            .to_ascii_lowercase()
            .parse()
            .ok()
            .map(OrderedJson::Bool),
        Type::Int => example
            .parse::<i64>()
            .ok()
            .map(|number| OrderedJson::Number(number.into())),
        Type::Float => {
            let number: f64 = example.parse().ok()?;
            Number::from_f64(number).map(OrderedJson::Number)
        }
        Type::Any => serde_json::from_str(example)
            .ok()
            .or_else(|| Some(OrderedJson::Text(example.to_owned()))),
        _ => Some(OrderedJson::Text(example.to_owned())),
    }
}
