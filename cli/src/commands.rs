//! One file a command.

pub(crate) mod add;
pub(crate) mod explore;
pub(crate) mod fetch;
mod metadata;
pub(crate) mod mock;
pub(crate) mod outdated;
pub(crate) mod update;
