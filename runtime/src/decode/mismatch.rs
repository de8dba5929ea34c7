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

/// A mismatch: something in a reply that is not what its documentation says and
/// could not be taken for it. The field stayed unset. It names no value: that may
/// be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The place, by wire names and indices from 1; empty for the whole document.
    pub path: String,
    /// The documented kind of value.
    pub expected: &'static str,
    /// The kind of value that was there.
    pub found: &'static str,
}

impl Mismatch {
    fn new(path: &Path<'_>, expected: &'static str, found: &'static str) -> Self {
        Self {
            path: path.shortened(),
            expected,
            found,
        }
    }

    /// Whether the document as a whole is something else.
    pub(crate) fn is_document(&self) -> bool {
        self.path.is_empty() && ![TEXT, VALID].contains(&self.expected)
    }
}

/// What the bytes of any document are.
const TEXT: &str = "UTF-8";

/// And what is in it.
pub(super) const VALID: &str = "characters and numbers";

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

/// Mismatches of a reply with its documentation: the first 64 places, as a slice, and
/// how many there are. A reply of another shape has one at each of its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mismatches {
    kept: Vec<Mismatch>,
    total: usize,
}

impl Mismatches {
    const KEPT: usize = 64;

    /// Counts them all, with those that are not told.
    pub fn total(&self) -> usize {
        self.total
    }

    fn add(&mut self, path: &Path<'_>, expected: &'static str, found: &'static str) {
        self.total += 1;
        if self.kept.len() < Self::KEPT || path.is_root() {
            self.kept.push(Mismatch::new(path, expected, found));
        }
    }
}

impl std::ops::Deref for Mismatches {
    type Target = [Mismatch];

    fn deref(&self) -> &[Mismatch] {
        &self.kept
    }
}

/// What the decoding of one document keeps to, and what it collects.
pub(super) struct State {
    /// A member that has no field is an error.
    pub(super) is_strict: bool,
    pub(super) mismatches: Mismatches,
    /// How many bytes the items of lists and maps may still take, beside their strings.
    /// Each takes those of all of its fields, however few of them were sent.
    room: usize,
}

impl State {
    /// Items may take so many times the bytes of their reply, ...
    const GROWTH: usize = 8;
    /// ... and so many in any reply.
    const LEAST: usize = 8 << 20;

    /// Of a reply of so many bytes.
    pub(super) fn of_reply(bytes: usize) -> Self {
        Self {
            is_strict: false,
            mismatches: Mismatches::default(),
            room: bytes.saturating_mul(Self::GROWTH).max(Self::LEAST),
        }
    }

    /// Of data of the app's own.
    pub(super) fn unbounded(is_strict: bool) -> Self {
        Self {
            is_strict,
            mismatches: Mismatches::default(),
            room: usize::MAX,
        }
    }

    pub(super) fn mismatch(
        &mut self,
        path: &Path<'_>,
        expected: &'static str,
        found: &'static str,
    ) {
        self.mismatches.add(path, expected, found);
    }

    /// Takes room for a value.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), &'static str> {
        match self.room.checked_sub(bytes) {
            Some(room) => {
                self.room = room;
                Ok(())
            }
            None => Err("its lists take far more memory than a reply of its size should"),
        }
    }

    /// Takes room for an entry of a map, the first one or another: tree nodes come with
    /// room for eleven, and at least half of it is used.
    pub(super) fn take_entry(&mut self, value: usize, is_first: bool) -> Result<(), &'static str> {
        let entry = value.saturating_add(size_of::<String>());
        self.take(entry.saturating_mul(if is_first { 12 } else { 2 }))
    }

    /// Gives back the room of a value that was not kept.
    pub(super) fn give_back(&mut self, bytes: usize) {
        self.room = self.room.saturating_add(bytes);
    }
}

/// What is said of a member that has no field.
pub(super) fn unknown(path: &Path<'_>, name: &str, fields: &[Field]) -> String {
    let name: String = name.chars().take(NAME_CHARS).collect();
    let path = path.shortened();
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
