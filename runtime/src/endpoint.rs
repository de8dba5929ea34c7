//! Which host a call goes to: the one that is named, else the one that the
//! product publishes for the region, else the product's rule.

mod endpoint;
mod hint;
mod published;
mod resolve;

pub use endpoint::EndpointError;
pub(crate) use endpoint::{Endpoint, is_region, parse, shown};
pub(crate) use hint::{SET_A_REGION, hint};
pub use resolve::Network;
pub(crate) use resolve::{region, resolve};
