//! `cargo alicloud add`: operations of a product, into the app in this folder.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;

use alicloud_build::{ALL, LOCK, Lock, Pinned};
use alicloud_cli::app::{App, Dependencies, Edits, Script, lock_toml};
use alicloud_cli::explore::{Parameters, Spec};
use alicloud_cli::metadata::{Entry, Found, Library};
use alicloud_codegen::ForBuild;
use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::metadata;
use crate::terminal::{self, count};

/// Use operations of a product in the app in this folder
///
/// The metadata of the product is kept in `alicloud/`, and `alicloud.lock` says which of its
/// operations are generated; a line in `build.rs` does that whenever one of them changes. What is
/// generated is typed: parameters, replies, errors, pages. Adding twice changes nothing; when
/// something is wrong, nothing is written.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The product, and its API version if it is not to be the recommended one: ga, ga@2019-11-20.
    product: String,
    /// The operations, as the service spells them [default: all of the product].
    operations: Vec<String>,
    /// Keep names, types, limits, values and codes alone, and none of the published texts.
    #[arg(long)]
    facts: bool,
    /// Depend on a checkout of the project, and not on published crates.
    #[arg(long, value_name = "CHECKOUT")]
    path: Option<PathBuf>,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo alicloud add ga ListAccelerators CreateAccelerator
  cargo alicloud add dianjin@2024-06-28 CreateLibrary --path ../alicloud
  cargo alicloud add ga --facts                   all operations, without the published texts

Exit codes: 0 where all is well, 1 where it is not, 2 where the command line is wrong.";

pub(crate) async fn run(arguments: &Arguments, library: &Library) -> Result<ExitCode> {
    let app = App::find(&std::env::current_dir()?)?;
    let dependencies = match &arguments.path {
        Some(path) => Dependencies::checkout(path, app.folder())?,
        None => Dependencies::Published,
    };
    let mut lock = app.lock()?;
    let (found, json, mut pinned) = product(&arguments.product, &app, &lock, library).await?;
    pinned.facts |= arguments.facts;
    let json = match pinned.facts {
        true => metadata::facts(&found.to_string(), &json)?,
        false => json,
    };
    let spec = Spec::read_for_app(&found.to_string(), json.clone(), pinned.version_in_name)?;
    pinned.code = spec.product().to_owned();
    let before = pinned.operations.clone();
    add_operations(&mut pinned, spec, &arguments.operations)?;
    let added: Vec<_> = pinned
        .operations
        .iter()
        .filter(|it| !before.contains(it))
        .collect();
    let added: Vec<String> = added.into_iter().cloned().collect();

    let mut edits = Edits::new(app.folder());
    edits.put(pinned.path(), json)?;
    lock.put(pinned.clone());
    check(&app, &lock, &pinned, spec)?;
    edits.put(LOCK, lock_toml(&lock)?)?;
    let manifest = dependencies.added_to(&app.manifest()?)?;
    let script = Script::of(app.folder(), &manifest)?;
    edits.put("Cargo.toml", manifest)?;
    if let Script::Write(text) = &script {
        edits.put("build.rs", text.as_bytes())?;
    }
    let paths = edits.paths();
    edits.apply()?;

    report(arguments, spec, &pinned, &added, &paths, &script);
    Ok(ExitCode::SUCCESS)
}

/// The product version: as the app has it already, else as it is published now.
async fn product(
    name: &str,
    app: &App,
    lock: &Lock,
    library: &Library,
) -> Result<(Found, Vec<u8>, Pinned)> {
    let is_meant = |it: &&Pinned| match name.split_once('@') {
        Some((code, version)) => it.code.eq_ignore_ascii_case(code) && it.version == version,
        None => it.code.eq_ignore_ascii_case(name),
    };
    let mut there = lock.products.iter().filter(is_meant);
    if let (Some(pinned), None) = (there.next(), there.next())
        && let Some(json) = kept(app, pinned)?
    {
        return Ok((found_of(pinned), json, pinned.clone()));
    }
    let found = terminal::waiting("the list of products", library.find(name)).await?;
    if let Some(pinned) = lock.find(&found.code, &found.version)
        && let Some(json) = kept(app, pinned)?
    {
        return Ok((found, json, pinned.clone()));
    }
    let Entry { hash, json } =
        terminal::waiting(&found.to_string(), library.newest(&found)).await?;
    let operations = lock
        .find(&found.code, &found.version)
        .map(|it| it.operations.clone());
    let pinned = Pinned {
        code: found.code.clone(),
        version: found.version.clone(),
        sha256: hash,
        fetched: today(),
        facts: false,
        version_in_name: lock.has_other_version(&found.code, &found.version),
        operations: operations.unwrap_or_default(),
    };
    terminal::status(
        "Fetched",
        &format!("{found} ({} KB)", json.len().div_ceil(1024)),
    );
    Ok((found, json, pinned))
}

/// What the app keeps of a product; nothing where the file is gone.
fn kept(app: &App, pinned: &Pinned) -> Result<Option<Vec<u8>>> {
    let path = app.folder().join(pinned.path());
    match path.exists() {
        true => Ok(Some(
            std::fs::read(&path).with_context(|| path.display().to_string())?,
        )),
        false => Ok(None),
    }
}

fn found_of(pinned: &Pinned) -> Found {
    Found {
        code: pinned.code.clone(),
        version: pinned.version.clone(),
    }
}

/// The day, in UTC.
pub(crate) fn today() -> String {
    let now = alicloud_runtime::time::format_iso8601(SystemTime::now());
    now.split('T').next().unwrap_or_default().to_owned()
}

/// Adds the named operations to those that are generated, as the service spells them.
fn add_operations(pinned: &mut Pinned, spec: &'static Spec, names: &[String]) -> Result<()> {
    if names.is_empty() {
        pinned.operations = vec![ALL.to_owned()];
        return Ok(());
    }
    let mut unknown = Vec::new();
    for name in names {
        match spec.operation(name) {
            Ok(operation) => {
                if pinned
                    .wanted()
                    .is_some_and(|all| !all.iter().any(|it| it == operation.name()))
                {
                    pinned.operations.push(operation.name().to_owned());
                }
            }
            Err(error) => unknown.push(error.to_string()),
        }
    }
    if !unknown.is_empty() {
        bail!(
            "{}\n`cargo alicloud explore {}` lists the operations; the metadata is of {}",
            unknown.join("\n"),
            spec.product().to_lowercase(),
            pinned.fetched
        );
    }
    pinned.operations.sort();
    Ok(())
}

/// Generates it once, in memory: what a build would stumble over is said now.
fn check(app: &App, lock: &Lock, added: &Pinned, spec: &'static Spec) -> Result<()> {
    let mut texts = Vec::new();
    for product in &lock.products {
        let is_added = product.path() == added.path();
        let json = match is_added {
            true => spec.json().to_vec(),
            false => std::fs::read(app.folder().join(product.path())).unwrap_or_default(),
        };
        // One that is missing is another product's trouble, which the build will name.
        if !json.is_empty() {
            texts.push((product, product.path().display().to_string(), json));
        }
    }
    let specs: Vec<_> = texts
        .iter()
        .map(|(product, path, json)| {
            let spec = alicloud_codegen::Spec {
                path,
                json,
                overlay: None,
            };
            ForBuild {
                spec,
                operations: product.wanted(),
                version_in_name: product.version_in_name,
            }
        })
        .collect();
    alicloud_codegen::generate_all_for_build(&specs)
        .map(drop)
        .map_err(|findings| {
            let findings: Vec<_> = findings.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("{}\nnothing was written", findings.join("\n"))
        })
}

fn report(
    arguments: &Arguments,
    spec: &'static Spec,
    pinned: &Pinned,
    added: &[String],
    paths: &[String],
    script: &Script,
) {
    let advice = match script {
        Script::Advise(advice) => Some(advice.as_str()),
        Script::Ready | Script::Write(_) => None,
    };
    let operation = match added.first().or(pinned.operations.first()) {
        Some(name) if name != ALL => spec.operation(name).ok(),
        _ => spec.operations().next(),
    };
    let call = operation.map(|it| it.request(&Parameters::example(it)).rust_call());
    let include =
        r#"include!(concat!(env!("OUT_DIR"), "/alicloud.rs")); // once, in main.rs or lib.rs"#;
    if arguments.json {
        let report = json!({
            "product": pinned.code, "version": pinned.version, "sha256": pinned.sha256,
            "added": added, "operations": pinned.operations, "written": paths,
            "advice": advice, "include": include, "call": call,
        });
        terminal::print(&format!("{report:#}\n"));
        return;
    }
    let name = format!("{} {}", pinned.code, pinned.version);
    match (added, paths) {
        ([], []) => terminal::status("Unchanged", &format!("{name}: all of it is there already")),
        ([], _) => terminal::status("Mended", &name),
        (added, _) if added.contains(&ALL.to_owned()) => {
            let all = count(spec.operations().count(), "operation");
            terminal::status("Added", &format!("{name}: {all}"));
        }
        (added, _) => terminal::status("Added", &format!("{name}: {}", added.join(", "))),
    }
    if !paths.is_empty() {
        terminal::status("Wrote", &paths.join(", "));
    }
    if let Some(advice) = advice {
        terminal::warn(advice);
    }
    if let Some(call) = call {
        terminal::print(&format!("{include}\n\n{call}"));
    }
}
