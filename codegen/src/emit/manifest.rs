//! The manifests of the generated crates. TOML by hand: it holds nothing but words of
//! ours, feature names from [`crate::names`], and what the options say.

use std::fmt::Write as _;

use crate::model::Product;
use crate::{Dependency, FIRST_VERSION, Options, names};

/// The ways to have TLS, which the runtime has and each crate forwards.
const TLS: &[&str] = &["native-tls", "rustls", "rustls-aws-lc"];

/// Other features of the runtime that the facade forwards.
const FORWARDED: &[&str] = &["blocking", "opentelemetry", "serde"];

/// What the examples need.
const DEV_DEPENDENCIES: &str = "\n[dev-dependencies]\n\
    tokio = { version = \"1.45\", default-features = false, features = [\"macros\", \"rt\"] }\n";

/// What a registry finds every crate by.
const KEYWORDS: &[&str] = &["alibaba-cloud", "aliyun", "cloud", "sdk"];

/// Characters that a keyword of a registry may have.
const KEYWORD_CHARACTERS: usize = 20;

/// The facade's `Cargo.toml`.
pub(super) fn facade(products: &[Product], options: &Options) -> String {
    let mut out = String::new();
    let words = "Typed clients for the APIs of Alibaba Cloud.";
    package(&mut out, &options.crate_name, words, None, options);
    registry(&mut out, "api", options);
    // The badges of features are in the runtime's sources too: it needs to know.
    out.push_str(
        "\n[package.metadata.docs.rs]\nall-features = true\n\
         rustc-args = [\"--cfg\", \"docsrs\"]\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n",
    );
    features(&mut out, TLS.iter().chain(FORWARDED));
    out.push_str("# one per product\n");
    let mut products: Vec<&Product> = products.iter().collect();
    products.sort_by(|a, b| a.feature.cmp(&b.feature));
    // Writing to a `String` does not fail.
    for product in &products {
        let krate = names::package(&options.crate_name, &product.feature);
        let feature = quoted(&product.feature);
        let _ = writeln!(out, "{feature} = [{}]", quoted(&format!("dep:{krate}")));
    }
    let _ = writeln!(
        out,
        "\n[dependencies]\nalicloud-runtime = {}",
        runtime(options, "")
    );
    for product in &products {
        let krate = names::package(&options.crate_name, &product.feature);
        let _ = writeln!(
            out,
            "{krate} = {{ path = {}, version = {}, default-features = false, optional = true }}",
            quoted(&product.feature),
            quoted(version(&krate, options))
        );
    }
    out.push_str(DEV_DEPENDENCIES);
    end(&mut out, options);
    if options.standalone {
        out.push_str("\n[workspace]\n");
    }
    out
}

/// The `Cargo.toml` of a product's crate.
pub(super) fn product(product: &Product, options: &Options) -> String {
    let mut out = String::new();
    let krate = names::package(&options.crate_name, &product.feature);
    let words = format!(
        "Typed client for {} {} of Alibaba Cloud.",
        product.name, product.version
    );
    let version = version(&krate, options);
    package(&mut out, &krate, &words, Some(version), options);
    registry(&mut out, &product.feature, options);
    out.push_str("\n[package.metadata.docs.rs]\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n");
    features(&mut out, TLS.iter());
    let _ = writeln!(
        out,
        "\n[dependencies]\nalicloud-runtime = {}",
        runtime(options, "../")
    );
    out.push_str(DEV_DEPENDENCIES);
    end(&mut out, options);
    out
}

fn version<'o>(krate: &str, options: &'o Options) -> &'o str {
    options
        .versions
        .get(krate)
        .map_or(FIRST_VERSION, String::as_str)
}

fn package(
    out: &mut String,
    name: &str,
    description: &str,
    version: Option<&str>,
    options: &Options,
) {
    let _ = writeln!(out, "[package]\nname = {}", quoted(name));
    let _ = writeln!(out, "description = {}", quoted(description));
    match version {
        Some(version) => drop(writeln!(out, "version = {}", quoted(version))),
        None if options.runtime == Dependency::Workspace => {
            out.push_str("version.workspace = true\n");
        }
        None => drop(writeln!(out, "version = {}", quoted(FIRST_VERSION))),
    }
    match options.runtime {
        Dependency::Workspace => {
            for key in ["edition", "rust-version", "license"] {
                let _ = writeln!(out, "{key}.workspace = true");
            }
        }
        Dependency::Path(_) => out.push_str("edition = \"2024\"\npublish = false\n"),
    }
}

/// What a registry displays and finds a crate by. `own` is a keyword of this crate alone,
/// left out where a registry would refuse it.
fn registry(out: &mut String, own: &str, options: &Options) {
    if options.runtime != Dependency::Workspace {
        return;
    }
    let is_keyword = own.len() <= KEYWORD_CHARACTERS
        && own.starts_with(|c: char| c.is_ascii_alphanumeric())
        && own
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+'));
    let words: Vec<String> = KEYWORDS
        .iter()
        .chain(is_keyword.then_some(&own))
        .map(|word| quoted(word))
        .collect();
    let _ = writeln!(
        out,
        "repository.workspace = true\nreadme = \"README.md\"\nkeywords = [{}]\n\
         categories = [\"api-bindings\"]",
        words.join(", ")
    );
}

fn features<'f>(out: &mut String, forwarded: impl Iterator<Item = &'f &'f str>) {
    out.push_str("\n[features]\ndefault = [\"rustls\"]\n# of the runtime\n");
    for name in forwarded {
        let _ = writeln!(out, "{name} = [\"alicloud-runtime/{name}\"]");
    }
}

/// How a crate depends on the runtime; `up` leads from it to the facade.
fn runtime(options: &Options, up: &str) -> String {
    match &options.runtime {
        Dependency::Workspace => "{ workspace = true }".to_owned(),
        Dependency::Path(path) => {
            let is_absolute = path.starts_with('/') || path.contains(':');
            let path = format!("{}{path}", if is_absolute { "" } else { up });
            format!("{{ path = {}, default-features = false }}", quoted(&path))
        }
    }
}

fn end(out: &mut String, options: &Options) {
    if options.runtime == Dependency::Workspace && !options.standalone {
        out.push_str("\n[lints]\nworkspace = true\n");
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
