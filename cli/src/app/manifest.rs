//! The dependencies that generated code needs, put into an app's `Cargo.toml` as its author
//! wrote it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

/// Where an app's dependencies come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependencies {
    /// The registry, in the version of this program.
    Published,
    /// A checkout of the project.
    Checkout(PathBuf),
}

impl Dependencies {
    /// A checkout of the project at a path, for the app in a folder: a path from there stays
    /// one, so that the app can be checked out elsewhere too.
    ///
    /// # Errors
    /// If there is none.
    pub fn checkout(path: &Path, app: &Path) -> Result<Self> {
        for folder in ["runtime", "build"] {
            let manifest = path.join(folder).join("Cargo.toml");
            if !manifest.is_file() {
                bail!(
                    "there is no checkout in {}: {} is missing",
                    path.display(),
                    manifest.display()
                );
            }
        }
        if path.is_relative() && std::env::current_dir()? == app {
            return Ok(Self::Checkout(path.to_path_buf()));
        }
        let full = path.canonicalize();
        Ok(Self::Checkout(
            full.with_context(|| path.display().to_string())?,
        ))
    }

    /// The manifest with what is missing in it.
    ///
    /// # Errors
    /// If it is no manifest of a package.
    pub fn added_to(&self, manifest: &str) -> Result<String> {
        let mut document: DocumentMut = manifest.parse().context("Cargo.toml")?;
        if !document.contains_key("package") {
            bail!("Cargo.toml is that of a workspace: run this in the folder of one of its apps");
        }
        let runtime = self.of_crate("runtime");
        put(&mut document, "dependencies", "alicloud-runtime", runtime)?;
        put(&mut document, "dependencies", "tokio", tokio())?;
        put(
            &mut document,
            "build-dependencies",
            "alicloud-build",
            self.of_crate("build"),
        )?;
        Ok(document.to_string())
    }

    fn of_crate(&self, folder: &str) -> Value {
        match self {
            Self::Published => env!("CARGO_PKG_VERSION").into(),
            Self::Checkout(path) => {
                let path = path.join(folder).to_string_lossy().into_owned();
                InlineTable::from_iter([("path", path)]).into()
            }
        }
    }
}

/// What an example's `main` needs, and every app that calls something.
fn tokio() -> Value {
    let mut table = InlineTable::new();
    table.insert("version", "1".into());
    let features = Array::from_iter(["macros", "rt-multi-thread"]);
    table.insert("features", features.into());
    table.into()
}

/// Adds a dependency where there is none of its name.
fn put(document: &mut DocumentMut, section: &str, name: &str, value: Value) -> Result<()> {
    let table = document
        .entry(section)
        .or_insert_with(|| Item::Table(Table::new()));
    let Some(table) = table.as_table_like_mut() else {
        bail!("`{section}` in Cargo.toml is no table");
    };
    if !table.contains_key(name) {
        table.insert(name, Item::Value(value));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_added_once_and_the_rest_stays_as_it_was_written() {
        let before = "# mine\n[package]\nname = \"app\"   # here\n\n[dependencies]\nserde = '1' # why\n\
                      tokio.workspace = true\n\n[profile.dev]\ndebug = false\n";
        let dependencies = Dependencies::Checkout("/checkout".into());
        let after = dependencies.added_to(before).expect("a manifest");
        assert_eq!(
            after,
            "# mine\n[package]\nname = \"app\"   # here\n\n[dependencies]\nserde = '1' # why\n\
             tokio.workspace = true\nalicloud-runtime = { path = \"/checkout/runtime\" }\n\n\
             [profile.dev]\ndebug = false\n\n[build-dependencies]\n\
             alicloud-build = { path = \"/checkout/build\" }\n"
        );
        assert_eq!(dependencies.added_to(&after).expect("a manifest"), after);
    }

    #[test]
    fn a_manifest_that_is_none_is_refused() {
        let add = |text| {
            Dependencies::Published
                .added_to(text)
                .map_err(|error| format!("{error:#}"))
        };
        let error = add("[workspace]\nmembers = []\n").expect_err("a workspace");
        assert!(error.contains("one of its apps"), "{error}");
        let error = add("[package\n").expect_err("no TOML");
        assert!(
            error.starts_with("Cargo.toml: TOML parse error at line 1"),
            "{error}"
        );
        let error = add("dependencies = 1\n[package]\nname = \"x\"\n").expect_err("no table");
        assert!(
            error.contains("`dependencies` in Cargo.toml is no table"),
            "{error}"
        );
    }
}
