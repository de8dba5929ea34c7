//! Parameters as the protocol writes them: pairs of a name and a value, their
//! percent-encoding, the canonical query.

mod pair;
mod percent;
mod query;

pub(crate) use pair::pair;
pub use pair::{Pair, owned};
pub use percent::encode;
pub(crate) use percent::{into_string, push_encoded_twice};
pub use query::canonical_query;
pub(crate) use query::{encoded_size, push_canonical_query, sorted};
