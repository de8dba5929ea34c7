//! What `cargo alicloud` is made of, and what the maintainers' commands share with it.

pub mod app;
pub mod explore;
pub mod metadata;
pub mod serve;
