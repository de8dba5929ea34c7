//! `docs/coverage.md`: its table of products, which `generate` writes and `generate --check`
//! holds; `cargo xtask coverage` writes it alone, or prints it for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use alicloud_codegen::Output;
use anyhow::{Context, Result, bail};
use similar::TextDiff;

use crate::generate;
use crate::report::{self, count};
use crate::specs::{self, Source};

/// What to do with it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Print it as JSON, and write nothing.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask coverage                            after `generate`, which checks it
  cargo xtask coverage --json | jq '.[].skipped'  what cannot be generated";

/// What stands around the part that is written here.
const BEGIN: &str = "<!-- begin: written by `cargo xtask generate` -->\n";
const END: &str = "<!-- end -->\n";

/// The page on disk, and as it is to be.
pub(crate) struct Page {
    path: PathBuf,
    before: String,
    after: String,
}

/// A product's row.
struct Row<'a> {
    package: &'a str,
    version: &'a str,
    operations: usize,
    skipped: BTreeMap<&'a str, &'a str>,
}

/// Runs the command; `false` where a spec is wrong.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let sources = specs::read_all(&specs::root().join("specs"))?;
    let output = generate::generate(&sources, &generate::options(&sources)?);
    if report::print(&output, &sources, false) {
        return Ok(false);
    }
    if arguments.json {
        println!(
            "{}",
            serde_json::to_string_pretty(&as_json(&rows(&sources, &output)))?
        );
        return Ok(true);
    }
    match Page::read(&sources, &output)? {
        Some(page) => page.write()?,
        None => bail!("docs/coverage.md has no line {}", BEGIN.trim_end()),
    }
    println!(
        "{} in docs/coverage.md",
        count(output.crates.len(), "product")
    );
    Ok(true)
}

impl Page {
    /// The project's page with the table of what was generated; nothing where there is no
    /// page, or no place in it.
    pub(crate) fn read(sources: &[Source], output: &Output) -> Result<Option<Self>> {
        let path = specs::root().join("docs/coverage.md");
        let before = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        let Some((start, rest)) = before.split_once(BEGIN) else {
            return Ok(None);
        };
        let Some((_, end)) = rest.split_once(END) else {
            bail!("{} has no line {}", path.display(), END.trim_end());
        };
        let after = [
            start,
            BEGIN,
            "\n",
            &table(&rows(sources, output)),
            "\n",
            END,
            end,
        ]
        .concat();
        Ok(Some(Self {
            path,
            before,
            after,
        }))
    }

    /// What `--check` shows; empty where the page is as it is to be.
    pub(crate) fn diff(&self) -> String {
        if self.before == self.after {
            return String::new();
        }
        let name = self.path.display().to_string();
        let diff = TextDiff::from_lines(&self.before, &self.after);
        diff.unified_diff().header(&name, &name).to_string()
    }

    /// Writes it, where it has changed.
    pub(crate) fn write(&self) -> Result<()> {
        if self.before == self.after {
            return Ok(());
        }
        fs::write(&self.path, &self.after).with_context(|| self.path.display().to_string())
    }
}

fn rows<'a>(sources: &'a [Source], output: &'a Output) -> Vec<Row<'a>> {
    let row = |it: &'a alicloud_codegen::Crate| {
        let source = sources.iter().find(|source| source.name == it.spec);
        let skipped = output
            .skipped
            .iter()
            .filter(|skipped| skipped.spec == it.spec);
        Row {
            package: &it.name,
            version: source.map_or("", |source| &source.version),
            operations: it.operations,
            skipped: skipped
                .map(|it| (it.operation.as_str(), it.reason.as_str()))
                .collect(),
        }
    };
    output.crates.iter().map(row).collect()
}

fn table(rows: &[Row<'_>]) -> String {
    let mut text =
        "| crate | version | operations | not generated |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let Row {
            package,
            version,
            operations,
            skipped,
        } = row;
        // Writing to a `String` does not fail.
        let _ = writeln!(
            text,
            "| `{package}` | {version} | {operations} | {} |",
            reasons(skipped)
        );
    }
    let operations: usize = rows.iter().map(|row| row.operations).sum();
    let skipped: usize = rows.iter().map(|row| row.skipped.len()).sum();
    let (products, operations) = (
        count(rows.len(), "product version"),
        count(operations, "operation"),
    );
    let _ = writeln!(text, "\n{products}, {operations}, {skipped} not generated.");
    text
}

/// Names and reasons; of many with one reason, their number.
fn reasons(skipped: &BTreeMap<&str, &str>) -> String {
    let mut of_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (operation, reason) in skipped {
        of_reason.entry(reason).or_default().push(operation);
    }
    let words = of_reason.iter().map(|(reason, names)| {
        let reason = reason.replace('|', "\\|");
        match names.as_slice() {
            [name] => format!("`{name}`: {reason}"),
            names => format!("{}: {reason}", count(names.len(), "operation")),
        }
    });
    words.collect::<Vec<_>>().join("; ")
}

fn as_json(rows: &[Row<'_>]) -> serde_json::Value {
    let all = rows.iter().map(|row| {
        serde_json::json!({
            "crate": row.package, "version": row.version, "operations": row.operations,
            "skipped": row.skipped,
        })
    });
    all.collect()
}
