//! Links in doc comments: where a text names an operation or a waiter in backticks,
//! it leads there.

use rustc_hash::FxHashMap;

use crate::model::Product;

/// What stands before a name that leads somewhere already, or is that of the page.
const OWN: [&str; 6] = [
    "[",
    "Operation ",
    "operation ",
    "parameters of ",
    "What ",
    "documented for ",
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
        let mut is_program = false;
        for line in text.split_inclusive('\n') {
            let comment = line.trim_start();
            let comment = comment.strip_prefix("//!").or(comment.strip_prefix("///"));
            let is_fence = comment.is_some_and(|it| it.trim_start().starts_with("```"));
            is_program ^= is_fence;
            if comment.is_some() && !is_fence && !is_program && line.contains('`') {
                self.line(line, &mut out);
            } else {
                out.push_str(line);
            }
        }
        out
    }

    fn line(&self, line: &str, out: &mut String) {
        // Text and code by turns: code stands at odd places.
        let mut parts = line.split('`').peekable();
        let mut before = "";
        let mut is_code = false;
        while let Some(part) = parts.next() {
            let is_closed = parts.peek().is_some();
            let linked = OWN.iter().any(|own| before.ends_with(own)) || !is_code || !is_closed;
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
        let own = "/// The parameters of `DoIt`.\n";
        assert_eq!(links.set(own.to_owned()), own);
    }
}
