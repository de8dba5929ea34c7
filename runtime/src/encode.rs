//! A request on its way out: checked, and placed into an HTTP request as the
//! metadata says.

mod flatten;
mod json;
mod request;
mod validate;

pub use flatten::params;
pub use json::{serialize, to_json, to_json_value};
pub use request::{Encoded, encode};
pub use validate::{Violation, ViolationKind, preflight};
