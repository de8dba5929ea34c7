//! Guides: a page per subject, each with examples that run.

#[doc = include_str!("guide/limits.md")]
pub mod limits {}
