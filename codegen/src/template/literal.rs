//! String literals.

use std::fmt::Write as _;

/// A text that is written as it is, on lines of its own, where that can be: a raw string.
pub(crate) struct Raw<'t>(pub(crate) &'t str);

impl Raw<'_> {
    /// How many `#` its quotes have; none where no raw string can hold it, or none is needed.
    pub(super) fn hashes(&self) -> Option<usize> {
        let text = self.0;
        if !text.contains(['"', '\\', '\n']) || !text.chars().all(is_visible) {
            return None;
        }
        // What follows reads the lines of a file, and would take this for a comment.
        if text.lines().any(|line| line.trim_start().starts_with("//")) {
            return None;
        }
        let after_quotes = text.split('"').skip(1);
        let longest = after_quotes.map(|part| part.bytes().take_while(|b| *b == b'#').count());
        let hashes = longest.max().map_or(0, |most| most + 1);
        // rustc takes no more.
        (hashes < 256).then_some(hashes)
    }
}

/// Whether a reader sees what a character is, and rustc takes it.
fn is_visible(c: char) -> bool {
    match c {
        ' '..='~' | '\n' | '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{303f}' => true,
        _ => !c.is_ascii() && c.escape_debug().len() == 1,
    }
}

/// A string literal: what is not plainly readable is escaped, which takes in all
/// that rustc refuses in literals (characters that turn the direction of text).
pub(super) fn push_literal(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        let end = rest.bytes().position(|byte| !PLAIN[usize::from(byte)]);
        let (plain, tail) = rest.split_at(end.unwrap_or(rest.len()));
        out.push_str(plain);
        let mut chars = tail.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{2010}'..='\u{2027}'
            | '\u{3000}'..='\u{303f}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ff01}'..='\u{ff5e}' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c => drop(write!(out, "{}", c.escape_unicode())),
        }
    }
    out.push('"');
}

/// Bytes that stand for themselves in a literal: printable ASCII, and what begins or
/// continues a character from U+5000 to U+8FFF.
const PLAIN: [bool; 256] = {
    let (mut plain, mut byte) = ([false; 256], 0);
    while byte < 256 {
        plain[byte] = matches!(byte as u8, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~' | 0x80..=0xbf | 0xe5..=0xe8);
        byte += 1;
    }
    plain
};
