//! `cargo xtask bench`: measured by hand, figures with their yardsticks in one run.

pub(crate) mod call;
mod compile;
mod generate;

use std::time::Duration;

use anyhow::Result;

/// What to measure.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// The generator, against reading the same bytes with `serde_json`.
    Generate(generate::Arguments),
    /// What a call costs, against the bare parts that it is made of.
    Call(call::Arguments),
    /// What generated crates cost to compile.
    Compile(compile::Arguments),
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Result<bool> {
    match command {
        Command::Generate(arguments) => generate::run(arguments)?,
        Command::Call(arguments) => call::run(arguments)?,
        Command::Compile(arguments) => compile::run(arguments)?,
    }
    Ok(true)
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
