//! The Rust types of fields, and the setters that take them.

use super::doc_comments::{self, Filled};
use crate::docs::{Doc, Prose};
use crate::model::{Field, Side, Type};
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

templates! {
    fn bool_type() -> Code = Type { bool }
    fn int_type() -> Code = Type { i64 }
    fn float_type() -> Code = Type { f64 }
    fn string_type() -> Code = Type { String }
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
            Type::Text => code.call(string_type()),
            Type::Bytes => code.call(bytes_type()),
            Type::Any => code.call(json_type()),
            Type::List(item) => code.call(list_type(bare(item))),
            Type::Map(item) => code.call(map_type(bare(item))),
            Type::Struct(ident) => code.call(ident),
        };
    }
}

/// The type of a field: one that can be unset. Text is `Option<String>` in a request, where
/// empty and absent differ, and `String` in a response, where they do not.
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
    fn set(docs: &Doc, field: &Ident, ty: impl Emit) -> Code = Members {
        #[doc = "__docs"]
        #[inline]
        pub fn __field(mut self, value: __ty) -> Self {
            wire::set(&mut self.__field, value);
            self
        }
    }
    fn set_into(docs: &Doc, field: &Ident, ty: impl Emit) -> Code = Members {
        #[doc = "__docs"]
        #[inline]
        pub fn __field(mut self, value: impl Into<__ty>) -> Self {
            wire::set(&mut self.__field, value);
            self
        }
    }
    fn set_json(docs: &Doc, field: &Ident, ty: impl Emit) -> Code = Members {
        #[doc = "__docs"]
        #[inline]
        pub fn __field(mut self, value: impl Into<__ty>) -> Self {
            self.__field = value.into();
            self
        }
    }
    fn set_list(docs: &Doc, field: &Ident, item: impl Emit) -> Code = Members {
        #[doc = "__docs"]
        #[inline]
        pub fn __field(mut self, value: impl IntoIterator<Item = __item>) -> Self {
            wire::set_list(&mut self.__field, value);
            self
        }
    }
    fn set_map(docs: &Doc, field: &Ident, item: impl Emit) -> Code = Members {
        #[doc = "__docs"]
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
pub(super) fn setter(field: &Field, filled: Filled, description: &Prose<'_>) -> impl Emit {
    move |code: &mut Code| {
        let docs = &doc_comments::setter(field, filled, description);
        if field.deprecated {
            let note = "The service advises against this parameter.";
            code.call(
                assigner(docs, field)
                    .code()
                    .with_attribute(deprecated(note)),
            );
        } else {
            code.call(assigner(docs, field));
        }
    }
}

fn assigner(docs: &Doc, field: &Field) -> impl Emit {
    move |code: &mut Code| {
        let name = &field.ident;
        let ty = bare(&field.ty);
        match &field.ty {
            _ if field.file_url => code.call(set_into(docs, name, file_url_type())),
            Type::Bytes => code.call(set_into(docs, name, file_type())),
            // Not `impl Into<i64>`: a literal would be an `i32` then, and not fit.
            Type::Bool | Type::Int | Type::Struct(_) => code.call(set(docs, name, ty)),
            Type::Float | Type::Text => code.call(set_into(docs, name, ty)),
            Type::Any => code.call(set_json(docs, name, ty)),
            Type::List(item) => code.call(set_list(docs, name, argument(item))),
            Type::Map(item) => code.call(set_map(docs, name, argument(item))),
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
                let docs = doc_comments::value(field, value);
                code.line(constant(&docs, name, value.value));
            }
        }
    }
}

pub(super) fn has_constants(field: &Field) -> bool {
    field.values.iter().any(|value| value.ident.is_some())
}
