//! One file a command.

pub(crate) mod add;
pub(crate) mod explore;
mod metadata;
pub(crate) mod mock;
pub(crate) mod outdated;
pub(crate) mod update;
