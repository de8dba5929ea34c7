//! The canonical query: what is signed and what is sent.

use super::percent::{into_string, push_encoded};

/// Writes the query string that is signed and sent: sorted by the raw name (by bytes),
/// names and values encoded, `name=` for an empty value.
pub fn canonical_query<T: AsRef<str>>(params: &[(T, T)]) -> String {
    let mut out = Vec::with_capacity(encoded_size(params));
    push_canonical_query(params, &mut out);
    into_string(out)
}

pub(crate) fn push_canonical_query<T: AsRef<str>>(params: &[(T, T)], out: &mut Vec<u8>) {
    for (index, (_, name, value)) in sorted(params).into_iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        push_encoded(name.as_bytes(), out);
        out.push(b'=');
        push_encoded(value.as_bytes(), out);
    }
}

/// A guess at the size of the canonical query that is rarely too small.
pub(crate) fn encoded_size<T: AsRef<str>>(params: &[(T, T)]) -> usize {
    params
        .iter()
        .map(|(name, value)| name.as_ref().len() + value.as_ref().len() * 3 / 2 + 2)
        .sum()
}

/// Pairs in their order by name, then by value, each after the beginning of its
/// name as a number: that alone decides most comparisons.
pub(crate) fn sorted<T: AsRef<str>>(pairs: &[(T, T)]) -> Vec<(u64, &str, &str)> {
    let mut sorted: Vec<_> = pairs
        .iter()
        .map(|(name, value)| {
            let name = name.as_ref();
            (beginning(name), name, value.as_ref())
        })
        .collect();
    sorted.sort_unstable();
    sorted
}

/// The first eight bytes; numbers compare as the strings do, but for strings that
/// begin alike.
fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}
