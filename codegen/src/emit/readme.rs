//! The page that a registry shows of a crate.

use std::fmt::Write as _;

use super::doctest;
use crate::model::Product;
use crate::{FIRST_VERSION, Options, guides, names};

/// `README.md`. Its example is a doc test, which is compiled and not run.
pub(super) fn product(product: &Product, options: &Options) -> String {
    let package = names::package(&options.crate_name, &product.feature);
    let version = options
        .versions
        .get(&package)
        .map_or(FIRST_VERSION, String::as_str);
    let (name, count) = (product.name, product.operations.len());
    let operations = if count == 1 {
        "operation"
    } else {
        "operations"
    };
    let mut out = format!(
        "# {package}\n\n\
         A typed Rust client for version `{}` of Alibaba Cloud's `{name}`, generated from the API\n\
         metadata that Alibaba Cloud publishes: {count} {operations}.\n\n\
         ```toml\n\
         [dependencies]\n\
         {package} = \"{version}\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\
         ```\n",
        product.version
    );
    if let Some(program) = doctest::own_program(product, &names::krate(&package)) {
        let program = program.as_str().trim_end();
        // Writing to a `String` does not fail.
        let _ = write!(out, "\n```rust,no_run\n{program}\n```\n");
    }
    out.push_str(
        "\nCredentials come from the environment, a profile, or the machine's role, the region from\n\
         `ALIBABA_CLOUD_REGION_ID`. Every operation has a page with its parameters,\n\
         errors and examples in the documentation of this crate.\n",
    );
    let (pages, _) = guides::of(product, &options.guides);
    if !pages.is_empty() {
        out.push_str(
            "\n## Guides\n\nIn the same place, as modules of `guides`, with programs that run:\n\n",
        );
        for page in pages {
            // Writing to a `String` does not fail.
            let _ = writeln!(out, "- `{}`: {}", page.name, page.title());
        }
    }
    out
}

/// The facade's `README.md`: one crate per product, in a table.
pub(super) fn facade(products: &[Product], options: &Options) -> String {
    let name = &options.crate_name;
    let mut out = format!(
        "# {name}\n\n\
         Typed Rust clients for the APIs of Alibaba Cloud, generated from the API metadata that\n\
         Alibaba Cloud publishes. Each product is a crate of its own, which serves an app alone; in\n\
         this crate each is a module behind a feature. None is on by default.\n\n\
         ```toml\n\
         [dependencies]\n\
         {name} = {{ version = \"{FIRST_VERSION}\", features = [\"{}\"] }}\n\
         ```\n\n\
         | feature | module | crate | product | version | operations |\n\
         |---|---|---|---|---|---:|\n",
        products.first().map_or("", |product| &product.feature)
    );
    for product in products {
        let package = names::package(name, &product.feature);
        // Writing to a `String` does not fail.
        let _ = writeln!(
            out,
            "| `{}` | `{}` | [`{package}`]({}) | {} | {} | {} |",
            product.feature,
            product.module,
            product.feature,
            product.name,
            product.version,
            product.operations.len()
        );
    }
    let operations: usize = products.iter().map(|it| it.operations.len()).sum();
    let _ = writeln!(
        out,
        "\n{} product versions, {operations} operations.",
        products.len()
    );
    out
}
