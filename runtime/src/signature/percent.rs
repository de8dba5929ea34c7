//! The percent-encoding of the protocol: UTF-8, `A-Z a-z 0-9 - _ . ~` as they
//! are, everything else `%XX` in upper case (a space is `%20`).

/// Percent-encodes a text.
pub fn encode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + text.len() / 2);
    push_encoded(text.as_bytes(), &mut out);
    into_text(out)
}

/// Percent-encodes UTF-8 onto the end of a text. Texts are built as bytes here and
/// checked once when they are whole, which is faster than keeping them `String`s.
pub(super) fn push_encoded(text: &[u8], out: &mut Vec<u8>) {
    // Most names and values are plain as a whole.
    let is_special = |&byte: &u8| ENCODED[byte as usize].1 != 1;
    let plain = text.iter().position(is_special).unwrap_or(text.len());
    let (plain, rest) = text.split_at(plain);
    out.extend_from_slice(plain);
    if rest.is_empty() {
        return;
    }
    // Four bytes are written for each one, of which one or three are kept: a branch
    // would be guessed wrong too often.
    const CHUNK: usize = 85;
    for chunk in rest.chunks(CHUNK) {
        let mut buffer = [0; 3 * CHUNK + 1];
        let mut end = 0;
        for &byte in chunk {
            let (encoded, length) = ENCODED[byte as usize];
            buffer[end..end + 4].copy_from_slice(&encoded);
            end += length;
        }
        out.extend_from_slice(&buffer[..end]);
    }
}

const fn is_unreserved(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~')
}

/// A text that was built as bytes.
pub(super) fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("it is made of whole texts and ASCII")
}

/// What a byte becomes, and how long that is.
static ENCODED: [([u8; 4], usize); 256] = {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
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
