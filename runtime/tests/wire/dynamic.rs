//! JSON as the runtime's [`Dynamic`] values, for tests without generated types: either as
//! typed data (objects with a schema) or as maps.

use alicloud_runtime::wire::{Dynamic, DynamicObject, Field, Schema};
use serde_json::Value as Json;

/// An object; its members become fields made by the function.
pub(crate) fn object(json: &Json, field: &dyn Fn(&str) -> Field) -> DynamicObject {
    let members = json.as_object().expect("an object");
    let fields = members.keys().map(|name| field(name)).collect::<Vec<_>>();
    // Tests end soon enough to leak.
    let schema = Box::leak(Box::new(Schema::new("Dynamic", fields.leak())));
    DynamicObject::new(schema, members.values().map(typed).collect())
}

/// A value of fitting types; objects have schemas.
pub(crate) fn typed(json: &Json) -> Dynamic {
    value(json, true)
}

/// A value of fitting types; objects are maps.
pub(crate) fn with_maps(json: &Json) -> Dynamic {
    value(json, false)
}

fn value(json: &Json, typed: bool) -> Dynamic {
    match json {
        Json::Null => Dynamic::Unset,
        Json::Bool(value) => Dynamic::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(value) => Dynamic::Int(value),
            None => Dynamic::Float(number.as_f64().unwrap()),
        },
        Json::String(text) => Dynamic::Text(text.clone()),
        Json::Array(items) => Dynamic::List(items.iter().map(|v| value(v, typed)).collect()),
        Json::Object(_) if typed => Dynamic::Object(object(json, &member)),
        Json::Object(members) => {
            let entries = members.iter().map(|(k, v)| (k.clone(), value(v, typed)));
            Dynamic::Map(entries.collect())
        }
    }
}

fn member(name: &str) -> Field {
    Field::member(name.to_owned().leak())
}
