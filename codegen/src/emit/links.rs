//! Links in doc comments: where a text names an operation or a waiter in backticks,
//! it leads there.

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter, memrchr};
use rustc_hash::FxHashMap;

use crate::docs::Columns;
use crate::model::Product;
use crate::scan::{trim_end, trim_start};

/// What stands before a name that leads somewhere already, or is that of the page.
const OWN: [&str; 7] = [
    "[",
    "Operation ",
    "operation ",
    "parameters of ",
    "What ",
    "documented for ",
    "a value of ",
];

/// What a product's texts may name.
#[derive(Default)]
pub struct Links<'p> {
    targets: FxHashMap<&'p str, String>,
}

impl<'p> Links<'p> {
    /// Of a product that has texts; facts alone name nothing.
    pub fn new(product: &'p Product<'p>) -> Self {
        let mut targets = FxHashMap::default();
        let operations = &product.operations;
        if operations.iter().any(|it| !it.summary.is_empty()) {
            targets.extend(operations.iter().map(|it| {
                let target = format!("mod@crate::{}", it.ident);
                (it.name, target)
            }));
            targets.extend(product.waiters.iter().map(|it| {
                let target = format!("crate::Client::{}", it.ident);
                (it.ident.as_str(), target)
            }));
        }
        Self { targets }
    }

    /// The file with its links.
    pub fn set(&self, text: &str) -> String {
        if self.targets.is_empty() {
            return text.to_owned();
        }
        let comments = Finder::new("//");
        let mut out = String::with_capacity(text.len() + text.len() / 16);
        let mut linked = String::new();
        // The comment that is being written: what its lines begin with, and their width.
        let mut comment: Option<(&str, Columns)> = None;
        let mut is_program = false;
        // Most lines stay as they are: what lies between two that do not is copied at once.
        let mut copied = 0;
        let mut end = 0;
        while end < text.len() {
            let start = end;
            end = memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at + 1);
            let line = &text[start..end];
            let (slashes, words) = comment_of(line);
            if comment.as_ref().is_none_or(|(of, _)| *of != slashes) {
                if let Some((slashes, mut columns)) = comment.take() {
                    columns.end(|before, text| put(&mut out, slashes, before, text));
                }
                is_program = false;
            }
            if slashes.is_empty() {
                // No line is looked at that has no comment.
                end = match comments.find(&text.as_bytes()[end..]) {
                    Some(at) => {
                        memrchr(b'\n', &text.as_bytes()[..end + at]).map_or(end, |at| at + 1)
                    }
                    None => text.len(),
                };
                continue;
            }
            // A field, or a value, begins with its own name.
            let is_own = comment.is_none() && slashes.ends_with("///");
            let (_, columns) =
                comment.get_or_insert_with(|| (slashes, Columns::of(slashes.trim_start())));
            let is_fence = trim_start(words).starts_with("```");
            is_program ^= is_fence;
            let is_linked = !is_fence && !is_program && self.line(words, is_own, &mut linked);
            if !is_linked && is_put(line, slashes, words) && columns.keeps(words) {
                continue;
            }
            out.push_str(&text[copied..start]);
            copied = end;
            let words = if is_linked { &linked } else { words };
            columns.line(words, |before, text| put(&mut out, slashes, before, text));
        }
        if let Some((slashes, mut columns)) = comment {
            columns.end(|before, text| put(&mut out, slashes, before, text));
        }
        out.push_str(&text[copied..]);
        out
    }

    /// Writes the line with its links, if it has any.
    fn line(&self, line: &str, is_own: bool, out: &mut String) -> bool {
        let mut ticks = memchr_iter(b'`', line.as_bytes());
        // Nothing stands before the name that the comment is about.
        let mut is_own = is_own && line.starts_with('`');
        let (mut before, mut copied) = (0, 0);
        out.clear();
        // Text and code by turns.
        while let (Some(open), Some(close)) = (ticks.next(), ticks.next()) {
            let name = &line[open + 1..close];
            let text = &line[before..open];
            before = close + 1;
            if std::mem::take(&mut is_own) {
                continue;
            }
            if let Some(target) = self.targets.get(name)
                && !OWN.iter().any(|own| text.ends_with(own))
            {
                out.extend([&line[copied..open], "[`", name, "`](", target, ")"]);
                copied = close + 1;
            }
        }
        out.push_str(if copied > 0 { &line[copied..] } else { "" });
        copied > 0
    }
}

/// What a line of a comment begins with, and its text; nothing of any other line.
fn comment_of(line: &str) -> (&str, &str) {
    let code = line.trim_start_matches(' ');
    let text = code.strip_prefix("//!").or(code.strip_prefix("///"));
    match text {
        Some(text) if text.starts_with([' ', '\n']) => {
            let slashes = &line[..line.len() - text.len()];
            let text = text.strip_prefix(' ').unwrap_or(text);
            (slashes, trim_end(text.strip_suffix('\n').unwrap_or(text)))
        }
        _ => ("", line),
    }
}

/// Whether a line is as [`put`] would write it.
fn is_put(line: &str, slashes: &str, text: &str) -> bool {
    let space = usize::from(!text.is_empty());
    line.len() == slashes.len() + space + text.len() + 1
}

fn put(out: &mut String, slashes: &str, before: &str, text: &str) {
    out.push_str(slashes);
    if !(before.is_empty() && text.is_empty()) {
        out.extend([" ", before, text]);
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_backticks_lead_somewhere_outside_of_programs() {
        let targets = [
            ("DoIt", "mod@crate::do_it"),
            ("wait_until_done", "crate::Client::wait_until_done"),
        ];
        let links = Links {
            targets: targets
                .map(|(name, target)| (name, target.to_owned()))
                .into_iter()
                .collect(),
        };
        let text = "//! Call `DoIt`, not `Own` or DoIt; see [`DoIt`](x) and ``DoIt``.\n\
            /// - `DoIt`: `wait_until_done`\n//! ```\n//! let a = \"`DoIt`\";\n//! ```\n\
            //! an open `DoIt\nlet text = \"`DoIt`\";\n//! Own: `DoIt`, `State`.\n";
        assert_eq!(
            links.set(text),
            "//! Call [`DoIt`](mod@crate::do_it), not `Own` or DoIt; see [`DoIt`](x) and ``DoIt``.\n\
            /// - [`DoIt`](mod@crate::do_it): [`wait_until_done`](crate::Client::wait_until_done)\n\
            //! ```\n//! let a = \"`DoIt`\";\n//! ```\n\
            //! an open `DoIt\nlet text = \"`DoIt`\";\n//! Own: [`DoIt`](mod@crate::do_it), `State`.\n"
        );
        let own = "/// The parameters of `DoIt`.\nlet a;\n/// `DoIt`: a parameter, and no operation.\n\
            let a;\n/// `Twice`, a value of `DoIt`.\n";
        assert_eq!(links.set(own), own);
        assert_eq!(
            links.set("/// `DoIt`: see `DoIt`.\n"),
            "/// `DoIt`: see [`DoIt`](mod@crate::do_it).\n"
        );
    }
}
