//! The percent-encoding of the protocol: UTF-8, `A-Z a-z 0-9 - _ . ~` as they
//! are, everything else `%XX` in upper case (a space is `%20`).

/// Percent-encodes a string.
pub fn encode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + text.len() / 2);
    push_encoded(text.as_bytes(), &mut out);
    into_string(out)
}

/// Percent-encodes UTF-8 onto the end of a string. Strings are built as bytes here and
/// checked once when they are whole, which is faster than keeping them `String`s.
pub(crate) fn push_encoded(text: &[u8], out: &mut Vec<u8>) {
    if is_plain(text) {
        out.extend_from_slice(text);
    } else {
        push_by_table(text, &ENCODED, out);
    }
}

/// The same onto the end of one string, and encoded once more onto another.
pub(crate) fn push_encoded_twice(text: &[u8], once: &mut Vec<u8>, twice: &mut Vec<u8>) {
    if is_plain(text) {
        once.extend_from_slice(text);
        twice.extend_from_slice(text);
    } else {
        push_by_table(text, &ENCODED, once);
        push_by_table(text, &ENCODED_TWICE, twice);
    }
}

/// Whether a string stays as it is: most names and values do. To look at all of a
/// short string, eight bytes at a time, is faster than to stop at the first special one.
fn is_plain(text: &[u8]) -> bool {
    let special = |found, &byte: &u8| found | SPECIAL[byte as usize];
    let (eights, rest) = text.as_chunks::<8>();
    let found = eights
        .iter()
        .fold(0, |found, eight| eight.iter().fold(found, special));
    rest.iter().fold(found, special) == 0
}

fn push_by_table<const N: usize>(text: &[u8], table: &[([u8; N], usize); 256], out: &mut Vec<u8>) {
    // All N bytes of an entry are written, and those that count are kept: a branch
    // would be guessed wrong too often.
    const CHUNK: usize = 32;
    for chunk in text.chunks(CHUNK) {
        let mut buffer = [0; 8 * CHUNK];
        let mut end = 0;
        for &byte in chunk {
            let (encoded, length) = &table[byte as usize];
            buffer[end..end + N].copy_from_slice(encoded);
            end += length;
        }
        out.extend_from_slice(&buffer[..end]);
    }
}

const fn is_unreserved(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~')
}

/// A string that was built as bytes.
pub(crate) fn into_string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("it is made of whole strings and ASCII")
}

/// 1 for a byte that is encoded.
static SPECIAL: [u8; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        table[index] = !is_unreserved(index as u8) as u8;
        index += 1;
    }
    table
};

/// What a byte becomes, and how long that is.
static ENCODED: [([u8; 4], usize); 256] = {
    let mut table = [([0; 4], 0); 256];
    let mut index = 0;
    while index < 256 {
        let byte = index as u8;
        table[index] = if is_unreserved(byte) {
            ([byte, 0, 0, 0], 1)
        } else {
            ([b'%', HEX[index >> 4], HEX[index & 15], 0], 3)
        };
        index += 1;
    }
    table
};

/// What a byte becomes when what it became is encoded again: `%` is `%25` then.
static ENCODED_TWICE: [([u8; 8], usize); 256] = {
    let mut table = [([0; 8], 0); 256];
    let mut index = 0;
    while index < 256 {
        let byte = index as u8;
        table[index] = if is_unreserved(byte) {
            ([byte, 0, 0, 0, 0, 0, 0, 0], 1)
        } else {
            let (high, low) = (HEX[index >> 4], HEX[index & 15]);
            ([b'%', b'2', b'5', high, low, 0, 0, 0], 5)
        };
        index += 1;
    }
    table
};

const HEX: &[u8; 16] = b"0123456789ABCDEF";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_twice_in_one_pass_is_encoding_what_is_encoded() {
        let every_byte: Vec<u8> = (0..=255).collect();
        for text in [&every_byte[..], b"", b"plain", "a b/测试~%25".as_bytes()] {
            let (mut once, mut twice) = (Vec::new(), Vec::new());
            push_encoded_twice(text, &mut once, &mut twice);
            let mut expected = Vec::new();
            push_encoded(text, &mut expected);
            assert_eq!(once, expected);
            expected.clear();
            push_encoded(&once, &mut expected);
            assert_eq!(twice, expected);
        }
    }
}
