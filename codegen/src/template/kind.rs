//! Where templates stand. The formatter takes files only, so tokens of any other
//! kind are wrapped into one, and what was wrapped around them is cut off again.

use proc_macro2::TokenStream;

/// Where the tokens of a template stand.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// In a module.
    Items,
    /// In an `impl`.
    Members,
    /// In a `struct`.
    Fields,
    /// In an `enum`.
    Variants,
    /// In a `match`.
    Arms,
    /// In a function.
    Statements,
    /// A value.
    Value,
    /// A value on one line, however long: a row of a table.
    Row,
    /// A method called on something, `.name(…)`.
    Link,
    /// A type.
    Type,
    /// An attribute.
    Attribute,
}

impl Kind {
    /// What is written around tokens of this kind so that they are a file.
    pub(super) fn wrap(self, tokens: TokenStream) -> TokenStream {
        use quote::quote;
        match self {
            Self::Items => tokens,
            Self::Members => quote! { impl X { #tokens } },
            Self::Fields => quote! { struct X { #tokens } },
            Self::Variants => quote! { enum X { #tokens } },
            Self::Arms => quote! { fn x() { match x { #tokens } } },
            Self::Statements => quote! { fn x() { #tokens } },
            Self::Value | Self::Row => quote! { const X: X = #tokens; },
            Self::Link => quote! { const X: X = x #tokens; },
            Self::Type => quote! { type X = #tokens; },
            Self::Attribute => quote! { #tokens struct X; },
        }
    }

    /// What the formatter made of the wrapping.
    pub(super) fn unwrap(self, text: &str) -> String {
        let (before, after, indent) = match self {
            Self::Items => ("", "", 0),
            Self::Members => ("impl X {", "}", 4),
            Self::Fields => ("struct X {", "}", 4),
            Self::Variants => ("enum X {", "}", 4),
            Self::Arms => ("fn x() {\n    match x {", "}\n}", 8),
            Self::Statements => ("fn x() {", "}", 4),
            Self::Value | Self::Row => ("const X: X = ", ";", 0),
            Self::Link => ("const X: X = x", ";", 0),
            Self::Type => ("type X = ", ";", 0),
            Self::Attribute => ("", "struct X;", 0),
        };
        let text = text.trim();
        let inside = text
            .strip_prefix(before)
            .and_then(|text| text.strip_suffix(after));
        let mut out = String::with_capacity(text.len());
        for line in inside.unwrap_or(text).trim_matches('\n').trim_end().lines() {
            if !out.is_empty() {
                out.push('\n');
            }
            let spaces = line.bytes().take(indent).take_while(|b| *b == b' ').count();
            out.push_str(&line[spaces..]);
        }
        match self {
            Self::Row => on_one_line(&out),
            _ => out.trim().to_owned(),
        }
    }
}

/// What the formatter broke into lines.
fn on_one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim) {
        let closes = line.starts_with([')', ']']);
        if closes && out.ends_with(',') {
            out.pop();
        }
        if !(out.is_empty() || closes || out.ends_with(['(', '['])) {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}
