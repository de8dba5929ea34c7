//! The width of doc comments: prose is broken where it is too long, and goes on filling
//! the lines of its paragraph.

use super::markdown::{is_cjk, marker};
use crate::buffer::Buffer;

const SPACES: &str = "        ";

/// Breaks the lines of a comment that is written line by line.
pub(crate) struct Columns {
    /// How many each line may have.
    width: usize,
    /// The end of a line that was too long: the next one may go on with it.
    rest: Buffer,
    /// What stands before it.
    prefix: &'static str,
    in_program: bool,
}

impl Columns {
    /// Those of comments with these slashes: a hundred with what stands before them, which
    /// are four at most.
    pub(crate) fn of(slashes: &str) -> Self {
        Self {
            width: if slashes == "//!" { 96 } else { 92 },
            rest: Buffer::new(),
            prefix: "",
            in_program: false,
        }
    }

    /// Takes a line, and writes what is ready, each in two parts: what stands before the
    /// text, and the text. What is no prose (a row of a table, a heading, code) stays as it
    /// is.
    pub(crate) fn line(&mut self, line: &str, mut write: impl FnMut(&str, &str)) {
        let text = line.trim_start();
        let is_fence = text.starts_with("```") || text.starts_with("~~~");
        self.in_program ^= is_fence;
        if !self.rest.is_empty() {
            if !is_fence && goes_on(line, self.prefix) {
                if !self.rest.ends_with(is_cjk) {
                    self.rest.push(' ');
                }
                self.rest.push_str(text);
                self.fill(self.prefix, &mut write);
                return;
            }
            self.end(&mut write);
        }
        let fits = line.len() <= self.width || self.in_program || is_fence;
        match (!fits).then(|| continuation(line)).flatten() {
            Some(then) if break_at(line, self.width).is_some() => {
                self.rest.push_str(line);
                self.prefix = "";
                self.fill(then, &mut write);
            }
            _ => write("", line),
        }
    }

    /// Writes what is left.
    pub(crate) fn end(&mut self, mut write: impl FnMut(&str, &str)) {
        if !self.rest.is_empty() {
            write(self.prefix, &self.rest);
            self.rest.clear();
        }
    }

    /// Writes the lines that are full; those after the first have `then` before them.
    fn fill(&mut self, then: &'static str, write: &mut impl FnMut(&str, &str)) {
        let mut taken = 0;
        while let Some(at) = break_at(&self.rest[taken..], self.width - self.prefix.len()) {
            let line = &self.rest[taken..taken + at];
            write(self.prefix, line.trim_end());
            self.prefix = then;
            taken += at;
        }
        self.rest.drain(..taken);
    }
}

/// Whether a line is more of the paragraph that has this before its lines.
fn goes_on(line: &str, prefix: &str) -> bool {
    let text = line.trim_start_matches(' ');
    !prefix.starts_with('>')
        && line.len() - text.len() == prefix.len()
        && text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '`' | '[' | '(' | '"'))
        && marker(text).0.is_none()
}

/// What stands before the second line of prose: it goes on where the text of the first
/// one begins.
fn continuation(line: &str) -> Option<&'static str> {
    let text = line.trim_start_matches(' ');
    if text.starts_with(['|', '#', '<', '~']) {
        return None;
    }
    if line.starts_with('>') {
        return Some("> ");
    }
    let indent = line.len() - text.len();
    let marker = marker(text).0.map_or(0, str::len);
    (indent < 4).then(|| &SPACES[..indent + marker])
}

/// Where a line that is too long is broken, if it is: after a space or a mark of
/// Chinese punctuation, and never so that the next line would begin a block. In code only
/// where there is no other place, and never in the text of a link.
pub(super) fn break_at(line: &str, columns: usize) -> Option<usize> {
    if line.len() <= columns {
        return None;
    }
    let (mut width, mut before) = (0, 'x');
    let (mut place, mut inside) = (None, None);
    let (mut in_code, mut in_link) = (false, false);
    for (at, c) in line.char_indices() {
        let breaks = before == ' ' || matches!(before, '。' | '，' | '；' | '、' | '：');
        let begins = c.is_alphabetic() || matches!(c, '"' | '(' | '“' | '`' | '[' | '\\');
        // A footnote would begin there.
        if breaks && begins && !in_link && !line[at..].starts_with("[^") {
            *(if in_code { &mut inside } else { &mut place }) = Some(at);
        }
        match c {
            _ if before == '\\' => {}
            '`' => in_code = !in_code,
            '[' | ']' if !in_code => in_link = c == '[',
            _ => {}
        }
        width += if is_cjk(c) { 2 } else { 1 };
        if width > columns && place.or(inside).is_some() {
            return place.or(inside);
        }
        before = c;
    }
    None
}
