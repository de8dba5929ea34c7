//! Untrusted text inside of a line: spans, links and bold words stay, everything
//! else is escaped.

use super::markdown::code_span;
use crate::text::bytes;

/// Inside of a line: code spans, bold text and links stay, the rest is escaped.
pub(super) fn inline(line: &str, out: &mut String) {
    let mut rest = line;
    let mut bold = false;
    while let Some(at) = special(rest) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest.as_bytes()[0] {
            b'`' => code(rest, out),
            b'\\' => backslash(rest, out),
            b'*' => asterisks(rest, &mut bold, out),
            b'[' => link(rest, out),
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

fn code(rest: &str, out: &mut String) -> usize {
    let ticks = rest.bytes().take_while(|b| *b == b'`').count();
    let inside = &rest[ticks..];
    match inside.find(&rest[..ticks]) {
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

/// `[text](https://…)` stays a link; of any other link the text stays.
fn link(rest: &str, out: &mut String) -> usize {
    let Some((close, end)) = rest.find("](").and_then(|close| {
        let end = rest[close..].find(')')?;
        Some((close, close + end))
    }) else {
        return escaped(rest, out);
    };
    let text = &rest[1..close];
    if text.contains('[') {
        return escaped(rest, out);
    }
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
