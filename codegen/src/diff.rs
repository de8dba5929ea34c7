//! What a change of the metadata does to the Rust that comes of it: [`difference`]
//! compares two versions of a spec as they are lowered, so a judgement is one of
//! generated code, never of the JSON.

mod compare;

use std::fmt::Write as _;

use serde::Serialize;

use crate::Spec;
use crate::diagnostics::Diagnostic;
use crate::lower::{self, Settings, Source};

/// Impact of a change: what it asks of an app that used what was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// Only doc comments change.
    Documentation,
    /// What compiled still compiles, and what was sent is still sent.
    Additive,
    /// Something that compiled no longer does, or a request that was sent is refused.
    Breaking,
}

impl Impact {
    /// Returns the name, as it is written in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The impact on apps.
    pub impact: Impact,
    /// The operation by its wire name; none where it is about the product.
    pub operation: Option<String>,
    /// The place in it, in the names of the generated code: `Request::client_token`. Empty
    /// for the operation itself.
    pub item: String,
    /// The change in a few words.
    pub what: String,
}

/// All changes of a product version, the gravest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The product's code.
    pub product: String,
    /// The API version.
    pub version: String,
    /// The changes.
    pub changes: Vec<Change>,
}

/// Compares two versions of a spec, as they would be generated from published metadata;
/// of some operations alone where they are named.
///
/// # Errors
/// The findings of the spec that cannot be read at all.
pub fn difference(
    old: &Spec<'_>,
    new: &Spec<'_>,
    operations: Option<&[String]>,
) -> Result<Difference, Vec<Diagnostic>> {
    let settings = Settings {
        tolerance: crate::Tolerance::Published,
        operations,
        ..Settings::default()
    };
    let (old, new) = (Source::new(old), Source::new(new));
    let (before, after) = (old.document(), new.document());
    let (before, findings) = lower::lower(&old, &before, &settings);
    let before = before.ok_or(findings)?;
    let (after, findings) = lower::lower(&new, &after, &settings);
    let after = after.ok_or(findings)?;
    let mut changes = compare::products(&before, &after);
    changes.sort_by(|a, b| {
        (b.impact.cmp(&a.impact))
            .then_with(|| (&a.operation, &a.item).cmp(&(&b.operation, &b.item)))
    });
    Ok(Difference {
        product: after.name.to_owned(),
        version: after.version.to_owned(),
        changes,
    })
}

impl Difference {
    /// Returns the gravest impact; none where nothing changed.
    pub fn impact(&self) -> Option<Impact> {
        self.changes.iter().map(|change| change.impact).max()
    }

    /// Returns the part of a version number that has to grow before 1.0: a breaking change is a new minor
    /// version, everything else a new patch.
    pub fn semver(&self) -> &'static str {
        match self.impact() {
            Some(Impact::Breaking) => "minor (breaking)",
            Some(_) => "patch",
            None => "none",
        }
    }

    /// Writes it as a section of a changelog, in Markdown. Changes of documentation are counted, not listed.
    pub fn markdown(&self) -> String {
        let mut text = format!("### {} {}\n", self.product, self.version);
        let Some(impact) = self.impact() else {
            text.push_str("\nNothing changed.\n");
            return text;
        };
        let _ = writeln!(text, "\n{}: next version {}.", impact.name(), self.semver());
        for (impact, title) in [
            (Impact::Breaking, "Breaking"),
            (Impact::Additive, "Added or changed"),
        ] {
            let of_kind = self.changes.iter().filter(|change| change.impact == impact);
            let lines: Vec<String> = of_kind.map(Change::markdown).collect();
            if !lines.is_empty() {
                let _ = write!(text, "\n**{title}**\n\n{}", lines.concat());
            }
        }
        let documentation = self
            .changes
            .iter()
            .filter(|it| it.impact == Impact::Documentation)
            .count();
        if documentation > 0 {
            let plural = if documentation == 1 { "" } else { "s" };
            let _ = writeln!(text, "\n{documentation} change{plural} of documentation.");
        }
        text
    }
}

impl Change {
    fn markdown(&self) -> String {
        let place = match (&self.operation, self.item.as_str()) {
            (None, "") => String::new(),
            (None, item) => format!("`{item}`: "),
            (Some(operation), "") => format!("`{operation}`: "),
            (Some(operation), item) => format!("`{operation}`, `{item}`: "),
        };
        format!("- {place}{}\n", self.what)
    }
}
