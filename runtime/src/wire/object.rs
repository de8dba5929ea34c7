//! The macro that gives a generated type the traits of others.

/// Implements for a type that is an [`Object`](crate::wire::Object) and `Default`:
/// `PartialEq` and `Debug` by its schema (a derive would cost the compiler more,
/// and show secrets), and with the runtime's feature `serde` the traits
/// `Serialize` and `Deserialize` by wire name.
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($type:ty) => {
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
        $crate::__object_serde!($type);
    };
}

/// Part of `object!`: the feature is the runtime's, so the choice is made here and
/// not in the crate that calls the macro.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __object_serde {
    ($type:ty) => {
        impl $crate::wire::serde_core::Serialize for $type {
            #[inline]
            fn serialize<S: $crate::wire::serde_core::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::wire::serialize(self, serializer)
            }
        }
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

/// Part of `object!`: nothing without the feature `serde`.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __object_serde {
    ($type:ty) => {};
}
