//! What `cargo alicloud` is made of, and what the maintainers' commands share with it.

pub mod metadata;
