//! Where in the source JSON pointers point: looked up only for findings, in one
//! pass over the source for all of them.
//!
//! The source is known to be JSON; what is not found (it came from an overlay) is
//! answered with the closest thing around it.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::steps;
use memchr::{memchr_iter, memchr2, memrchr};

/// A place in a text, from 1. Columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The positions of what pointers point at: of the key for a member, of the value
/// for an item. Where a key stands several times, the first one is meant; the last
/// step takes the second one where the pointer comes with `true`.
pub(crate) fn of_pointers(source: &[u8], pointers: &[(&str, bool)]) -> Vec<Position> {
    if pointers.is_empty() {
        return Vec::new();
    }
    let mut scan = Scan {
        source,
        at: 0,
        found: Vec::new(),
        open: 0,
    };
    scan.space();
    scan.found = vec![scan.at; pointers.len()];
    let mut searches = Searches::default();
    for (index, (pointer, again)) in pointers.iter().enumerate() {
        let Some(steps) = pointer.strip_prefix('/') else {
            continue;
        };
        let mut here = &mut searches;
        for step in steps.split('/').map(unescape) {
            here = here.below.entry(step).or_default();
        }
        here.ends.push((index, *again));
        scan.open += 1;
    }
    let place = scan.at;
    scan.value(searches, place);
    positions(source, &scan.found)
}

/// Line and column of a byte.
pub(crate) fn position(source: &[u8], offset: usize) -> Position {
    positions(source, &[offset])[0]
}

fn positions(source: &[u8], offsets: &[usize]) -> Vec<Position> {
    let mut order: Vec<usize> = (0..offsets.len()).collect();
    order.sort_unstable_by_key(|&index| offsets[index]);
    let mut positions = vec![Position { line: 1, column: 1 }; offsets.len()];
    let (mut line, mut column, mut at) = (1, 1, 0);
    for index in order {
        let offset = offsets[index].min(source.len());
        let mut passed = &source[at..offset];
        if let Some(last) = memrchr(b'\n', passed) {
            line += memchr_iter(b'\n', passed).count();
            column = 1;
            passed = &passed[last + 1..];
        }
        // Not a continuation byte of UTF-8: the start of a character.
        // In pieces that a `u8` can count: that goes many bytes at a time.
        for piece in passed.chunks(255) {
            let starts = piece.iter().map(|byte| u8::from(byte & 0xc0 != 0x80));
            column += usize::from(starts.sum::<u8>());
        }
        at = offset;
        positions[index] = Position { line, column };
    }
    positions
}

/// The text of a quoted key.
fn key(quoted: &[u8]) -> Cow<'_, str> {
    match quoted {
        [b'"', plain @ .., b'"'] if !plain.contains(&b'\\') => String::from_utf8_lossy(plain),
        _ => Cow::Owned(serde_json::from_slice(quoted).unwrap_or_default()),
    }
}

fn unescape(step: &str) -> Cow<'_, str> {
    if step.contains('~') {
        Cow::Owned(step.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(step)
    }
}

/// Pointers on their way down: those that share a step are one.
#[derive(Default)]
struct Searches<'p> {
    /// By the next step.
    below: FxHashMap<Cow<'p, str>, Searches<'p>>,
    /// Pointers that end here, and whether the second one of the key is meant.
    ends: Vec<(usize, bool)>,
}

struct Scan<'a> {
    source: &'a [u8],
    at: usize,
    /// By pointer: the closest place so far.
    found: Vec<usize>,
    /// How many may still be found closer: without one, the rest is not looked at.
    open: usize,
}

impl Scan<'_> {
    /// Passes over a value, with the searches that go on in it; `place` is where it stands.
    fn value(&mut self, searches: Searches<'_>, place: usize) {
        match self.peek() {
            Some(open @ (b'{' | b'[')) if !searches.below.is_empty() => {
                return self.enter(open, searches, place);
            }
            Some(b'{' | b'[') => self.container(),
            Some(b'"') => self.text(),
            _ => {
                while self
                    .peek()
                    .is_some_and(|b| !matches!(b, b',' | b'}' | b']') && !b.is_ascii_whitespace())
                {
                    self.at += 1;
                }
            }
        }
        self.settle(searches, place);
    }

    fn enter(&mut self, open: u8, mut searches: Searches<'_>, outer: usize) {
        self.at += 1;
        for index in 0usize.. {
            self.space();
            let place = self.at;
            let step = match (open, self.peek()) {
                (b'{', Some(b'"')) => {
                    self.text();
                    let key = key(&self.source[place..self.at.min(self.source.len())]);
                    self.space();
                    self.at += 1; // the colon
                    self.space();
                    key
                }
                (b'[', Some(byte)) if byte != b']' => Cow::Owned(index.to_string()),
                _ => {
                    self.at += 1;
                    return self.settle(searches, outer);
                }
            };
            let inner = self.matching(&mut searches, &step, place);
            if self.open == 0 {
                return;
            }
            self.value(inner, place);
            if self.open == 0 {
                return;
            }
            if self.at == place {
                return self.settle(searches, outer); // broken JSON: nothing was passed over
            }
            self.space();
            if self.peek() == Some(b',') {
                self.at += 1;
            }
        }
    }

    /// Takes out the searches that go through this step, and notes the place of those that end.
    fn matching<'p>(
        &mut self,
        searches: &mut Searches<'p>,
        step: &str,
        place: usize,
    ) -> Searches<'p> {
        steps::add(1);
        let Some(mut inner) = searches.below.remove(step) else {
            return Searches::default();
        };
        let (again, found) = inner.ends.drain(..).partition(|(_, again)| *again);
        self.settle(
            Searches {
                ends: found,
                ..Searches::default()
            },
            place,
        );
        if !again.is_empty() {
            let ends = again.into_iter().map(|(index, _)| (index, false)).collect();
            let next = Searches {
                ends,
                ..Searches::default()
            };
            searches.below.insert(Cow::Owned(step.to_owned()), next);
        }
        inner
    }

    /// What is not found any closer is here.
    fn settle(&mut self, searches: Searches<'_>, place: usize) {
        let mut rest = vec![searches];
        while let Some(searches) = rest.pop() {
            steps::add(1 + searches.ends.len());
            self.open -= searches.ends.len();
            for (index, _) in searches.ends {
                self.found[index] = place;
            }
            rest.extend(searches.below.into_values());
        }
    }

    fn container(&mut self) {
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.text();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
            let is_mark = |byte: &u8| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']');
            let next = self.source[self.at..].iter().position(is_mark);
            self.at += next.unwrap_or_default();
        }
    }

    fn text(&mut self) {
        self.at += 1;
        while let Some(passed) = memchr2(b'\\', b'"', self.source.get(self.at..).unwrap_or(&[])) {
            self.at += passed + 1;
            if self.source[self.at - 1] == b'"' {
                return;
            }
            self.at += 1;
        }
        self.at = self.source.len();
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"{
  "a": [1, {"b/c": "x\"]}", "中文": [true], "d": 1, "d": 2}],
  "e": -1.5e3
}"#;

    #[track_caller]
    fn at(pointer: &str, again: bool, line: usize, column: usize) {
        assert_eq!(
            of_pointers(SOURCE.as_bytes(), &[(pointer, again)]),
            [Position { line, column }],
            "{pointer}"
        );
    }

    #[test]
    fn members_are_found_at_their_key_and_items_at_their_value() {
        at("", false, 1, 1);
        at("/a", false, 2, 3);
        at("/a/1", false, 2, 12);
        at("/a/1/b~1c", false, 2, 13);
        at("/e", false, 3, 3);
    }

    #[test]
    fn columns_count_characters() {
        at("/a/1/中文", false, 2, 29);
        at("/a/1/d", false, 2, 43);
    }

    #[test]
    fn a_repeated_key_can_be_told_from_the_first() {
        at("/a/1/d", true, 2, 51);
    }

    #[test]
    fn what_is_not_there_is_answered_with_what_is_around_it() {
        at("/a/7/x", false, 2, 3);
        at("/nowhere", false, 1, 1);
        at("/e/deeper", false, 3, 3);
    }

    #[test]
    fn many_are_found_in_one_pass_in_their_own_order() {
        let found = of_pointers(
            SOURCE.as_bytes(),
            &[
                ("/e", false),
                ("/a/1/d", true),
                ("/a/1/d", false),
                ("/a", false),
            ],
        );
        let places: Vec<_> = found.iter().map(|p| (p.line, p.column)).collect();
        assert_eq!(places, [(3, 3), (2, 51), (2, 43), (2, 3)]);
    }

    #[test]
    fn broken_text_ends_the_search() {
        for source in [
            "",
            "{",
            "{\"a\"",
            "[[[",
            "{\"a\":\"",
            "\"\\",
            "{\"a\" 1}",
            "{1}",
            "[}",
        ] {
            of_pointers(source.as_bytes(), &[("/a/0", true), ("/0/0", false)]);
        }
    }
}
