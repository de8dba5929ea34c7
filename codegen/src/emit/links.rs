//! Links in doc comments: where a text names an operation or a waiter in backticks,
//! it leads there.

use rustc_hash::FxHashMap;

use crate::docs::Columns;
use crate::model::Product;

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
    pub fn set(&self, text: String) -> String {
        if self.targets.is_empty() {
            return text;
        }
        let mut out = String::with_capacity(text.len() + text.len() / 16);
        let mut linked = String::new();
        // The comment that is being written: what its lines begin with, and their width.
        let mut comment: Option<(&str, Columns)> = None;
        let mut is_program = false;
        for line in text.split_inclusive('\n') {
            let (slashes, text) = comment_of(line);
            if comment.as_ref().is_none_or(|(of, _)| *of != slashes) {
                if let Some((slashes, mut columns)) = comment.take() {
                    columns.end(|before, text| put(&mut out, slashes, before, text));
                }
                is_program = false;
            }
            if slashes.is_empty() {
                out.push_str(line);
                continue;
            }
            let is_fence = text.trim_start().starts_with("```");
            is_program ^= is_fence;
            let text = if is_fence || is_program || !text.contains('`') {
                text
            } else {
                linked.clear();
                // A field, or a value, begins with its own name.
                let is_own = comment.is_none() && slashes.ends_with("///");
                self.line(text, is_own, &mut linked);
                &linked
            };
            let (_, columns) =
                comment.get_or_insert_with(|| (slashes, Columns::of(slashes.trim_start())));
            columns.line(text, |before, text| put(&mut out, slashes, before, text));
        }
        if let Some((slashes, mut columns)) = comment {
            columns.end(|before, text| put(&mut out, slashes, before, text));
        }
        out
    }

    fn line(&self, line: &str, is_own: bool, out: &mut String) {
        // Text and code by turns: code stands at odd places.
        let mut parts = line.split('`').peekable();
        let mut before = "";
        let mut is_code = false;
        // Nothing stands before the name that the comment is about.
        let mut is_own = is_own && line.starts_with('`');
        while let Some(part) = parts.next() {
            let is_closed = parts.peek().is_some();
            let is_spared = is_own && is_code || OWN.iter().any(|own| before.ends_with(own));
            is_own &= !is_code;
            let linked = is_spared || !is_code || !is_closed;
            match self.targets.get(part) {
                Some(target) if !linked => {
                    // Its backticks are these two.
                    out.push_str(&format!("[`{part}`]({target})"));
                }
                _ => {
                    let ticks = if is_code { "`" } else { "" };
                    let close = if is_code && is_closed { "`" } else { "" };
                    out.push_str(&[ticks, part, close].concat());
                }
            }
            before = part;
            is_code = !is_code;
        }
    }
}

/// What a line of a comment begins with, and its text; nothing of any other line.
fn comment_of(line: &str) -> (&str, &str) {
    let code = line.trim_start();
    let text = code.strip_prefix("//!").or(code.strip_prefix("///"));
    match text {
        Some(text) if text.starts_with([' ', '\n']) => {
            let slashes = &line[..line.len() - text.len()];
            (slashes, text.strip_prefix(' ').unwrap_or(text).trim_end())
        }
        _ => ("", line),
    }
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
            links.set(text.to_owned()),
            "//! Call [`DoIt`](mod@crate::do_it), not `Own` or DoIt; see [`DoIt`](x) and ``DoIt``.\n\
            /// - [`DoIt`](mod@crate::do_it): [`wait_until_done`](crate::Client::wait_until_done)\n\
            //! ```\n//! let a = \"`DoIt`\";\n//! ```\n\
            //! an open `DoIt\nlet text = \"`DoIt`\";\n//! Own: [`DoIt`](mod@crate::do_it), `State`.\n"
        );
        let own = "/// The parameters of `DoIt`.\nlet a;\n/// `DoIt`: a parameter, and no operation.\n\
            let a;\n/// `Twice`, a value of `DoIt`.\n";
        assert_eq!(links.set(own.to_owned()), own);
        assert_eq!(
            links.set("/// `DoIt`: see `DoIt`.\n".to_owned()),
            "/// `DoIt`: see [`DoIt`](mod@crate::do_it).\n"
        );
    }
}
