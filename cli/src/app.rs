//! An app that uses some operations: its folder, its lock, and the files that are changed
//! together or not at all.

mod edits;
mod manifest;
mod script;

use std::path::{Path, PathBuf};

use alicloud_build::{Lock, LockError};
use anyhow::{Context as _, Result, bail};

pub use edits::Edits;
pub use manifest::Dependencies;
pub use script::Script;

/// The crate that an app's developer stands in.
#[derive(Clone, Debug)]
pub struct App {
    folder: PathBuf,
}

impl App {
    /// The package whose folder this is, or that it is in.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(start: &Path) -> Result<Self> {
        let found = start
            .ancestors()
            .find(|folder| folder.join("Cargo.toml").is_file());
        let Some(folder) = found else {
            bail!(
                "there is no Cargo.toml in {} or above it: run this in the folder of an app, or \
                 make one with `cargo new my-app`",
                start.display()
            );
        };
        Ok(Self {
            folder: folder.to_path_buf(),
        })
    }

    /// Where its `Cargo.toml` is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it uses; nothing where it has no lock yet.
    ///
    /// # Errors
    /// If the lock cannot be understood.
    pub fn lock(&self) -> Result<Lock> {
        match Lock::read(&self.folder) {
            Err(LockError::Unreadable(_, error))
                if error.kind() == std::io::ErrorKind::NotFound =>
            {
                Ok(Lock::default())
            }
            read => Ok(read?),
        }
    }

    /// The text of its `Cargo.toml`, and what is to be done to it.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn manifest(&self) -> Result<String> {
        let path = self.folder.join("Cargo.toml");
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// The text of a lock.
///
/// # Errors
/// None that a lock can bring about.
pub fn lock_toml(lock: &Lock) -> Result<String> {
    let text = toml::to_string_pretty(lock)?;
    Ok(format!(
        "# Written by `cargo alicloud`: the operations that build.rs generates, and the metadata\n\
         # that they are generated from. Commit it.\n{text}"
    ))
}
