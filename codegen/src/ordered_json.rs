//! JSON as it is written: members in order, repeated keys kept. For specs
//! that are wrong, corrected or imported; others go straight into [`crate::metadata`].

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OrderedJson {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<OrderedJson>),
    Object(Vec<(String, OrderedJson)>),
}

impl OrderedJson {
    /// What JSON calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            OrderedJson::Null => "null",
            OrderedJson::Bool(_) => "a boolean",
            OrderedJson::Number(_) => "a number",
            OrderedJson::Text(_) => "a string",
            OrderedJson::List(_) => "a list",
            OrderedJson::Object(_) => "an object",
        }
    }

    /// The first member of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&OrderedJson> {
        let OrderedJson::Object(members) = self else {
            return None;
        };
        let member = members.iter().find(|(key, _)| key == name);
        member.map(|(_, value)| value)
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            OrderedJson::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether nothing is said: null, white space, an empty list or object.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            OrderedJson::Null => true,
            OrderedJson::Text(text) => text.trim().is_empty(),
            OrderedJson::List(items) => items.is_empty(),
            OrderedJson::Object(members) => members.is_empty(),
            OrderedJson::Bool(_) | OrderedJson::Number(_) => false,
        }
    }
}

impl<'de> Deserialize<'de> for OrderedJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OrderedJsonVisitor;
        impl<'de> Visitor<'de> for OrderedJsonVisitor {
            type Value = OrderedJson;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<OrderedJson, E> {
                Ok(OrderedJson::Null)
            }
            fn visit_bool<E>(self, v: bool) -> Result<OrderedJson, E> {
                Ok(OrderedJson::Bool(v))
            }
            fn visit_i64<E>(self, v: i64) -> Result<OrderedJson, E> {
                Ok(OrderedJson::Number(v.into()))
            }
            fn visit_u64<E>(self, v: u64) -> Result<OrderedJson, E> {
                Ok(OrderedJson::Number(v.into()))
            }
            fn visit_f64<E>(self, v: f64) -> Result<OrderedJson, E> {
                Ok(Number::from_f64(v).map_or(OrderedJson::Null, OrderedJson::Number))
            }
            fn visit_str<E>(self, v: &str) -> Result<OrderedJson, E> {
                Ok(OrderedJson::Text(v.to_owned()))
            }
            fn visit_string<E>(self, v: String) -> Result<OrderedJson, E> {
                Ok(OrderedJson::Text(v))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<OrderedJson, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(OrderedJson::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OrderedJson, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(OrderedJson::Object(members))
            }
        }
        deserializer.deserialize_any(OrderedJsonVisitor)
    }
}

impl Serialize for OrderedJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            OrderedJson::Null => serializer.serialize_unit(),
            OrderedJson::Bool(v) => serializer.serialize_bool(*v),
            OrderedJson::Number(v) => v.serialize(serializer),
            OrderedJson::Text(v) => serializer.serialize_str(v),
            OrderedJson::List(v) => v.serialize(serializer),
            OrderedJson::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}
