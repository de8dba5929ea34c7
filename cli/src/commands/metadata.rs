//! What several commands do with metadata.

use alicloud_build::{Lock, Pinned};
use alicloud_cli::app::App;
use alicloud_cli::metadata::{Found, Library};
use alicloud_codegen::Spec;
use alicloud_codegen::diff::{self, Difference};
use anyhow::{Context as _, Result, bail};

use crate::terminal;

/// A product of an app's lock, with what it was generated from.
pub(crate) struct Kept {
    pub(crate) product: Pinned,
    pub(crate) json: Vec<u8>,
}

/// A product version's metadata.
pub(crate) struct Document {
    /// What findings call it.
    pub(crate) name: String,
    pub(crate) json: Vec<u8>,
    /// Whether its module in the app carries the version.
    pub(crate) version_in_name: bool,
}

/// What became of the metadata of a product.
pub(crate) struct Compared {
    pub(crate) kept: Kept,
    /// Of what is published.
    pub(crate) sha256: String,
    /// What is published, as the app keeps it.
    pub(crate) published: Vec<u8>,
    pub(crate) difference: Difference,
}

/// Compares what an app keeps with what is published now, for the operations that it uses; of
/// the named products, or of all.
pub(crate) async fn compare(
    app: &App,
    library: &Library,
    products: &[String],
) -> Result<Vec<Compared>> {
    let mut compared = Vec::new();
    for product in selected(&app.lock()?, products)? {
        let path = app.folder().join(product.path());
        let json = std::fs::read(&path).with_context(|| {
            format!(
                "cannot read {}: `cargo alicloud add {product}` fetches it",
                path.display()
            )
        })?;
        let found = Found {
            code: product.code.clone(),
            version: product.version.clone(),
        };
        let newest = terminal::waiting(&found.to_string(), library.newest(&found)).await?;
        let published = match product.facts {
            true => facts(&found.to_string(), &newest.json)?,
            false => newest.json,
        };
        let kept = Kept { product, json };
        let difference = difference(&kept, &newest.hash, &published)?;
        compared.push(Compared {
            kept,
            sha256: newest.hash,
            published,
            difference,
        });
    }
    Ok(compared)
}

/// What is kept of metadata where its texts are to stay behind.
pub(super) fn facts(name: &str, json: &[u8]) -> Result<Vec<u8>> {
    let imported = alicloud_codegen::import::import(name, json).map_err(anyhow::Error::msg)?;
    Ok(imported.json)
}

/// A product version's metadata: what the app in this folder keeps, what was
/// fetched before, or what is published.
pub(super) async fn document(name: &str, library: &Library) -> Result<Document> {
    if let Some(kept) = of_app(name) {
        return Ok(kept);
    }
    let found = terminal::waiting("the list of products", library.find(name)).await?;
    let Found { code, version } = &found;
    let entry = terminal::waiting(&found.to_string(), library.kept_or_newest(&found)).await?;
    Ok(Document {
        name: format!("{code}/{version}"),
        json: entry.json,
        version_in_name: false,
    })
}

/// What the app in this folder, if it is one, keeps of a product.
fn of_app(name: &str) -> Option<Document> {
    let app = App::find(&std::env::current_dir().ok()?).ok()?;
    let (code, version) = match name.split_once('@') {
        Some((code, version)) => (code, Some(version)),
        None => (name, None),
    };
    let lock = app.lock().ok()?;
    let product = lock.products.iter().find(|it| {
        it.code.eq_ignore_ascii_case(code) && version.is_none_or(|version| it.version == version)
    })?;
    let path = product.path();
    let json = std::fs::read(app.folder().join(&path)).ok()?;
    Some(Document {
        name: path.display().to_string(),
        json,
        version_in_name: product.version_in_name,
    })
}

fn selected(lock: &Lock, names: &[String]) -> Result<Vec<Pinned>> {
    if lock.products.is_empty() {
        bail!("this app uses no operation yet: `cargo alicloud add PRODUCT OPERATION` adds one");
    }
    let codes = || lock.products.iter().map(|product| product.code.as_str());
    let is_named = |product: &Pinned, name: &str| match name.split_once('@') {
        Some((code, version)) => {
            product.code.eq_ignore_ascii_case(code) && product.version == version
        }
        None => product.code.eq_ignore_ascii_case(name),
    };
    for name in names {
        if !lock.products.iter().any(|product| is_named(product, name)) {
            let codes: Vec<_> = codes().collect();
            bail!(
                "alicloud.lock has no product `{name}`; it has {}",
                codes.join(", ")
            );
        }
    }
    let wanted =
        |product: &&Pinned| names.is_empty() || names.iter().any(|it| is_named(product, it));
    Ok(lock.products.iter().filter(wanted).cloned().collect())
}

fn difference(kept: &Kept, sha256: &str, published: &[u8]) -> Result<Difference> {
    let Pinned { code, version, .. } = &kept.product;
    if kept.product.sha256 == sha256 {
        return Ok(Difference {
            product: code.clone(),
            version: version.clone(),
            changes: Vec::new(),
        });
    }
    let spec = |path, json| Spec {
        path,
        json,
        overlay: None,
    };
    let old = spec("what is kept", &kept.json);
    let new = spec("what is published", published);
    diff::difference(&old, &new, kept.product.wanted()).map_err(|findings| {
        let findings: Vec<_> = findings.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{code} {version}: {}", findings.join("\n"))
    })
}
