//! `cargo alicloud fetch`: metadata into the cache, for other programs.

use std::process::ExitCode;

use alicloud_cli::metadata::{Found, Library};
use anyhow::{Result, bail};
use serde_json::json;

use crate::terminal::{self, count};

/// Fetch metadata into the cache, and print where it is
///
/// One line per product version on standard output: the path of its file. `--list` searches the
/// published products and fetches nothing.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The products, each with its API version if it is not to be the recommended one.
    #[arg(required_unless_present = "list")]
    products: Vec<String>,
    /// Print the products whose code or name has this word, with all of their versions.
    #[arg(long, value_name = "WORD", conflicts_with = "products")]
    list: Option<String>,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo alicloud fetch ga dianjin@2024-06-28      two products; prints the paths of their files
  cargo alicloud fetch --list accelerator         which products are there?
  cargo alicloud explore --offline ga             afterwards, without the network

Exit codes: 0 where all is well, 1 where it is not, 2 where the command line is wrong.";

pub(crate) async fn run(arguments: &Arguments, library: &Library) -> Result<ExitCode> {
    if let Some(word) = &arguments.list {
        return list(word, arguments.json, library).await;
    }
    // All names are looked up before anything is fetched.
    let mut all: Vec<Found> = Vec::new();
    for name in &arguments.products {
        all.push(terminal::waiting("the list of products", library.find(name)).await?);
    }
    let mut report = Vec::new();
    for found in &all {
        let entry = terminal::waiting(&found.to_string(), library.newest(found)).await?;
        let Found { code, version } = found;
        let path = library.cache().path(code, version, &entry.hash)?;
        let size = format!("{found} ({} KB)", entry.json.len().div_ceil(1024));
        terminal::status("Fetched", &size);
        if arguments.json {
            report.push(json!({
                "product": code, "version": version, "sha256": entry.hash,
                "bytes": entry.json.len(), "path": path,
            }));
        } else {
            terminal::print(&format!("{}\n", path.display()));
        }
    }
    if arguments.json {
        terminal::print(&format!("{:#}\n", json!(report)));
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(word: &str, as_json: bool, library: &Library) -> Result<ExitCode> {
    let catalogue = terminal::waiting("the list of products", library.catalogue()).await?;
    let found: Vec<_> = catalogue.search(word).collect();
    if found.is_empty() {
        bail!("no product has `{word}` in its code or its name");
    }
    if as_json {
        terminal::print(&format!("{:#}\n", json!(found)));
        return Ok(ExitCode::SUCCESS);
    }
    for product in &found {
        let versions = product.versions.join(", ");
        terminal::print(&format!("{}  {versions}  {}\n", product.code, product.name));
    }
    terminal::status("Found", &count(found.len(), "product"));
    Ok(ExitCode::SUCCESS)
}
