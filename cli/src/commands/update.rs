//! `cargo alicloud update`: what is published now, for the operations that an app uses.

use std::process::ExitCode;

use alicloud_build::LOCK;
use alicloud_cli::app::{App, Edits, lock_toml};
use alicloud_cli::explore::{Spec, UnknownOperation};
use alicloud_cli::metadata::Library;
use anyhow::{Result, bail};

use super::metadata::compare;
use super::{add, outdated};
use crate::terminal;

/// Take what is published now for the operations that the app in this folder uses
///
/// Prints what changed, as `outdated` does. Where an operation of the app is gone, nothing is
/// written, unless `--drop-gone` lets it go.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Only these products [default: all of alicloud.lock].
    products: Vec<String>,
    /// Take operations that are not published any more out of alicloud.lock. What calls them in
    /// the app does not compile any more.
    #[arg(long)]
    drop_gone: bool,
    /// Print the changes as JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo alicloud outdated                         what would change?
  cargo alicloud update                           take it
  cargo alicloud update ga --drop-gone            of one product, also what is gone

Exit codes: 0 where all is well, 1 where it is not, 2 where the command line is wrong.";

pub(crate) async fn run(arguments: &Arguments, library: &Library) -> Result<ExitCode> {
    let app = App::find(&std::env::current_dir()?)?;
    let mut lock = app.lock()?;
    let compared = compare(&app, library, &arguments.products).await?;
    let mut edits = Edits::new(app.folder());
    let mut dropped: Vec<String> = Vec::new();
    for it in &compared {
        if it.kept.product.sha256 == it.sha256 {
            continue;
        }
        let mut product = it.kept.product.clone();
        let spec = Spec::read(&product.to_string(), it.published.clone(), None)?;
        let wanted = product.wanted().unwrap_or_default();
        let gone: Vec<_> = wanted
            .iter()
            .filter_map(|name| spec.operation(name).err())
            .collect();
        if !gone.is_empty() && !arguments.drop_gone {
            bail!("{}", refusal(&gone, &product.fetched));
        }
        for gone in &gone {
            product.operations.retain(|name| *name != gone.name);
            dropped.push(format!("{} of {}", gone.name, gone.product));
        }
        if !gone.is_empty() && product.operations.is_empty() {
            lock.products.retain(|kept| *kept != it.kept.product);
            continue;
        }
        product.sha256 = it.sha256.clone();
        product.fetched = add::today();
        edits.put(product.path(), it.published.clone())?;
        lock.put(product);
    }
    if !dropped.is_empty() || !edits.paths().is_empty() {
        edits.put(LOCK, lock_toml(&lock)?)?;
    }
    let paths = edits.paths();
    edits.apply()?;
    for operation in &dropped {
        terminal::status("Dropped", operation);
    }
    if arguments.json {
        terminal::print(&format!("{:#}\n", outdated::as_json(&compared)));
        return Ok(ExitCode::SUCCESS);
    }
    for product in &compared {
        terminal::print(&outdated::report(product));
    }
    match paths.as_slice() {
        [] => terminal::status("Unchanged", "all of it is as published"),
        paths => terminal::status("Wrote", &paths.join(", ")),
    }
    Ok(ExitCode::SUCCESS)
}

fn refusal(gone: &[UnknownOperation], fetched: &str) -> String {
    let names: Vec<_> = gone.iter().map(ToString::to_string).collect();
    format!(
        "{}\nnothing was written: `cargo alicloud update --drop-gone` takes what is gone out of \
         {LOCK}; until then, the app stays with the metadata of {fetched}",
        names.join("\n")
    )
}
