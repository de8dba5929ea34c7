//! Parameters for showing: what is secret is masked.

use alicloud_codegen::model::{Struct, Type};
use serde_json::{Map, Value as Json};

use super::call::MASK;

/// The members of an object of a type, by the index of the type; without those that it does
/// not have, of which nothing is known.
pub(super) fn members(
    structs: &[Struct<'_>],
    index: usize,
    members: &Map<String, Json>,
) -> Map<String, Json> {
    let mut shown = Map::new();
    for field in structs.get(index).map_or(&[][..], |item| &item.fields) {
        if let Some(value) = members.get(field.name) {
            let value = match field.secret {
                true => mask(value),
                false => of_type(structs, &field.ty, value),
            };
            shown.insert(field.name.to_owned(), value);
        }
    }
    shown
}

fn of_type(structs: &[Struct<'_>], ty: &Type, value: &Json) -> Json {
    match (ty, value) {
        (Type::Struct(ident), Json::Object(within)) => {
            let index = structs.iter().position(|it| it.ident == *ident);
            Json::Object(members(structs, index.unwrap_or(structs.len()), within))
        }
        (Type::List(item), Json::Array(items)) => {
            let items = items.iter();
            items.map(|each| of_type(structs, item, each)).collect()
        }
        (Type::Map(item), Json::Object(entries)) => {
            let entries = entries.iter();
            let shown = entries.map(|(key, each)| (key.clone(), of_type(structs, item, each)));
            Json::Object(shown.collect())
        }
        (_, value) => value.clone(),
    }
}

fn mask(value: &Json) -> Json {
    match value {
        Json::Null => Json::Null,
        Json::Array(items) => items.iter().map(mask).collect(),
        Json::Object(entries) => {
            let entries = entries.iter();
            Json::Object(
                entries
                    .map(|(key, each)| (key.clone(), mask(each)))
                    .collect(),
            )
        }
        _ => MASK.into(),
    }
}
