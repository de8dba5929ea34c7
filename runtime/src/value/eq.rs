//! `PartialEq` of generated types.

use super::value::{Object, Value, View};

/// Compares two values of a generated type. Generic, so that the coercion is
/// written and checked once, not by every type.
#[inline]
pub fn eq_objects<T: Object>(left: &T, right: &T) -> bool {
    same_fields(left, right)
}

/// Whether two objects of one type hold the same.
fn same_fields(left: &dyn Object, right: &dyn Object) -> bool {
    (0..left.schema().fields.len()).all(|index| same(left.get(index), right.get(index)))
}

fn same(left: &dyn Value, right: &dyn Value) -> bool {
    match (left.view(), right.view()) {
        (View::Unset, View::Unset) => true,
        (View::Bool(left), View::Bool(right)) => left == right,
        (View::Int(left), View::Int(right)) => left == right,
        (View::Float(left), View::Float(right)) => left == right,
        (View::Text(left), View::Text(right)) => left == right,
        (View::Bytes(left), View::Bytes(right)) => left == right,
        (View::File(left), View::File(right)) => left == right,
        (View::Json(left), View::Json(right)) => left == right,
        (View::Object(left), View::Object(right)) => same_fields(left, right),
        (View::List(left), View::List(right)) => {
            left.len() == right.len()
                && (0..left.len()).all(|index| same(left.at(index), right.at(index)))
        }
        (View::Map(left), View::Map(right)) => {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            left.each(&mut |key, value| ours.push((key, value)));
            right.each(&mut |key, value| theirs.push((key, value)));
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .zip(&theirs)
                    .all(|(left, right)| left.0 == right.0 && same(left.1, right.1))
        }
        _ => false,
    }
}
