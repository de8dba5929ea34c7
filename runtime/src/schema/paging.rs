//! The paging of an operation, as data.

/// The paging of an operation: by a token, by a number, by either, or not at all. Paths are
/// field indices from the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Paging {
    /// By a token that each reply gives for the next request.
    pub token: Option<TokenPaging>,
    /// By a page number that the caller counts up.
    pub number: Option<NumberPaging>,
    /// Path of the reply's list, where it is known which one.
    pub items: Option<&'static [usize]>,
    /// Path of the reply's total: how many items all pages have.
    pub total: Option<&'static [usize]>,
}

impl Paging {
    /// No paging.
    pub const NONE: Self = Self {
        token: None,
        number: None,
        items: None,
        total: None,
    };
}

/// Paging by a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TokenPaging {
    /// Request field with the token.
    pub token: usize,
    /// Path of the reply's next token.
    pub next: &'static [usize],
    /// Request field with the page's size, where it is not that of [`NumberPaging`].
    pub size: Option<usize>,
}

/// Paging by a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NumberPaging {
    /// Request field with the page's number.
    pub page: usize,
    /// The number of the first page.
    pub first: i64,
    /// Request field with the page's size.
    pub size: Option<usize>,
}
