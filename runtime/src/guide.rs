//! Guides: a page per subject, each with examples that run.

#[doc = include_str!("guide/files.md")]
pub mod files {}
#[doc = include_str!("guide/streams.md")]
pub mod streams {}
