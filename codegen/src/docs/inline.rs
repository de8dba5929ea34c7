//! Untrusted text inside of a line: spans, links and bold words stay, everything
//! else is escaped.

use std::borrow::Cow;

use memchr::memrchr;

use crate::scan::{bytes, find, find_either};
use crate::steps;

/// Inside of a line: code spans, bold text and links stay, the rest is escaped.
pub(super) fn inline(line: &str, out: &mut String) {
    let mut rest = line;
    let mut bold = false;
    let mut ticks = Ticks::default();
    // Seen from the end: whether there is one still to come is known at once.
    let last_close = line.rfind(')').map_or(0, |at| line.len() - at);
    while let Some(at) = special(rest) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest.as_bytes()[0] {
            b'`' => code(rest, &mut ticks, out),
            b'\\' => backslash(rest, out),
            b'*' => asterisks(rest, &mut bold, out),
            b'[' if rest.len() >= last_close && last_close > 0 => link(rest, out),
            b'[' => escaped(rest, out),
            b'<' => angle(rest, out),
            b'~' => tildes(rest, out),
            b'h' => url(rest, out),
            b']' => escaped(rest, out),
            // `!`, which would make an image of a link.
            _ => 1,
        };
        rest = &rest[taken..];
    }
    out.push_str(rest);
}

/// Where the first character is that is not copied as it is.
fn special(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    bytes.iter().enumerate().position(|(at, byte)| {
        SPECIAL[usize::from(*byte)]
            && match byte {
                b'!' => bytes.get(at + 1) == Some(&b'['),
                b'h' => bytes[at + 1..].starts_with(b"ttp"),
                _ => true,
            }
    })
}

const SPECIAL: [bool; 256] = bytes(b"`\\*[]<~!h");

fn escaped(rest: &str, out: &mut String) -> usize {
    out.push('\\');
    out.push_str(&rest[..1]);
    1
}

fn code(rest: &str, runs: &mut Ticks, out: &mut String) -> usize {
    let ticks = rest.bytes().take_while(|b| *b == b'`').count();
    let inside = &rest[ticks..];
    match runs.next(inside, ticks) {
        Some(end) if !inside[..end].trim().is_empty() => {
            code_span(&inside[..end], out);
            // Two spans that touch would be one.
            let taken = ticks + end + ticks;
            if rest[taken..].starts_with('`') {
                out.push(' ');
            }
            taken
        }
        _ => {
            out.extend(std::iter::repeat_n("\\`", ticks));
            ticks
        }
    }
}

/// The runs of backticks in a line, looked for once.
#[derive(Default)]
struct Ticks {
    /// How far from the end of the line each begins, its length, and the longest from there
    /// on; the last one first. None where the line was not looked at yet.
    runs: Option<Vec<(usize, usize, usize)>>,
}

impl Ticks {
    /// Where the next run of at least this length begins in the rest of the line, which does
    /// not begin within one.
    fn next(&mut self, rest: &str, ticks: usize) -> Option<usize> {
        let runs = self.runs.get_or_insert_with(|| runs_of(rest));
        // Those that are passed.
        while runs.last().is_some_and(|(begin, _, _)| *begin > rest.len()) {
            runs.pop();
        }
        let (_, _, longest) = runs.last()?;
        if *longest < ticks {
            return None;
        }
        let ahead = runs.iter().rev();
        let mut ahead = ahead.inspect(|_| steps::add(1));
        let (begin, _, _) = ahead.find(|(_, length, _)| *length >= ticks)?;
        Some(rest.len() - begin)
    }
}

fn runs_of(text: &str) -> Vec<(usize, usize, usize)> {
    let bytes = text.as_bytes();
    steps::add(bytes.len());
    let mut runs = Vec::new();
    let (mut end, mut longest) = (bytes.len(), 0);
    while let Some(last) = memrchr(b'`', &bytes[..end]) {
        let length = bytes[..=last]
            .iter()
            .rev()
            .take_while(|b| **b == b'`')
            .count();
        end = last + 1 - length;
        longest = length.max(longest);
        runs.push((bytes.len() - end, length, longest));
    }
    runs
}

fn backslash(rest: &str, out: &mut String) -> usize {
    match rest.as_bytes().get(1) {
        Some(next) if next.is_ascii_punctuation() => {
            out.push_str(&rest[..2]);
            2
        }
        _ => escaped(rest, out),
    }
}

fn asterisks(rest: &str, bold: &mut bool, out: &mut String) -> usize {
    let run = rest.bytes().take_while(|b| *b == b'*').count();
    let after = &rest.as_bytes()[run..];
    let opens = || !after.starts_with(b" ") && after.windows(2).any(|pair| pair == b"**");
    if run == 2 && (*bold || opens()) {
        *bold = !*bold;
        out.push_str("**");
    } else {
        out.extend(std::iter::repeat_n("\\*", run));
    }
    run
}

/// `[text](https://…)` stays a link; of any other link the text stays. Links are not nested.
fn link(rest: &str, out: &mut String) -> usize {
    let mut close = 1;
    loop {
        match find_either(&rest[close..], b'[', b']') {
            Some(at) if rest[close + at..].starts_with("](") => {
                close += at;
                break;
            }
            Some(at) if rest[close + at..].starts_with(']') => close += at + 1,
            _ => return escaped(rest, out),
        }
    }
    let Some(end) = find(&rest[close..], ")").map(|end| close + end) else {
        return escaped(rest, out);
    };
    let text = &rest[1..close];
    let target = rest[close + 2..end].trim();
    let is_url = (target.starts_with("https://") || target.starts_with("http://"))
        && target.len() > 8
        && target
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'\\' | b'`'));
    if !is_url {
        inline(text, out);
    } else if text.trim().is_empty() || text.contains("://") {
        out.push('<');
        out.push_str(target);
        out.push('>');
    } else {
        out.push('[');
        inline(text, out);
        out.push_str("](<");
        out.push_str(target);
        out.push_str(">)");
    }
    end + 1
}

fn angle(rest: &str, out: &mut String) -> usize {
    if rest.starts_with("<http://") || rest.starts_with("<https://") {
        let taken = 1 + url(&rest[1..], out);
        return taken + usize::from(rest[taken..].starts_with('>'));
    }
    escaped(rest, out)
}

/// Marks of the documentation's own links, `~~25609~~`, go; others are escaped.
fn tildes(rest: &str, out: &mut String) -> usize {
    if let Some(inside) = rest.strip_prefix("~~") {
        let id = inside
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'#' | b'.' | b'-' | b'_'))
            .count();
        if id > 0 && inside[id..].starts_with("~~") {
            return id + 4;
        }
    }
    escaped(rest, out)
}

/// A bare URL goes into angle brackets.
fn url(rest: &str, out: &mut String) -> usize {
    let Some(after) = rest
        .strip_prefix("https://")
        .or_else(|| rest.strip_prefix("http://"))
    else {
        out.push('h');
        return 1;
    };
    let len = after
        .bytes()
        .take_while(|b| b.is_ascii_graphic() && !b"<>\"'`|()[],;\\".contains(b))
        .count();
    let len = after[..len]
        .trim_end_matches(['.', ':', '!', '?', '*', '_', '~'])
        .len();
    let taken = rest.len() - after.len() + len;
    let (open, close) = if len == 0 { ('`', '`') } else { ('<', '>') };
    out.push(open);
    out.push_str(&rest[..taken]);
    out.push(close);
    taken
}

/// A code span on one line.
pub(super) fn code_span(text: &str, out: &mut String) {
    let is_plain = |b| matches!(b, b'!'..=b'~') && b != b'`';
    if !text.is_empty() && text.bytes().all(is_plain) {
        out.push('`');
        out.push_str(text);
        out.push('`');
        return;
    }
    let text = clean(text);
    let mut words = text.split_whitespace().peekable();
    out.push('`');
    if words.peek().is_none() {
        out.push('"');
        out.push('"');
    }
    while let Some(word) = words.next() {
        for (number, part) in word.split('`').enumerate() {
            out.push_str(if number > 0 { "'" } else { "" });
            out.push_str(part);
        }
        if words.peek().is_some() {
            out.push(' ');
        }
    }
    out.push('`');
}

/// Without control characters, and without those that change the direction of
/// text, which rustc refuses in comments.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // Without a way out of the loop, so that it goes many bytes at a time.
    let harmless = bytes.iter().fold(true, |all, &b| {
        all & ((b >= b' ') | (b == b'\n')) & (b != 0x7f) & (b != 0xc2) & (b != 0xe2)
    });
    if harmless {
        return Cow::Borrowed(text);
    }
    let suspicious = |(at, b): (usize, &u8)| match *b {
        b'\n' | b' '..=0x7e => false,
        0..=0x1f | 0x7f | 0xc2 => true,
        // “ and ” are not among them.
        0xe2 => {
            matches!(bytes[at + 1..], [0x80, 0x8b..=0x8f | 0xa8..=0xae, ..] | [0x81, 0xa0..=0xa9, ..])
        }
        _ => false,
    };
    if !bytes.iter().enumerate().any(suspicious) {
        return Cow::Borrowed(text);
    }
    let kept = text.replace("\r\n", "\n");
    let kept = kept.chars().filter_map(|c| match c {
        '\n' => Some('\n'),
        '\t' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => None,
        c if c.is_control() => None,
        c => Some(c),
    });
    Cow::Owned(kept.collect())
}
