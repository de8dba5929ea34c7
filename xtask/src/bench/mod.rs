//! `cargo xtask bench`: measured by hand, figures with their yardsticks in one run.

pub(crate) mod call;
mod clients;
mod compile;
mod generate;

use std::time::Duration;
use std::{env, process};

use anyhow::Result;

use crate::scratch;

/// What to measure.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// The generator, against reading the same bytes with `serde_json`.
    Generate(generate::Arguments),
    /// What a call costs, against the bare parts that it is made of.
    Call(call::Arguments),
    /// What generated crates cost to compile.
    Compile(compile::Arguments),
    /// Calls of this client and of others, against one server.
    Clients(clients::Arguments),
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Result<bool> {
    match command {
        Command::Generate(arguments) => generate::run(arguments)?,
        Command::Call(arguments) => call::run(arguments)?,
        Command::Compile(arguments) => compile::run(arguments)?,
        Command::Clients(arguments) => clients::run(arguments)?,
    }
    Ok(true)
}

/// Runs this command again, as it is to be measured.
fn run_optimised() -> Result<()> {
    eprintln!("building xtask with optimisation");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = process::Command::new(cargo);
    command.args(["run", "--quiet", "--release", "--package", "xtask", "--"]);
    command.args(env::args_os().skip(1));
    scratch::succeed(&mut command)
}

/// The middle one of some measurements, or the mean of the two in the middle.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    let middle = times.len() / 2;
    match times.as_slice() {
        [] => Duration::ZERO,
        times if times.len().is_multiple_of(2) => (times[middle - 1] + times[middle]) / 2,
        times => times[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let seconds = |times: &[u64]| times.iter().map(|s| Duration::from_secs(*s)).collect();
        assert_eq!(median(seconds(&[9, 1, 2])), Duration::from_secs(2));
        assert_eq!(median(seconds(&[4, 1, 9, 2])), Duration::from_secs(3));
        assert_eq!(median(Vec::new()), Duration::ZERO);
    }
}
