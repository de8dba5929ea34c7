//! Values for tests without generated types: JSON seen as a [`Value`], either as
//! typed data (objects with a schema) or as maps.

use alicloud_runtime::wire::{Field, Map, Object, Schema, Slot, Value, View};
use serde_json::Value as Json;

/// JSON as a value of fitting types. Null is unset; empty texts and lists are
/// values, as in a request.
#[derive(Default)]
pub(crate) enum Dynamic {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Dynamic>),
    Map(Vec<(String, Dynamic)>),
    Object(DynamicObject),
}

/// An object with a schema that is made of its members.
#[derive(Default)]
pub(crate) struct DynamicObject {
    schema: Option<&'static Schema>,
    values: Vec<Dynamic>,
}

impl DynamicObject {
    /// Members become fields made by the function.
    pub(crate) fn new(json: &Json, field: &dyn Fn(&str) -> Field) -> Self {
        let members = json.as_object().expect("an object");
        let fields = members.keys().map(|name| field(name)).collect::<Vec<_>>();
        Self {
            // Tests end soon enough to leak.
            schema: Some(Box::leak(Box::new(Schema::new("Dynamic", fields.leak())))),
            values: members.values().map(Dynamic::typed).collect(),
        }
    }
}

impl Dynamic {
    /// Objects have schemas.
    pub(crate) fn typed(json: &Json) -> Self {
        Self::new(json, true)
    }

    /// Objects are maps.
    pub(crate) fn with_maps(json: &Json) -> Self {
        Self::new(json, false)
    }

    fn new(json: &Json, typed: bool) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(value) => Self::Int(value),
                None => Self::Float(number.as_f64().unwrap()),
            },
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => Self::List(items.iter().map(|v| Self::new(v, typed)).collect()),
            Json::Object(_) if typed => Self::Object(DynamicObject::new(json, &member)),
            Json::Object(members) => Self::Map(
                members
                    .iter()
                    .map(|(key, value)| (key.clone(), Self::new(value, typed)))
                    .collect(),
            ),
        }
    }
}

fn member(name: &str) -> Field {
    Field::member(name.to_owned().leak())
}

impl Value for Dynamic {
    fn view(&self) -> View<'_> {
        match self {
            Self::Null => View::Unset,
            Self::Bool(value) => View::Bool(*value),
            Self::Int(value) => View::Int(*value),
            Self::Float(value) => View::Float(*value),
            Self::Text(value) => View::Text(value),
            Self::List(items) => View::List(items),
            Self::Map(_) => View::Map(self),
            Self::Object(object) => View::Object(object),
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        unreachable!("only read")
    }
    fn clear(&mut self) {
        *self = Self::Null;
    }
}

impl Map for Dynamic {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Value)) {
        if let Self::Map(entries) = self {
            entries.iter().for_each(|(key, value)| visit(key, value));
        }
    }
    fn entry(&mut self, _: String) -> &mut dyn Value {
        unreachable!("only read")
    }
    fn remove(&mut self, _: &str) {
        unreachable!("only read")
    }
}

impl Object for DynamicObject {
    fn schema(&self) -> &'static Schema {
        self.schema.expect("made by `new`")
    }
    fn get(&self, index: usize) -> &dyn Value {
        &self.values[index]
    }
    fn get_mut(&mut self, index: usize) -> &mut dyn Value {
        &mut self.values[index]
    }
}
