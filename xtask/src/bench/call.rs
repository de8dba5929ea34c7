//! What a call costs. The benches are targets of the package `examples`: they need
//! the generated client, which this package never links.

use std::env;
use std::process::Command;

use anyhow::Result;

use crate::scratch;
use crate::specs;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How often calls over loopback are measured; the median counts.
    #[arg(long, default_value_t = 11)]
    rounds: usize,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    bench("allocations", &[])?;
    bench(
        "call",
        &["--rounds".to_owned(), arguments.rounds.to_string()],
    )
}

/// Runs a bench of the package `examples`.
pub(crate) fn bench(name: &str, arguments: &[String]) -> Result<()> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(specs::root())
        .args(["bench", "--quiet", "--package", "examples", "--bench", name])
        .arg("--")
        .args(arguments);
    scratch::succeed(&mut cargo)
}
