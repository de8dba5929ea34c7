//! The crates that are published: what they are called, and where they are.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::output;
use crate::specs;

/// A product's crate.
pub(crate) struct Product {
    /// The package: `alicloud-ga`.
    pub(crate) package: String,
    /// Its folder below `generated`, which is what the facade calls it: `ga`.
    pub(crate) folder: String,
}

/// Where the facade and the products are.
pub(crate) fn generated() -> PathBuf {
    specs::root().join("generated")
}

/// The products' crates, by name.
pub(crate) fn products() -> Result<Vec<Product>> {
    let versions = output::versions(&generated())?;
    let product = |package: String| {
        let folder = package.strip_prefix("alicloud-");
        let folder = folder.with_context(|| format!("`{package}` is no crate of a product"))?;
        Ok(Product {
            folder: folder.to_owned(),
            package,
        })
    };
    versions.into_keys().map(product).collect()
}

/// Those that a maintainer names, by feature or by package; all where none is named.
pub(crate) fn named(names: &[String]) -> Result<Vec<Product>> {
    let mut products = products()?;
    if names.is_empty() {
        return Ok(products);
    }
    let is_called = |product: &Product, name: &String| {
        let name = name.to_lowercase().replace('_', "-");
        [&product.folder, &product.package].contains(&&name)
    };
    for name in names {
        if !products.iter().any(|product| is_called(product, name)) {
            let known: Vec<_> = products.iter().map(|it| it.folder.as_str()).collect();
            bail!(
                "no crate of a product `{name}`; there are: {}",
                known.join(", ")
            );
        }
    }
    products.retain(|product| names.iter().any(|name| is_called(product, name)));
    Ok(products)
}
