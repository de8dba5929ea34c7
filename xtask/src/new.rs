//! `cargo xtask new`: a spec to begin with, valid from the start.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::specs::{self, API_DOCS};

/// What to begin.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The product's code, as the service spells it: Ga.
    product: String,
    /// The API version: 2019-11-20.
    version: String,
    /// The operation to begin with.
    #[arg(long, value_name = "NAME", default_value = "DescribeRegions")]
    operation: String,
    /// The service routes by method and path, and not by the operation's name.
    #[arg(long)]
    roa: bool,
    /// Where the specs are [default: the project's `specs`].
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask new Toy 2024-01-01 --operation CreateToy
  cargo xtask new Toy 2024-01-01 --roa            one that routes by path";

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let Arguments {
        product,
        version,
        operation,
        ..
    } = arguments;
    for name in [product, version, operation] {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) {
            bail!("`{name}` is no name of a product, a version or an operation");
        }
    }
    let specs = arguments
        .specs
        .clone()
        .unwrap_or_else(|| specs::root().join("specs"));
    let folder = specs.join(product.to_lowercase()).join(version);
    let path = folder.join(API_DOCS);
    if path.exists() {
        bail!("{} is there already", path.display());
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let text = format!("{}\n", serde_json::to_string_pretty(&spec(arguments))?);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!(
        "{} has one operation, `{operation}`: write its parameters, reply and errors, then\n  \
         cargo xtask lint {}\n  cargo xtask generate {}",
        path.display(),
        path.display(),
        product.to_lowercase()
    );
    Ok(true)
}

fn spec(arguments: &Arguments) -> serde_json::Value {
    let text = |description: &str, example: &str| json!({"type": "string", "description": description, "example": example});
    let mut operation = json!({
        "summary": "What it does, in one sentence.",
        "methods": ["post"],
        "schemes": ["https"],
        "security": [{"AK": []}],
        "operationType": "read",
        "parameters": [{
            "name": "RegionId",
            "in": "query",
            "schema": text("The region.", "cn-hangzhou"),
        }],
        "responses": {"200": {"schema": {
            "type": "object",
            "properties": {"RequestId": text("The ID of the request.", "6FEA0CF3-D3B9-43E5-A304-D217037876A8")},
        }}},
        "errorCodes": {"403": [{
            "errorCode": "Forbidden",
            "errorMessage": "The caller may not do this.",
        }]},
        "responseDemo": r#"[{"type":"json","example":"{\"RequestId\":\"6FEA0CF3-D3B9-43E5-A304-D217037876A8\"}"}]"#,
    });
    if arguments.roa {
        operation["path"] = json!("/regions");
        operation["methods"] = json!(["get"]);
    }
    json!({
        "version": "1.0",
        "info": {
            "style": if arguments.roa { "ROA" } else { "RPC" },
            "product": arguments.product,
            "version": arguments.version,
        },
        "directories": [],
        "components": {"schemas": {}},
        "apis": {arguments.operation.as_str(): operation},
        "endpoints": [{
            "regionId": "cn-hangzhou",
            "endpoint": format!("{}.cn-hangzhou.aliyuncs.com", arguments.product.to_lowercase()),
        }],
    })
}
