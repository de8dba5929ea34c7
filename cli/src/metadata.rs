//! The metadata that Alibaba Cloud publishes: the service that has it, the list of its
//! products, and a cache of what was fetched.

mod cache;
mod catalogue;
mod library;
mod service;

pub use cache::{Cache, Entry};
pub use catalogue::{Catalogue, Product, nearest};
pub use library::{Found, Library, LibraryError};
pub use service::{BASE_URL, FetchError, Service};
