//! `Debug` of generated types: set fields by wire name, secrets redacted.

use super::value::{List, Map, Object, Value, View};
use std::fmt::{self, Debug, Formatter};

/// What `Debug` of a generated type does.
#[inline]
pub fn debug<T: Object>(object: &T, f: &mut Formatter<'_>) -> fmt::Result {
    show(object, f)
}

/// Shows an object's set fields.
pub(crate) fn show(object: &dyn Object, f: &mut Formatter<'_>) -> fmt::Result {
    let schema = object.schema();
    let mut shown = f.debug_struct(schema.name);
    for (index, field) in schema.fields.iter().enumerate() {
        let value = object.get(index);
        if value.is_unset() {
            continue;
        }
        if field.secret {
            shown.field(field.name, &format_args!("[redacted]"));
        } else {
            shown.field(field.name, &Shown(value));
        }
    }
    shown.finish()
}

struct Shown<'a>(&'a dyn Value);

impl Debug for Shown<'_> {
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
            View::List(list) => show_list(list, f),
            View::Map(map) => show_map(map, f),
            View::Object(object) => show(object, f),
        }
    }
}

fn show_list(list: &dyn List, f: &mut Formatter<'_>) -> fmt::Result {
    let items = (0..list.len()).map(|index| Shown(list.at(index)));
    f.debug_list().entries(items).finish()
}

fn show_map(map: &dyn Map, f: &mut Formatter<'_>) -> fmt::Result {
    let mut shown = f.debug_map();
    map.each(&mut |key, value| {
        shown.entry(&key, &Shown(value));
    });
    shown.finish()
}
