//! Looking through text many bytes at a time: most of the generator's work.

use memchr::memchr;

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

/// The set of some bytes.
pub(crate) const fn bytes(all: &[u8]) -> [bool; 256] {
    let (mut set, mut at) = ([false; 256], 0);
    while at < all.len() {
        set[all[at] as usize] = true;
        at += 1;
    }
    set
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_are_what_split_gives() {
        for text in ["", "a", "\n", "a\n", "a\n\nb", "\n中\n"] {
            assert!(lines(text).eq(text.split('\n')), "{text:?}");
        }
    }
}
