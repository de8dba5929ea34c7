//! A reply on its way in: read leniently into a value, from JSON or XML.

mod format;
mod json;
mod mismatch;
mod repair;
mod scalar;
mod xml;

pub use format::Format;
pub use json::{decode_json, deserialize, deserialize_request};
pub use mismatch::{DecodeError, Mismatch, Mismatches};
pub use xml::decode_xml;
