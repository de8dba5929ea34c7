//! `Clone` of generated types.

use super::value::{Object, Slot, Value, View};

/// Clones a generated type: a type holds nothing but the fields of its
/// schema, so filling a new one is all.
#[inline]
pub fn clone_object<T: Object + Default>(object: &T) -> T {
    let mut cloned = T::default();
    clone_fields(object, &mut cloned);
    cloned
}

/// Both are of one type, and `to` is as `Default` made it.
pub(crate) fn clone_fields(from: &dyn Object, to: &mut dyn Object) {
    for index in 0..from.schema().fields.len() {
        clone_value(from.get(index), to.get_mut(index));
    }
}

fn clone_value(from: &dyn Value, to: &mut dyn Value) {
    let view = from.view();
    // A slot would set it.
    if matches!(view, View::Unset) {
        return;
    }
    match (view, to.slot()) {
        (View::Bool(from), Slot::Bool(to)) => *to = from,
        (View::Int(from), Slot::Int(to)) => *to = from,
        (View::Float(from), Slot::Float(to)) => *to = from,
        (View::Text(from), Slot::Text(to)) => from.clone_into(to),
        (View::Bytes(from), Slot::Bytes(to)) => to.clone_from(from),
        (View::File(from), Slot::File(to)) => to.clone_from(from),
        (View::File(from), Slot::FileUrl(to)) => *to = from.clone().into(),
        (View::Text(from), Slot::FileUrl(to)) => *to = from.into(),
        (View::Json(from), Slot::Json(to)) => to.clone_from(from),
        (View::Object(from), Slot::Object(to)) => clone_fields(from, to),
        (View::List(from), Slot::List(to)) => {
            for index in 0..from.len() {
                clone_value(from.at(index), to.push());
            }
        }
        (View::Map(from), Slot::Map(to)) => {
            from.each(&mut |key, from| clone_value(from, to.entry(key.to_owned())));
        }
        _ => unreachable!("what a value is seen as, it is filled as: one implementation says both"),
    }
}
