//! What both decoders share: their errors, what they report, how they find fields.

use crate::schema::Field;
use crate::value::Path;
use std::{
    borrow::Cow,
    fmt::{self, Display, Formatter},
};

/// A reply that is not what its format says: not JSON, not XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    message: String,
}

impl DecodeError {
    pub(super) fn new(format: &str, reason: impl Display) -> Self {
        Self {
            message: format!("not readable as {format}: {reason}"),
        }
    }
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

/// Something in a reply that is not what its documentation says and could not be
/// taken for it. The field stayed unset. It names no value: that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// Where, by wire names and indices from 1; empty for the whole document.
    pub path: String,
    /// What the documentation says.
    pub expected: &'static str,
    /// What was there.
    pub found: &'static str,
}

impl Mismatch {
    pub(super) fn new(path: &Path<'_>, expected: &'static str, found: &'static str) -> Self {
        Self {
            path: path.to_string(),
            expected,
            found,
        }
    }

    /// Whether the document as a whole is something else.
    pub(crate) fn is_document(&self) -> bool {
        self.path.is_empty() && self.expected != TEXT
    }
}

/// What the bytes of any document are.
const TEXT: &str = "UTF-8";

impl Display for Mismatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let path = match self.path.as_str() {
            "" => "the document",
            path => path,
        };
        write!(
            f,
            "`{path}`: expected {}, found {}",
            self.expected, self.found
        )
    }
}

/// A reply as text. Bytes that are not UTF-8 are replaced and reported: the rest
/// of the reply is still worth having. A byte order mark is dropped.
pub(super) fn utf8<'a>(bytes: &'a [u8], mismatches: &mut Vec<Mismatch>) -> Cow<'a, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Asked first because it is ten times faster than replacing.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    mismatches.push(Mismatch::new(&Path::ROOT, TEXT, "other bytes"));
    String::from_utf8_lossy(bytes)
}

/// The index of a field. The search begins at `start` and goes round.
#[inline]
pub(super) fn find_field(fields: &[Field], start: usize, name: &str) -> Option<usize> {
    let (before, ahead) = fields.split_at(start.min(fields.len()));
    match ahead.iter().position(|field| field.name == name) {
        Some(index) => Some(before.len() + index),
        None => before.iter().position(|field| field.name == name),
    }
}
