//! [`Edits`]: files that are written all or not at all.

use std::io;
use std::path::{Path, PathBuf};
use std::{fs, process};

use anyhow::{Context as _, Result};

/// Files to be written below a folder.
#[derive(Debug)]
pub struct Edits {
    folder: PathBuf,
    files: Vec<(PathBuf, Vec<u8>)>,
}

/// What stood where a file was written.
struct Undo {
    path: PathBuf,
    old: Option<Vec<u8>>,
}

impl Edits {
    /// None yet.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            files: Vec::new(),
        }
    }

    /// Writes a file, unless it is so already.
    ///
    /// # Errors
    /// If what is there cannot be read.
    pub fn put(&mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Result<()> {
        let (path, bytes) = (path.into(), bytes.into());
        if old(&self.folder.join(&path))?.as_ref() != Some(&bytes) {
            self.files.push((path, bytes));
        }
        Ok(())
    }

    /// The files that are to change, from the folder.
    pub fn paths(&self) -> Vec<String> {
        let shown = |path: &Path| {
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            parts.join("/")
        };
        self.files.iter().map(|(path, _)| shown(path)).collect()
    }

    /// Writes them all. Where one cannot be written, those before it are as they were.
    ///
    /// # Errors
    /// If one cannot be written.
    pub fn apply(self) -> Result<()> {
        let mut done: Vec<Undo> = Vec::new();
        for (path, bytes) in &self.files {
            let path = self.folder.join(path);
            let written = old(&path).and_then(|old| {
                write_whole(&path, bytes)?;
                Ok(old)
            });
            match written {
                Ok(old) => done.push(Undo { path, old }),
                Err(error) => {
                    let undone = done.into_iter().rev().try_for_each(Undo::run);
                    let state = match undone {
                        Ok(()) => "nothing was changed".to_owned(),
                        Err(undo) => format!("half of it was changed ({undo})"),
                    };
                    return Err(error.context(state));
                }
            }
        }
        Ok(())
    }
}

impl Undo {
    fn run(self) -> Result<()> {
        match self.old {
            Some(old) => write_whole(&self.path, &old),
            None => Ok(fs::remove_file(&self.path)?),
        }
    }
}

fn old(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes beside the file and renames: no reader sees half of it.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", process::id()));
    let beside = path.with_file_name(name);
    let parent = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(parent)
        .and_then(|()| fs::write(&beside, bytes))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_one_file_cannot_be_written_the_others_are_as_they_were() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("changed"), "old").expect("writable");
        // A directory stands where a file is to go.
        fs::create_dir_all(path("taken/inside")).expect("writable");
        let mut edits = Edits::new(folder.path());
        edits.put("changed", "new").expect("readable");
        edits.put("added/file", "new").expect("readable");
        edits.files.push(("taken".into(), b"new".to_vec()));
        let error = edits.apply().expect_err("a directory is there");
        let error = format!("{error:#}");
        assert!(
            error.starts_with("nothing was changed: cannot read"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(path("changed")).expect("text"), "old");
        assert!(!path("added/file").exists());
    }

    #[test]
    fn what_is_so_already_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("same"), "text").expect("writable");
        let mut edits = Edits::new(folder.path());
        edits.put("same", "text").expect("readable");
        edits.put("deep/er", "text").expect("readable");
        assert_eq!(edits.paths(), ["deep/er"]);
    }
}
