//! How an operation pages, as data.

use super::operation::Operation;

/// How an operation pages: by a token, by a number, by either, or not at all. Paths are
/// field indices from the root.
#[derive(Clone, Copy, Debug)]
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
    /// It does not page.
    pub const NONE: Self = Self {
        token: None,
        number: None,
        items: None,
        total: None,
    };
}

/// Paging by a token.
#[derive(Clone, Copy, Debug)]
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
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NumberPaging {
    /// Request field with the page's number.
    pub page: usize,
    /// The number of the first page.
    pub first: i64,
    /// Request field with the page's size.
    pub size: Option<usize>,
}

/// How an operation pages, as links of the chain that describes it.
impl Operation {
    /// It pages by the token in this request field; the next one is at this path of
    /// the reply.
    pub const fn page_token(mut self, token: usize, next: &'static [usize]) -> Self {
        self.paging.token = Some(TokenPaging {
            token,
            next,
            size: None,
        });
        self
    }
    /// Pages that are asked for by token have their size in this request field.
    pub const fn page_token_size(mut self, field: usize) -> Self {
        if let Some(token) = &mut self.paging.token {
            token.size = Some(field);
        }
        self
    }
    /// It pages by the number in this request field; the first page has this one.
    pub const fn page_number(mut self, page: usize, first: i64) -> Self {
        self.paging.number = Some(NumberPaging {
            page,
            first,
            size: None,
        });
        self
    }
    /// Pages that are asked for by number have their size in this request field.
    pub const fn page_size(mut self, field: usize) -> Self {
        if let Some(number) = &mut self.paging.number {
            number.size = Some(field);
        }
        self
    }
    /// The list that it pages through is at this path of the reply.
    pub const fn page_items(mut self, path: &'static [usize]) -> Self {
        self.paging.items = Some(path);
        self
    }
    /// The total is at this path of the reply.
    pub const fn page_total(mut self, path: &'static [usize]) -> Self {
        self.paging.total = Some(path);
        self
    }
}
