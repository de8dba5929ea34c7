//! Values whose types nobody knows: each describes itself ([`Object`]: a static
//! [`Schema`](crate::schema::Schema) and access to each field by its index), and
//! what is done with it is one function over that description, compiled once.

mod boxed;
mod clone;
mod debug;
mod eq;
mod path;
mod redact;
mod secret_names;
mod set;
mod types;
mod value;

pub use boxed::Boxed;
pub use clone::copy;
pub use debug::debug;
pub(crate) use debug::show;
pub use eq::equal;
pub(crate) use path::Path;
pub(crate) use redact::{collect_json, secrets};
pub(crate) use secret_names::secret_names;
pub use set::{set, set_list, set_map};
pub use value::{List, Map, Object, Slot, Value, View, no_field};
