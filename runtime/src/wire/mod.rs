//! What generated code is written against. Not for applications: nothing in
//! here is covered by semantic versioning except through generated code.
//!
//! Generated types describe themselves ([`Object`]: a static [`Schema`] and
//! access to each field by its index) and hold no logic. Everything that is done
//! with a value (encoding, decoding, bounds, redaction, serde, paging) is one
//! non-generic function here over that description, compiled once.

mod schema;
mod value;

pub use schema::{Field, Limit, Place, Schema, Style};
pub use value::{List, Map, Object, Slot, Value, View};
