//! The Rust types of fields, and the setters that take them.

use crate::docs::Doc;
use crate::model::{Field, Type};
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

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
    fn file_type() -> Code = Type { alicloud_runtime::FileContent }
    fn file_url_type() -> Code = Type { alicloud_runtime::FileUrl }
    fn json_type() -> Code = Type { alicloud_runtime::Json }
    fn list_type(item: impl Emit) -> Code = Type { Vec<__item> }
    fn map_type(item: impl Emit) -> Code = Type { std::collections::BTreeMap<String, __item> }
    fn option_type(inner: impl Emit) -> Code = Type { Option<__inner> }
    fn boxed_type(inner: impl Emit) -> Code = Type { Option<wire::Boxed<__inner>> }
}

/// The type as it is in a list or a map.
pub(super) fn bare(ty: &Type) -> impl Emit {
    |code: &mut Code| {
        match ty {
            Type::Bool => code.call(bool_type()),
            Type::Int => code.call(int_type()),
            Type::Float => code.call(float_type()),
            Type::Text => code.call(text_type()),
            Type::Bytes => code.call(bytes_type()),
            Type::Any => code.call(json_type()),
            Type::List(item) => code.call(list_type(bare(item))),
            Type::Map(item) => code.call(map_type(bare(item))),
            Type::Struct(ident) => code.call(ident),
        };
    }
}

/// The type of a field: one that can be unset.
pub(super) fn of_field(field: &Field, side: Side) -> impl Emit {
    move |code: &mut Code| {
        let inner = bare(&field.ty);
        match &field.ty {
            _ if field.file_url => code.call(option_type(file_url_type())),
            Type::Bytes if side == Side::Request => code.call(option_type(file_type())),
            Type::List(_) | Type::Map(_) | Type::Any => code.call(inner),
            Type::Text if side == Side::Response => code.call(inner),
            _ if field.boxed => code.call(boxed_type(inner)),
            _ => code.call(option_type(inner)),
        };
    }
}

templates! {
    fn set(field: &Ident, ty: impl Emit) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: __ty) -> Self {
            wire::set(&mut self.__field, value);
            self
        }
    }
    fn set_into(field: &Ident, ty: impl Emit) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: impl Into<__ty>) -> Self {
            wire::set(&mut self.__field, value);
            self
        }
    }
    fn set_json(field: &Ident, ty: impl Emit) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: impl Into<__ty>) -> Self {
            self.__field = value.into();
            self
        }
    }
    fn set_list(field: &Ident, item: impl Emit) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: impl IntoIterator<Item = __item>) -> Self {
            wire::set_list(&mut self.__field, value);
            self
        }
    }
    fn set_map(field: &Ident, item: impl Emit) -> Code = Members {
        /// Sets [`__field`](field@Self::__field).
        #[inline]
        pub fn __field(mut self, value: impl IntoIterator<Item = (impl Into<String>, __item)>) -> Self {
            wire::set_map(&mut self.__field, value);
            self
        }
    }
    fn into_type(item: impl Emit) -> Code = Type { impl Into<__item> }
    fn deprecated_attribute(note: &str) -> Code = Attribute { #[deprecated = "__note"] }
    fn constant(docs: &Doc, name: &Ident, value: &str) -> Code = Members {
        #[doc = "__docs"]
        pub const __name: &str = "__value";
    }
}

/// The method that sets a field.
pub(super) fn setter(field: &Field) -> impl Emit {
    |code: &mut Code| {
        if field.deprecated {
            let note = "The service advises against this parameter.";
            code.call(assigner(field).code().with_attribute(deprecated(note)));
        } else {
            code.call(assigner(field));
        }
    }
}

fn assigner(field: &Field) -> impl Emit {
    |code: &mut Code| {
        let name = &field.ident;
        let ty = bare(&field.ty);
        match &field.ty {
            _ if field.file_url => code.call(set_into(name, file_url_type())),
            Type::Bytes => code.call(set_into(name, file_type())),
            // Not `impl Into<i64>`: a literal would be an `i32` then, and not fit.
            Type::Bool | Type::Int | Type::Struct(_) => code.call(set(name, ty)),
            Type::Float | Type::Text => code.call(set_into(name, ty)),
            Type::Any => code.call(set_json(name, ty)),
            Type::List(item) => code.call(set_list(name, argument(item))),
            Type::Map(item) => code.call(set_map(name, argument(item))),
        };
    }
}

/// The attribute of what is deprecated.
pub(super) fn deprecated(note: &str) -> impl Emit {
    deprecated_attribute(note)
}

/// What a setter takes for an item of this type: what becomes one, for scalars.
fn argument(item: &Type) -> impl Emit {
    |code: &mut Code| {
        let ty = bare(item);
        match item {
            Type::Float | Type::Text | Type::Bytes | Type::Any => code.call(into_type(ty)),
            _ => code.call(ty),
        };
    }
}

/// The documented values of a text field, as constants for arguments and patterns.
pub(super) fn constants(field: &Field) -> impl Emit {
    |code: &mut Code| {
        for value in &field.values {
            if let Some(name) = &value.ident {
                let docs = super::texts::value(field, value);
                code.line(constant(&docs, name, value.value));
            }
        }
    }
}

pub(super) fn has_constants(field: &Field) -> bool {
    field.values.iter().any(|value| value.ident.is_some())
}
