//! `cargo xtask api`: the public items of the crates that apps and generated code link, one
//! a line, in `docs/api/`. A change of the surface is a change of a listing, which a review
//! sees; a line that goes is a break.
//!
//! `cargo semver-checks` compares what is documented. Generated crates, which are published
//! by themselves, are compiled against hidden items too, so these are listed likewise.

mod expand;
mod listing;
mod source;
mod tokens;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::report::count;
use crate::specs;

/// What to do with the listings.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Write nothing; fail where a listing is not that of the sources.
    #[arg(long, conflicts_with = "since")]
    check: bool,
    /// Judge what changed since this revision, the last release, by the crates' version.
    #[arg(long, value_name = "REVISION")]
    since: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask api                                 after a change of public items
  cargo xtask api --check                         as the tests do
  cargo xtask api --since v0.1.0                  may the next version be a patch?";

/// The crates that are listed, and their folders. The generator's and the command's own
/// libraries serve this project alone.
const CRATES: &[(&str, &str)] = &[
    ("alicloud-build", "build"),
    ("alicloud-mock", "mock"),
    ("alicloud-runtime", "runtime"),
];

const HEAD: &str = "# Written by `cargo xtask api`: the crate's public items, one a line. A line \
                    that goes is a break.\n";

/// Runs the command; `false` where a listing is old, or the version says less than changed.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let mut is_good = true;
    for (name, folder) in CRATES {
        let text = listed(&specs::root().join(folder))?;
        let path = file(name);
        if let Some(revision) = &arguments.since {
            is_good &= judge(name, &text, revision)?;
        } else if arguments.check {
            let written = fs::read_to_string(&path).unwrap_or_default();
            let change = Change::of(&written, &text);
            if !change.is_none() {
                eprintln!("{change}{name}: `cargo xtask api` writes the listing anew");
                is_good = false;
            }
        } else {
            let folder = path.parent().unwrap_or(&path);
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
            fs::write(&path, &text).with_context(|| path.display().to_string())?;
        }
    }
    Ok(is_good)
}

fn file(name: &str) -> PathBuf {
    specs::root().join(relative(name))
}

fn relative(name: &str) -> String {
    format!("docs/api/{name}.txt")
}

/// The listing of the crate in a folder.
fn listed(folder: &Path) -> Result<String> {
    let source = source::read(&folder.join("src/lib.rs"))?;
    let mut text = HEAD.to_owned();
    for line in listing::lines(&source) {
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

fn judge(name: &str, text: &str, revision: &str) -> Result<bool> {
    let Some(before) = at(revision, &relative(name))? else {
        println!("{name}: {revision} has no listing");
        return Ok(true);
    };
    let change = Change::of(&before, text);
    let old = at(revision, "Cargo.toml")?.context("no Cargo.toml there")?;
    let (old, new) = (version(&old)?, env!("CARGO_PKG_VERSION"));
    print!("{change}");
    let needed = change.level();
    let is_enough = needed <= Level::between(&old, new)?;
    println!(
        "{name}: {}, {old} to {new}{}",
        needed.words(),
        if is_enough { "" } else { ": too little" }
    );
    Ok(is_enough)
}

/// A file as a revision has it.
fn at(revision: &str, path: &str) -> Result<Option<String>> {
    let shown = Command::new("git")
        .args(["show", &format!("{revision}:{path}")])
        .current_dir(specs::root())
        .output()
        .context("cannot run git")?;
    if shown.status.success() {
        return Ok(Some(String::from_utf8(shown.stdout)?));
    }
    let known = Command::new("git")
        .args(["rev-parse", "--verify", "--quiet", revision])
        .current_dir(specs::root())
        .output()?;
    if !known.status.success() {
        bail!("git knows no revision `{revision}`");
    }
    Ok(None)
}

/// The version in the workspace's manifest.
fn version(manifest: &str) -> Result<String> {
    let (_, package) = manifest
        .split_once("[workspace.package]")
        .context("no [workspace.package]")?;
    let line = package.lines().find(|it| it.starts_with("version"));
    let quoted = line.and_then(|it| it.split('"').nth(1));
    Ok(quoted.context("no version")?.to_owned())
}

/// What became of a listing.
struct Change {
    gone: Vec<String>,
    new: Vec<String>,
}

impl Change {
    fn of(before: &str, after: &str) -> Self {
        fn lines(text: &str) -> BTreeSet<&str> {
            text.lines().filter(|it| !it.starts_with('#')).collect()
        }
        let (before, after) = (lines(before), lines(after));
        let less = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| {
            one.difference(other).map(|it| (*it).to_owned()).collect()
        };
        Self {
            gone: less(&before, &after),
            new: less(&after, &before),
        }
    }

    fn is_none(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty()
    }

    fn level(&self) -> Level {
        match (self.gone.len(), self.new.len()) {
            (0, 0) => Level::Nothing,
            (0, _) => Level::Additions,
            _ => Level::Breaks,
        }
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in &self.gone {
            writeln!(f, "- {line}")?;
        }
        for line in &self.new {
            writeln!(f, "+ {line}")?;
        }
        if self.is_none() {
            return Ok(());
        }
        let (gone, new) = (self.gone.len(), self.new.len());
        writeln!(
            f,
            "{} gone, {} new",
            count(gone, "line"),
            count(new, "line")
        )
    }
}

/// How much a change of versions allows, as cargo reads versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Nothing,
    Additions,
    Breaks,
}

impl Level {
    fn between(old: &str, new: &str) -> Result<Self> {
        let numbers = |version: &str| -> Result<Vec<u64>> {
            let core = version.split(['-', '+']).next().unwrap_or_default();
            core.split('.')
                .map(|it| {
                    it.parse()
                        .with_context(|| format!("the version `{version}`"))
                })
                .collect()
        };
        let (old, new) = (numbers(old)?, numbers(new)?);
        // The first number that is not 0 says what is compatible.
        let compatible = old.iter().position(|it| *it > 0).unwrap_or(old.len());
        let changed = old.iter().zip(&new).position(|(old, new)| old != new);
        Ok(match changed {
            None => Self::Nothing,
            Some(at) if at <= compatible => Self::Breaks,
            Some(_) => Self::Additions,
        })
    }

    fn words(self) -> &'static str {
        match self {
            Self::Nothing => "nothing changed",
            Self::Additions => "additions",
            Self::Breaks => "breaks",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_goes_is_a_break_and_one_that_comes_is_none() {
        let level = |before, after| Change::of(before, after).level();
        assert_eq!(level("# a\nx\ny\n", "# b\nx\ny\n"), Level::Nothing);
        assert_eq!(level("x\n", "x\ny\n"), Level::Additions);
        assert_eq!(level("x\ny\n", "x\n"), Level::Breaks);
        assert_eq!(level("x: u8\n", "x: u16\n"), Level::Breaks);
    }

    #[test]
    fn versions_allow_what_cargo_says() {
        let between = |old, new| Level::between(old, new).unwrap();
        assert_eq!(between("0.1.0", "0.1.0"), Level::Nothing);
        assert_eq!(between("0.1.0", "0.1.1"), Level::Additions);
        assert_eq!(between("0.1.9", "0.2.0"), Level::Breaks);
        assert_eq!(between("0.0.1", "0.0.2"), Level::Breaks);
        assert_eq!(between("1.2.0", "1.3.0"), Level::Additions);
        assert_eq!(between("1.2.0", "2.0.0"), Level::Breaks);
        assert!(Level::between("1.x", "1.0").is_err());
    }

    #[test]
    fn the_version_is_the_workspaces() {
        let text = "[workspace]\nversion = \"9\"\n[workspace.package]\nversion = \"0.3.1\"\n";
        assert_eq!(version(text).unwrap(), "0.3.1");
    }
}
