//! `cargo xtask verify`: the crates of the products, which `cargo test` leaves alone:
//! clippy and rustdoc without a warning, and every example compiled and run.

use std::collections::BTreeSet;
use std::env;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::corpus::compilers;
use crate::packages::{self, Product};
use crate::report::count;
use crate::specs;

/// What to verify.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these products, as the facade calls them: `ecs`.
    products: Vec<String>,
    /// Only the share of today, so that each product has its turn within so many days.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..))]
    share: Option<u64>,
    /// Only the products whose code differs from that of a git revision; with `--share`,
    /// those too.
    #[arg(long, value_name = "REVISION")]
    since: Option<String>,
}

/// Crates of one cargo command: enough to keep the cores busy, few enough to see which
/// of them fails.
const BATCH: usize = 8;

/// What is run on each batch: its name, cargo's words, and those behind `--`.
const STEPS: &[(&str, &[&str], &[&str])] = &[
    ("clippy", &["clippy", "--all-targets"], &["-D", "warnings"]),
    ("doc", &["doc", "--no-deps"], &[]),
    ("examples", &["test", "--doc", "--no-fail-fast"], &[]),
];

/// Runs the command; `false` where anything failed.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let mut products = packages::named(&arguments.products)?;
    select(&mut products, arguments)?;
    let mut times = vec![Duration::ZERO; STEPS.len()];
    let mut failed = Vec::new();
    for (number, batch) in products.chunks(BATCH).enumerate() {
        let names: Vec<_> = batch.iter().map(|product| &*product.folder).collect();
        println!(
            "{} to {} of {}: {}",
            number * BATCH + 1,
            number * BATCH + batch.len(),
            products.len(),
            names.join(", ")
        );
        for (step, time) in STEPS.iter().zip(&mut times) {
            let started = Instant::now();
            if !cargo(step, batch)? {
                failed.push(format!("{}: {}", step.0, names.join(", ")));
            }
            *time += started.elapsed();
        }
    }
    for ((name, ..), time) in STEPS.iter().zip(times) {
        println!("{name:<8} {:>7.0} s", time.as_secs_f64());
    }
    for failed in &failed {
        eprintln!("failed: {failed}");
    }
    println!(
        "{} verified, {} failed",
        count(products.len(), "product"),
        count(failed.len(), "step")
    );
    Ok(failed.is_empty())
}

fn select(products: &mut Vec<Product>, arguments: &Arguments) -> Result<()> {
    if arguments.share.is_none() && arguments.since.is_none() {
        return Ok(());
    }
    let changed = match &arguments.since {
        Some(revision) => changed(revision)?,
        None => BTreeSet::new(),
    };
    let today = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400;
    let mut index = 0;
    products.retain(|product| {
        let is_due = arguments
            .share
            .is_some_and(|days| is_due(index, today, days));
        index += 1;
        is_due || changed.contains(&product.folder)
    });
    Ok(())
}

/// Whether it is the turn of a product on a day.
fn is_due(index: u64, day: u64, days: u64) -> bool {
    index % days == day % days
}

/// The folders of products whose files differ from those of a revision.
fn changed(revision: &str) -> Result<BTreeSet<String>> {
    let output = Command::new("git")
        .args([
            "diff",
            "--name-only",
            "--relative",
            "-z",
            revision,
            "--",
            ".",
        ])
        .current_dir(packages::generated())
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let paths = String::from_utf8_lossy(&output.stdout).into_owned();
    let folders = paths.split('\0').filter_map(|path| path.split_once('/'));
    Ok(folders.map(|(folder, _)| folder.to_owned()).collect())
}

/// Runs a step over a batch; `false` where it failed.
fn cargo(step: &(&str, &[&str], &[&str]), batch: &[Product]) -> Result<bool> {
    let (name, words, behind) = step;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(*words)
        .args(["--quiet", "--jobs", &compilers().to_string()])
        .env("RUSTDOCFLAGS", "-D warnings")
        .current_dir(specs::root());
    for product in batch {
        command.args(["--package", &product.package]);
    }
    if !behind.is_empty() {
        command.arg("--").args(*behind);
    }
    let status = command
        .status()
        .with_context(|| format!("cannot run cargo for {name}"))?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_has_its_turn_within_the_days_of_a_share() {
        for index in 0..46 {
            let turns = (100..107).filter(|day| is_due(index, *day, 7)).count();
            assert_eq!(turns, 1, "{index}");
        }
    }
}
