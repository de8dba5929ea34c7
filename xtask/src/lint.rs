//! `cargo xtask lint`: everything that is wrong with specs, shown where it stands.

use std::io::{IsTerminal as _, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use alicloud_codegen::{Diagnostic, Severity, Tolerance};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anyhow::Result;

use crate::generate;
use crate::report::count;
use crate::specs::{self, OVERLAY, Source};

/// What to look at.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Specs, or folders of them [default: the project's `specs`].
    specs: Vec<PathBuf>,
    /// Take specs as they were published, as `generate --published` does.
    #[arg(long)]
    published: bool,
    /// Fail where there are warnings, and not only where there are errors.
    #[arg(long, value_name = "LEVEL", value_parser = ["warnings"])]
    deny: Option<String>,
    /// Show notes too: choices that a reader of the generated code may wonder about.
    #[arg(long, short)]
    verbose: bool,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask lint specs/ga                       one product
  cargo xtask lint --published api-docs.json      as it came, before it is corrected
  cargo xtask lint --deny warnings --json         for scripts

Exit codes: 0 where nothing fails, 1 where something does.";

/// Runs the command; `false` where there is something that is not allowed.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let mut sources = Vec::new();
    for path in &arguments.specs {
        match path.is_dir() {
            true => sources.extend(specs::read_all(path)?),
            false => sources.push(specs::read_one(path)?),
        }
    }
    if arguments.specs.is_empty() {
        sources = specs::read_all(&generate::from_here(&specs::root().join("specs")))?;
    }
    let tolerance = match arguments.published {
        true => Tolerance::Published,
        false => Tolerance::Maintained,
    };
    let mut findings = Vec::new();
    for source in &sources {
        let found = alicloud_codegen::findings(&source.spec(), tolerance);
        findings.extend(found.into_iter().map(|finding| (source, finding)));
    }
    findings.retain(|(_, it)| arguments.verbose || it.severity != Severity::Note);
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&as_json(&findings))?);
    } else {
        print(&findings)?;
    }
    let number = |severity| {
        findings
            .iter()
            .filter(|(_, it)| it.severity == severity)
            .count()
    };
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    eprintln!(
        "{}: {}, {}",
        count(sources.len(), "spec"),
        count(errors, "error"),
        count(warnings, "warning")
    );
    Ok(errors == 0 && (warnings == 0 || arguments.deny.is_none()))
}

fn as_json(findings: &[(&Source, Diagnostic)]) -> serde_json::Value {
    let all = findings.iter().map(|(source, it)| {
        serde_json::json!({
            "severity": it.severity.to_string(), "file": path_of(source, it), "line": it.line,
            "column": it.column, "pointer": it.pointer, "message": it.message, "help": it.help,
        })
    });
    all.collect()
}

fn print(findings: &[(&Source, Diagnostic)]) -> Result<()> {
    let out = std::io::stdout();
    let is_plain = !out.is_terminal() || std::env::var_os("NO_COLOR").is_some();
    let renderer = if is_plain {
        Renderer::plain()
    } else {
        Renderer::styled()
    };
    let mut out = out.lock();
    for (source, finding) in findings {
        let text = match path_of(source, finding)
            .file_name()
            .is_some_and(|it| it == OVERLAY)
        {
            true => source.spec().overlay.map_or(&[][..], |(_, json)| json),
            false => source.json.as_slice(),
        };
        let text = String::from_utf8_lossy(text);
        writeln!(
            out,
            "{}\n",
            rendered(finding, &path_of(source, finding), &text, &renderer)
        )?;
    }
    Ok(())
}

fn path_of(source: &Source, finding: &Diagnostic) -> PathBuf {
    source
        .user_path(&finding.file)
        .unwrap_or_else(|| source.path.clone())
}

/// A finding as rustc shows its own.
fn rendered(finding: &Diagnostic, path: &Path, text: &str, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let path = path.to_string_lossy();
    let place = Excerpt::at(text, finding.line, finding.column);
    let annotation = AnnotationKind::Primary
        .span(place.span.clone())
        .label(&*finding.pointer);
    let snippet = Snippet::source(&place.line)
        .line_start(finding.line)
        .annotation(annotation);
    let title = level.primary_title(printable(&finding.message));
    let mut report = vec![match place.is_whole {
        true => title.element(snippet.path(&*path)),
        // The renderer would count columns from where the excerpt begins.
        false => {
            let origin = Origin::path(&*path).line(finding.line);
            title
                .element(origin.char_column(finding.column))
                .element(snippet)
        }
    }];
    if !finding.help.is_empty() {
        let help = Level::HELP.secondary_title(printable(&finding.help));
        report.push(Group::with_title(help));
    }
    renderer.render(&report)
}

/// Text of a spec on a terminal, without what would steer it.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// How much of a line is shown around a finding: a spec may be on one line, of megabytes.
const AROUND: usize = 60;

/// A part of a line, and where in it the finding is.
struct Excerpt {
    line: String,
    span: Range<usize>,
    is_whole: bool,
}

impl Excerpt {
    /// At a line and a column, both from 1, the column in characters.
    fn at(text: &str, line: usize, column: usize) -> Self {
        let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let start = byte(line, column.saturating_sub(1));
        let from = line[..start].char_indices().rev().nth(AROUND - 1);
        let from = from.map_or(0, |(at, _)| at);
        let to = start + byte(&line[start..], AROUND);
        let end = (start + token(&line[start..to])).min(to);
        // As long as what it stands for, or the span would be another.
        let printable = |c: char| match c.is_control() {
            true => " ".repeat(c.len_utf8()),
            false => c.to_string(),
        };
        Self {
            line: line[from..to].chars().map(printable).collect(),
            span: start - from..end - from,
            is_whole: to - from == line.len(),
        }
    }
}

/// The byte of a character.
fn byte(text: &str, character: usize) -> usize {
    text.char_indices()
        .nth(character)
        .map_or(text.len(), |(at, _)| at)
}

/// How long the text, number, word or bracket is that a line goes on with.
fn token(rest: &str) -> usize {
    let mut chars = rest.char_indices();
    let Some((_, first)) = chars.next() else {
        return 0;
    };
    let mut is_escaped = false;
    let end = match first {
        '"' => chars.find(|(_, c)| {
            let ends = *c == '"' && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            ends
        }),
        c if c.is_alphanumeric() || c == '-' => {
            let end = chars.find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '-' | '+' | '.')));
            return end.map_or(rest.len(), |(at, _)| at);
        }
        _ => return first.len_utf8(),
    };
    end.map_or(rest.len(), |(at, c)| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_at_a_place_is_marked_in_part_of_a_long_line() {
        let marked = |text: &str, line, column| {
            let excerpt = Excerpt::at(text, line, column);
            excerpt.line[excerpt.span].to_owned()
        };
        assert_eq!(
            marked("{\n  \"a \\\" 中\": 12.5,\n}", 2, 3),
            "\"a \\\" 中\""
        );
        assert_eq!(marked("{\n  \"a\": 12.5,\n}", 2, 8), "12.5");
        assert_eq!(marked("[", 1, 1), "[");
        assert_eq!(marked("", 1, 1), "");
        assert_eq!(marked("x", 9, 9), "");
        let long = format!(
            "{{\"{}\": \"here\", \"{}\": 1}}",
            "中".repeat(500),
            "b".repeat(500)
        );
        assert_eq!(marked(&long, 1, 506), "\"here\"");
        let finding = Diagnostic {
            severity: Severity::Error,
            kind: alicloud_codegen::Kind::Other,
            file: "x".to_owned(),
            line: 1,
            column: 506,
            pointer: "/中".to_owned(),
            message: "wrong".to_owned(),
            help: String::new(),
        };
        let text = rendered(&finding, Path::new("x.json"), &long, &Renderer::plain());
        assert!(text.contains("x.json:1:506\n"), "{text}");
        assert!(text.contains(": \"here\", "), "{text}");
        assert!(text.contains("^^^^^^ /中"), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() < 200),
            "{text}"
        );
    }
}
