//! Guides: a page per subject, each with examples that run.

#[doc = include_str!("guide/configuration.md")]
pub mod configuration {}

#[doc = include_str!("guide/credentials.md")]
pub mod credentials {}
