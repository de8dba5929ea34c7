//! Turns Alibaba Cloud's published API metadata into Rust.
