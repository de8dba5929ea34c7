//! `cargo xtask soak`: many calls against a mock server that breaks now and
//! then; with `--quota`, against one that lets so many calls a second through. It is a
//! bench target of the package `examples`, whose test `soak` makes fewer.

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
    /// Measure instead what gets through to a service with a quota of so many calls a second;
    /// it fails below nine tenths of that, or where 5% of the attempts are refused.
    #[arg(long, conflicts_with = "calls")]
    quota: Option<u32>,
    /// For how many seconds.
    #[arg(long, requires = "quota", default_value_t = 30)]
    seconds: u64,
    /// Do not adapt to the quota, to compare.
    #[arg(long, requires = "quota")]
    not_adaptive: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let option = |name: &str, value: u64| [name.to_owned(), value.to_string()];
    let mut options = Vec::from(option("--concurrency", arguments.concurrency as u64));
    match arguments.quota {
        Some(quota) => {
            options.extend(option("--quota", quota.into()));
            options.extend(option("--seconds", arguments.seconds));
        }
        None => options.extend(option("--calls", arguments.calls as u64)),
    }
    if arguments.not_adaptive {
        options.push("--not-adaptive".to_owned());
    }
    bench::call::bench("soak", &options)?;
    Ok(true)
}
