//! A mirror of `api-docs.json`, Alibaba Cloud's published format: what the bytes
//! say, with nothing decided and nothing Rust-shaped.
//!
//! Keys that nothing needs are not read, so that newer files stay readable. Texts
//! are borrowed from the source where they can be, and maps keep their order and
//! their repeated keys: both are published as they are written.

mod values;

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

pub use values::{Entries, Flag, Scalar, Text};

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
