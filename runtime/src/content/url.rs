//! [`FileUrl`]: what a parameter holds that takes the URL of a file.

use std::fmt;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::content::FileContent;

/// The URL of a file, or a file that the call uploads first, to send the URL of that.
///
/// Text is a URL; a path, bytes and a [`FileContent`] are files:
///
/// ```
/// use std::path::Path;
/// use alicloud_runtime::{FileContent, FileUrl};
///
/// let url = FileUrl::from("https://example.com/cat.jpg");
/// assert_eq!(url, FileUrl::Url("https://example.com/cat.jpg".to_owned()));
/// let file = FileUrl::from(Path::new("cat.jpg"));
/// assert_eq!(file, FileUrl::File(FileContent::from_path("cat.jpg")));
/// ```
///
/// A file has no form in serde: a request that holds one is not serialized, with an error
/// that says so.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileUrl {
    /// A URL that the service can read.
    Url(String),
    /// A file, which is uploaded when the call is sent.
    File(FileContent),
}

impl Default for FileUrl {
    /// Creates an empty URL.
    fn default() -> Self {
        Self::Url(String::new())
    }
}

impl fmt::Debug for FileUrl {
    /// Writes the URL, or what the file is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => url.fmt(f),
            Self::File(content) => content.fmt(f),
        }
    }
}

macro_rules! from_url {
    ($($type:ty),*) => {$(
        impl From<$type> for FileUrl {
            fn from(url: $type) -> Self {
                Self::Url(url.into())
            }
        }
    )*};
}
from_url!(String, &str, &String);

macro_rules! from_file {
    ($($type:ty),*) => {$(
        impl From<$type> for FileUrl {
            fn from(file: $type) -> Self {
                Self::File(file.into())
            }
        }
    )*};
}
from_file!(FileContent, PathBuf, &Path, Bytes, Vec<u8>);
