//! `cargo xtask generate`: from specs to the crate that apps import.
//!
//! Everything is generated in memory first; only then is the directory compared
//! and changed, as one transaction. A product's name narrows what is *changed*:
//! the generator still reads every spec whose product is in the output directory,
//! because the crate's `Cargo.toml` and `lib.rs` name all of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use alicloud_codegen::{Dependency, Options, Output, Tolerance};
use anyhow::{Context, Result, bail};

use crate::coverage::Page;
use crate::diff;
use crate::names::Names;
use crate::output::{self, Plan};
use crate::report::{self, count};
use crate::specs::{self, Source};

/// What to generate, and where.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Only these products, as in the path of their specs: `ga`.
    products: Vec<String>,
    /// Write nothing; print what would change, and fail if there is anything.
    #[arg(long)]
    check: bool,
    /// Where the specs are [default: the project's `specs`].
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// Where the crate is written [default: the project's `generated`].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Take specs as they were published: what a maintainer would correct (two
    /// parameters of one name, say) is a warning then, and no error.
    #[arg(long)]
    published: bool,
    /// Show warnings, notes and skipped operations, not only their number.
    #[arg(long, short)]
    verbose: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask generate ga                         one product, while its spec is being corrected
  cargo xtask generate --check                    whether all is up to date: 1 where it is not";

/// Runs the command; `false` where specs are wrong or `--check` found drift.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let started = Instant::now();
    let root = specs::root();
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| from_here(&root.join("generated")));
    let specs = arguments
        .specs
        .clone()
        .unwrap_or_else(|| from_here(&root.join("specs")));

    let mut sources = specs::read_all(&specs)?;
    let selected = select(&sources, &arguments.products)?;
    if let Some(selected) = &selected {
        let present = output::sources(&out)?;
        sources.retain(|s| selected.contains(&s.name) || present.contains(&s.name));
    }

    let options = Options {
        crate_name: "alicloud".to_owned(),
        runtime: runtime(&out)?,
        standalone: !is_member(&out),
        versions: output::versions(&out)?,
        guides: sources.iter().flat_map(|it| it.guides.clone()).collect(),
        operations: None,
        tolerance: if arguments.published {
            Tolerance::Published
        } else {
            Tolerance::Maintained
        },
    };
    let beside = if arguments.published { &out } else { &specs };
    let mut names = Names::read(beside, &specs)?;
    let read: Vec<_> = sources.iter().map(Source::spec).collect();
    let output = alicloud_codegen::generate_locked(&read, &options, &mut names.lock);
    if report::print(&output, &sources, arguments.verbose) {
        eprintln!("nothing was written");
        if !arguments.published {
            eprintln!(
                "metadata as the service published it: `--published` takes the first of two \
                 parameters of one name, and makes warnings of such mistakes"
            );
        }
        return Ok(false);
    }

    let plan = Plan::new(&out, &output.files, selected.as_ref())?;
    if arguments.specs.is_none() && !plan.is_empty() {
        judge(&sources);
    }
    // The page tells of the project's own specs, all of them.
    let page = match arguments.specs.is_none() && arguments.out.is_none() && selected.is_none() {
        true => Page::read(&sources, &output)?,
        false => None,
    };
    let renamed = names.diff() + &page.as_ref().map(Page::diff).unwrap_or_default();
    if arguments.check {
        print!("{}{renamed}", plan.diff());
    } else {
        plan.apply()?;
        names.write()?;
        page.as_ref().map_or(Ok(()), Page::write)?;
    }
    println!(
        "{plan}{} of {}: {} in {:.2} s",
        count(output.operations, "operation"),
        count(output.specs, "spec"),
        plan.summary(arguments.check),
        started.elapsed().as_secs_f64()
    );
    if arguments.check && !(plan.is_empty() && renamed.is_empty()) {
        eprintln!(
            "{} is not what the specs give: run `cargo xtask generate`",
            out.display()
        );
        return Ok(false);
    }
    Ok(true)
}

/// Says what the change of the specs since the last commit does to apps.
fn judge(sources: &[Source]) {
    let changed = diff::since_last_commit(sources).filter(|all| !all.is_empty());
    if let Some(changed) = changed {
        println!("{}", diff::markdown(&changed));
    }
}

/// How the project's own crates are generated.
pub(crate) fn options(sources: &[Source]) -> Result<Options> {
    let out = specs::root().join("generated");
    Ok(Options {
        crate_name: "alicloud".to_owned(),
        runtime: Dependency::Workspace,
        standalone: false,
        versions: output::versions(&out)?,
        guides: sources.iter().flat_map(|it| it.guides.clone()).collect(),
        operations: None,
        tolerance: Tolerance::Maintained,
    })
}

/// Runs codegen over what has been read.
pub(crate) fn generate(sources: &[Source], options: &Options) -> Output {
    let specs: Vec<_> = sources.iter().map(Source::spec).collect();
    alicloud_codegen::generate(&specs, options)
}

/// How a crate in `out` names the runtime.
pub(crate) fn runtime(out: &Path) -> Result<Dependency> {
    Ok(if is_member(out) {
        Dependency::Workspace
    } else {
        Dependency::Path(relative(out, &specs::root().join("runtime"))?)
    })
}

/// Whether `out` is the workspace's own generated crate.
fn is_member(out: &Path) -> bool {
    match (absolute(out), absolute(&specs::root().join("generated"))) {
        (Ok(out), Ok(member)) => out == member,
        _ => false,
    }
}

/// The names of the specs that were asked for; `None` for all of them.
fn select(sources: &[Source], products: &[String]) -> Result<Option<BTreeSet<String>>> {
    if products.is_empty() {
        return Ok(None);
    }
    let mut selected = BTreeSet::new();
    for product in products {
        let named = specs::of_product(sources, product)?;
        selected.extend(named.into_iter().map(|source| source.name.clone()));
    }
    Ok(Some(selected))
}

/// The path from one directory to another, with `/` on every system.
pub(crate) fn relative(from: &Path, to: &Path) -> Result<String> {
    let (from, to) = (absolute(from)?, absolute(to)?);
    let common = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = to
        .components()
        .skip(common)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// The absolute path without links or `..`, also of what does not exist yet.
fn absolute(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path).with_context(|| path.display().to_string())?;
    let mut missing = Vec::new();
    let mut existing = path.as_path();
    loop {
        if let Ok(full) = std::fs::canonicalize(existing) {
            return Ok(missing
                .iter()
                .rev()
                .fold(full, |path: PathBuf, name| path.join(name)));
        }
        match (existing.parent(), existing.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name.to_owned());
                existing = parent;
            }
            _ => bail!("{} has a part that is no directory", path.display()),
        }
    }
}

/// A path as seen from the working directory, where that is shorter.
pub(crate) fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let inside = here
        .as_deref()
        .and_then(|here| path.strip_prefix(here).ok());
    inside.unwrap_or(path).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_climb_to_the_common_directory() {
        let path = relative(Path::new("/nowhere/a/b/c"), Path::new("/nowhere/a/runtime"));
        assert_eq!(path.unwrap(), "../../runtime");
    }
}
