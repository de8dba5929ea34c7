//! A mirror of `api-docs.json`, Alibaba Cloud's published format: what the bytes
//! say, with nothing decided and nothing Rust-shaped.
//!
//! Keys that nothing needs are not read, so that newer files stay readable. Texts
//! are borrowed from the source where they can be, and maps keep their order and
//! their repeated keys: both are published as they are written.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// A whole file.
#[derive(Debug, serde::Deserialize)]
#[serde(remote = "Self")]
pub struct Document<'a> {
    /// Product, version and style.
    #[serde(borrow)]
    pub info: Info<'a>,
    /// The types that `$ref` refers to.
    #[serde(borrow, default)]
    pub components: Components<'a>,
    /// The operations.
    #[serde(borrow)]
    pub apis: Entries<'a, Api<'a>>,
    /// Where the service answers.
    #[serde(borrow, default)]
    pub endpoints: Vec<Endpoint<'a>>,
    /// Codes that every operation can answer with (newer files).
    #[serde(borrow, default, rename = "errorCodes")]
    pub error_codes: Vec<ProductErrorCode<'a>>,
}

/// Reads a whole file.
///
/// # Errors
/// If the bytes are not JSON, or not of this shape: the first thing found.
pub fn parse(json: &[u8]) -> Result<Document<'_>, serde_json::Error> {
    serde_json::from_slice(json)
}

/// Which product version a file describes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(remote = "Self")]
pub struct Info<'a> {
    /// `RPC`, `ROA`, …
    #[serde(borrow, default)]
    pub style: Text<'a>,
    /// `Ga`
    #[serde(borrow)]
    pub product: Text<'a>,
    /// `2019-11-20`
    #[serde(borrow)]
    pub version: Text<'a>,
}

/// Shared types.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(remote = "Self")]
pub struct Components<'a> {
    /// By name.
    #[serde(borrow, default)]
    pub schemas: Entries<'a, Schema<'a>>,
}

/// An operation.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
#[allow(missing_docs, reason = "the names are the published ones")]
pub struct Api<'a> {
    #[serde(borrow, default)]
    pub summary: Text<'a>,
    #[serde(borrow, default)]
    pub title: Text<'a>,
    #[serde(borrow, default)]
    pub description: Text<'a>,
    #[serde(borrow, default)]
    pub request_params_description: Text<'a>,
    #[serde(borrow, default)]
    pub response_params_description: Text<'a>,
    #[serde(borrow, default)]
    pub extra_info: Text<'a>,
    #[serde(borrow, default)]
    pub path: Text<'a>,
    #[serde(borrow, default)]
    pub methods: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub schemes: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub consumes: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub security: Vec<Entries<'a, IgnoredAny>>,
    #[serde(borrow, default)]
    pub operation_type: Text<'a>,
    #[serde(borrow, default)]
    pub system_tags: Option<SystemTags<'a>>,
    #[serde(default)]
    pub deprecated: Flag,
    #[serde(borrow, default)]
    pub static_info: Option<StaticInfo<'a>>,
    #[serde(borrow, default)]
    pub parameters: Vec<Parameter<'a>>,
    #[serde(borrow, default)]
    pub responses: Entries<'a, Reply<'a>>,
    #[serde(borrow, default)]
    pub error_codes: Entries<'a, Vec<ErrorCode<'a>>>,
    /// A JSON document in a text: see [`Demo`].
    #[serde(borrow, default)]
    pub response_demo: Text<'a>,
    /// Not published: a name for Rust that an overlay gives.
    #[serde(borrow, default, rename = "x-rust-name")]
    pub rust_name: Text<'a>,
}

/// Classification.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
pub struct SystemTags<'a> {
    /// `get`, `list`, `create`, `update`, `delete`, `none`
    #[serde(borrow, default)]
    pub operation_type: Text<'a>,
    /// `high`, `none`
    #[serde(borrow, default)]
    pub risk_type: Text<'a>,
    /// `paid`, `free`
    #[serde(borrow, default)]
    pub charge_type: Text<'a>,
}

/// More of it.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
pub struct StaticInfo<'a> {
    /// `CS::2015-12-15::ListAddons`: what replaces a deprecated operation.
    #[serde(borrow, default)]
    pub substitutions: Vec<Text<'a>>,
    /// `Alb::2020-06-16::ListAsynJobs`: what tells the outcome of an asynchronous
    /// operation.
    #[serde(borrow, default)]
    pub callback: Text<'a>,
    /// How long to wait between two looks; in milliseconds, or in seconds.
    #[serde(borrow, default)]
    pub callback_interval: Scalar<'a>,
    /// How often to look at most.
    #[serde(borrow, default)]
    pub max_callback_times: Scalar<'a>,
}

/// A request parameter.
#[derive(Debug, serde::Deserialize)]
#[serde(remote = "Self")]
pub struct Parameter<'a> {
    /// The wire name.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// `query`, `formData`, `body`, `path`, `header`, `host`
    #[serde(borrow, rename = "in")]
    pub place: Text<'a>,
    /// `repeatList`, `flat`, `json`, `simple`, …
    #[serde(borrow, default)]
    pub style: Option<Text<'a>>,
    /// What it holds.
    #[serde(borrow)]
    pub schema: Schema<'a>,
}

/// A reply under one status.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(remote = "Self")]
pub struct Reply<'a> {
    /// What its body holds.
    #[serde(borrow, default)]
    pub schema: Option<Schema<'a>>,
}

/// A documented error of an operation.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
#[allow(missing_docs, reason = "the names are the published ones")]
pub struct ErrorCode<'a> {
    #[serde(borrow)]
    pub error_code: Text<'a>,
    #[serde(borrow, default)]
    pub error_message: Text<'a>,
    #[serde(borrow, default)]
    pub description: Text<'a>,
}

/// A documented error of the product.
#[derive(Debug, serde::Deserialize)]
#[serde(remote = "Self")]
#[allow(missing_docs, reason = "the names are the published ones")]
pub struct ProductErrorCode<'a> {
    #[serde(borrow)]
    pub code: Text<'a>,
    #[serde(borrow, default)]
    pub message: Text<'a>,
    #[serde(borrow, default)]
    pub http_code: Scalar<'a>,
    #[serde(borrow, default)]
    pub description: Text<'a>,
}

/// A host.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
#[allow(missing_docs, reason = "the names are the published ones")]
pub struct Endpoint<'a> {
    #[serde(borrow)]
    pub region_id: Text<'a>,
    #[serde(borrow)]
    pub endpoint: Text<'a>,
    #[serde(borrow, default)]
    pub public: Text<'a>,
    #[serde(borrow, default)]
    pub vpc: Text<'a>,
}

/// One of an operation's documented replies, out of [`Api::response_demo`].
#[derive(Debug, serde::Deserialize)]
pub struct Demo<'a> {
    /// `json`, `xml`
    #[serde(borrow, default, rename = "type")]
    pub format: Text<'a>,
    /// The body.
    #[serde(borrow, default)]
    pub example: Text<'a>,
}

/// A type.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
#[allow(missing_docs, reason = "the names are the published ones")]
pub struct Schema<'a> {
    #[serde(borrow, default, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow, default)]
    pub format: Text<'a>,
    #[serde(borrow, default)]
    pub title: Text<'a>,
    #[serde(borrow, default)]
    pub description: Text<'a>,
    #[serde(borrow, default)]
    pub example: Scalar<'a>,
    #[serde(borrow, default)]
    pub default: Scalar<'a>,
    #[serde(default)]
    pub required: Flag,
    #[serde(default)]
    pub deprecated: Flag,
    #[serde(default)]
    pub sensitive: Flag,
    #[serde(borrow, default, rename = "$ref")]
    pub reference: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub properties: Option<Entries<'a, Schema<'a>>>,
    #[serde(borrow, default)]
    pub items: Option<Box<Schema<'a>>>,
    #[serde(borrow, default)]
    pub additional_properties: Option<Additional<'a>>,
    #[serde(borrow, default, rename = "enum")]
    pub values: Vec<Scalar<'a>>,
    #[serde(borrow, default)]
    pub enum_value_titles: Option<Entries<'a, Scalar<'a>>>,
    #[serde(borrow, default)]
    pub minimum: Scalar<'a>,
    #[serde(borrow, default)]
    pub maximum: Scalar<'a>,
    #[serde(default)]
    pub exclusive_minimum: Flag,
    #[serde(default)]
    pub exclusive_maximum: Flag,
    #[serde(borrow, default)]
    pub min_length: Scalar<'a>,
    #[serde(borrow, default)]
    pub max_length: Scalar<'a>,
    #[serde(borrow, default)]
    pub min_items: Scalar<'a>,
    #[serde(borrow, default)]
    pub max_items: Scalar<'a>,
    #[serde(borrow, default)]
    pub pattern: Text<'a>,
    #[serde(default)]
    pub nullable: Flag,
    #[serde(default)]
    pub read_only: Flag,
    /// A text that is the URL of a file, which the official clients also upload.
    #[serde(default)]
    pub is_file_transfer_url: Flag,
    /// `true` on an object that only holds a list; older files name the items so.
    #[serde(borrow, default)]
    pub item_node: Scalar<'a>,
    /// What the list's items are called in XML.
    #[serde(borrow, default)]
    pub item_name: Text<'a>,
    #[serde(borrow, default)]
    pub xml: Option<Xml<'a>>,
    /// What the official clients call the member.
    #[serde(borrow, default)]
    pub sdk_property_name: Text<'a>,
    /// Not published: a name for Rust that an overlay gives.
    #[serde(borrow, default, rename = "x-rust-name")]
    pub rust_name: Text<'a>,
}

/// What is called otherwise in XML.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(remote = "Self")]
pub struct Xml<'a> {
    /// The element.
    #[serde(borrow, default)]
    pub name: Text<'a>,
}

/// `additionalProperties`
#[derive(Debug)]
pub enum Additional<'a> {
    /// Whether there are any, of whatever type.
    Any(bool),
    /// Their type.
    Of(Box<Schema<'a>>),
}

/// Text, borrowed where it holds no escapes. `null` is read as empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text<'a>(pub Cow<'a, str>);

/// A value that is published as text, whatever its type (`"maximum": "10"`), read
/// with or without the quotes. `null` is read as empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Scalar<'a>(pub Cow<'a, str>);

/// A truth value, read with or without quotes; `null` is false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flag(pub bool);

/// An object of arbitrary keys, in order, repeated keys kept.
#[derive(Debug)]
pub struct Entries<'a, V>(pub Vec<(Text<'a>, V)>);

impl<V> Default for Entries<'_, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'a, V> Entries<'a, V> {
    /// In order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &V)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    /// The first of that key.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }
}

macro_rules! text {
    ($name:ident) => {
        impl std::ops::Deref for $name<'_> {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}
text!(Text);
text!(Scalar);

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == *other
    }
}

/// Reads an object, and nothing else: what serde derives takes a list for one too, its items
/// in the order of the fields.
macro_rules! object {
    ($($name:ident)*) => {$(
        impl<'de: 'a, 'a> Deserialize<'de> for $name<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ObjectVisitor;
                impl<'de> Visitor<'de> for ObjectVisitor {
                    type Value = $name<'de>;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
                        // What is derived, of that name and not of the trait.
                        $name::deserialize(de::value::MapAccessDeserializer::new(map))
                    }
                }
                deserializer.deserialize_map(ObjectVisitor)
            }
        }
    )*};
}
object!(Document Info Components Api SystemTags StaticInfo Parameter Reply);
object!(ErrorCode ProductErrorCode Endpoint Schema Xml);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(v)))
            }
            fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(v.to_owned())))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Text::default())
            }
        }
        deserializer.deserialize_any(TextVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = Scalar<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number or a boolean")
            }
            fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Borrowed(v)))
            }
            fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Owned(v.to_owned())))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::default())
            }
            fn visit_bool<E>(self, v: bool) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Borrowed(if v { "true" } else { "false" })))
            }
            fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Owned(v.to_string())))
            }
            fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Owned(v.to_string())))
            }
            fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Owned(v.to_string())))
            }
        }
        deserializer.deserialize_any(ScalarVisitor)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;
        impl Visitor<'_> for FlagVisitor {
            type Value = Flag;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a boolean")
            }
            fn visit_bool<E>(self, v: bool) -> Result<Flag, E> {
                Ok(Flag(v))
            }
            fn visit_unit<E>(self) -> Result<Flag, E> {
                Ok(Flag(false))
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Flag, E> {
                match v {
                    "true" => Ok(Flag(true)),
                    "false" | "" => Ok(Flag(false)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(v), &self)),
                }
            }
        }
        deserializer.deserialize_any(FlagVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Additional<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AdditionalVisitor;
        impl<'de> Visitor<'de> for AdditionalVisitor {
            type Value = Additional<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a boolean or an object")
            }
            fn visit_bool<E>(self, v: bool) -> Result<Self::Value, E> {
                Ok(Additional::Any(v))
            }
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
                let schema = Schema::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Additional::Of(Box::new(schema)))
            }
        }
        deserializer.deserialize_any(AdditionalVisitor)
    }
}

impl<'de: 'a, 'a, V: Deserialize<'de>> Deserialize<'de> for Entries<'a, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for EntriesVisitor<V> {
            type Value = Entries<'de, V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}
