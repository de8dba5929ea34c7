//! An app's build script: the line that generates, or the advice to write it.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context as _, Result};
use toml_edit::{DocumentMut, Item};

/// What generates, in a build script.
const CALL: &str = "alicloud_build::generate();";

/// What is to be done about the build script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Script {
    /// It generates already.
    Ready,
    /// There is none: this is to be it.
    Write(String),
    /// There is one, which is the author's to change, or it is turned off; and what to do.
    Advise(String),
}

impl Script {
    /// Looks at the app in a folder with this manifest.
    ///
    /// # Errors
    /// If the script cannot be read.
    pub fn of(folder: &Path, manifest: &str) -> Result<Self> {
        let document: DocumentMut = manifest.parse().context("Cargo.toml")?;
        let build = document
            .get("package")
            .and_then(|package| package.get("build"));
        let path = match build.map(Item::as_value).and_then(|value| value?.as_str()) {
            Some(path) => path,
            None if build.and_then(Item::as_bool) == Some(false) => {
                let advice = format!(
                    "remove `build = false` from Cargo.toml and write `{CALL}` into the `main` of build.rs"
                );
                return Ok(Self::Advise(advice));
            }
            None => "build.rs",
        };
        let text = match fs::read_to_string(folder.join(path)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && path == "build.rs" => {
                return Ok(Self::Write(format!("fn main() {{\n    {CALL}\n}}\n")));
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read {path}")),
        };
        Ok(match text.contains("alicloud_build::generate") {
            true => Self::Ready,
            false => Self::Advise(format!("add this line to `main` in {path}: {CALL}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_of_the_author_is_not_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |manifest: &str| Script::of(folder.path(), manifest).expect("readable");
        assert!(matches!(of("[package]"), Script::Write(text) if text.contains(CALL)));
        let off = of("[package]\nbuild = false");
        assert!(matches!(off, Script::Advise(advice) if advice.contains("build = false")));
        fs::write(folder.path().join("build.rs"), "fn main() {}").expect("writable");
        assert!(matches!(of("[package]"), Script::Advise(advice) if advice.contains("build.rs")));
        fs::write(
            folder.path().join("mine.rs"),
            format!("fn main() {{ {CALL} }}"),
        )
        .expect("writable");
        assert_eq!(of("[package]\nbuild = \"mine.rs\""), Script::Ready);
    }
}
