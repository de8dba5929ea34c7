//! The macros that give a generated type the traits of others.

/// Implements for a type that is an [`Object`](crate::wire::Object) and `Default`:
/// `Clone`, `PartialEq` and `Debug` by its schema. Derives would cost the compiler
/// more, and show secrets.
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($type:ty) => {
        impl ::core::clone::Clone for $type {
            #[inline]
            fn clone(&self) -> Self {
                $crate::wire::copy(self)
            }
        }
        impl ::core::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::wire::equal(self, other)
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
/// that calls it; nor a macro that always calls a second one, which costs time too.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __object_with_serde {
    ($(#[$badge:meta])* $type:ty) => {
        $crate::__object!($type);
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
                $crate::wire::deserialize(deserializer, &mut value)?;
                ::core::result::Result::Ok(value)
            }
        }
    };
}

/// The same, where documentation is built that shows the features that items need.
#[cfg(all(feature = "serde", docsrs))]
#[doc(hidden)]
#[macro_export]
macro_rules! __object_with_badges {
    ($type:ty) => {
        $crate::__object_with_serde!(
            #[doc(cfg(feature = "serde"))]
            $type
        );
    };
}
