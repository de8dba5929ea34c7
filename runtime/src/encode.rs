//! A request on its way out: checked, and placed into an HTTP request as the
//! metadata says.

pub(crate) mod content_type;
mod flatten;
mod json;
mod path;
mod place;
mod preflight;
mod request;
mod secrets;

pub use flatten::params;
pub(crate) use json::NOT_UPLOADED;
pub use json::{serialize, to_json, to_json_value};
pub(crate) use path::check_path;
pub use place::encode;
pub use preflight::{Violation, ViolationKind, preflight};
pub use request::UnsignedRequest;
pub(crate) use secrets::{says_secret, secrets_by_name};
