//! The only maker of doc comments: untrusted text in, Markdown out that rustdoc
//! takes without a warning.
//!
//! What a description may still do is small: paragraphs, flat lists, quotes, tables,
//! bold words, code spans, links to `http(s)`, and code blocks that are plain text.
//! Everything else is escaped or dropped, so that nothing in a spec can open a doc
//! test, an HTML tag, an intra-doc link, or leave the comment.

mod columns;
mod html;
mod inline;
mod markdown;

use std::fmt::{self, Write as _};

use crate::buffer::Buffer;
use crate::names::Ident;
use crate::scan::{lines, trim, trim_end};
pub(crate) use columns::Columns;

/// A doc comment: its lines, without the slashes in front.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doc {
    text: Buffer,
}

impl Doc {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Our own words, which may be Markdown.
    pub(crate) fn words(&mut self, words: &'static str) -> &mut Self {
        self.text.push_str(words);
        self
    }

    /// A maintainer's Markdown, as it is: what stands beside a spec, and not in it.
    pub(crate) fn own(&mut self, markdown: &str) -> &mut Self {
        self.text.push_str(markdown);
        self
    }

    /// What another one says, in paragraphs of its own.
    pub(crate) fn append(&mut self, other: &Doc) -> &mut Self {
        self.paragraph();
        self.text.push_str(&other.text);
        self
    }

    /// A number.
    pub(crate) fn number(&mut self, number: impl fmt::Display) -> &mut Self {
        // Writing to a `String` does not fail.
        let _ = write!(self.text, "{number}");
        self
    }

    /// An identifier, as it is, to be a part of a link or of a path.
    pub(crate) fn ident(&mut self, ident: &Ident) -> &mut Self {
        self.text.push_str(ident.as_str());
        self
    }

    /// A name that is one by construction, as it is: of a package or a feature.
    pub(crate) fn plain(&mut self, name: &str) -> &mut Self {
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        self.text.extend(name.chars().filter(is_plain));
        self
    }

    /// A code span: untrusted text as it is.
    pub(crate) fn code(&mut self, text: &str) -> &mut Self {
        inline::code_span(text, &mut self.text);
        self
    }

    /// A code span in a table, where `|` ends a cell even in code.
    pub(crate) fn cell(&mut self, text: &str) -> &mut Self {
        self.code(&text.replace('|', "\\|"))
    }

    /// Untrusted text on one line, without a full stop of its own.
    pub(crate) fn phrase(&mut self, text: &str) -> &mut Self {
        let text = markdown::one_line(text);
        self.text
            .push_str(text.trim_end_matches(['.', '。', ';', '；', ',', '，', ':', '：']));
        self
    }

    /// Untrusted text as a sentence.
    pub(crate) fn sentence(&mut self, text: &str) -> &mut Self {
        let start = self.text.len();
        self.text.push_str(&markdown::one_line(text));
        markdown::full_stop(&mut self.text, start);
        self.reflow(start);
        self
    }

    /// Breaks the line that `start` is on, unless it is an item of a list.
    fn reflow(&mut self, start: usize) {
        let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let text = &self.text[line..];
        if !text.starts_with("- ") && !markdown::is_one_line(text) {
            let line = self.text.split_off(line);
            markdown::reflow(&line, &mut self.text);
        }
    }

    /// Untrusted text of any shape, continuing the line: its first sentence, then
    /// the rest in paragraphs of its own. Leaves what was there as it is, but for a
    /// full stop, where there is no text or where it begins with a list or a table.
    pub(crate) fn prose(&mut self, before: &'static str, text: &str) -> &mut Self {
        self.shared_prose(before, &Prose::new(text))
    }

    /// [`prose`](Self::prose) that other comments have too.
    pub(crate) fn shared_prose(&mut self, before: &'static str, text: &Prose<'_>) -> &mut Self {
        let (first, more, rest) = markdown::first_sentence(text.markdown());
        let introduces = first.ends_with([':', '：']) && !(more.is_empty() && rest.is_empty());
        self.first_sentence(before, first, introduces);
        if !more.is_empty() {
            self.paragraph();
            markdown::reflow(more, &mut self.text);
        }
        if !rest.is_empty() {
            self.paragraph();
            self.text.push_str(rest);
        }
        self
    }

    /// The first sentence of what [`prose`](Self::prose) writes.
    pub(crate) fn opening(&mut self, before: &'static str, text: &Prose<'_>) -> &mut Self {
        self.first_sentence(before, markdown::first_sentence(text.markdown()).0, false)
    }

    fn first_sentence(
        &mut self,
        before: &'static str,
        sentence: &str,
        introduces: bool,
    ) -> &mut Self {
        if sentence.is_empty() {
            return self.words(".");
        }
        self.words(before);
        let start = self.text.len();
        self.text.push_str(sentence);
        if !introduces {
            markdown::full_stop(&mut self.text, start);
        }
        self.reflow(start);
        self
    }

    /// Untrusted text of any shape, in paragraphs of its own.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.text.push_str(&markdown::blocks(text));
        self
    }

    /// Ends the paragraph: what follows begins a new one. Nothing follows, nothing
    /// happens.
    pub(crate) fn paragraph(&mut self) -> &mut Self {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            let breaks = if self.text.ends_with('\n') {
                "\n"
            } else {
                "\n\n"
            };
            self.text.push_str(breaks);
        }
        self
    }

    /// An item of a list, on a line of its own.
    pub(crate) fn item(&mut self) -> &mut Self {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str("- ");
        self
    }

    /// An example that rustdoc compiles, and runs unless `info` says otherwise: code of the
    /// generator's own.
    pub(crate) fn example(&mut self, info: &'static str, code: &str) -> &mut Self {
        self.paragraph();
        self.text.push_str("```");
        self.text.push_str(info);
        self.text.push('\n');
        self.text.push_str(code.trim_end());
        self.text.push_str("\n```");
        self.paragraph()
    }

    /// The lines, without blank ones at the end.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        lines(trim_end(&self.text)).map(trim_end)
    }
}

/// Untrusted text of any shape as Markdown: made once for all comments that have it.
pub(crate) enum Prose<'t> {
    Plain(&'t str),
    Blocks(Buffer),
}

impl<'t> Prose<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        match trim(text) {
            plain if plain.is_empty() || markdown::is_plain(plain) => Self::Plain(plain),
            _ => Self::Blocks(markdown::blocks(text)),
        }
    }

    fn markdown(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Blocks(blocks) => blocks,
        }
    }
}

#[cfg(test)]
#[path = "docs_tests.rs"]
mod tests;
