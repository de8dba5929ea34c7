//! Findings on their way to diagnostics: each with its place, and as bad as the
//! tolerance has it.

use super::{Context, Settings, Tolerance};
use crate::diagnostics::{Diagnostic, Finding, Kind, Severity};
use crate::metadata::Document;
use crate::model::{Product, Skipped};
use crate::overlay::{self, Corrected};
use crate::{Spec, check, positions};

/// Findings on their way to diagnostics: knows the sources that they point into.
pub(super) struct Report<'a> {
    spec: &'a Spec<'a>,
    tolerance: Tolerance,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Report<'a> {
    pub(super) fn new(spec: &'a Spec<'a>, tolerance: Tolerance) -> Self {
        Self {
            spec,
            tolerance,
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn document<'d>(
        &mut self,
        document: &'d Document<'d>,
        corrected: &Corrected,
        settings: &Settings<'_>,
        lost: &[(String, String)],
    ) -> Option<Product<'d>> {
        let mut context = Context::new(document, self.spec.json.len(), settings.tolerance);
        let product = context.product(document, self.spec.path, settings);
        let Some(mut product) = product else {
            self.spec(context.findings);
            return None;
        };
        let lost = lost.iter().filter(|(name, _)| settings.wants(name));
        product.skipped.extend(lost.map(|(name, reason)| Skipped {
            operation: name.clone(),
            reason: reason.clone(),
        }));
        let checked = check::check(&product, settings.tolerance.fault());
        let checked = self.skip(checked, &mut product);
        let mut waiter_findings = Vec::new();
        product.waiters = overlay::waiters(corrected, &product, &mut waiter_findings);
        self.spec(context.findings);
        self.spec(checked);
        self.overlay(waiter_findings);
        Some(product)
    }

    /// Takes out of a published product what breaks a rule, so that it costs the
    /// operation alone; in a maintained one that stays an error.
    fn skip(&self, checked: Vec<check::Breach>, product: &mut Product<'_>) -> Vec<Finding> {
        let mut findings = Vec::with_capacity(checked.len());
        let mut broken: Vec<(usize, String)> = Vec::new();
        for breach in checked {
            let mut finding = breach.finding;
            if let (Tolerance::Published, Severity::Error, Some(index)) =
                (self.tolerance, finding.severity, breach.operation)
            {
                finding.kind = Kind::SkippedOperation;
                finding.became = Some("the operation is skipped");
                if broken.last().is_none_or(|(last, _)| *last != index) {
                    broken.push((index, finding.message.clone()));
                }
            }
            findings.push(finding);
        }
        for (index, reason) in broken.into_iter().rev() {
            let operation = product.operations.remove(index).name.to_owned();
            product.skipped.push(Skipped { operation, reason });
        }
        findings
    }

    pub(super) fn spec(&mut self, findings: Vec<Finding>) {
        place(
            &mut self.diagnostics,
            self.spec.path,
            self.spec.json,
            self.tolerance,
            findings,
        );
    }

    pub(super) fn overlay(&mut self, findings: Vec<Finding>) {
        if let Some((path, bytes)) = self.spec.overlay {
            let tolerance = Tolerance::Maintained;
            place(&mut self.diagnostics, path, bytes, tolerance, findings);
        }
    }

    pub(super) fn malformed(mut self, error: &serde_json::Error) -> Vec<Diagnostic> {
        // serde_json counts bytes within the line; a column counts characters.
        let line_start: usize = self
            .spec
            .json
            .split_inclusive(|&b| b == b'\n')
            .take(error.line().saturating_sub(1))
            .map(<[u8]>::len)
            .sum();
        let offset = line_start + error.column().saturating_sub(1);
        let place = positions::position(self.spec.json, offset);
        let text = error.to_string();
        // Without " at line 1 column 2", which is said in front.
        let message = text.rsplit_once(" at line ").map_or(&*text, |(m, _)| m);
        let start = self.spec.json.trim_ascii_start();
        let (message, help) = match start.first() {
            Some(b'<') => (
                "no spec, but a page in HTML or XML".to_owned(),
                "fetch it again, from the address of the metadata",
            ),
            None => ("no spec: the file is empty".to_owned(), "fetch it again"),
            _ => (
                format!("not JSON: {message}"),
                "correct the file, or fetch it again",
            ),
        };
        self.diagnostics.push(Diagnostic {
            severity: Severity::Error,
            kind: Kind::Other,
            file: self.spec.path.to_owned(),
            line: place.line,
            column: place.column,
            pointer: String::new(),
            message,
            help: help.to_owned(),
        });
        self.diagnostics
    }
}

/// Findings with their places in the file.
pub(crate) fn place(
    into: &mut Vec<Diagnostic>,
    path: &str,
    source: &[u8],
    tolerance: Tolerance,
    findings: Vec<Finding>,
) {
    let pointers: Vec<(&str, bool)> = findings
        .iter()
        .map(|finding| (&*finding.pointer, finding.again))
        .collect();
    let positions = positions::of_pointers(source, &pointers);
    let diagnostics = findings.into_iter().zip(positions).map(|(finding, place)| {
        let mut diagnostic = Diagnostic {
            severity: finding.severity,
            kind: finding.kind,
            file: path.to_owned(),
            line: place.line,
            column: place.column,
            pointer: finding.pointer,
            message: finding.message,
            help: finding.help,
        };
        if let (Tolerance::Published, Some(became)) = (tolerance, finding.became) {
            diagnostic.severity = Severity::Warning;
            diagnostic.message += "; ";
            diagnostic.message += became;
        }
        diagnostic
    });
    into.extend(diagnostics);
}

/// Findings about a spec, with their places in it.
pub(crate) fn placed(spec: &Spec<'_>, findings: &[Finding]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let tolerance = Tolerance::Maintained;
    place(
        &mut diagnostics,
        spec.path,
        spec.json,
        tolerance,
        findings.to_vec(),
    );
    diagnostics
}
