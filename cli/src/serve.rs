//! `cargo alicloud explore --serve`: the explorer as a local web page.
//!
//! Everything that it says of an operation comes from [`explore`](crate::explore); here are its
//! HTML, what a browser may ask, and which specs there are. Texts of specs are untrusted: `maud`
//! escapes them, and the page's policy lets nothing run but the script that is served beside it.

mod calls;
#[cfg(test)]
mod escaping_tests;
mod explorer;
mod form;
mod guard;
mod layout;
mod lines;
mod lists;
mod markdown;
mod operation;
mod reply;
mod shelf;

pub use explorer::{Explorer, Options};
pub use shelf::Shelf;
