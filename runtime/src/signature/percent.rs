//! The percent-encoding of the protocol: UTF-8, `A-Z a-z 0-9 - _ . ~` as they
//! are, everything else `%XX` in upper case (a space is `%20`).

/// Percent-encodes a text.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    encode_into(text, &mut out);
    out
}

/// Percent-encodes a text onto the end of another.
pub fn encode_into(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut plain = 0;
    for (index, &byte) in text.as_bytes().iter().enumerate() {
        if UNRESERVED[byte as usize] {
            continue;
        }
        // Plain bytes are ASCII, so a run of them begins and ends between
        // characters; an empty run may not, and slicing it would panic.
        if plain < index {
            out.push_str(&text[plain..index]);
        }
        plain = index + 1;
        out.push('%');
        out.push(HEX[(byte >> 4) as usize] as char);
        out.push(HEX[(byte & 15) as usize] as char);
    }
    if plain < text.len() {
        out.push_str(&text[plain..]);
    }
}

const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = matches!(byte as u8,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    table
};
