//! What differs from gateway to gateway: the common headers and the signature, the
//! host, the spelling of errors, the header with a request's id. One file each; nothing
//! else knows a gateway by its name.

mod acs;
mod gateway;
mod host;
mod pds;
mod product;

pub(crate) use acs::ACS;
pub(crate) use gateway::{Gateway, Signing, Spelling};
pub(crate) use host::Destination;
pub(crate) use product::of;
