//! What both decoders share: their errors, what they report, how they find fields.

use super::{path::Path, schema::Field};
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

/// What the decoding of one document keeps to, and what it collects.
#[derive(Default)]
pub(super) struct State {
    /// A member that has no field is an error.
    pub(super) is_strict: bool,
    pub(super) mismatches: Vec<Mismatch>,
}

impl State {
    pub(super) fn mismatch(
        &mut self,
        path: &Path<'_>,
        expected: &'static str,
        found: &'static str,
    ) {
        self.mismatches.push(Mismatch::new(path, expected, found));
    }
}

/// What is said of a member that has no field.
pub(super) fn unknown(path: &Path<'_>, name: &str, fields: &[Field]) -> String {
    let name: String = name.chars().take(NAME_CHARS).collect();
    let path = path.to_string();
    let place = if path.is_empty() {
        String::new()
    } else {
        format!(" in `{path}`")
    };
    match nearest(&name, fields) {
        Some(near) => format!("unknown member `{name}`{place}: did you mean `{near}`?"),
        None => format!("unknown member `{name}`{place}"),
    }
}

/// How much of an unknown name is shown.
const NAME_CHARS: usize = 100;

/// The field whose name was probably meant, if one comes close.
#[cfg(feature = "serde")]
fn nearest(name: &str, fields: &[Field]) -> Option<&'static str> {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let name = plain(name);
    let scored = fields
        .iter()
        .map(|field| (strsim::jaro_winkler(&name, &plain(field.name)), field.name));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.85).then_some(best.1)
}

/// Requests are read from JSON by serde's traits alone.
#[cfg(not(feature = "serde"))]
fn nearest(_name: &str, _fields: &[Field]) -> Option<&'static str> {
    None
}

/// A reply as text. Bytes that are not UTF-8 are replaced and reported: the rest
/// of the reply is still worth having. A byte order mark is dropped.
pub(super) fn utf8<'a>(bytes: &'a [u8], state: &mut State) -> Cow<'a, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Asked first because it is ten times faster than replacing.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    state.mismatch(&Path::ROOT, TEXT, "other bytes");
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
