//! Templates: what emitters are written in.
//!
//! A template is Rust as `quote!` takes it, with holes: `__name` for an identifier,
//! a number, a type or other code, `"__name"` for text, `#[doc = "__name"]` for a doc
//! comment. It is parsed by syn and formatted by prettyplease once in the life of
//! the process; filling it is then a matter of copying text. That makes generating
//! as fast as writing strings, and keeps emitters as readable as what they emit.
//!
//! A filled template is not text yet: it is written when it is added to [`Code`], at
//! once where it stands in the file, and what fills its holes likewise.
//!
//! Holes are typed: an identifier comes from [`crate::names`], text becomes an
//! escaped literal, a comment comes from [`crate::docs`], and code comes from other
//! templates. Nothing else can be put there, so nothing in a spec can become code.

mod code;
mod kind;
mod literal;

use proc_macro2::TokenStream;

pub(crate) use self::code::{Code, Emit};
pub(crate) use self::kind::Kind;
pub(crate) use self::literal::Raw;

/// Declares functions that fill templates:
/// `fn name(hole: type, …) -> Code = kind { tokens }`.
macro_rules! templates {
    ($($(#[$meta:meta])* fn $name:ident($($hole:ident: $type:ty),* $(,)?) -> Code = $kind:ident { $($tokens:tt)* })*) => {$(
        $(#[$meta])*
        #[allow(clippy::too_many_arguments, reason = "a hole each")]
        fn $name($($hole: $type),*) -> impl crate::template::Emit {
            static TEMPLATE: std::sync::LazyLock<crate::template::Template> = std::sync::LazyLock::new(|| {
                crate::template::Template::new(
                    crate::template::Kind::$kind,
                    quote::quote! { $($tokens)* },
                    &[$(stringify!($hole)),*],
                )
            });
            move |out: &mut crate::template::Code| out.fill(&TEMPLATE, &[$(&$hole),*])
        }
    )*};
}
pub(crate) use templates;

/// Text with holes.
pub(crate) struct Template {
    pieces: Vec<Piece>,
    /// What is written after the last hole, by line.
    tail: Lines,
}

struct Piece {
    /// What is written before the hole.
    lines: Lines,
    /// The hole's index.
    hole: usize,
    /// Columns in front of the line that the hole is on.
    indent: usize,
    /// The hole is all that is on its line.
    alone: bool,
}

/// The fixed text between two holes.
struct Lines {
    /// What ends the line that is there.
    first: String,
    /// The lines after it.
    more: Option<String>,
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
        let lines = |piece: &mut String| {
            let piece = std::mem::take(piece);
            match piece.split_once('\n') {
                Some((first, more)) => Lines {
                    first: first.to_owned(),
                    more: Some(more.to_owned()),
                },
                None => Lines {
                    first: piece,
                    more: None,
                },
            }
        };
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                piece.push('\n');
            }
            let indent = line.len() - line.trim_start().len();
            if let Some(hole) = alone(line.trim_start(), holes) {
                pieces.push(Piece {
                    lines: lines(&mut piece),
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
                    lines: lines(&mut piece),
                    hole,
                    indent,
                    alone: false,
                });
            }
            piece.push_str(rest);
        }
        Self {
            pieces,
            tail: lines(&mut piece),
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

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
