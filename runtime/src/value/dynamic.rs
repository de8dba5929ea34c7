//! Values of no generated type: a schema that is known only while the program runs.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};

use bytes::Bytes;
use serde_json::Value as Json;

use super::debug::debug_object;
use super::value::{Object, Sealed, Slot, Value, View};
use crate::content::FileUrl;
use crate::schema::Schema;

/// A value of any of the types that a request may hold.
#[expect(
    missing_debug_implementations,
    reason = "what it holds may be a secret"
)]
#[derive(Default)]
#[non_exhaustive]
pub enum Dynamic {
    /// Not set: omitted on the wire.
    #[default]
    Unset,
    /// A truth value.
    Bool(bool),
    /// An integer of any width.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Bytes),
    /// A file's URL, or the file.
    File(FileUrl),
    /// A value without a type in the metadata.
    Json(Json),
    /// A list; an empty one is unset, as in a generated type.
    List(Vec<Dynamic>),
    /// A map; an empty one is unset, as in a generated type.
    Map(BTreeMap<String, Dynamic>),
    /// An object with a schema.
    Object(DynamicObject),
}

/// An object that holds its schema, with a value for each of the schema's fields.
pub struct DynamicObject {
    schema: &'static Schema,
    fields: Vec<Dynamic>,
}

impl DynamicObject {
    /// Creates an object of a schema, with the values in the order of its fields.
    ///
    /// # Panics
    /// If there are not as many values as fields.
    pub fn new(schema: &'static Schema, fields: Vec<Dynamic>) -> Self {
        assert_eq!(
            schema.fields.len(),
            fields.len(),
            "a value for each field of `{}`",
            schema.name
        );
        Self { schema, fields }
    }
}

impl Default for DynamicObject {
    fn default() -> Self {
        const EMPTY: &Schema = &Schema::new("Empty", &[]);
        Self::new(EMPTY, Vec::new())
    }
}

impl Object for DynamicObject {
    fn schema(&self) -> &'static Schema {
        self.schema
    }
    fn get(&self, index: usize) -> &dyn Value {
        &self.fields[index]
    }
    fn get_mut(&mut self, index: usize) -> &mut dyn Value {
        &mut self.fields[index]
    }
}

impl Value for Dynamic {
    fn view(&self) -> View<'_> {
        match self {
            Self::Unset => View::Unset,
            Self::Bool(value) => View::Bool(*value),
            Self::Int(value) => View::Int(*value),
            Self::Float(value) => View::Float(*value),
            Self::Text(value) => View::Text(value),
            Self::Bytes(value) => View::Bytes(value),
            Self::File(value) => value.view(),
            Self::Json(value) => value.view(),
            Self::List(items) => View::List(items),
            Self::Map(entries) => View::Map(entries),
            Self::Object(object) => View::Object(object),
        }
    }

    fn slot(&mut self) -> Slot<'_> {
        // What the client fills in, the region and the token, are strings.
        if let Self::Unset = self {
            *self = Self::Text(String::new());
        }
        match self {
            Self::Bool(value) => Slot::Bool(value),
            Self::Int(value) => Slot::Int(value),
            Self::Float(value) => Slot::Float(value),
            Self::Bytes(value) => Slot::Bytes(value),
            Self::File(value) => Slot::FileUrl(value),
            Self::Json(value) => Slot::Json(value),
            Self::List(items) => Slot::List(items),
            Self::Map(entries) => Slot::Map(entries),
            Self::Object(object) => Slot::Object(object),
            Self::Text(value) => Slot::Text(value),
            Self::Unset => unreachable!("made a string above"),
        }
    }

    fn clear(&mut self) {
        *self = Self::Unset;
    }

    fn is_unset(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            other => matches!(other.view(), View::Unset),
        }
    }

    fn sealed(_: Sealed) {}
}

impl Debug for DynamicObject {
    /// Writes set fields, secret ones redacted.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        debug_object(self, f)
    }
}
