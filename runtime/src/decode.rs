//! A reply on its way in: read leniently into a value, from JSON or XML.

mod events;
mod format;
mod json;
mod members;
mod mismatch;
mod repair;
mod scalar;
mod xml;

pub(crate) use events::{EventParser, SentEvent};
pub use format::Format;
pub(crate) use format::{content, members};
pub use json::{decode_json, deserialize, deserialize_request};
pub(crate) use members::{first_string, is_request_id, request_id};
pub use mismatch::{DecodeError, Mismatch, Mismatches};
pub use xml::decode_xml;
