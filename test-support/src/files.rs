//! Files that a test leaves no trace of.

use std::path::{Path, PathBuf};

/// A directory that goes away with its owner.
#[derive(Debug)]
pub struct Home(tempfile::TempDir);

impl Home {
    /// An empty one.
    #[expect(clippy::new_without_default, reason = "it does I/O")]
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file below it, and the directories on the way there.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        let directory = path.parent().expect("a directory");
        std::fs::create_dir_all(directory).expect("a directory");
        std::fs::write(&path, text).expect("a file");
        path
    }
}
