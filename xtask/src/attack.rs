//! `cargo xtask attack`: hostile input by chance, at the generator and at the runtime. It is a
//! bench target of the package `examples`, whose test `attack` makes fewer cases.

use anyhow::Result;

use crate::bench;

/// How much to attack.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many cases to make altogether; the default takes about five minutes.
    #[arg(long, default_value_t = 400_000)]
    cases: u64,
    /// What the cases are drawn from: the same seed makes the same ones.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let Arguments { cases, seed } = arguments;
    let number = |option: &str, number: &u64| [option.to_owned(), number.to_string()];
    let options = [number("--cases", cases), number("--seed", seed)];
    bench::call::bench("attack", &options.concat())?;
    Ok(true)
}
