//! `cargo xtask fetch`: `cargo alicloud fetch`, built when it is called. A program of its own,
//! so that generating needs no HTTP client.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, Result};

use crate::specs;

/// What to fetch.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// As `cargo alicloud fetch` takes them; `--help` shows them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<OsString>,
}

/// Runs the command; `false` where it failed, which it has said.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "--package",
            "alicloud-cli",
            "--manifest-path",
        ])
        .arg(specs::root().join("Cargo.toml"))
        .args(["--", "fetch"])
        .args(&arguments.words)
        .status()
        .context("cannot run cargo")?;
    Ok(status.success())
}
