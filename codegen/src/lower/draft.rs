//! Structs and types before they have names.

use crate::model;

/// A type whose structs are indices of drafts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ty {
    Bool,
    Int,
    Float,
    Text,
    Bytes,
    Any,
    List(Box<Ty>),
    Map(Box<Ty>),
    Struct(usize),
}

impl Ty {
    /// The struct at the bottom, and whether it is held by a list or a map.
    pub(super) fn innermost(&self) -> Option<(usize, bool)> {
        match self {
            Ty::Struct(index) => Some((*index, false)),
            Ty::List(inner) | Ty::Map(inner) => inner.innermost().map(|(index, _)| (index, true)),
            _ => None,
        }
    }

    pub(super) fn is_scalar(&self) -> bool {
        matches!(self, Ty::Bool | Ty::Int | Ty::Float | Ty::Text | Ty::Bytes)
    }
}

/// A struct without a name.
#[derive(Debug, Default)]
pub(super) struct Draft<'a> {
    pub(super) description: &'a str,
    pub(super) fields: Vec<DraftField<'a>>,
}

/// A field whose type has no names yet.
#[derive(Debug)]
pub(super) struct DraftField<'a> {
    /// Everything but `ty` and `boxed`.
    pub(super) field: model::Field<'a>,
    pub(super) ty: Ty,
    /// What a struct in it is named from.
    pub(super) type_wire: &'a str,
}
