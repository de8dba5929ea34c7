//! HTML in descriptions: tags go, what they enclose stays. What only looks like a
//! tag (`<AccountId>`) stays too and is escaped later.

use std::borrow::Cow;

use memchr::memchr;

use crate::scan::{find, find_either};

/// Tags that are dropped. Anything else in angle brackets is text.
const TAGS: &[&str] = &[
    "a",
    "article",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "code",
    "col",
    "colgroup",
    "danger",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "html",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "main",
    "mark",
    "note",
    "notice",
    "ol",
    "p",
    "ph",
    "pre",
    "props",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "term",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "warning",
];

/// The text without its tags; line breaks, list items and cells stay apart.
pub(super) fn strip(text: &str) -> Cow<'_, str> {
    if memchr(b'<', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // One comment that is not closed is enough to know that the next one is not either.
    let mut comments = true;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = if rest.starts_with("<!--") {
            let end = comments.then(|| find(rest, "-->")).flatten();
            comments = end.is_some();
            end.map(|end| ("comment", false, end + 3))
        } else {
            tag(rest)
        };
        match found {
            Some((name, closing, len)) => {
                out.push_str(instead_of(name, closing));
                rest = &rest[len..];
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The tag at the front: its name, whether it closes, its length.
fn tag(text: &str) -> Option<(&'static str, bool, usize)> {
    // Another `<` before the end: not a tag, and no reason to look for the end of it.
    let end = 1 + find_either(&text[1..], b'<', b'>')?;
    if !text[end..].starts_with('>') {
        return None;
    }
    let inside = &text[1..end];
    let closing = inside.starts_with('/');
    let name = inside.trim_start_matches('/');
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    if name.len() > 10 {
        return None;
    }
    let mut lower = [0; 10];
    for (to, from) in lower.iter_mut().zip(name.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    let found = TAGS
        .binary_search_by(|tag| tag.as_bytes().cmp(&lower[..name.len()]))
        .ok()?;
    Some((TAGS[found], closing, end + 1))
}

fn instead_of(name: &str, closing: bool) -> &'static str {
    match (name, closing) {
        ("code" | "tt" | "samp" | "kbd", _) => "`",
        ("br" | "hr" | "dt", _) => "\n",
        ("p" | "div" | "table" | "ul" | "ol" | "dl" | "pre" | "note" | "notice", _)
        | ("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "section", _) => "\n\n",
        ("li" | "tr" | "dd", false) => "\n- ",
        ("td" | "th", true) => " ",
        _ => "",
    }
}
