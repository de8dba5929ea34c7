//! What generated code is written against. Not for applications: nothing in
//! here is covered by semantic versioning except through generated code.
//!
//! Generated types describe themselves ([`Object`]: a static [`Schema`] and
//! access to each field by its index) and hold no logic. Everything that is done
//! with a value (encoding, decoding, bounds, redaction, serde, paging) is one
//! non-generic function here over that description, compiled once.

mod convert;
mod copy;
mod decode;
mod encode;
mod equal;
mod form;
mod json;
mod object;
mod path;
mod preflight;
mod schema;
mod ser;
mod set;
mod show;
mod value;
mod xml;

#[cfg(not(feature = "serde"))]
pub use crate::__object as object;
#[cfg(all(feature = "serde", docsrs))]
pub use crate::__object_with_badges as object;
#[cfg(all(feature = "serde", not(docsrs)))]
pub use crate::__object_with_serde as object;
pub use copy::copy;
pub use decode::{DecodeError, Mismatch};
pub use encode::{Encoded, encode};
pub use equal::equal;
pub use form::params;
pub use json::{decode_json, deserialize};
pub use preflight::{Violation, ViolationKind, preflight};
pub use schema::{Field, Limit, Place, Schema, Style};
pub use ser::{serialize, to_json, to_json_value};
#[doc(hidden)]
pub use serde_core;
pub use set::{set, set_list, set_map};
pub use show::debug;
pub(crate) use show::show;
pub use value::{Boxed, List, Map, Object, Slot, Value, View};
pub use xml::decode_xml;
