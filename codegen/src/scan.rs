//! Looking through text many bytes at a time: most of the generator's work.

use memchr::{memchr, memchr2};

use crate::steps;

/// Where the first of two ASCII characters is.
pub(crate) fn find_either(text: &str, one: u8, other: u8) -> Option<usize> {
    let found = memchr2(one, other, text.as_bytes());
    steps::add(found.unwrap_or(text.len()));
    found
}

/// Where a text stands in another one.
pub(crate) fn find(text: &str, wanted: &str) -> Option<usize> {
    let found = text.find(wanted);
    steps::add(found.unwrap_or(text.len()));
    found
}

/// The text between line breaks.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = memchr(b'\n', text.as_bytes()) else {
            return rest.take();
        };
        rest = Some(&text[at + 1..]);
        Some(&text[..at])
    })
}

/// The text without white space around it. Most texts have none, and end in ASCII.
pub(crate) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [] | [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// The text without white space before it.
pub(crate) fn trim_start(text: &str) -> &str {
    match text.as_bytes() {
        [] | [b'!'..=b'~', ..] => text,
        _ => text.trim_start(),
    }
}

/// The text without white space after it.
pub(crate) fn trim_end(text: &str) -> &str {
    match text.as_bytes() {
        [] | [.., b'!'..=b'~'] => text,
        _ => text.trim_end(),
    }
}

/// JSON whose characters are whole: U+FFFD in place of bytes that are no UTF-8, and of
/// escapes of half a character. None where there is nothing to mend.
pub(crate) fn mended(json: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(json);
    let is_utf8 = matches!(text, std::borrow::Cow::Borrowed(_));
    let mut bytes = text.into_owned().into_bytes();
    let unit = |bytes: &[u8], at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let (mut at, mut halves) = (0, 0);
    while let Some(next) = memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        at += next;
        let low = unit(&bytes, at + 6).filter(|low| (0xdc00..=0xdfff).contains(low));
        match (unit(&bytes, at), low) {
            (Some(0xd800..=0xdbff), Some(_)) => at += 12,
            (Some(0xd800..=0xdfff), _) => {
                bytes[at + 2..at + 6].copy_from_slice(b"fffd");
                halves += 1;
                at += 6;
            }
            _ => at += 2,
        }
    }
    (!is_utf8 || halves > 0).then_some(bytes)
}

/// The set of some bytes.
pub(crate) const fn bytes(all: &[u8]) -> [bool; 256] {
    let (mut set, mut at) = ([false; 256], 0);
    while at < all.len() {
        set[all[at] as usize] = true;
        at += 1;
    }
    set
}

/// The one that a mistyped name was meant to be, if any comes close.
pub(crate) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let scored = names.map(|known| (strsim::jaro_winkler(&name, &known.to_lowercase()), known));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score > 0.85)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::{lines, nearest, trim, trim_end, trim_start};

    #[test]
    fn a_mistyped_name_is_answered_with_the_one_that_was_meant() {
        let names = ["DescribeListener", "DescribeAccelerator", "CreateListener"];
        let near = |name| nearest(name, names.into_iter());
        assert_eq!(near("DescribeListner"), Some("DescribeListener"));
        assert_eq!(near("describe_listener"), Some("DescribeListener"));
        assert_eq!(near("RunInstances"), None);
    }

    #[test]
    fn lines_are_what_split_gives() {
        for text in ["", "a", "\n", "a\n", "a\n\nb", "\n中\n"] {
            assert!(lines(text).eq(text.split('\n')), "{text:?}");
        }
    }

    #[test]
    fn trimmed_is_what_the_standard_library_trims() {
        for text in [
            "",
            " ",
            "a",
            " a",
            "a ",
            "ab",
            "a b",
            "\u{3000}中 ",
            "中",
            "a中\u{a0}",
        ] {
            assert_eq!(trim(text), text.trim(), "{text:?}");
            assert_eq!(trim_start(text), text.trim_start(), "{text:?}");
            assert_eq!(trim_end(text), text.trim_end(), "{text:?}");
        }
    }
}
