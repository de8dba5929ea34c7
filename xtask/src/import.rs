//! `cargo xtask import`: from published metadata to specs of facts alone.
//!
//! Everything is read and imported before anything is written. A spec that has
//! texts of its own was written by hand, and is left alone: what an import writes
//! has none. An overlay beside it stays as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use alicloud_codegen::import::{self, Imported};
use anyhow::{Context, Result, bail};

use crate::report::count;
use crate::specs::{self, API_DOCS, Source};

/// What to import, and where to.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Published specs, or folders that hold some: `../shared/published/ecs`.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Write nothing; tell which specs are not what their source gives. What has no
    /// spec yet is not compared.
    #[arg(long)]
    check: bool,
    /// Where the specs are [default: the project's `specs`].
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// Show each thing that was left out because it is wrong, not only their number.
    #[arg(long, short)]
    verbose: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask import ../shared/published/ga       one product
  cargo xtask import --check ../shared/published  which specs are behind their sources: 1 where some are";

/// What is to become of a spec.
enum Fate {
    /// It is not there yet.
    Added,
    /// It is there, and other.
    Changed,
    /// It is what its source gives.
    Same,
    /// It has texts of its own.
    Own,
}

/// Runs the command; `false` where something was refused or `--check` found drift.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let specs = match &arguments.specs {
        Some(specs) => specs.clone(),
        None => specs::root().join("specs"),
    };
    let mut imports = BTreeMap::new();
    for source in sources(&arguments.paths)? {
        let imported = import::import(&source.path.to_string_lossy(), &source.json)
            .map_err(anyhow::Error::msg)?;
        let folder = Path::new(&imported.product.to_lowercase()).join(&imported.version);
        if imports.insert(folder.clone(), imported).is_some() {
            bail!("two of the paths are specs of {}", folder.display());
        }
    }

    let mut good = true;
    let (mut total, mut written, mut compared) = (0, 0, 0);
    for (folder, imported) in &imports {
        let path = specs.join(folder).join(API_DOCS);
        let fate = fate(&path, &imported.json)?;
        let what = match (&fate, arguments.check) {
            (Fate::Added, true) => continue,
            (Fate::Own, true) => "has texts of its own, not compared",
            (Fate::Own, false) => {
                good = false;
                "refused: has texts of its own"
            }
            (Fate::Same, _) => "unchanged",
            (Fate::Changed, true) => {
                good = false;
                "is not what its source gives"
            }
            (Fate::Changed, false) => "changed",
            (Fate::Added, false) => "added",
        };
        if let (Fate::Added | Fate::Changed, false) = (&fate, arguments.check) {
            replace(&path, &imported.json)?;
            written += 1;
        }
        compared += 1;
        total += imported.operations;
        println!(
            "{}: {what}: {}",
            path.display(),
            count(imported.operations, "operation")
        );
        if !arguments.check {
            print_left_out(imported, arguments.verbose);
        }
    }
    println!(
        "{} with {}, {}",
        count(compared, "spec"),
        count(total, "operation"),
        if arguments.check {
            "compared".to_owned()
        } else {
            format!("{written} written")
        }
    );
    Ok(good)
}

fn sources(paths: &[PathBuf]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        if path.is_dir() {
            sources.extend(specs::read_all(path)?);
        } else {
            sources.push(specs::read_one(path)?);
        }
    }
    Ok(sources)
}

fn fate(path: &Path, new: &[u8]) -> Result<Fate> {
    let old = match fs::read(path) {
        Ok(old) => old,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Fate::Added),
        Err(error) => return Err(error).context(format!("cannot read {}", path.display())),
    };
    if old == new {
        return Ok(Fate::Same);
    }
    // What cannot be read is somebody's work, too.
    let imported = import::import(&path.to_string_lossy(), &old);
    let is_imported = imported.is_ok_and(|old| !old.had_prose());
    Ok(if is_imported {
        Fate::Changed
    } else {
        Fate::Own
    })
}

/// Writes a file whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let written = fs::create_dir_all(folder).and_then(|()| {
        let fresh = path.with_extension("json.new");
        fs::write(&fresh, bytes)?;
        fs::rename(&fresh, path)
    });
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn print_left_out(imported: &Imported, verbose: bool) {
    let dropped: Vec<_> = imported
        .dropped
        .iter()
        .map(|(key, n)| format!("{key} {n}"))
        .collect();
    if !dropped.is_empty() {
        println!("  left out: {}", dropped.join(", "));
    }
    if verbose {
        for finding in &imported.findings {
            println!("  {finding}");
        }
    } else if !imported.findings.is_empty() {
        println!(
            "  left out because it is wrong: {} (--verbose shows all)",
            count(imported.findings.len(), "thing")
        );
    }
}
