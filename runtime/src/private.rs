//! What generated code is written against. Not for applications: nothing in
//! here is covered by semantic versioning except through generated code.

pub use crate::decode::{
    DecodeError, Mismatch, Mismatches, decode_json, decode_xml, deserialize, deserialize_request,
};
pub use crate::encode::{
    UnsignedRequest, Violation, ViolationKind, encode, params, preflight, serialize, to_json,
    to_json_value,
};
pub use crate::schema::{Field, Limit, Place, Schema, Style};
pub use crate::value::{
    Boxed, Dynamic, DynamicObject, List, Map, Object, Slot, Value, View, clone_object, debug,
    eq_objects, no_field, set, set_list, set_map,
};
#[cfg(not(feature = "serde"))]
pub use crate::{__object as object, __object as request};
#[cfg(feature = "serde")]
pub use crate::{__object_with_serde as object, __request_with_serde as request};
#[doc(hidden)]
pub use serde_core;

/// Implements for a type that is an [`Object`](crate::wire::Object) and `Default`:
/// `Clone`, `PartialEq` and `Debug` by its schema. Derives would cost the compiler
/// more, and print secrets.
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($type:ty) => {
        impl ::core::clone::Clone for $type {
            #[inline]
            fn clone(&self) -> Self {
                $crate::wire::clone_object(self)
            }
        }
        impl ::core::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::wire::eq_objects(self, other)
            }
        }
        impl ::core::fmt::Debug for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::wire::debug(self, f)
            }
        }
    };
}

/// The same, and `Serialize` and `Deserialize` by wire name. The feature is the
/// runtime's, so `wire::object!` is one or the other, and not the choice of the crate
/// that calls it.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __object_with_serde {
    ($type:ty) => {
        $crate::__object!($type);
        $crate::__serde!($type, deserialize);
    };
}

/// The same for a type of a request.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __request_with_serde {
    ($type:ty) => {
        $crate::__object!($type);
        $crate::__serde!($type, deserialize_request);
    };
}

#[cfg(all(feature = "serde", not(docsrs)))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($type:ty, $deserialize:ident) => {
        $crate::__serde_impls!($type, $deserialize);
    };
}

/// The same, where documentation is built that shows the features that items need.
#[cfg(all(feature = "serde", docsrs))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($type:ty, $deserialize:ident) => {
        $crate::__serde_impls!(
            #[doc(cfg(feature = "serde"))]
            $type,
            $deserialize
        );
    };
}

#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_impls {
    ($(#[$badge:meta])* $type:ty, $deserialize:ident) => {
        $(#[$badge])*
        impl $crate::wire::serde_core::Serialize for $type {
            #[inline]
            fn serialize<S: $crate::wire::serde_core::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::wire::serialize(self, serializer)
            }
        }
        $(#[$badge])*
        impl<'de> $crate::wire::serde_core::Deserialize<'de> for $type {
            #[inline]
            fn deserialize<D: $crate::wire::serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let mut value = <Self as ::core::default::Default>::default();
                $crate::wire::$deserialize(deserializer, &mut value)?;
                ::core::result::Result::Ok(value)
            }
        }
    };
}
