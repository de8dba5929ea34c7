//! A reply on its way in: read leniently into a value, from JSON or XML.

mod format;
mod json;
mod mismatch;
mod scalar;
mod xml;

pub use format::Format;
pub use json::{decode_json, deserialize};
pub use mismatch::{DecodeError, Mismatch};
pub use xml::decode_xml;
