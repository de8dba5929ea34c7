//! Templates: what emitters are written in.
//!
//! A template is Rust as `quote!` takes it, with holes: `__name` for an identifier,
//! a number, a type or other code, `"__name"` for text, `#[doc = "__name"]` for a doc
//! comment. It is parsed by syn and formatted by prettyplease once in the life of
//! the process; filling it is then a matter of copying text. That makes generating
//! as fast as writing strings, and keeps emitters as readable as what they emit.
//!
//! Holes are typed: an identifier comes from [`crate::names`], text becomes an
//! escaped literal, a comment comes from [`crate::docs`], and code comes from other
//! templates. Nothing else can be put there, so nothing in a spec can become code.

mod kind;

use std::fmt::Write as _;

use proc_macro2::TokenStream;

pub(crate) use self::kind::Kind;
use crate::buffer::Buffer;
use crate::docs::Doc;
use crate::names::Ident;

/// Declares functions that fill templates:
/// `fn name(hole: type, …) -> Code = kind { tokens }`.
macro_rules! templates {
    ($($(#[$meta:meta])* fn $name:ident($($hole:ident: $type:ty),* $(,)?) -> Code = $kind:ident { $($tokens:tt)* })*) => {$(
        $(#[$meta])*
        #[allow(clippy::too_many_arguments, reason = "a hole each")]
        fn $name($($hole: $type),*) -> crate::template::Code {
            static TEMPLATE: std::sync::LazyLock<crate::template::Template> = std::sync::LazyLock::new(|| {
                crate::template::Template::new(
                    crate::template::Kind::$kind,
                    quote::quote! { $($tokens)* },
                    &[$(stringify!($hole)),*],
                )
            });
            TEMPLATE.fill(&[$(crate::template::Fragment::from($hole)),*])
        }
    )*};
}
pub(crate) use templates;

/// Code that templates made.
#[derive(Clone, Debug)]
pub(crate) enum Code {
    /// Of a template without holes.
    Fixed(&'static str),
    Made(Buffer),
}

impl Code {
    pub(crate) fn new() -> Self {
        Self::Fixed("")
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Made(text) => text,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    /// Adds code on the next line.
    pub(crate) fn line(&mut self, code: &Code) -> &mut Self {
        if !code.is_empty() {
            if !self.is_empty() {
                self.push("\n");
            }
            self.push(code.as_str());
        }
        self
    }

    /// Adds code after a blank line.
    pub(crate) fn item(&mut self, code: &Code) -> &mut Self {
        if !code.is_empty() {
            if !self.is_empty() {
                self.push("\n\n");
            }
            self.push(code.as_str());
        }
        self
    }

    /// Adds an element of a list on one line, after a comma.
    pub(crate) fn element(&mut self, code: &Code) -> &mut Self {
        if !self.is_empty() {
            self.push(", ");
        }
        self.push(code.as_str());
        self
    }

    /// Adds an element of a list on a line of its own, before a comma.
    pub(crate) fn row(&mut self, code: &Code) -> &mut Self {
        self.line(code);
        self.push(",");
        self
    }

    /// Adds method calls: one behind the value, or each on a line of its own.
    pub(crate) fn chain(mut self, links: &[Code]) -> Self {
        match links {
            [only] if !only.as_str().contains('\n') => self.push(only.as_str()),
            _ => {
                for link in links {
                    self.push("\n");
                    push_lines(self.text(), link.as_str(), 4, true);
                }
            }
        }
        self
    }

    /// Adds a method call on the same line.
    pub(crate) fn call(&mut self, code: &Code) -> &mut Self {
        self.push(code.as_str());
        self
    }

    /// Puts an attribute between an item and its comment.
    pub(crate) fn with_attribute(self, attribute: &Code) -> Self {
        let text = self.as_str();
        let docs = text.lines().take_while(|line| line.starts_with("///"));
        let at = docs.map(|line| line.len() + 1).sum();
        let mut code = Self::new();
        code.push(&text[..at]);
        code.push(attribute.as_str());
        code.push("\n");
        code.push(&text[at..]);
        code
    }

    /// A comment inside of a module, `//!`.
    pub(crate) fn inner_doc(doc: &Doc) -> Self {
        let mut out = Buffer::new();
        push_doc(&mut out, doc, 0, "//!");
        Self::Made(out)
    }

    /// The code as hidden lines of a doc test.
    pub(crate) fn hidden(&self) -> Self {
        let mut out = Buffer::new();
        for line in self.as_str().lines() {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str("# ");
            out.push_str(line);
        }
        Self::Made(out)
    }

    /// A function cut in two: up to the brace that opens it, and from its first line.
    pub(crate) fn split_braces(&self) -> (Code, Code) {
        let text = self.as_str();
        let (head, tail) = text.split_once("{\n").unwrap_or((text, ""));
        let (mut opening, mut closing) = (Self::new(), Self::new());
        opening.push(head);
        opening.push("{");
        for (number, line) in tail.lines().enumerate() {
            closing.push(if number > 0 { "\n" } else { "" });
            closing.push(line.trim_start());
        }
        (opening, closing)
    }

    fn push(&mut self, text: &str) {
        self.text().push_str(text);
    }

    fn text(&mut self) -> &mut String {
        if let Self::Fixed(text) = *self {
            let mut made = Buffer::new();
            made.push_str(text);
            *self = Self::Made(made);
        }
        match self {
            Self::Made(text) => text,
            Self::Fixed(_) => unreachable!("it was replaced above"),
        }
    }
}

impl From<&Ident> for Code {
    fn from(ident: &Ident) -> Self {
        let mut code = Self::new();
        code.push(ident.as_str());
        code
    }
}

/// A string literal.
pub(crate) fn text(text: &str) -> Code {
    let mut out = Buffer::new();
    push_literal(&mut out, text);
    Code::Made(out)
}

/// Text with holes.
pub(crate) struct Template {
    pieces: Vec<Piece>,
    tail: String,
}

struct Piece {
    /// What is written before the hole.
    text: String,
    /// The hole's index.
    hole: usize,
    /// Columns in front of the line that the hole is on.
    indent: usize,
    /// The hole is all that is on its line.
    alone: bool,
}

/// What fills a hole.
#[derive(Clone, Copy)]
pub(crate) enum Fragment<'a> {
    Ident(&'a Ident),
    Text(&'a str),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Char(char),
    Doc(&'a Doc),
    Code(&'a Code),
}

macro_rules! fragments {
    ($($type:ty => $value:pat => $fragment:expr,)*) => {$(
        impl<'a> From<$type> for Fragment<'a> {
            fn from($value: $type) -> Self {
                $fragment
            }
        }
    )*};
}
fragments! {
    &'a Ident => ident => Self::Ident(ident),
    &'a str => text => Self::Text(text),
    &'a Doc => doc => Self::Doc(doc),
    &'a Code => code => Self::Code(code),
    u64 => number => Self::Unsigned(number),
    u16 => number => Self::Unsigned(number.into()),
    usize => number => Self::Unsigned(number as u64),
    i64 => number => Self::Signed(number),
    f64 => number => Self::Float(number),
    char => char => Self::Char(char),
}

impl Template {
    /// Formats the tokens and finds the holes. Tokens that are no Rust are a mistake
    /// in an emitter; whatever the input, it would show in the first test.
    pub(crate) fn new(kind: Kind, tokens: TokenStream, holes: &[&str]) -> Self {
        let wrapped = kind.wrap(tokens);
        let text = match syn::parse2(wrapped.clone()) {
            Ok(file) => prettyplease::unparse(&file),
            Err(error) => unreachable!("template is no Rust: {error}: {wrapped}"),
        };
        Self::cut(&kind.unwrap(&text), holes)
    }

    fn cut(text: &str, holes: &[&str]) -> Self {
        let mut pieces = Vec::new();
        let mut piece = String::new();
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                piece.push('\n');
            }
            let indent = line.len() - line.trim_start().len();
            if let Some(hole) = alone(line.trim_start(), holes) {
                pieces.push(Piece {
                    text: std::mem::take(&mut piece),
                    hole,
                    indent,
                    alone: true,
                });
                continue;
            }
            let mut rest = line;
            while let Some((at, len, hole)) = find(rest, holes) {
                let mut before = &rest[..at];
                rest = &rest[at + len..];
                if let (Some(outer), Some(after)) =
                    (before.strip_suffix('"'), rest.strip_prefix('"'))
                {
                    (before, rest) = (outer, after);
                }
                piece.push_str(before);
                pieces.push(Piece {
                    text: std::mem::take(&mut piece),
                    hole,
                    indent,
                    alone: false,
                });
            }
            piece.push_str(rest);
        }
        Self {
            pieces,
            tail: piece,
        }
    }

    /// The text with its holes filled.
    pub(crate) fn fill(&'static self, fragments: &[Fragment<'_>]) -> Code {
        if self.pieces.is_empty() {
            return Code::Fixed(&self.tail);
        }
        let mut out = Buffer::new();
        for piece in &self.pieces {
            // A line whose hole is filled with nothing goes as a whole.
            let vanished = piece.text.starts_with('\n') && (out.is_empty() || out.ends_with('\n'));
            out.push_str(if vanished {
                &piece.text[1..]
            } else {
                &piece.text
            });
            piece.fill(&mut out, fragments[piece.hole]);
        }
        let vanished = self.tail.starts_with('\n') && (out.is_empty() || out.ends_with('\n'));
        out.push_str(if vanished {
            &self.tail[1..]
        } else {
            &self.tail
        });
        Code::Made(out)
    }
}

impl Piece {
    fn fill(&self, out: &mut String, fragment: Fragment<'_>) {
        match fragment {
            Fragment::Ident(ident) => out.push_str(ident.as_str()),
            Fragment::Text(text) => push_literal(out, text),
            // Writing to a `String` does not fail.
            Fragment::Unsigned(number) => drop(write!(out, "{number}")),
            Fragment::Signed(number) => drop(write!(out, "{number}")),
            Fragment::Float(number) => drop(write!(out, "{number:?}")),
            Fragment::Char(char) => drop(write!(out, "{char:?}")),
            Fragment::Doc(doc) => push_doc(out, doc, self.indent, "///"),
            Fragment::Code(code) if self.alone => push_lines(out, code.as_str(), self.indent, true),
            // Rows in brackets stand on lines of their own.
            Fragment::Code(code) if code.as_str().ends_with(',') => {
                out.push('\n');
                push_lines(out, code.as_str(), self.indent + 4, true);
                out.push('\n');
                push_spaces(out, self.indent);
            }
            Fragment::Code(code) => push_lines(out, code.as_str(), self.indent, false),
        }
    }
}

/// The hole that a line consists of, whatever the syntax around it.
fn alone(line: &str, holes: &[&str]) -> Option<usize> {
    let (at, len, hole) = find(line, holes)?;
    let around = (&line[..at], &line[at + len..]);
    let known = [
        ("///", ""),
        ("", ": (),"),
        ("", " {},"),
        ("", " => {}"),
        ("", " => (),"),
        ("", "!();"),
        ("", "!{}"),
        ("", "! {}"),
    ];
    known.contains(&around).then_some(hole)
}

/// The first hole: where, how long, which.
fn find(text: &str, holes: &[&str]) -> Option<(usize, usize, usize)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("__").map(|at| at + from) {
        let name = &text[at + 2..];
        let len = name
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(name.len());
        if let Some(hole) = holes.iter().position(|hole| *hole == &name[..len]) {
            return Some((at, len + 2, hole));
        }
        from = at + 2 + len;
    }
    None
}

fn push_spaces(out: &mut String, mut count: usize) {
    const SPACES: &str = "                                ";
    while count > SPACES.len() {
        out.push_str(SPACES);
        count -= SPACES.len();
    }
    out.push_str(&SPACES[..count]);
}

/// Lines, each but blank ones indented; the first one where it begins a line.
fn push_lines(out: &mut String, text: &str, indent: usize, first: bool) {
    if indent == 0 {
        out.push_str(text);
        return;
    }
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        if !line.is_empty() && (number > 0 || first) {
            push_spaces(out, indent);
        }
        out.push_str(line);
    }
}

fn push_doc(out: &mut String, doc: &Doc, indent: usize, slashes: &str) {
    for (number, line) in doc.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        push_spaces(out, indent);
        out.push_str(slashes);
        if !line.is_empty() {
            out.push(' ');
            out.push_str(line);
        }
    }
}

/// A string literal: what is not plainly readable is escaped, which takes in all
/// that rustc refuses in literals (characters that turn the direction of text).
fn push_literal(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        let end = rest.bytes().position(|byte| !is_plain(byte));
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

/// Whether a byte stands for itself in a literal: printable ASCII, and what begins or
/// continues a character from U+5000 to U+8FFF.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~' | 0x80..=0xbf | 0xe5..=0xe8)
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
