//! Which host a call goes to: the one that is named, else the one that the
//! product publishes for the region, else the product's rule.

mod endpoint;
mod hint;
mod published;

pub(crate) use endpoint::{Endpoint, is_region, parse, region, resolve, shown};
pub use endpoint::{EndpointError, Network};
pub(crate) use hint::{SET_A_REGION, hint};
