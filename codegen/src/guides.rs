//! Guides: pages for people beside a spec, in Markdown, whose programs are doc tests
//! of the product's crate.

use crate::model::Product;

/// A page, written for the product's crate: its programs import `alicloud_ga`.
#[derive(Clone, Debug)]
pub struct Guide {
    /// The path of the spec that it belongs to, as [`crate::Spec`] has it.
    pub spec: String,
    /// Its file's name without `.md`, which its module has too: `accelerate_a_site`.
    /// The one that is called `index` stands on the crate's own page.
    pub name: String,
    /// Its Markdown: a heading, then a sentence that says what it is about.
    pub text: String,
}

/// The guide that stands on the crate's page.
const INDEX: &str = "index";

impl Guide {
    /// What its heading says.
    pub(crate) fn title(&self) -> &str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches('#').trim()
    }

    /// What it is about: the line after its heading.
    pub(crate) fn about(&self) -> &str {
        let mut lines = self.text.lines().skip(1);
        lines
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default()
    }
}

/// The guides of a product, and what stands on its crate's page.
pub(crate) fn of<'g>(product: &Product, all: &'g [Guide]) -> (Vec<&'g Guide>, Option<&'g str>) {
    let own = || all.iter().filter(|guide| guide.spec == product.source);
    let index = own().find(|guide| guide.name == INDEX);
    let pages = own().filter(|guide| guide.name != INDEX).collect();
    (pages, index.map(|guide| &*guide.text))
}
