//! `cargo xtask diff`: what a change of specs does to the generated code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

use alicloud_codegen::Spec;
use alicloud_codegen::diff::{Difference, Impact, difference};
use anyhow::{Context, Result, bail};

use crate::specs::{self, API_DOCS, OVERLAY, Source};

/// What to compare.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What it was: a file, a folder of specs, or a revision of git, whose `specs` are meant.
    old: String,
    /// What it is, likewise [default: the project's `specs`].
    new: Option<String>,
    /// Print the changes as JSON.
    #[arg(long)]
    json: bool,
    /// Exit with 10 where something changed, and with 11 where something breaks.
    #[arg(long)]
    exit_code: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask diff HEAD                      what is about to be committed
  cargo xtask diff v0.1.0 --json             since a release, for programs
  cargo xtask diff old.json new.json         two files of one product version";

/// A spec of one side.
struct Side {
    name: String,
    json: Vec<u8>,
    overlay: Option<(String, Vec<u8>)>,
}

/// Specs by product and version.
type Sides = BTreeMap<(String, String), Side>;

/// Runs the command; `false` where a spec cannot be read.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let specs = specs::root().join("specs");
    let old = side(&arguments.old)?;
    let new = match &arguments.new {
        Some(new) => side(new)?,
        None => of_sources(specs::read_all(&specs)?),
    };
    let Some(differences) = compare(&old, &new) else {
        return Ok(false);
    };
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&as_json(&differences))?);
    } else {
        print!("{}", markdown(&differences));
    }
    let gravest = differences.iter().filter_map(Difference::impact).max();
    match gravest {
        Some(Impact::Breaking) if arguments.exit_code => exit(11),
        Some(_) if arguments.exit_code => exit(10),
        _ => Ok(true),
    }
}

/// The changes since the last commit of these specs; those that are the same are left out.
/// Nothing where the project is under no version control.
pub(crate) fn since_last_commit(sources: &[Source]) -> Option<Vec<Difference>> {
    let new: Sides = sources.iter().map(of_source).collect();
    let mut old = of_revision("HEAD").ok()?;
    // What is not generated now is no part of the change.
    old.retain(|key, _| new.contains_key(key));
    compare(&old, &new)
}

/// As sections of a changelog.
pub(crate) fn markdown(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "Nothing changed.\n".to_owned();
    }
    let sections: Vec<_> = differences.iter().map(Difference::markdown).collect();
    sections.join("\n")
}

fn as_json(differences: &[Difference]) -> serde_json::Value {
    let all = differences.iter().map(|it| {
        serde_json::json!({
            "product": it.product, "version": it.version, "impact": it.impact(),
            "semver": it.semver(), "changes": it.changes,
        })
    });
    all.collect()
}

/// The differences of all products, but for those that did not change; nothing where a spec
/// cannot be read, which is said.
fn compare(old: &Sides, new: &Sides) -> Option<Vec<Difference>> {
    let mut differences = Vec::new();
    let mut is_readable = true;
    let mut keys: Vec<_> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let (old, new) = (old.get(key), new.get(key));
        let is_same = |(old, new): (&Side, &Side)| old.json == new.json && old.overlay_is(new);
        if old.zip(new).is_some_and(is_same) {
            continue;
        }
        let (product, version) = key;
        let none = Side::none(product, version, old.or(new));
        match difference(
            &old.unwrap_or(&none).spec(),
            &new.unwrap_or(&none).spec(),
            None,
        ) {
            Ok(difference) => differences.push(difference),
            Err(findings) => {
                is_readable = false;
                for finding in findings {
                    eprintln!("{finding}");
                }
            }
        }
    }
    is_readable.then_some(differences)
}

impl Side {
    /// A spec without operations: what is compared where one side has none.
    fn none(product: &str, version: &str, like: Option<&Side>) -> Self {
        let info = like.and_then(|it| serde_json::from_slice(&it.json).ok());
        let info = info.map(|json: serde_json::Value| json["info"].clone());
        let info = info.unwrap_or_else(
            || serde_json::json!({"product": product, "version": version, "style": "RPC"}),
        );
        let json = serde_json::json!({"version": "1.0", "info": info, "apis": {}});
        Self {
            name: format!("no {product} {version}"),
            json: json.to_string().into_bytes(),
            overlay: None,
        }
    }

    fn spec(&self) -> Spec<'_> {
        let overlay = self.overlay.as_ref();
        Spec {
            path: &self.name,
            json: &self.json,
            overlay: overlay.map(|(name, json)| (name.as_str(), json.as_slice())),
        }
    }

    fn overlay_is(&self, other: &Self) -> bool {
        let bytes = |side: &Self| side.overlay.as_ref().map(|(_, json)| json.clone());
        bytes(self) == bytes(other)
    }
}

/// What an argument names.
fn side(name: &str) -> Result<Sides> {
    let path = Path::new(name);
    match path.metadata() {
        Ok(found) if found.is_dir() => Ok(of_sources(specs::read_all(path)?)),
        Ok(_) => Ok(of_sources(vec![specs::read_one(path)?])),
        Err(_) => of_revision(name),
    }
}

fn of_sources(sources: Vec<Source>) -> Sides {
    sources.iter().map(of_source).collect()
}

fn of_source(source: &Source) -> ((String, String), Side) {
    let spec = source.spec();
    let side = Side {
        name: spec.path.to_owned(),
        json: spec.json.to_vec(),
        overlay: spec
            .overlay
            .map(|(name, json)| (name.to_owned(), json.to_vec())),
    };
    ((source.product.clone(), source.version.clone()), side)
}

/// The project's specs as they are in a revision.
fn of_revision(revision: &str) -> Result<Sides> {
    let listed = git(&[
        "ls-tree",
        "-r",
        "--name-only",
        "--full-tree",
        revision,
        "--",
        "specs",
    ])
    .with_context(|| format!("`{revision}` is no file, no folder and no revision of git"))?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let show = |path: &str| git(&["show", &format!("{revision}:{path}")]);
    let mut sides = Sides::new();
    for path in listed.lines().filter(|path| path.ends_with(API_DOCS)) {
        let json = show(path)?;
        let overlay = PathBuf::from(path).with_file_name(OVERLAY);
        let overlay = overlay.to_string_lossy().into_owned();
        let overlay = match listed.lines().any(|it| it == overlay) {
            true => Some((overlay.clone(), show(&overlay)?)),
            false => None,
        };
        let key = specs::identity(Path::new(path), &json);
        let name = format!("{revision}:{path}");
        sides.insert(
            key,
            Side {
                name,
                json,
                overlay,
            },
        );
    }
    Ok(sides)
}

fn git(words: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(specs::root())
        .args(words)
        .output();
    let output = output.context("cannot run git")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}
