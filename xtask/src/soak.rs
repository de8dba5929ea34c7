//! `cargo xtask soak`: many calls against a mock server that breaks now and
//! then. It is a bench target of the package `examples`, whose test `soak` makes
//! fewer.

use anyhow::Result;

use crate::bench;

/// How much to call.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many calls to make.
    #[arg(long, default_value_t = 100_000)]
    calls: usize,
    /// How many of them at a time.
    #[arg(long, default_value_t = 64)]
    concurrency: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let Arguments { calls, concurrency } = arguments;
    let number = |option: &str, number: &usize| [option.to_owned(), number.to_string()];
    let options = [
        number("--calls", calls),
        number("--concurrency", concurrency),
    ];
    bench::call::bench("soak", &options.concat())?;
    Ok(true)
}
