//! Turns Alibaba Cloud's published API metadata into Rust.

mod docs;
pub mod emit;
mod file;
pub mod model;
pub mod names;
mod template;

pub use file::File;

/// What to generate, and how its crate names others.
#[derive(Clone, Debug)]
pub struct Options {
    /// The package: `alicloud`.
    pub crate_name: String,
    /// Where the manifest finds the runtime.
    pub runtime: Dependency,
    /// Whether the manifest has a `[workspace]` of its own.
    pub standalone: bool,
    /// Only these operations, by wire name; all of them where there is none.
    pub operations: Option<Vec<String>>,
}

/// How a manifest names the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// `workspace = true`.
    Workspace,
    /// A path, relative to the crate.
    Path(String),
}
