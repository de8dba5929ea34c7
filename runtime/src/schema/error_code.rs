//! Documented error codes, as static data.

/// A documented row of an operation's error table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ErrorRow {
    /// The HTTP status; 0 where the documentation gives none.
    pub status: u16,
    /// The code as the service spells it; `%s` and the like stand for any string.
    pub code: &'static str,
    /// The message as the service words it; may hold placeholders.
    pub message: &'static str,
    /// The meaning, from the documentation; empty where it says nothing.
    pub meaning: &'static str,
}

impl ErrorRow {
    /// Creates a row: status, code, message, meaning.
    pub const fn new(
        status: u16,
        code: &'static str,
        message: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            status,
            code,
            message,
            meaning,
        }
    }
}

/// The documented codes of an operation, implemented by its `ErrorKind`. Closed:
/// implemented by generated code alone; it may grow.
pub trait ErrorCodes: Copy + Send + Sync + 'static {
    /// The wire name of its operation; empty where it is of none in particular.
    #[doc(hidden)]
    const OPERATION: &'static str = "";
    /// Returns the error table: each row with its variant. A variant that the service
    /// documents under several statuses or spellings has a row for each.
    #[doc(hidden)]
    fn rows() -> &'static [(Self, ErrorRow)];
}

/// The `ErrorKind` of an operation that documents no error codes: it has no value, so
/// [`Error::kind`](crate::Error::kind) is always `None`. Closed on purpose: it stays without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Undocumented {}

impl ErrorCodes for Undocumented {
    fn rows() -> &'static [(Self, ErrorRow)] {
        &[]
    }
}
