//! `Debug` of generated types: set fields by wire name, secrets redacted.

use super::value::{List, Map, Object, Value, View};
use std::fmt::{self, Debug, Formatter};

/// Writes a generated type as its `Debug` does.
#[inline]
pub fn debug<T: Object>(object: &T, f: &mut Formatter<'_>) -> fmt::Result {
    debug_object(object, f)
}

/// Writes an object's set fields.
pub(crate) fn debug_object(object: &dyn Object, f: &mut Formatter<'_>) -> fmt::Result {
    let schema = object.schema();
    let mut out = f.debug_struct(schema.name);
    for (index, field) in schema.fields.iter().enumerate() {
        let value = object.get(index);
        if value.is_unset() {
            continue;
        }
        if field.secret {
            out.field(field.name, &format_args!("[redacted]"));
        } else {
            out.field(field.name, &DebugValue(value));
        }
    }
    out.finish()
}

struct DebugValue<'a>(&'a dyn Value);

impl Debug for DebugValue<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.view() {
            View::Unset => f.write_str("null"),
            View::Bool(value) => value.fmt(f),
            View::Int(value) => value.fmt(f),
            View::Float(value) => value.fmt(f),
            View::Text(value) => value.fmt(f),
            // A file's content helps nobody in a log.
            View::Bytes(value) => write!(f, "[{} bytes]", value.len()),
            View::File(value) => value.fmt(f),
            View::Json(value) => write!(f, "{value}"),
            View::List(list) => debug_list(list, f),
            View::Map(map) => debug_map(map, f),
            View::Object(object) => debug_object(object, f),
        }
    }
}

fn debug_list(list: &dyn List, f: &mut Formatter<'_>) -> fmt::Result {
    let items = (0..list.len()).map(|index| DebugValue(list.at(index)));
    f.debug_list().entries(items).finish()
}

fn debug_map(map: &dyn Map, f: &mut Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_map();
    map.each(&mut |key, value| {
        out.entry(&key, &DebugValue(value));
    });
    out.finish()
}
