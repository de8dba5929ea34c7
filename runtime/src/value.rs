//! Values whose types nobody knows: each describes itself ([`Object`]: a static
//! [`Schema`](crate::schema::Schema) and access to each field by its index), and
//! what is done with it is one function over that description, compiled once.

mod boxed;
mod clone;
mod debug;
mod dynamic;
mod eq;
mod files;
mod path;
mod redact;
mod secret_names;
mod set;
mod types;
mod value;

pub use boxed::Boxed;
pub(crate) use clone::clone_fields;
pub use clone::clone_object;
pub use debug::debug;
pub(crate) use debug::debug_object;
pub use dynamic::{Dynamic, DynamicObject};
pub use eq::eq_objects;
pub(crate) use files::{Pending, files, put_urls};
pub(crate) use path::Path;
pub(crate) use redact::{collect_json, secrets};
pub(crate) use secret_names::secret_names;
pub use set::{set, set_list, set_map};
pub(crate) use value::Sealed;
pub use value::{List, Map, Object, Slot, Value, View, no_field};
