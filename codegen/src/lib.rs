//! Turns Alibaba Cloud's published API metadata into Rust.

mod check;
pub mod diagnostics;
mod locate;
pub mod lower;
pub mod metadata;
pub mod model;
pub mod names;
mod overlay;
mod shape;
mod tree;
