//! `names.lock`, the file of names that were generated once: beside specs that are
//! maintained; beside the crate where specs are taken as they were published, for those
//! are not ours to write to.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use alicloud_codegen::Lock;
use anyhow::{Context, Result};
use serde::Deserialize;
use similar::TextDiff;

/// The lock on disk, and as it is to be.
pub(crate) struct Names {
    path: PathBuf,
    before: String,
    pub(crate) lock: Lock,
}

/// A row of the publisher's list of products, `products.json` beside the specs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    code: String,
    #[serde(default)]
    default_version: Option<String>,
}

impl Names {
    /// Reads the lock in `directory`; where there is none, it is empty. A product that is
    /// not in it yet has the bare name for its default version, if `specs` says which.
    pub(crate) fn read(directory: &Path, specs: &Path) -> Result<Self> {
        let path = directory.join("names.lock");
        let before = read(&path)?.unwrap_or_default();
        let lock = Lock::parse(&before).map_err(anyhow::Error::msg);
        let mut lock = lock.with_context(|| path.display().to_string())?;
        let list = specs.join("products.json");
        if let Some(text) = read(&list)? {
            let listed: Vec<Listed> =
                serde_json::from_str(&text).with_context(|| list.display().to_string())?;
            for product in listed {
                if let Some(version) = product.default_version {
                    lock.prefer(&product.code, &version);
                }
            }
        }
        Ok(Self { path, before, lock })
    }

    /// What `--check` shows; empty where the lock is as it is to be.
    pub(crate) fn diff(&self) -> String {
        let after = self.lock.contents();
        if after == self.before {
            return String::new();
        }
        let name = self.path.display().to_string();
        let diff = TextDiff::from_lines(&self.before, &after);
        diff.unified_diff().header(&name, &name).to_string()
    }

    /// Writes it, where it has changed.
    pub(crate) fn write(&self) -> Result<()> {
        let after = self.lock.contents();
        if after == self.before {
            return Ok(());
        }
        fs::write(&self.path, after).with_context(|| self.path.display().to_string())
    }
}

fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}
