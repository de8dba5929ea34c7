//! For an app's `build.rs`: generates the operations that `alicloud.lock` names (compiled and not
//! run: it is the build of an app, whose `main` it is):
//!
//! ```no_run
//! # #![allow(clippy::needless_doctest_main)]
//! fn main() {
//!     alicloud_build::generate();
//! }
//! ```
//!
//! `cargo alicloud add` writes that line, the lock and the metadata that it names. What
//! is generated is one text, which the app includes once, where it wants the modules of
//! the products to be (no example that runs: only an app's build makes that file):
//!
//! ```ignore
//! include!(concat!(env!("OUT_DIR"), "/alicloud.rs"));
//! ```
//!
//! Adding an operation later changes the lock and not `build.rs`.

mod lock;

use std::fmt;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use alicloud_codegen::{Diagnostic, ForBuild, Spec};

pub use lock::{ALL, LOCK, Lock, LockError, Pinned};

/// The name of what is written into `OUT_DIR`.
pub const OUTPUT: &str = "alicloud.rs";

/// The corrections that may stand beside a product's metadata.
const OVERLAY: &str = "overlay.json";

/// Generates what the lock beside the package's `Cargo.toml` names into `OUT_DIR`. For a
/// `build.rs`: what is wrong is printed, each finding with its place, and ends the build.
pub fn generate() {
    let folder = env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    let Some(out) = env::var_os("OUT_DIR") else {
        return fail("OUT_DIR is not set: call alicloud_build::generate from a build.rs");
    };
    for file in watched(&folder) {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    let generated = generated(&folder)
        .and_then(|text| write(&Path::new(&out).join(OUTPUT), &text).map_err(Error::File));
    if let Err(error) = generated {
        fail(&error.to_string());
    }
}

fn fail(message: &str) {
    eprintln!("{message}");
    std::process::exit(1);
}

/// The reason why nothing was generated.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read or written.
    File(io::Error),
    /// The lock cannot be understood.
    Lock(LockError),
    /// The metadata is wrong, or lacks an operation.
    Findings(Vec<Diagnostic>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Lock(error) => error.fmt(f),
            Self::Findings(findings) => {
                for (index, finding) in findings.iter().enumerate() {
                    let line = if index == 0 { "" } else { "\n" };
                    write!(f, "{line}{finding}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Error {}

/// Makes the text that [`generate`] writes, for the app in a folder.
///
/// # Errors
/// If a file is missing, or a spec cannot be generated.
pub fn generated(folder: &Path) -> Result<String, Error> {
    let lock = Lock::read(folder).map_err(Error::Lock)?;
    let mut read = Vec::with_capacity(lock.products.len());
    for product in &lock.products {
        let path = product.path();
        let json = read_file(&folder.join(&path)).map_err(|error| {
            let advice = format!("{error}; `cargo alicloud add {product}` fetches it");
            Error::File(io::Error::new(error.kind(), advice))
        })?;
        let overlay_path = path.with_file_name(OVERLAY);
        let overlay = match read_file(&folder.join(&overlay_path)) {
            Ok(overlay) => Some((portable(&overlay_path), overlay)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::File(error)),
        };
        read.push((portable(&path), json, overlay));
    }
    let specs: Vec<_> = (lock.products.iter().zip(&read))
        .map(|(product, (path, json, overlay))| {
            let overlay = overlay.as_ref();
            let spec = Spec {
                path,
                json,
                overlay: overlay.map(|(path, json)| (path.as_str(), json.as_slice())),
            };
            ForBuild {
                spec,
                operations: product.wanted(),
                version_in_name: product.version_in_name,
            }
        })
        .collect();
    alicloud_codegen::generate_all_for_build(&specs).map_err(Error::Findings)
}

/// What the output depends on: also files that may appear.
fn watched(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![folder.join(LOCK)];
    for product in Lock::read(folder).unwrap_or_default().products {
        let file = folder.join(product.path());
        // Cargo takes a file that is not there for one that changed each time.
        files.extend(Some(file.with_file_name(OVERLAY)).filter(|overlay| overlay.exists()));
        files.push(file);
    }
    files
}

/// A path of the app, the same on every system.
fn portable(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path).map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("cannot read {}: {error}", path.display()),
        )
    })
}

/// Leaves a file as it is that is right already, so that nothing is compiled again.
fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::read(path) {
        Ok(old) if old == text.as_bytes() => Ok(()),
        _ => fs::write(path, text),
    }
}
