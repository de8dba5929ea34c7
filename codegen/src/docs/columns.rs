//! The width of doc comments: prose is broken where it is too long, and goes on filling
//! the lines of its paragraph.

use memchr::{memchr_iter, memrchr_iter, memrchr2};

use super::markdown::{is_cjk, marker};
use crate::buffer::Buffer;
use crate::scan::trim_start;

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
        if !self.rest.is_empty() {
            if goes_on(line, self.prefix) && !is_fence(line) {
                if !self.rest.ends_with(is_cjk) {
                    self.rest.push(' ');
                }
                self.rest.push_str(line.trim_start());
                self.fill(self.prefix, &mut write);
                return;
            }
            self.end(&mut write);
        }
        if self.keeps(line) {
            return write("", line);
        }
        match continuation(line).zip(break_at(line, self.width)) {
            Some((then, at)) => {
                write("", line[..at].trim_end());
                self.prefix = then;
                self.rest.push_str(&line[at..]);
                self.fill(then, &mut write);
            }
            None => write("", line),
        }
    }

    /// Takes a line that stays as it is and where it is, if it does.
    pub(crate) fn keeps(&mut self, line: &str) -> bool {
        let is_fence = is_fence(line);
        let keeps =
            self.rest.is_empty() && (is_fence || self.in_program || line.len() <= self.width);
        self.in_program ^= is_fence && keeps;
        keeps
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

fn is_fence(line: &str) -> bool {
    let text = trim_start(line);
    text.starts_with("```") || text.starts_with("~~~")
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
    seen_from_end(line, columns).or_else(|| seen_from_start(line, columns))
}

/// The place in a line that begins with plain words, of which only the last ones are read.
fn seen_from_end(line: &str, columns: usize) -> Option<usize> {
    let head = &line.as_bytes()[..=columns];
    // Without a way out of the loop, so that it goes many bytes at a time.
    let is_plain = head
        .iter()
        .fold(true, |all, &b| all & b.is_ascii() & (b != b'\\'));
    if !is_plain {
        return None;
    }
    let in_code = |at: usize| memchr_iter(b'`', &head[..at]).count() % 2 == 1;
    memrchr_iter(b' ', &head[..columns])
        .map(|space| space + 1)
        .filter(|at| begins(head[*at].into()) && !line[*at..].starts_with("[^"))
        .find(|at| !in_code(*at))
        // A link that is open, or may be.
        .filter(|at| {
            memrchr2(b'[', b']', &head[..*at])
                .is_none_or(|mark| head[mark] == b']' && !in_code(mark))
        })
}

fn seen_from_start(line: &str, columns: usize) -> Option<usize> {
    let (mut width, mut before) = (0, 'x');
    let (mut place, mut inside) = (None, None);
    let (mut in_code, mut in_link) = (false, false);
    for (at, c) in line.char_indices() {
        let breaks = before == ' ' || matches!(before, '。' | '，' | '；' | '、' | '：');
        // A footnote would begin there.
        if breaks && begins(c) && !in_link && !line[at..].starts_with("[^") {
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

/// Whether a line may begin with this: it begins no block.
fn begins(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '"' | '(' | '“' | '`' | '[' | '\\')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{seen_from_end, seen_from_start};

    proptest! {
        #[test]
        fn the_end_of_a_line_tells_what_all_of_it_does(line in r"(([ab]{1,2} |`|\[|\]|[(^]){9}[。\\]?){2,5}") {
            prop_assume!(line.len() > 20);
            if let Some(at) = seen_from_end(&line, 20) {
                prop_assert_eq!(Some(at), seen_from_start(&line, 20), "{:?}", line);
            }
        }
    }
}
