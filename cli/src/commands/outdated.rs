//! `cargo alicloud outdated`: what changed upstream for the operations that an app uses.

use std::process::ExitCode;

use alicloud_cli::app::App;
use alicloud_cli::metadata::Library;
use alicloud_codegen::diff::{Difference, Impact};
use anyhow::Result;
use serde_json::json;

use super::metadata::{Compared, compare};
use crate::terminal::{self, BAD, GOOD, NAME, count, styled};

/// Show what changed upstream for the operations that the app in this folder uses
///
/// Each change is judged by what it does to the generated Rust: breaking (something that compiled
/// no longer does, or a request that was sent is refused), additive, or documentation.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Only these products [default: all of alicloud.lock].
    products: Vec<String>,
    /// Print the changes as JSON.
    #[arg(long)]
    json: bool,
}

const EXIT_CODES: &str = "\
Examples:
  cargo alicloud outdated                         of every product of the app
  cargo alicloud outdated ga --json               of one, for programs
  cargo alicloud outdated || test $? = 10         in a script: fails where something breaks

Exit codes:
  0   nothing changed for this app
  1   it could not be found out
  10  something changed, and what compiled still compiles
  11  something changed that breaks";

pub(crate) async fn run(arguments: &Arguments, library: &Library) -> Result<ExitCode> {
    let app = App::find(&std::env::current_dir()?)?;
    let compared = compare(&app, library, &arguments.products).await?;
    if arguments.json {
        terminal::print(&format!("{:#}\n", as_json(&compared)));
    } else {
        for product in &compared {
            terminal::print(&report(product));
        }
        if compared.iter().any(|it| it.difference.impact().is_some()) {
            terminal::status("Next", "`cargo alicloud update` takes it");
        }
    }
    let gravest = compared
        .iter()
        .filter_map(|it| it.difference.impact())
        .max();
    Ok(match gravest {
        None => ExitCode::SUCCESS,
        Some(Impact::Breaking) => ExitCode::from(11),
        Some(Impact::Additive | Impact::Documentation) => ExitCode::from(10),
    })
}

pub(super) fn as_json(compared: &[Compared]) -> serde_json::Value {
    let products = compared.iter().map(|it| {
        let Difference {
            product,
            version,
            changes,
        } = &it.difference;
        json!({
            "product": product, "version": version,
            "fetched": it.kept.product.fetched,
            "sha256": {"kept": it.kept.product.sha256, "published": it.sha256},
            "impact": it.difference.impact(), "semver": it.difference.semver(),
            "changes": changes,
        })
    });
    products.collect()
}

/// What changed of a product, one line per change, the gravest first.
pub(super) fn report(compared: &Compared) -> String {
    let Compared {
        kept,
        sha256,
        difference,
        ..
    } = compared;
    let name = format!("{} {}", difference.product, difference.version);
    let since = &kept.product.fetched;
    let mut text = styled(NAME, name);
    let Some(impact) = difference.impact() else {
        let what = match kept.product.sha256 == *sha256 {
            true => format!("as published ({since})"),
            false => format!("changed since {since}, and not for the operations of this app"),
        };
        return format!("{text}: {what}\n");
    };
    let style = if impact == Impact::Breaking {
        BAD
    } else {
        GOOD
    };
    let changes = count(difference.changes.len(), "change");
    text.push_str(&format!(
        ": {changes} since {since}, {}\n",
        styled(style, impact.name())
    ));
    for change in &difference.changes {
        if change.impact == Impact::Documentation {
            continue;
        }
        let style = if change.impact == Impact::Breaking {
            BAD
        } else {
            GOOD
        };
        let place = match (&change.operation, change.item.as_str()) {
            (None, item) => item.to_owned(),
            (Some(operation), "") => operation.clone(),
            (Some(operation), item) => format!("{operation}, {item}"),
        };
        let mark = styled(style, format_args!("{:>13}", change.impact.name()));
        text.push_str(&format!("{mark}  {place}: {}\n", change.what));
    }
    let documentation = difference.changes.iter();
    match documentation
        .filter(|it| it.impact == Impact::Documentation)
        .count()
    {
        0 => {}
        number => text.push_str(&format!(
            "{:>13}  {}\n",
            "documentation",
            count(number, "text")
        )),
    }
    text
}
