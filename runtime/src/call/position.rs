//! [`Position`]: where a paging goes on, to be kept and taken up again.

use std::fmt;
use std::str::FromStr;

/// Position in a listing, where paging goes on:
/// [`Pages::position`](super::Pages::position) gives it, and
/// [`Call::pages_from`](super::Call::pages_from) takes it, also in another process.
/// As text, it is `token:…`, `page:3`, or `page:3:50` for pages of 50 items.
///
/// ```
/// use alicloud_runtime::Position;
///
/// let position: Position = "page:3:50".parse().unwrap();
/// assert_eq!(position, Position::Page { number: 3, size: Some(50) });
/// assert_eq!(position.to_string(), "page:3:50");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Position {
    /// The page of this token, which the service gave. Tokens may expire.
    Token(String),
    /// The page of this number.
    Page {
        /// The page's number; the first one is 0 or 1, as the operation has it.
        number: i64,
        /// How many items a page has, where the request says it.
        size: Option<i64>,
    },
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(token) => write!(f, "token:{token}"),
            Self::Page { number, size: None } => write!(f, "page:{number}"),
            Self::Page {
                number,
                size: Some(size),
            } => write!(f, "page:{number}:{size}"),
        }
    }
}

/// The error of a string that is no [`Position`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPosition(());

impl fmt::Display for InvalidPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no position of a page: write `token:…`, `page:NUMBER` or `page:NUMBER:SIZE`")
    }
}

impl std::error::Error for InvalidPosition {}

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let number = |text: &str| text.parse().map_err(|_| InvalidPosition(()));
        match text.split_once(':') {
            Some(("token", token)) if !token.is_empty() => Ok(Self::Token(token.to_owned())),
            Some(("page", page)) => {
                let (page, size) = match page.split_once(':') {
                    Some((page, size)) => (page, Some(number(size)?)),
                    None => (page, None),
                };
                let number = number(page)?;
                Ok(Self::Page { number, size })
            }
            _ => Err(InvalidPosition(())),
        }
    }
}
