//! Tokens on one line, as one would write them.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// The tokens as text, with spaces where rustfmt has them. How a path leads to an item of
/// the crate itself is left out: `crate::retry::Retry` and an imported `Retry` are one.
pub(super) fn text(tokens: impl ToTokens) -> String {
    let mut out = String::new();
    push(&mut out, tokens.into_token_stream());
    while let Some(at) = out.find("crate::") {
        let path = &out[at..];
        let end = path.find(|c: char| !is_name(c) && c != ':');
        let path = &path[..end.unwrap_or(path.len())];
        let last = path.rfind("::").map_or(0, |last| last + 2);
        out.replace_range(at..at + last, "");
    }
    out
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn push(out: &mut String, tokens: TokenStream) {
    let mut is_joint = true;
    for token in tokens {
        let (word, joint) = match &token {
            TokenTree::Group(group) => (group_text(group.delimiter(), group.stream()), false),
            TokenTree::Punct(punct) => {
                let joint = punct.spacing() == Spacing::Joint || "&<'!#$".contains(punct.as_char());
                (punct.to_string(), joint)
            }
            TokenTree::Ident(ident) => (ident.to_string(), false),
            TokenTree::Literal(literal) => (literal.to_string(), false),
        };
        let is_close = word.starts_with([',', ';', ':', '<', '>', '?', '.', '(', '[', '!']);
        // `::` and `->` are two tokens each.
        let ends = out.chars().next_back();
        let keeps = is_close && !needs_space(out, &word);
        if !(is_joint || keeps || ends.is_none()) {
            out.push(' ');
        }
        out.push_str(&word);
        is_joint = joint || out.ends_with("::") || out.ends_with(" ?");
    }
}

/// Whether a word that mostly follows closely stands apart here.
fn needs_space(out: &str, word: &str) -> bool {
    let is_after = |ends: &[char]| out.ends_with(ends) || out.ends_with("->");
    match word.chars().next() {
        Some('(' | '[') => is_after(&[',', ':', '=', '+']) || ends_in_lifetime(out),
        Some('<') => is_after(&['=', '+', ',', ':']),
        Some('?') => is_after(&['+', ':']),
        Some('!') => is_after(&[]),
        _ => false,
    }
}

fn ends_in_lifetime(out: &str) -> bool {
    let rest = out.trim_end_matches(is_name);
    rest.len() < out.len() && rest.ends_with('\'')
}

fn group_text(delimiter: Delimiter, stream: TokenStream) -> String {
    let mut inner = String::new();
    push(&mut inner, stream);
    match delimiter {
        Delimiter::Parenthesis => format!("({inner})"),
        Delimiter::Bracket => format!("[{inner}]"),
        Delimiter::Brace if inner.is_empty() => "{}".to_owned(),
        Delimiter::Brace => format!("{{ {inner} }}"),
        Delimiter::None => inner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_look_as_they_are_written() {
        for text in [
            "fn a<'a, T: Into<String> + ?Sized>(&'a self, &mut dyn FnMut(&'a str)) -> Vec<(u8, T)>",
            "fn never(&'static [u8], Option<&'a (u8, u8)>) -> !",
            "fn b(self, impl Iterator<Item = Result<u8, std::io::Error>>) -> [u8; 3] where Self: Sized",
            "struct C<'a, T = String> { a: &'a [(T, T)], b: Box<dyn Fn() -> u8 + Send> }",
        ] {
            let tokens: TokenStream = text.parse().unwrap();
            assert_eq!(super::text(tokens), text);
        }
    }

    #[test]
    fn the_way_to_an_item_of_the_crate_is_left_out() {
        let tokens: TokenStream = "(crate::a::B<crate::C>, http::D)".parse().unwrap();
        assert_eq!(super::text(tokens), "(B<C>, http::D)");
    }
}
