//! `cargo xtask mock`: a mock server of one of the project's products on loopback.

use std::path::{Path, PathBuf};

use alicloud_mock::{Mock, Options};
use anyhow::{Context, Result};

use crate::specs;

/// What to serve.
#[derive(clap::Args)]
#[command(after_help = alicloud_mock::HELP)]
pub(crate) struct Arguments {
    /// The product, as in the path of its spec: `ga`.
    product: String,
    /// The port on 127.0.0.1; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where the specs are [default: the project's `specs`].
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

/// Serves until the process is ended.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let directory = arguments
        .specs
        .clone()
        .unwrap_or_else(|| specs::root().join("specs"));
    let never =
        mock(&directory, &arguments.product, &arguments.options)?.run_blocking(arguments.port)?;
    match never {}
}

/// Serves one of the project's products on a thread, as long as the process lives:
/// the mock server's address.
pub(crate) fn in_background(product: &str, (id, secret): (&str, &str)) -> Result<String> {
    let options = Options {
        access_key_id: id.to_owned(),
        access_key_secret: secret.to_owned(),
        ..Options::default()
    };
    mock(&specs::root().join("specs"), product, &options)?.in_background()
}

fn mock(directory: &Path, product: &str, options: &Options) -> Result<Mock> {
    let sources = specs::read_all(directory)?;
    let found = specs::of_product(&sources, product)?;
    // Versions are dates, and sorted: the last one is the newest.
    let source = found.last().context("a product has a version")?;
    Mock::new(&source.json, options).with_context(|| source.path.display().to_string())
}
