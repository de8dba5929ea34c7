//! Where in the source a JSON pointer points: looked up only for a finding.
//!
//! The source is known to be JSON; what is not found (it came from an overlay) is
//! answered with the closest thing around it.

/// A place in a text, from 1. Columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The position of what `pointer` points at: of the key for a member, of the
/// value for an item. Where a key stands several times, the first one is meant;
/// the last step takes the second one if `again`.
pub(crate) fn locate(source: &[u8], pointer: &str, again: bool) -> Position {
    let mut scan = Scan { source, at: 0 };
    scan.space();
    let mut place = scan.at;
    let mut steps = pointer.split('/').skip(1).peekable();
    while let Some(step) = steps.next() {
        let step = step.replace("~1", "/").replace("~0", "~");
        let skip = usize::from(again && steps.peek().is_none());
        match scan.enter(&step, skip) {
            Some(found) => place = found,
            None => break,
        }
    }
    position(source, place)
}

/// Line and column of a byte.
pub(crate) fn position(source: &[u8], offset: usize) -> Position {
    let before = &source[..offset.min(source.len())];
    let start = before
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |i| i + 1);
    Position {
        line: 1 + before.iter().filter(|&&b| b == b'\n').count(),
        column: 1 + String::from_utf8_lossy(&before[start..]).chars().count(),
    }
}

struct Scan<'a> {
    source: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    /// From the start of a container to the start of its member's or item's
    /// value; gives the place to show.
    fn enter(&mut self, step: &str, mut skip: usize) -> Option<usize> {
        let open = self.peek()?;
        self.at += 1;
        for index in 0.. {
            self.space();
            match (open, self.peek()?) {
                (b'{', b'"') => {
                    let key = self.at;
                    let name = self.text();
                    self.space();
                    self.at += 1; // the colon
                    self.space();
                    if name == step {
                        if skip == 0 {
                            return Some(key);
                        }
                        skip -= 1;
                    }
                }
                (b'[', b']') | (b'{', _) => return None,
                (b'[', _) if step.parse() == Ok(index) => return Some(self.at),
                (b'[', _) => {}
                _ => return None,
            }
            self.value();
            self.space();
            if self.peek()? == b',' {
                self.at += 1;
            }
        }
        None
    }

    fn value(&mut self) {
        match self.peek() {
            Some(b'"') => {
                self.text();
            }
            Some(b'{' | b'[') => self.container(),
            _ => {
                while self
                    .peek()
                    .is_some_and(|b| !matches!(b, b',' | b'}' | b']') && !b.is_ascii_whitespace())
                {
                    self.at += 1;
                }
            }
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
        }
    }

    fn text(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'"' => break,
                _ => {}
            }
        }
        let end = self.at.min(self.source.len());
        serde_json::from_slice(&self.source[start..end]).unwrap_or_default()
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
            locate(SOURCE.as_bytes(), pointer, again),
            Position { line, column },
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
    fn broken_text_ends_the_search() {
        for source in ["", "{", "{\"a\"", "[[[", "{\"a\":\"", "\"\\", "{\"a\" 1}"] {
            locate(source.as_bytes(), "/a/0", true);
        }
    }
}
