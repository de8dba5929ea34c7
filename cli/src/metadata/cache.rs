//! [`Cache`]: what was fetched, by product and version, each file under the hash of its
//! bytes. A file is written whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::catalogue::Catalogue;

/// The file with the list of products.
const CATALOGUE: &str = "products.json";

/// A folder of fetched metadata.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// A file of the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// SHA-256 of its bytes, in hex.
    pub hash: String,
    /// The bytes.
    pub json: Vec<u8>,
}

impl Entry {
    /// An entry of these bytes.
    pub fn new(json: Vec<u8>) -> Self {
        Self {
            hash: HEXLOWER.encode(&Sha256::digest(&json)),
            json,
        }
    }
}

impl Cache {
    /// The cache in a folder; it is made when something is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The user's: what `ALICLOUD_CACHE` names, else `alicloud` in the folder for caches
    /// (`XDG_CACHE_HOME`, `LOCALAPPDATA`, `~/.cache`).
    ///
    /// # Errors
    /// If none of them is set and there is no home directory.
    pub fn user() -> io::Result<Self> {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        if let Some(folder) = variable("ALICLOUD_CACHE") {
            return Ok(Self::new(folder));
        }
        let caches = variable("XDG_CACHE_HOME")
            .or_else(|| variable("LOCALAPPDATA"))
            .map(PathBuf::from)
            .or_else(|| Some(std::env::home_dir()?.join(".cache")));
        let caches = caches.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotFound,
                "there is no folder for caches: set ALICLOUD_CACHE",
            )
        })?;
        Ok(Self::new(caches.join("alicloud")))
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps a file; the newest one of a version is the one that [`Cache::newest`] finds.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep(&self, product: &str, version: &str, entry: &Entry) -> io::Result<PathBuf> {
        let folder = self.version(product, version)?;
        fs::create_dir_all(&folder)?;
        let path = self.path(product, version, &entry.hash)?;
        if !path.exists() {
            write_whole(&path, &entry.json)?;
        }
        write_whole(&folder.join("newest"), entry.hash.as_bytes())?;
        Ok(path)
    }

    /// The file of a version that was kept last.
    ///
    /// # Errors
    /// If it cannot be read, or is not what was kept.
    pub fn newest(&self, product: &str, version: &str) -> io::Result<Option<Entry>> {
        let path = self.version(product, version)?.join("newest");
        match fs::read_to_string(path) {
            Ok(hash) => self.get(product, version, hash.trim()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The file of a version with this hash.
    ///
    /// # Errors
    /// If it cannot be read, or its bytes have another hash.
    pub fn get(&self, product: &str, version: &str, hash: &str) -> io::Result<Option<Entry>> {
        let path = self.path(product, version, hash)?;
        let json = match fs::read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let entry = Entry::new(json);
        match entry.hash == hash {
            true => Ok(Some(entry)),
            false => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{} was changed: delete it", path.display()),
            )),
        }
    }

    /// The versions that are kept: product (in lower case) and version.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn list(&self) -> io::Result<Vec<(String, String)>> {
        let mut found = Vec::new();
        for product in names(&self.folder)? {
            for version in names(&self.folder.join(&product))? {
                found.push((product.clone(), version));
            }
        }
        found.sort();
        Ok(found)
    }

    /// Where the file of a version with this hash is, or would be.
    ///
    /// # Errors
    /// If one of them is no name of a file.
    pub fn path(&self, product: &str, version: &str, hash: &str) -> io::Result<PathBuf> {
        plain(hash)?;
        Ok(self.version(product, version)?.join(format!("{hash}.json")))
    }

    /// Keeps the list of products.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep_catalogue(&self, catalogue: &Catalogue) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let json = serde_json::to_vec(catalogue).map_err(io::Error::other)?;
        write_whole(&self.folder.join(CATALOGUE), &json)
    }

    /// The list of products that was kept last; else those that metadata is kept of.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn catalogue(&self) -> io::Result<Catalogue> {
        match fs::read(self.folder.join(CATALOGUE)) {
            Ok(json) => Ok(serde_json::from_slice(&json)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Catalogue::of_versions(self.list()?))
            }
            Err(error) => Err(error),
        }
    }

    fn version(&self, product: &str, version: &str) -> io::Result<PathBuf> {
        let product = product.to_lowercase();
        plain(&product)?;
        plain(version)?;
        Ok(self.folder.join(product).join(version))
    }
}

/// A name that stays inside of its folder.
fn plain(name: &str) -> io::Result<()> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain) {
        true => Ok(()),
        false => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{name:?} is no name of a product, a version or a file"),
        )),
    }
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(entry.file_name().into_string());
        }
    }
    Ok(found)
}

/// Writes beside the file and renames, so that a reader sees the old bytes or the new.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.part", std::process::id()));
    let mut file = fs::File::create(&beside)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    let done = written.and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_again_by_version_and_by_hash() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path().join("deep/er"));
        assert_eq!(cache.newest("Ga", "2019-11-20").expect("readable"), None);
        let (old, new) = (Entry::new(b"1".to_vec()), Entry::new(b"2".to_vec()));
        cache.keep("Ga", "2019-11-20", &old).expect("kept");
        cache.keep("Ga", "2019-11-20", &new).expect("kept");
        assert_eq!(
            cache.newest("ga", "2019-11-20").expect("readable"),
            Some(new)
        );
        let again = cache.get("GA", "2019-11-20", &old.hash).expect("readable");
        assert_eq!(again, Some(old));
        let list = cache.list().expect("readable");
        assert_eq!(list, [("ga".to_owned(), "2019-11-20".to_owned())]);
    }

    #[test]
    fn a_file_that_was_changed_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path());
        let path = cache
            .keep("Ga", "1", &Entry::new(b"1".to_vec()))
            .expect("kept");
        fs::write(path, "2").expect("writable");
        let error = cache.newest("Ga", "1").expect_err("changed").to_string();
        assert!(error.contains("was changed"), "{error}");
    }

    #[test]
    fn names_that_lead_out_of_the_folder_are_refused() {
        let cache = Cache::new("/nowhere");
        for (product, version) in [("../x", "1"), ("x", ".."), ("", "1"), ("x", "a/b")] {
            assert!(
                cache.newest(product, version).is_err(),
                "{product} {version}"
            );
        }
    }
}
