//! Finding and reading specs: every `api-docs.json` below a directory, with the
//! `overlay.json` beside it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use alicloud_codegen::{Guide, Spec};
pub(crate) use alicloud_mock::Document;
use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// A spec's file as published, and the corrections to it.
pub(crate) const API_DOCS: &str = "api-docs.json";
pub(crate) const OVERLAY: &str = "overlay.json";
const GUIDES: &str = "guides";

/// A spec that has been read.
pub(crate) struct Source {
    /// The product as a maintainer names it on a command line: `ga`.
    pub(crate) product: String,
    /// The API version: `2019-11-20`.
    pub(crate) version: String,
    /// Where it is, as the user sees it.
    pub(crate) path: PathBuf,
    /// What generated files call it; the same on every machine.
    pub(crate) name: String,
    /// The bytes as published.
    pub(crate) json: Vec<u8>,
    /// What generated files call the overlay, and its bytes.
    overlay: Option<(String, Vec<u8>)>,
    /// The pages of `guides/`, sorted by name.
    pub(crate) guides: Vec<Guide>,
}

impl Source {
    /// What codegen takes.
    pub(crate) fn spec(&self) -> Spec<'_> {
        Spec {
            path: &self.name,
            json: &self.json,
            overlay: self
                .overlay
                .as_ref()
                .map(|(name, json)| (name.as_str(), json.as_slice())),
        }
    }

    /// The spec as plain JSON, for what codegen is to be judged by.
    pub(crate) fn document(&self) -> Result<Document> {
        serde_json::from_slice(&self.json).with_context(|| self.path.display().to_string())
    }

    /// The path that the user knows for a file that codegen names.
    pub(crate) fn user_path(&self, file: &str) -> Option<PathBuf> {
        match &self.overlay {
            _ if file == self.name => Some(self.path.clone()),
            Some((name, _)) if file == name => Some(self.path.with_file_name(OVERLAY)),
            _ => None,
        }
    }
}

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    // Cargo sets it for `cargo xtask`; the value of compile time serves a binary
    // that is started by hand.
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Reads every spec below a directory, sorted by path.
pub(crate) fn read_all(directory: &Path) -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    find(directory, &mut paths)
        .with_context(|| format!("cannot list the specs in {}", directory.display()))?;
    paths.sort();
    if paths.is_empty() {
        bail!("no {API_DOCS} below {}", directory.display());
    }
    paths.iter().map(|path| read(path, directory)).collect()
}

/// Reads one spec.
pub(crate) fn read_one(path: &Path) -> Result<Source> {
    read(path, path.parent().unwrap_or(Path::new("")))
}

fn find(directory: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        // `metadata` of the path, not of the entry: a linked folder counts.
        let path = entry.path();
        if fs::metadata(&path)?.is_dir() {
            find(&path, found)?;
        } else if entry.file_name() == API_DOCS {
            found.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path, directory: &Path) -> Result<Source> {
    let json = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let overlay_path = path.with_file_name(OVERLAY);
    let overlay = match fs::read(&overlay_path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(error).context(format!("cannot read {}", overlay_path.display()));
        }
    };
    let (product, version) = identity(path, &json);
    let spec = name(path, directory);
    Ok(Source {
        guides: guides(&path.with_file_name(GUIDES), &spec)?,
        product,
        version,
        overlay: overlay.map(|json| (name(&overlay_path, directory), json)),
        name: spec,
        path: path.to_path_buf(),
        json,
    })
}

/// The Markdown in the folder of a spec's guides; none where there is no folder.
fn guides(folder: &Path, spec: &str) -> Result<Vec<Guide>> {
    let mut guides = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(guides);
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "md")
            && let Some(name) = path.file_stem().and_then(|it| it.to_str())
        {
            let text = fs::read_to_string(&path);
            guides.push(Guide {
                spec: spec.to_owned(),
                name: name.to_owned(),
                text: text.with_context(|| path.display().to_string())?,
            });
        }
    }
    guides.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(guides)
}

/// Product and version: what the spec says of itself, or else the folders
/// `<product>/<version>/` that hold it, so that a broken spec has a name too.
pub(crate) fn identity(path: &Path, json: &[u8]) -> (String, String) {
    #[derive(Deserialize)]
    struct Document {
        info: Info,
    }
    #[derive(Deserialize)]
    struct Info {
        product: String,
        version: String,
    }
    if let Ok(Document { info }) = serde_json::from_slice(json) {
        return (info.product.to_lowercase(), info.version);
    }
    let full = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut folders = full.ancestors().skip(1).map(|folder| {
        let name = folder.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    });
    let version = folders.next().unwrap_or_default();
    (folders.next().unwrap_or_default().to_lowercase(), version)
}

/// Inside the project its path there; elsewhere the path from the directory that
/// was searched, with that directory's own name. Neither depends on the machine.
fn name(path: &Path, directory: &Path) -> String {
    let full = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let root = fs::canonicalize(root()).unwrap_or_else(|_| root());
    if let Ok(inside) = full.strip_prefix(&root) {
        return slashes(inside);
    }
    let directory = fs::canonicalize(directory).unwrap_or_else(|_| directory.to_path_buf());
    let base = directory.parent().unwrap_or(Path::new("/"));
    slashes(full.strip_prefix(base).unwrap_or(&full))
}

fn slashes(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// The specs of a product, as a maintainer names it.
///
/// # Errors
/// Where there is none; the error lists the products that there are.
pub(crate) fn of_product<'a>(sources: &'a [Source], typed: &str) -> Result<Vec<&'a Source>> {
    let found: Vec<_> = sources
        .iter()
        .filter(|source| is_called(source, typed))
        .collect();
    if found.is_empty() {
        let known: BTreeSet<_> = sources
            .iter()
            .map(|source| source.product.as_str())
            .collect();
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        bail!("no spec of a product `{typed}`; there are: {known}");
    }
    Ok(found)
}

/// Whether a product is what a maintainer typed: case and the choice of `-` or
/// `_` do not matter.
fn is_called(source: &Source, typed: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace('_', "-");
    plain(&source.product) == plain(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_outside_the_project_starts_at_the_searched_directory() {
        assert_eq!(
            name(
                Path::new("/nowhere/corpus/ga/1/api-docs.json"),
                Path::new("/nowhere/corpus")
            ),
            "corpus/ga/1/api-docs.json"
        );
    }

    #[test]
    fn a_broken_spec_is_named_by_its_folders() {
        let (product, version) = identity(Path::new("/nowhere/Ga/2019-11-20/api-docs.json"), b"{");
        assert_eq!((product.as_str(), version.as_str()), ("ga", "2019-11-20"));
    }
}
