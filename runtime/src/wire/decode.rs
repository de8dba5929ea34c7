//! What both decoders share: their errors, what they report, how they find fields.

use super::{path::Path, schema::Field};
use std::fmt::{self, Display, Formatter};

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
}

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

/// The index of a field. The search begins at `start` and goes round.
pub(super) fn find_field(fields: &[Field], start: usize, name: &str) -> Option<usize> {
    let (before, after) = fields.split_at(start.min(fields.len()));
    let ahead = after.iter().position(|field| field.name == name);
    ahead
        .map(|index| index + before.len())
        .or_else(|| before.iter().position(|field| field.name == name))
}
