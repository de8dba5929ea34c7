//! [`Shape`]: the type of a parameter, as far as a form has to know it.

use alicloud_codegen::model::Type;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// `true` or `false`.
    Bool,
    /// An integer.
    Int,
    /// A number.
    Float,
    /// A text, or bytes that are typed as one.
    Text,
    /// Any JSON.
    Any,
    /// An object, whose members are those of the [`Member`](super::Member).
    Object,
    /// A list of items of one type.
    List(Box<Shape>),
    /// A map from texts to values of one type.
    Map(Box<Shape>),
}

impl Shape {
    pub(super) fn of(ty: &Type) -> Self {
        match ty {
            Type::Bool => Self::Bool,
            Type::Int => Self::Int,
            Type::Float => Self::Float,
            Type::Text | Type::Bytes => Self::Text,
            Type::Any => Self::Any,
            Type::Struct(_) => Self::Object,
            Type::List(item) => Self::List(Box::new(Self::of(item))),
            Type::Map(item) => Self::Map(Box::new(Self::of(item))),
        }
    }
}
