//! [`Lock`]: which operations of which metadata an app uses; the file `alicloud.lock`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

/// The name of the file, beside the app's `Cargo.toml`.
pub const LOCK: &str = "alicloud.lock";

/// Stands for every operation of a product.
pub const ALL: &str = "*";

/// The format that this version reads and writes.
const FORMAT: u32 = 1;

/// Lock of an app: which operations of which metadata it uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The format of the file.
    version: u32,
    /// The products, by code and version.
    #[serde(default, rename = "product", skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Pinned>,
}

/// A product version, as an app uses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// The code, as published: `Ga`.
    pub code: String,
    /// The API version: `2019-11-20`.
    pub version: String,
    /// SHA-256 of the metadata as it was published, in hex.
    pub sha256: String,
    /// The day on which it was fetched: `2026-01-31`.
    pub fetched: String,
    /// True where the facts alone are kept, and none of the published texts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub facts: bool,
    /// True where its module carries the version (`ga_2019_11_20`): the app had another version
    /// of the product first, which has the bare name for ever.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub version_in_name: bool,
    /// The operations that are generated, by wire name; [`ALL`] stands for all of them.
    pub operations: Vec<String>,
}

/// The reason why a lock cannot be had.
#[derive(Debug)]
#[non_exhaustive]
pub enum LockError {
    /// It cannot be read.
    Unreadable(PathBuf, io::Error),
    /// It is not in the format.
    Malformed(PathBuf, String),
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) if error.kind() == io::ErrorKind::NotFound => write!(
                f,
                "there is no {}: `cargo alicloud add PRODUCT OPERATION` writes it",
                path.display()
            ),
            Self::Unreadable(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::Malformed(path, why) => write!(f, "{}: {}", path.display(), why.trim_end()),
        }
    }
}

impl std::error::Error for LockError {}

impl Default for Lock {
    fn default() -> Self {
        Self {
            version: FORMAT,
            products: Vec::new(),
        }
    }
}

impl Lock {
    /// Reads the lock of the app in a folder.
    ///
    /// # Errors
    /// If there is none, or it cannot be understood.
    pub fn read(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join(LOCK);
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map_err(|why| LockError::Malformed(path, why)),
            Err(error) => Err(LockError::Unreadable(path, error)),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let lock: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if lock.version != FORMAT {
            return Err(format!(
                "it is in format {}, and this version of alicloud-build reads format {FORMAT}",
                lock.version
            ));
        }
        for product in &lock.products {
            for name in [&product.code, &product.version] {
                if !is_folder(name) {
                    return Err(format!("{name:?} is no name of a product or a version"));
                }
            }
        }
        Ok(lock)
    }

    /// Finds a product version; the code in any case.
    pub fn find(&self, code: &str, version: &str) -> Option<&Pinned> {
        let mut products = self.products.iter();
        products.find(|it| it.code.eq_ignore_ascii_case(code) && it.version == version)
    }

    /// Returns whether another version of a product has its bare name.
    pub fn has_other_version(&self, code: &str, version: &str) -> bool {
        let mut products = self.products.iter();
        products.any(|it| {
            it.code.eq_ignore_ascii_case(code) && it.version != version && !it.version_in_name
        })
    }

    /// Adds a product version, or replaces it. They stay in order.
    pub fn put(&mut self, product: Pinned) {
        let is_same = |it: &Pinned| {
            it.code.eq_ignore_ascii_case(&product.code) && it.version == product.version
        };
        self.products.retain(|it| !is_same(it));
        self.products.push(product);
        self.products
            .sort_by(|a, b| (&a.code, &a.version).cmp(&(&b.code, &b.version)));
    }
}

impl Pinned {
    /// Returns the operations that are generated; none where all are.
    pub fn wanted(&self) -> Option<&[String]> {
        let all = self.operations.iter().any(|name| name == ALL);
        (!all).then_some(&self.operations)
    }

    /// Returns where its metadata is kept, from the app's folder.
    pub fn path(&self) -> PathBuf {
        let product = self.code.to_lowercase();
        Path::new("alicloud")
            .join(product)
            .join(&self.version)
            .join("api-docs.json")
    }
}

/// As `add` takes it: `Ga@2019-11-20 ListAccelerators`.
impl fmt::Display for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.code, self.version)?;
        self.operations
            .iter()
            .try_for_each(|name| write!(f, " {name}"))
    }
}

/// A name that stays inside of its folder.
fn is_folder(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
version = 1

[[product]]
code = "Ga"
version = "2019-11-20"
sha256 = "00"
fetched = "2026-01-31"
operations = ["ListAccelerators"]
"#;

    #[test]
    fn a_lock_is_read_and_a_product_found_in_it() {
        let lock = Lock::parse(TEXT).expect("a lock");
        let ga = lock.find("ga", "2019-11-20").expect("a product");
        assert_eq!(ga.path(), Path::new("alicloud/ga/2019-11-20/api-docs.json"));
        assert_eq!(ga.to_string(), "Ga@2019-11-20 ListAccelerators");
        assert!(!ga.facts);
        assert_eq!(lock.find("ga", "2020-01-01"), None);
    }

    #[test]
    fn what_is_no_lock_is_refused_with_its_place() {
        for (text, words) in [
            ("version = 2", "format 2"),
            ("version = 1\nfoo = 1", "foo"),
            ("version = 1\n[[product]]\ncode = 1", "line 3"),
            (
                &TEXT.replace("\"Ga\"", "\"../x\"") as &str,
                "\"../x\" is no name",
            ),
        ] {
            let error = Lock::parse(text).expect_err(text);
            assert!(error.contains(words), "{error}");
        }
    }
}
