//! Turns Alibaba Cloud's published API metadata into Rust.

pub mod model;
pub mod names;
