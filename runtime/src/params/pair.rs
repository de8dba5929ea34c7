//! A parameter or a header.

use std::borrow::Cow;

/// A parameter or a header: name and value, not encoded. Most names are constants
/// and most values stand in the request already, so neither is copied.
pub type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Turns pairs into ones that own their strings.
pub fn owned(pairs: Vec<Pair<'_>>) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// A pair of borrowed strings.
pub(crate) fn pair<'a>(name: &'a str, value: &'a str) -> Pair<'a> {
    (name.into(), value.into())
}
