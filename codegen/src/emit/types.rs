//! The Rust types of fields, and the setters that take them.

use crate::docs::Doc;
use crate::model::{Field, Type};
use crate::names::Ident;
use crate::template::{Code, templates};

/// Which way a type travels: text is `Option<String>` in a request, where empty and
/// absent differ, and `String` in a response, where they do not.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Request,
    Response,
}

templates! {
    fn bool_type() -> Code = Type { bool }
    fn int_type() -> Code = Type { i64 }
    fn float_type() -> Code = Type { f64 }
    fn text_type() -> Code = Type { String }
    fn bytes_type() -> Code = Type { alicloud_runtime::Bytes }
    fn json_type() -> Code = Type { alicloud_runtime::Json }
    fn list_type(item: &Code) -> Code = Type { Vec<__item> }
    fn map_type(item: &Code) -> Code = Type { std::collections::BTreeMap<String, __item> }
    fn option_type(inner: &Code) -> Code = Type { Option<__inner> }
    fn boxed_type(inner: &Code) -> Code = Type { Option<wire::Boxed<__inner>> }
}

/// The type as it is in a list or a map.
pub(super) fn bare(ty: &Type) -> Code {
    match ty {
        Type::Bool => bool_type(),
        Type::Int => int_type(),
        Type::Float => float_type(),
        Type::Text => text_type(),
        Type::Bytes => bytes_type(),
        Type::Any => json_type(),
        Type::List(item) => list_type(&bare(item)),
        Type::Map(item) => map_type(&bare(item)),
        Type::Struct(ident) => Code::from(ident),
    }
}

/// The type of a field: one that can be unset.
pub(super) fn of_field(field: &Field, side: Side) -> Code {
    let inner = bare(&field.ty);
    match &field.ty {
        Type::List(_) | Type::Map(_) | Type::Any => inner,
        Type::Text if side == Side::Response => inner,
        _ if field.boxed => boxed_type(&inner),
        _ => option_type(&inner),
    }
}

templates! {
    fn set(field: &Ident, ty: &Code) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: __ty) -> Self {
            wire::set(&mut self.__field, value);
            self
        }
    }
    fn set_into(field: &Ident, ty: &Code) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: impl Into<__ty>) -> Self {
            wire::set(&mut self.__field, value);
            self
        }
    }
    fn set_json(field: &Ident, ty: &Code) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: impl Into<__ty>) -> Self {
            self.__field = value.into();
            self
        }
    }
    fn set_list(field: &Ident, item: &Code) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: impl IntoIterator<Item = __item>) -> Self {
            wire::set_list(&mut self.__field, value);
            self
        }
    }
    fn set_map(field: &Ident, item: &Code) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: impl IntoIterator<Item = (impl Into<String>, __item)>) -> Self {
            wire::set_map(&mut self.__field, value);
            self
        }
    }
    fn into_type(item: &Code) -> Code = Type { impl Into<__item> }
    fn deprecated_attribute(note: &str) -> Code = Attribute { #[deprecated = "__note"] }
    fn constant(docs: &Doc, name: &Ident, value: &str) -> Code = Members {
        #[doc = "__docs"]
        pub const __name: &str = "__value";
    }
}

/// The method that sets a field.
pub(super) fn setter(field: &Field) -> Code {
    let name = &field.ident;
    let ty = bare(&field.ty);
    let setter = match &field.ty {
        // Not `impl Into<i64>`: a literal would be an `i32` then, and not fit.
        Type::Bool | Type::Int | Type::Struct(_) => set(name, &ty),
        Type::Float | Type::Text | Type::Bytes => set_into(name, &ty),
        Type::Any => set_json(name, &ty),
        Type::List(item) => set_list(name, &argument(item)),
        Type::Map(item) => set_map(name, &argument(item)),
    };
    if field.deprecated {
        let note = "The service advises against this parameter.";
        return setter.with_attribute(&deprecated(note));
    }
    setter
}

/// The attribute of what is deprecated.
pub(super) fn deprecated(note: &str) -> Code {
    deprecated_attribute(note)
}

/// What a setter takes for an item of this type: what becomes one, for scalars.
fn argument(item: &Type) -> Code {
    let ty = bare(item);
    match item {
        Type::Float | Type::Text | Type::Bytes | Type::Any => into_type(&ty),
        _ => ty,
    }
}

/// The documented values of a text field, as constants for arguments and patterns.
pub(super) fn constants(field: &Field) -> Code {
    let mut code = Code::new();
    for value in &field.values {
        if let Some(name) = &value.ident {
            code.line(&constant(
                &super::texts::value(field, value),
                name,
                &value.value,
            ));
        }
    }
    code
}
