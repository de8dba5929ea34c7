//! What codegen found, for people: errors in full, the rest counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use alicloud_codegen::{Diagnostic, Kind, Output, Severity};

use crate::specs::Source;

/// How many warnings there are of each kind.
pub(crate) fn kinds<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
) -> BTreeMap<Kind, usize> {
    let mut kinds = BTreeMap::new();
    for found in diagnostics {
        if found.severity == Severity::Warning {
            *kinds.entry(found.kind).or_default() += 1;
        }
    }
    kinds
}

/// A line for each kind of warning.
pub(crate) fn counted(kinds: &BTreeMap<Kind, usize>) -> String {
    let lines = kinds.iter();
    lines
        .map(|(kind, places)| format!("{places:>6}  {kind}\n"))
        .collect()
}

/// Prints the errors, and the warnings and notes too if `verbose`; otherwise how
/// many there are. Returns whether there was an error.
pub(crate) fn print(output: &Output, sources: &[Source], verbose: bool) -> bool {
    let mut text = String::new();
    let (mut errors, mut warnings, mut notes) = (0, 0, 0);
    for diagnostic in &output.diagnostics {
        match diagnostic.severity {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
            Severity::Note => notes += 1,
        }
        if verbose || diagnostic.severity == Severity::Error {
            let _ = writeln!(text, "{}", with_place(diagnostic, sources));
        }
    }
    if verbose {
        for skipped in &output.skipped {
            let _ = writeln!(text, "skipped: {}: {}", skipped.operation, skipped.reason);
        }
    }
    eprint!("{text}");
    let counts = [
        (errors, "error"),
        (warnings, "warning"),
        (notes, "note"),
        (output.skipped.len(), "skipped operation"),
    ];
    let counts: Vec<_> = counts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| count(*n, what))
        .collect();
    if !counts.is_empty() {
        let hint = if verbose || errors == output.diagnostics.len() + output.skipped.len() {
            ""
        } else {
            " (--verbose shows all)"
        };
        eprintln!("{}{hint}", counts.join(", "));
        eprint!("{}", counted(&kinds(&output.diagnostics)));
    }
    errors > 0
}

/// The diagnostic with the path that the user knows.
pub(crate) fn with_place(diagnostic: &Diagnostic, sources: &[Source]) -> String {
    let text = diagnostic.to_string();
    let path = sources
        .iter()
        .find_map(|source| source.user_path(&diagnostic.file));
    match path {
        Some(path) => text.replacen(&diagnostic.file, &path.to_string_lossy(), 1),
        None => text,
    }
}

/// `1 error`, `2 errors`.
pub(crate) fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A time spread over operations.
#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(crate) fn milliseconds_each(time: Duration, operations: usize) -> f64 {
    time.as_secs_f64() * 1000.0 / operations.max(1) as f64
}
