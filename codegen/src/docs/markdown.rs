//! Untrusted text to Markdown that is safe in a doc comment.

use memchr::{memchr_iter, memchr2_iter};

use super::columns::break_at;
use super::html;
use super::inline::{clean, inline};
use crate::buffer::Buffer;
use crate::scan::{bytes, lines, trim};
use crate::steps;

/// Columns that a line of prose has at most, where it has a place to break: a hundred with
/// the slashes in front and the indentation of a field.
const WIDTH: usize = 92;

const SPACES: &str = "    ";

/// The text as paragraphs, lists, quotes, tables and plain code blocks: lines that
/// end without a line break, none of them indented by four columns or more.
pub(super) fn blocks(text: &str) -> Buffer {
    let text = clean(text);
    let text = html::strip(&text);
    let mut out = Blocks {
        out: Buffer::new(),
        last: Kind::Blank,
        indent: 0,
        in_fence: false,
    };
    for line in lines(&text) {
        out.line(line);
    }
    if out.in_fence {
        out.out.push_str("```\n");
    }
    let mut out = out.out;
    let end = out.trim_end().len();
    out.truncate(end);
    out
}

/// Whether all that [`blocks`] would do to a trimmed text is to break its line: it is
/// short or ASCII, and a line of words that mean nothing in Markdown, without a URL.
pub(super) fn is_plain(text: &str) -> bool {
    let mut before = 0;
    let is_plain = |b: u8| {
        // Two spaces may become one, and two slashes belong to a URL.
        let repeated = b == before && matches!(b, b' ' | b'/');
        before = b;
        PLAIN[usize::from(b)] && !repeated
    };
    // Where a line is broken beside Chinese, a space may go.
    text.starts_with(|c: char| c.is_ascii_alphabetic() || !c.is_ascii())
        && text.bytes().all(is_plain)
        && (text.len() <= WIDTH || text.is_ascii())
}

/// Bytes that mean nothing in Markdown, but at the start of a line; of other scripts
/// all but those that [`clean`] looks at.
const PLAIN: [bool; 256] = {
    let mut plain = bytes(b" ,.;:()'\"/%&+=?@$^_{}-");
    let mut byte = 0;
    while byte < 256 {
        let is_word = (byte as u8).is_ascii_alphanumeric();
        plain[byte] |= is_word || (byte >= 0x80 && byte != 0xc2 && byte != 0xe2);
        byte += 1;
    }
    plain
};

/// The text on one line.
pub(super) fn one_line(text: &str) -> Buffer {
    let mut out = Buffer::new();
    let trimmed = trim(text);
    if trimmed.is_ascii() && is_plain(trimmed) {
        out.push_str(trimmed);
        return out;
    }
    let text = clean(text);
    let text = html::strip(&text);
    let mut joined = Buffer::new();
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    // At the start of a line, some characters would begin a block.
    if let Some(len) = ordered(&joined) {
        out.push_str(&joined[..len - 2]);
        out.push('\\');
        inline(&joined[len - 2..], &mut out);
    } else {
        if joined.starts_with(['#', '>', '-', '+', '=', '|']) {
            out.push('\\');
        }
        inline(&joined, &mut out);
    }
    unindent(&mut out);
    out
}

/// Takes spaces from the start, where a mark that stood before them is gone: four of them
/// would begin a code block.
fn unindent(line: &mut String) {
    let spaces = line.len() - line.trim_start_matches(' ').len();
    line.drain(..spaces);
}

/// The first sentence of what [`blocks`] made, what follows it in its paragraph, and
/// the rest. Empty where the text begins with anything but a sentence.
pub(super) fn first_sentence(text: &str) -> (&str, &str, &str) {
    let bytes = text.as_bytes();
    let blank = memchr_iter(b'\n', bytes).find(|at| bytes.get(at + 1) == Some(&b'\n'));
    let paragraph = &text[..blank.unwrap_or(text.len())];
    if is_block(paragraph) {
        return ("", "", text);
    }
    let mut balance = Balance::default();
    // The byte that `。` begins with begins others too.
    let mut ends = memchr2_iter(b'.', "。".as_bytes()[0], paragraph.as_bytes()).filter_map(|at| {
        let stop = paragraph[at..].chars().next()?;
        let (head, tail) = paragraph.split_at(at + stop.len_utf8());
        let ends = match stop {
            '。' => true,
            '.' => {
                let abbreviation = ["e.g.", "i.e.", "etc.", "vs.", "No."]
                    .iter()
                    .any(|it| head.ends_with(it));
                !abbreviation && tail.starts_with([' ', '\n'])
            }
            _ => false,
        };
        (ends && balance.after(head)).then_some((head, tail))
    });
    let (head, tail) = ends.next().unwrap_or((paragraph, ""));
    (
        head,
        tail.trim_start(),
        text[paragraph.len()..].trim_start(),
    )
}

/// Prose of [`blocks`] broken anew, because something was put before it or taken
/// from it.
pub(super) fn reflow(prose: &str, out: &mut String) {
    if is_one_line(prose) {
        out.push_str(prose);
        return;
    }
    let mut line = Buffer::new();
    for piece in prose.split('\n') {
        if !(line.is_empty() || line.ends_with(is_cjk)) {
            line.push(' ');
        }
        line.push_str(piece);
    }
    let mut rest = line.as_str();
    while let Some(at) = break_at(rest, WIDTH) {
        let (head, tail) = rest.split_at(at);
        out.push_str(head.trim_end());
        out.push('\n');
        rest = tail;
    }
    out.push_str(rest);
}

/// Whether breaking prose anew would change nothing.
pub(super) fn is_one_line(prose: &str) -> bool {
    prose.len() <= WIDTH && !prose.contains('\n')
}

/// Whether text that [`blocks`] made begins with anything but prose.
fn is_block(text: &str) -> bool {
    text.starts_with(['>', '|', '-']) || text.starts_with("```") || ordered(text).is_some()
}

/// Gives what begins at `start` a full stop, unless it has an end already.
pub(super) fn full_stop(text: &mut String, start: usize) {
    let trimmed = text[start..]
        .trim_end_matches([' ', '\n', ':', '：', ';', '；', ',', '，', '、'])
        .len();
    text.truncate(start + trimmed);
    // What closes after a sentence hides its end.
    let said = text[start..].trim_end_matches([')', '"', '”', '’', '）', '*']);
    match said.chars().next_back() {
        Some('.' | '。' | '!' | '！' | '?' | '？' | '…') => {}
        _ if !text[start..].is_ascii() && text[start..].contains(is_cjk) => text.push('。'),
        _ => text.push('.'),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Blank,
    Text,
    Item,
    Quote,
    Row,
    Fence,
}

struct Blocks {
    out: Buffer,
    last: Kind,
    /// Of the text of the list item that came last.
    indent: usize,
    in_fence: bool,
}

impl Blocks {
    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        if self.in_fence {
            if is_fence(trimmed) {
                self.out.push_str("```\n");
                self.in_fence = false;
                self.last = Kind::Fence;
            } else {
                self.out.push_str(line.trim_end());
                self.out.push('\n');
            }
            return;
        }
        let quoted = trimmed.starts_with('>');
        let content = trimmed.trim_start_matches(['>', ' ']);
        let (marker, content) = marker(content);
        if is_fence(content) {
            self.begin(Kind::Fence);
            self.out.push_str("```text\n");
            self.in_fence = true;
        } else if content.bytes().all(|b| b"# *>".contains(&b)) || is_rule(content) {
            self.last = Kind::Blank;
        } else if quoted {
            self.begin(Kind::Quote);
            self.prose("> ", "> ", content);
        } else if let Some(marker) = marker {
            self.begin(Kind::Item);
            self.indent = marker.len();
            self.prose(marker, &SPACES[..marker.len()], content);
        } else if content.starts_with('|') {
            self.begin(Kind::Row);
            inline(content, &mut self.out);
            self.out.push('\n');
        } else if content.starts_with('#') {
            self.last = Kind::Blank;
            self.begin(Kind::Text);
            self.prose(
                "",
                "",
                &format!("**{}**", content.trim_matches(['#', ' ', '*'])),
            );
            self.last = Kind::Blank;
        } else if self.last == Kind::Item {
            let indent = &SPACES[..self.indent];
            self.prose(indent, indent, content);
        } else {
            self.begin(Kind::Text);
            self.prose("", "", content);
        }
    }

    /// A blank line where one kind of block follows another, or where there was one.
    fn begin(&mut self, kind: Kind) {
        let same = self.last == kind && kind != Kind::Fence;
        if !same && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.last = kind;
    }

    /// A line of prose, wrapped.
    fn prose(&mut self, first: &str, then: &str, content: &str) {
        let mut line = Buffer::new();
        inline(content, &mut line);
        unindent(&mut line);
        if first.is_empty() && line.starts_with(['=', '+', '-']) {
            line.insert(0, '\\');
        }
        let mut prefix = first;
        let mut rest = line.as_str();
        while let Some(at) = break_at(rest, WIDTH - prefix.len()) {
            let (head, tail) = rest.split_at(at);
            self.out.push_str(prefix);
            self.out.push_str(head.trim_end());
            self.out.push('\n');
            rest = tail;
            prefix = then;
        }
        self.out.push_str(prefix);
        self.out.push_str(rest);
        self.out.push('\n');
    }
}

/// A list's marker and what follows it.
pub(super) fn marker(line: &str) -> (Option<&str>, &str) {
    if let Some(rest) = line.strip_prefix(['-', '*', '+', '•', '·'])
        && (rest.starts_with(' ') || line.starts_with(['•', '·']))
    {
        return (Some("- "), rest.trim_start());
    }
    match ordered(line) {
        Some(len) if len <= 4 => (Some(&line[..len]), line[len..].trim_start()),
        _ => (None, line),
    }
}

/// The length of the marker of an ordered list, with its space.
fn ordered(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let marked =
        digits > 0 && (line[digits..].starts_with(". ") || line[digits..].starts_with(") "));
    marked.then_some(digits + 2)
}

/// Whether a line opens or closes a code block.
fn is_fence(line: &str) -> bool {
    (line.starts_with("```") && !line.trim_start_matches('`').contains('`'))
        || line.starts_with("~~~")
}

/// Whether a line is a rule, or underlines a heading.
fn is_rule(line: &str) -> bool {
    line.len() > 2
        && line
            .bytes()
            .all(|b| matches!(b, b'-' | b'=' | b'*' | b'_' | b' '))
}

/// Whether no code span, bold text or link is open, asked of ever longer heads of a text.
#[derive(Default)]
struct Balance {
    /// How much of the text is counted.
    counted: usize,
    ticks: usize,
    bold: usize,
    links: isize,
    angles: isize,
}

impl Balance {
    /// Whether all is closed after this head, which ends in a full stop.
    fn after(&mut self, head: &str) -> bool {
        let more = &head[self.counted..];
        self.counted = head.len();
        steps::add(more.len());
        let is_mark = |b| matches!(b, b'`' | b'*' | b'[' | b']' | b'<' | b'>');
        if more.bytes().any(is_mark) {
            let count = |mark: u8| memchr_iter(mark, more.as_bytes()).count();
            let difference = |open, close| count(open) as isize - count(close) as isize;
            self.ticks += count(b'`');
            self.bold += more.matches("**").count();
            self.links += difference(b'[', b']');
            self.angles += difference(b'<', b'>');
        }
        self.ticks.is_multiple_of(2)
            && self.bold.is_multiple_of(2)
            && self.links == 0
            && self.angles == 0
    }
}

pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
}
