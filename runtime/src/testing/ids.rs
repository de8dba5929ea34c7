//! Ids of accounts, users, keys, resources and requests: found in any text, and replaced.

use std::collections::HashMap;

/// Replaces ids, each by the same stand-in wherever it occurs.
#[derive(Debug, Default)]
pub(super) struct Ids {
    known: HashMap<String, String>,
}

impl Ids {
    /// A text with stand-ins for its ids. A stand-in has the form and the length of what it
    /// stands for, so that it is an id by the same rule, and within the same bounds.
    pub(super) fn replaced(&mut self, text: &str) -> String {
        replace(text, |id| {
            if let Some(known) = self.known.get(id.text) {
                return known.clone();
            }
            let number = self.known.len() + 1;
            let stand_in = id.stand_in(number);
            self.known.insert(id.text.to_owned(), stand_in.clone());
            stand_in
        })
    }
}

/// A text in which all ids of a kind are one.
pub(super) fn shape(text: &str) -> String {
    replace(text, |id| id.stand_in(0))
}

#[derive(Clone, Copy)]
enum Kind {
    /// Of a request, or a token: `8-4-4-4-12` hexadecimal digits.
    Uuid,
    /// Of an account or a user: 16 or 18 digits.
    Account,
    /// Of an access key, or what follows `STS.` and `TMP.`, after so many characters.
    AccessKey(usize),
    /// Of a resource, after a prefix of so many characters.
    Resource(usize),
}

struct Id<'t> {
    kind: Kind,
    text: &'t str,
}

impl Id<'_> {
    fn stand_in(&self, number: usize) -> String {
        let length = self.text.len();
        match self.kind {
            Kind::Uuid => format!("00000000-0000-0000-0000-{number:012}"),
            Kind::Account => format!("1{number:0width$}", width = length - 1),
            Kind::AccessKey(prefix) => {
                let (prefix, rest) = self.text.split_at(prefix);
                format!("{prefix}K{number:0width$}", width = rest.len() - 1)
            }
            Kind::Resource(prefix) => {
                let (prefix, rest) = self.text.split_at(prefix);
                format!("{prefix}r{number:0width$}", width = rest.len() - 1)
            }
        }
    }
}

fn replace(text: &str, mut with: impl FnMut(&Id<'_>) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, after) = rest.split_at(start);
        let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
        let (token, after) = after.split_at(end);
        out.push_str(before);
        match kind(token, &out) {
            Some(kind) => out.push_str(&with(&Id { kind, text: token })),
            None => out.push_str(token),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// What kind of id a token is, if it is one.
fn kind(token: &str, before: &str) -> Option<Kind> {
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if is_digits(token) {
        return matches!(token.len(), 16 | 18).then_some(Kind::Account);
    }
    if is_uuid(token) {
        return Some(Kind::Uuid);
    }
    let is_key = token.len() >= 16 && token.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_key && token.starts_with("LTAI") {
        return Some(Kind::AccessKey(4));
    }
    if is_key && (before.ends_with("STS.") || before.ends_with("TMP.")) {
        return Some(Kind::AccessKey(0));
    }
    // Clusters have no prefix.
    if matches!(token.len(), 32 | 33) && is_random(token) {
        return Some(Kind::Resource(0));
    }
    let (prefix, rest) = token.rsplit_once('-')?;
    let is_prefix = prefix.starts_with(|c: char| c.is_ascii_lowercase())
        && prefix.len() <= 24
        && !prefix.contains('_');
    (is_prefix && rest.len() >= 10 && is_random(rest)).then_some(Kind::Resource(prefix.len() + 1))
}

/// Whether a text is of lower-case letters and digits, with both among them.
fn is_random(text: &str) -> bool {
    let (mut letters, mut digits) = (0, 0);
    for byte in text.bytes() {
        letters += usize::from(byte.is_ascii_lowercase());
        digits += usize::from(byte.is_ascii_digit());
    }
    letters > 0 && digits > 0 && letters + digits == text.len()
}

fn is_uuid(token: &str) -> bool {
    let lengths = token.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && token.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_replaced_wherever_they_are_and_words_are_not() {
        let mut ids = Ids::default();
        for (text, replaced) in [
            ("lsr-bp1bpn0kn908w4nbwxkd2", "lsr-r00000000000000000001"),
            (
                "acs:ga:cn-hangzhou:1234567890123456:ga-bp1odcab8tmno0hdq",
                "acs:ga:cn-hangzhou:1000000000000002:ga-r0000000000000003",
            ),
            (
                "ga-bp1odcab8tmno0hdq and lsr-bp1bpn0kn908w4nbwxkd2",
                "ga-r0000000000000003 and lsr-r00000000000000000001",
            ),
            (
                "6FEA0CF3-D3B9-43E5-A304-D217037876A8",
                "00000000-0000-0000-0000-000000000004",
            ),
            ("LTAI5tAbCdEfGh1234567890", "LTAIK0000000000000000005"),
            ("STS.NUyYqVYd7tQhCq2Xw1wM", "STS.K0000000000000000006"),
            ("210987654321098765", "100000000000000007"),
            ("rg-acfmxazb4ph****", "rg-r0000000008****"),
            (
                "c82e6987e2961451182edacd74fafa1b2",
                "r00000000000000000000000000000009",
            ),
            (
                "https://i-bp67acfmxazb4p.example.com/",
                "https://i-r0000000000010.example.com/",
            ),
        ] {
            assert_eq!(ids.replaced(text), replaced);
            // What stands for an id is one, of the same shape.
            assert_eq!(shape(text), shape(replaced));
            assert_eq!(text.len(), replaced.len());
        }
        for text in [
            "cn-hangzhou-b",
            "ap-southeast-1",
            "2019-11-20",
            "2026-07-01T10:00:00Z",
            "ecs.g6.2xlarge",
            "ubuntu-22-04-x64-20240101",
            "DescribeListener",
            "1700000000000",
            "aliyun.example-1.com",
            "",
            "äöü",
        ] {
            assert_eq!(ids.replaced(text), text);
        }
    }
    proptest! {
        #[test]
        fn a_text_keeps_its_shape_and_its_length(
            text in "([a-z]{1,4}-[a-z0-9]{9,14}|[0-9]{15,19}|LTAI[A-Za-z0-9]{10,14}|STS\\.[0-9a-zA-Z]{12,20}|[a-f0-9]{31,34}|[:/. -]|.){0,6}",
        ) {
            let replaced = Ids::default().replaced(&text);
            prop_assert_eq!(replaced.len(), text.len());
            prop_assert_eq!(shape(&replaced), shape(&text));
            prop_assert_eq!(shape(&shape(&text)), shape(&text));
        }
    }
}
