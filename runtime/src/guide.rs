//! Guides: a page per subject, each with examples that run.

#[doc = include_str!("guide/observing.md")]
pub mod observing {}

#[doc = include_str!("guide/testing.md")]
pub mod testing {}
