//! The names of a type's secrets, without a value of it that holds any.

use std::collections::BTreeSet;

use super::value::{Object, Slot, Value};

/// How deep types are looked into: some contain themselves.
const DEPTH: usize = 12;

/// The names on the wire of all fields that are secret, at any depth. Fills `object` with
/// empty values on the way.
pub(crate) fn secret_names(object: &mut dyn Object) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    of_object(object, DEPTH, &mut found);
    found
}

fn of_object(object: &mut dyn Object, depth: usize, found: &mut BTreeSet<&'static str>) {
    for (index, field) in object.schema().fields.iter().enumerate() {
        if field.secret {
            found.insert(field.name);
        }
        of_value(object.get_mut(index), depth, found);
    }
}

fn of_value(value: &mut dyn Value, depth: usize, found: &mut BTreeSet<&'static str>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match value.slot() {
        Slot::Object(object) => of_object(object, depth, found),
        Slot::List(list) => of_value(list.push(), depth, found),
        Slot::Map(map) => of_value(map.entry(String::new()), depth, found),
        _ => {}
    }
}
