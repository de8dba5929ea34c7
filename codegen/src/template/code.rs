//! Code under construction.

use std::fmt::{self, Write as _};

use super::literal::{Raw, push_literal};
use super::{Lines, Piece, Template};
use crate::buffer::Buffer;
use crate::docs::{Columns, Doc};
use crate::names::Ident;
use crate::scan::lines;

/// What can be written into code.
pub(crate) trait Emit {
    /// Writes it where `out` ends.
    fn emit(&self, out: &mut Code);

    /// It alone.
    fn code(&self) -> Code {
        let mut out = Code::new();
        self.emit(&mut out);
        out
    }
}

/// Code that templates made. Whatever is added to it is indented as the place is
/// where it is added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    text: Buffer,
    /// Where the part begins that is being written.
    start: usize,
    /// Columns in front of its lines.
    indent: usize,
}

impl Code {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_text(self) -> Buffer {
        self.text
    }

    /// Whether nothing is written yet of the part that is being written.
    fn is_empty(&self) -> bool {
        self.text.len() == self.start
    }

    /// Adds code on the next line.
    pub(crate) fn line(&mut self, code: impl Emit) -> &mut Self {
        self.part("\n", 0, &code)
    }

    /// Adds code after a blank line.
    pub(crate) fn item(&mut self, code: impl Emit) -> &mut Self {
        self.part("\n\n", 0, &code)
    }

    /// Adds an element of a list on one line, after a comma.
    pub(crate) fn element(&mut self, code: impl Emit) -> &mut Self {
        self.part(", ", 0, &code)
    }

    /// Adds an element of a list on a line of its own, before a comma.
    pub(crate) fn row(&mut self, code: impl Emit) -> &mut Self {
        self.text.push('\n');
        self.part("", 4, &code);
        self.push(",");
        self
    }

    /// Adds code on the same line.
    pub(crate) fn call(&mut self, code: impl Emit) -> &mut Self {
        code.emit(self);
        self
    }

    /// Adds method calls: one behind the value, or each on a line of its own.
    pub(crate) fn chain(&mut self, links: &[Code]) -> &mut Self {
        match links {
            [only] if !only.text.contains('\n') => self.call(only),
            _ => {
                for link in links {
                    self.text.push('\n');
                    self.part("", 4, link);
                }
                self
            }
        }
    }

    /// Puts an attribute between an item and its comment.
    pub(crate) fn with_attribute(&self, attribute: impl Emit) -> Self {
        let docs = self.text.lines().take_while(|line| line.starts_with("///"));
        let at = docs.map(|line| line.len() + 1).sum();
        let mut code = Self::new();
        code.push(&self.text[..at]);
        code.call(attribute).push("\n");
        code.push(&self.text[at..]);
        code
    }

    /// Adds a line that is no documentation, `//`.
    pub(crate) fn comment(&mut self, text: &str) -> &mut Self {
        self.push("// ");
        self.text.extend(text.chars().filter(|c| !c.is_control()));
        self
    }

    /// Adds a comment inside of a module, `//!`.
    pub(crate) fn inner_doc(&mut self, doc: &Doc) -> &mut Self {
        self.doc(doc, "//!");
        self
    }

    /// The code as hidden lines of a doc test, those that are hidden already included.
    pub(crate) fn hidden(&self) -> Self {
        let mut out = Buffer::new();
        for line in self.text.lines() {
            if !out.is_empty() {
                out.push('\n');
            }
            if !line.starts_with("# ") {
                out.push_str("# ");
            }
            out.push_str(line);
        }
        Self::from(out)
    }

    /// A function cut in two: up to the brace that opens it, and from its first line.
    pub(crate) fn split_braces(&self) -> (Code, Code) {
        let (head, tail) = self.text.split_once("{\n").unwrap_or((&self.text, ""));
        let (mut opening, mut closing) = (Self::new(), Self::new());
        opening.push(head);
        opening.push("{");
        for (number, line) in tail.lines().enumerate() {
            closing.push(if number > 0 { "\n" } else { "" });
            closing.push(line.trim_start());
        }
        (opening, closing)
    }

    /// The first line, and the others.
    pub(crate) fn split_line(&self) -> (Code, Code) {
        let (first, others) = self.text.split_once('\n').unwrap_or((&self.text, ""));
        let (mut head, mut tail) = (Self::new(), Self::new());
        head.push(first);
        tail.push(others);
        (head, tail)
    }

    /// Adds a part, and what parts it from what is before; nothing for an empty one.
    fn part(&mut self, before: &str, indent: usize, code: &dyn Emit) -> &mut Self {
        let (start, end) = (self.start, self.text.len());
        if !self.is_empty() {
            self.text.push_str(before);
        }
        self.start = self.text.len();
        self.indent += indent;
        code.emit(self);
        self.indent -= indent;
        if self.is_empty() {
            self.text.truncate(end);
        }
        self.start = start;
        self
    }

    /// Adds a template, its holes filled.
    pub(crate) fn fill(&mut self, template: &Template, holes: &[&dyn Emit]) {
        let start = self.text.len();
        for piece in &template.pieces {
            self.lines(&piece.lines, start);
            self.hole(piece, holes[piece.hole]);
        }
        self.lines(&template.tail, start);
    }

    /// Adds lines of a template that begins at `start`.
    fn lines(&mut self, lines: &Lines, start: usize) {
        self.push(&lines.first);
        let Some(more) = &lines.more else { return };
        // A line whose hole is filled with nothing goes as a whole.
        let vanished =
            lines.first.is_empty() && (self.text.len() == start || self.text.ends_with('\n'));
        if !vanished {
            self.text.push('\n');
        }
        self.push_lines(more);
    }

    fn hole(&mut self, piece: &Piece, code: &dyn Emit) {
        let start = std::mem::replace(&mut self.start, self.text.len());
        self.indent += piece.indent;
        code.emit(self);
        // Rows in brackets stand on lines of their own.
        if !piece.alone && !self.is_empty() && self.text.ends_with(',') {
            self.text.push('\n');
            push_spaces(&mut self.text, self.indent);
        }
        self.indent -= piece.indent;
        self.start = start;
    }

    /// Adds text; its first line is indented.
    fn push(&mut self, text: &str) {
        if !text.is_empty() {
            self.begin();
            self.text.push_str(text);
        }
    }

    /// Adds lines, each indented.
    fn push_lines(&mut self, text: &str) {
        if self.indent == 0 {
            self.text.push_str(text);
            return;
        }
        for (number, line) in lines(text).enumerate() {
            if number > 0 {
                self.text.push('\n');
            }
            self.push(line);
        }
    }

    /// Indents what follows, where it begins a line.
    fn begin(&mut self) {
        if self.text.ends_with('\n') {
            push_spaces(&mut self.text, self.indent);
        }
    }

    fn number(&mut self, number: fmt::Arguments<'_>) {
        self.begin();
        // Writing to a `String` does not fail.
        let _ = self.text.write_fmt(number);
    }

    fn doc(&mut self, doc: &Doc, slashes: &str) {
        let mut columns = Columns::of(slashes);
        let mut is_first = true;
        let mut write = |before: &str, line: &str| {
            if !std::mem::take(&mut is_first) {
                self.text.push('\n');
            }
            self.push(slashes);
            if !line.is_empty() {
                self.text.push(' ');
                self.text.push_str(before);
                self.text.push_str(line);
            }
        };
        for line in doc.lines() {
            columns.line(line, &mut write);
        }
        columns.end(write);
    }
}

impl From<Buffer> for Code {
    fn from(text: Buffer) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

fn push_spaces(out: &mut String, mut count: usize) {
    const SPACES: &str = "                                ";
    while count > SPACES.len() {
        out.push_str(SPACES);
        count -= SPACES.len();
    }
    out.push_str(&SPACES[..count]);
}

impl<F: Fn(&mut Code)> Emit for F {
    fn emit(&self, out: &mut Code) {
        self(out);
    }
}

impl Emit for Raw<'_> {
    fn emit(&self, out: &mut Code) {
        let Some(hashes) = self.hashes() else {
            return self.0.emit(out);
        };
        let hashes = &"#".repeat(hashes);
        out.begin();
        // As they are: indenting its lines would change it.
        for part in ["r", hashes, "\"", self.0, "\"", hashes] {
            out.text.push_str(part);
        }
    }
}

impl Emit for Code {
    fn emit(&self, out: &mut Code) {
        out.push_lines(&self.text);
    }
}

macro_rules! emit {
    ($($type:ty: |$value:ident, $out:ident| $body:expr,)*) => {$(
        impl Emit for $type {
            fn emit(&self, $out: &mut Code) {
                let $value = *self;
                $body
            }
        }
    )*};
}
emit! {
    &Code: |code, out| code.emit(out),
    &Ident: |ident, out| out.push(ident.as_str()),
    &Doc: |doc, out| out.doc(doc, "///"),
    &str: |text, out| {
        out.begin();
        push_literal(&mut out.text, text);
    },
    u64: |number, out| out.number(format_args!("{number}")),
    u16: |number, out| out.number(format_args!("{number}")),
    usize: |number, out| out.number(format_args!("{number}")),
    i64: |number, out| out.number(format_args!("{number}")),
    f64: |number, out| out.number(format_args!("{number:?}")),
    char: |char, out| out.number(format_args!("{char:?}")),
}
