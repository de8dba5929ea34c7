//! The manifest of the generated crate. TOML by hand: it holds nothing but words of
//! ours, feature names from [`crate::names`], and what the options say.

use std::fmt::Write as _;

use crate::model::Product;
use crate::{Dependency, Options};

/// Features of the runtime that the crate forwards.
const FORWARDED: &[&str] = &["blocking", "native-tls", "rustls", "rustls-aws-lc", "serde"];

/// `Cargo.toml`.
pub(super) fn contents(products: &[Product], options: &Options) -> String {
    let mut out = String::new();
    package(&mut out, options);
    // The badges of features are in the runtime's sources too: it needs to know.
    out.push_str(
        "\n[package.metadata.docs.rs]\nall-features = true\n\
         rustc-args = [\"--cfg\", \"docsrs\"]\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n",
    );
    features(&mut out, products);
    let (runtime, tokio) = match &options.runtime {
        Dependency::Workspace => ("{ workspace = true }".to_owned(), "\"1.45\""),
        Dependency::Path(path) => (
            format!("{{ path = {}, default-features = false }}", quoted(path)),
            "\"1.45\"",
        ),
    };
    // Writing to a `String` does not fail.
    let _ = write!(
        out,
        "\n[dependencies]\nalicloud-runtime = {runtime}\n\n[dev-dependencies]\n\
         tokio = {{ version = {tokio}, default-features = false, features = [\"macros\", \"rt\"] }}\n"
    );
    match (&options.runtime, options.standalone) {
        (_, true) => out.push_str("\n[workspace]\n"),
        (Dependency::Workspace, false) => out.push_str("\n[lints]\nworkspace = true\n"),
        _ => {}
    }
    out
}

fn package(out: &mut String, options: &Options) {
    let _ = writeln!(out, "[package]\nname = {}", quoted(&options.crate_name));
    out.push_str("description = \"Typed clients for the APIs of Alibaba Cloud.\"\n");
    match options.runtime {
        Dependency::Workspace => {
            for key in ["version", "edition", "rust-version", "license"] {
                let _ = writeln!(out, "{key}.workspace = true");
            }
        }
        Dependency::Path(_) => {
            out.push_str("version = \"0.0.0\"\nedition = \"2024\"\npublish = false\n");
        }
    }
}

fn features(out: &mut String, products: &[Product]) {
    out.push_str("\n[features]\ndefault = [\"rustls\"]\n# of the runtime\n");
    for name in FORWARDED {
        let _ = writeln!(out, "{name} = [\"alicloud-runtime/{name}\"]");
    }
    out.push_str("# one a product\n");
    let mut names: Vec<&str> = products
        .iter()
        .map(|product| product.feature.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let _ = writeln!(out, "{} = []", quoted(name));
    }
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
