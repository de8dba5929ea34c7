//! Parameters as the client's encoder, checks and signatures take them: a value of no
//! generated type, with a schema of the metadata.

use std::collections::BTreeMap;

use alicloud_runtime::wire::{Object, Schema, Slot, Value, View};
use alicloud_runtime::{Bytes, FileUrl};
use serde_json::Value as Json;

/// A value of any of the types that a request may hold.
#[derive(Default)]
pub(super) enum Dynamic {
    #[default]
    Unset,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Bytes),
    File(FileUrl),
    Any(Json),
    List(Vec<Dynamic>),
    Map(BTreeMap<String, Dynamic>),
    Object(Record),
}

/// An object of the metadata.
pub(super) struct Record {
    pub(super) schema: &'static Schema,
    /// By the index of the field.
    pub(super) fields: Vec<Dynamic>,
}

impl Default for Record {
    fn default() -> Self {
        const EMPTY: &Schema = &Schema {
            name: "Empty",
            fields: &[],
        };
        Self {
            schema: EMPTY,
            fields: Vec::new(),
        }
    }
}

impl Object for Record {
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
            Self::Any(value) => value.view(),
            Self::List(items) => View::List(items),
            Self::Map(entries) => View::Map(entries),
            Self::Object(object) => View::Object(object),
        }
    }

    fn slot(&mut self) -> Slot<'_> {
        // What the client fills in, the region and the token, are texts.
        if let Self::Unset = self {
            *self = Self::Text(String::new());
        }
        match self {
            Self::Bool(value) => Slot::Bool(value),
            Self::Int(value) => Slot::Int(value),
            Self::Float(value) => Slot::Float(value),
            Self::Text(value) => Slot::Text(value),
            Self::Bytes(value) => Slot::Bytes(value),
            Self::File(value) => Slot::FileUrl(value),
            Self::Any(value) => Slot::Json(value),
            Self::List(items) => Slot::List(items),
            Self::Map(entries) => Slot::Map(entries),
            Self::Object(object) => Slot::Object(object),
            Self::Unset => unreachable!("made a text above"),
        }
    }

    fn clear(&mut self) {
        *self = Self::Unset;
    }

    fn is_unset(&self) -> bool {
        match self {
            // As the generated types have it: an empty list or map is one that is not set.
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            other => matches!(other.view(), View::Unset),
        }
    }
}
