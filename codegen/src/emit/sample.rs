//! A sample reply as far as an assertion in an example needs it: its members, and of
//! each the value if it is simple. Nothing is allocated for the rest.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value.
pub(super) enum SampleValue<'a> {
    Text(Cow<'a, str>),
    Int(i64),
    Bool(bool),
    /// Anything else. It is read all the same: a number that is too large or a depth
    /// that is too great is an error, as it is for the client.
    Other,
}

impl<'de: 'a, 'a> Deserialize<'de> for SampleValue<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SampleValueVisitor;
        impl<'de> Visitor<'de> for SampleValueVisitor {
            type Value = SampleValue<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(SampleValue::Other)
            }
            fn visit_bool<E>(self, v: bool) -> Result<Self::Value, E> {
                Ok(SampleValue::Bool(v))
            }
            fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
                Ok(SampleValue::Int(v))
            }
            fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
                Ok(i64::try_from(v).map_or(SampleValue::Other, SampleValue::Int))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(SampleValue::Other)
            }
            fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
                Ok(SampleValue::Text(Cow::Borrowed(v)))
            }
            fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
                Ok(SampleValue::Text(Cow::Owned(v.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<SampleValue<'_>>()?.is_some() {}
                Ok(SampleValue::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map
                    .next_entry::<SampleValue<'_>, SampleValue<'_>>()?
                    .is_some()
                {}
                Ok(SampleValue::Other)
            }
        }
        deserializer.deserialize_any(SampleValueVisitor)
    }
}
