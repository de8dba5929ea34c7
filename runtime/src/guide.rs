//! Guides: what an app does with more than one type of this crate, with programs that run.

#[doc = include_str!("guide/files.md")]
pub mod files {}
