//! `cargo xtask package`: whether the runtime, the generator and what is built on it, the
//! facade and every product can be published, and are small enough for a registry.

use std::env;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::packages;
use crate::report::count;
use crate::scratch;
use crate::specs;

/// How to package.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Do not build what was packaged.
    #[arg(long)]
    no_verify: bool,
}

/// Bytes that crates.io takes of a crate, compressed.
const LARGEST: u64 = 10_000_000;

/// What is published beside the products; the facade depends on all of them, so that all
/// are packaged together.
const OTHERS: &[&str] = &[
    "alicloud-runtime",
    "alicloud-codegen",
    "alicloud-mock",
    "alicloud-build",
    "alicloud-cli",
    "alicloud",
];

/// Runs the command; `false` where a crate cannot be packaged, or is too large.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let products = packages::named(&[])?;
    let products = products.iter().map(|product| product.package.as_str());
    let packages: Vec<&str> = OTHERS.iter().copied().chain(products).collect();
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["package", "--quiet", "--allow-dirty"])
        .current_dir(specs::root());
    for package in &packages {
        command.args(["--package", package]);
    }
    if arguments.no_verify {
        command.arg("--no-verify");
    }
    if !command.status().context("cannot run cargo")?.success() {
        return Ok(false);
    }
    let mut sizes = sizes()?;
    // Others of older versions may lie there.
    sizes.retain(|(name, _)| packages.iter().any(|package| is_of(name, package)));
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    for (name, size) in sizes.iter().take(3) {
        println!("{name}: {} kB", size / 1000);
    }
    let large = sizes.iter().filter(|(_, size)| *size > LARGEST);
    let large: Vec<_> = large.map(|(name, _)| name.as_str()).collect();
    for name in &large {
        eprintln!("{name} is larger than {LARGEST} bytes");
    }
    println!("{} packaged", count(packages.len(), "crate"));
    Ok(large.is_empty())
}

/// The files that cargo wrote, and their sizes.
fn sizes() -> Result<Vec<(String, u64)>> {
    let folder = scratch::target().join("package");
    let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut sizes = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".crate") {
            sizes.push((name, entry.metadata()?.len()));
        }
    }
    Ok(sizes)
}

/// Whether a file holds a version of a package: `alicloud-ga-0.1.0.crate`.
fn is_of(file: &str, package: &str) -> bool {
    file.strip_prefix(package)
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
