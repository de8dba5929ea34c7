//! `cargo alicloud explore --serve`: the local web page.

use std::process::ExitCode;

use alicloud_cli::metadata::Library;
use alicloud_cli::serve::{Explorer, Options, Shelf};
use alicloud_mock::percent::encode;
use anyhow::{Context as _, Result};

use super::Arguments;
use crate::commands::metadata;
use crate::terminal;

pub(super) async fn run(arguments: &Arguments, library: &Library) -> Result<ExitCode> {
    let (shelf, path) = shelf(arguments, library).await?;
    let options = Options {
        allow_send: arguments.allow_send,
        endpoint: arguments.endpoint.clone(),
        region: arguments.region.clone().filter(|region| !region.is_empty()),
    };
    let explorer = Explorer::new(shelf, arguments.port, options).await?;
    if explorer.shelf().is_empty() {
        terminal::warn("there is no metadata yet: `cargo alicloud fetch PRODUCT` fetches some");
    }
    terminal::status(
        "Serving",
        "the explorer, for this machine alone; Ctrl+C ends it",
    );
    terminal::print(&format!("{}\n", explorer.address(&path)?));
    match explorer.serve().await {}
}

/// The specs, and the path of the page to begin with.
async fn shelf(arguments: &Arguments, library: &Library) -> Result<(Shelf, String)> {
    if let Some(file) = &arguments.spec {
        let shelf =
            Shelf::of_file(file).with_context(|| format!("cannot serve {}", file.display()))?;
        return Ok((shelf, "/".to_owned()));
    }
    let folder = std::env::current_dir()?;
    let gather = || Shelf::gather(&folder, library.cache()).context("the cache of metadata");
    let shelf = gather()?;
    let Some(product) = &arguments.product else {
        return Ok((shelf, "/".to_owned()));
    };
    let (code, version) = match product.split_once('@') {
        Some((code, version)) => (code, Some(version)),
        None => (product.as_str(), None),
    };
    let with_operation = |path: String| match &arguments.operation {
        Some(operation) => format!("{path}/{}", encode(operation)),
        None => path,
    };
    if let Some(path) = shelf.path(code, version) {
        return Ok((shelf, with_operation(path)));
    }
    // It is in the cache once it was looked for.
    metadata::document(product, library).await?;
    let shelf = gather()?;
    let path = shelf.path(code, version).unwrap_or_default();
    Ok((shelf, with_operation(path)))
}
