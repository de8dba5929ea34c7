//! [`Catalogue`]: every published product and its versions.

use serde::{Deserialize, Serialize};

/// All products, as the service lists them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Catalogue {
    products: Vec<Product>,
}

/// A product.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Its code, as metadata spells it: `Ga`.
    pub code: String,
    /// Its name for people.
    #[serde(default)]
    pub name: String,
    /// Its API versions.
    #[serde(default)]
    pub versions: Vec<String>,
    /// The version that the service recommends.
    #[serde(default)]
    pub default_version: Option<String>,
}

impl Catalogue {
    pub(super) fn new(mut products: Vec<Product>) -> Self {
        products.sort_by_key(|product| product.code.to_lowercase());
        Self { products }
    }

    /// The products of these versions.
    pub(super) fn of_versions(versions: Vec<(String, String)>) -> Self {
        let mut products: Vec<Product> = Vec::new();
        for (code, version) in versions {
            match products.last_mut().filter(|last| last.code == code) {
                Some(last) => last.versions.push(version),
                None => products.push(Product {
                    name: String::new(),
                    versions: vec![version],
                    default_version: None,
                    code,
                }),
            }
        }
        Self::new(products)
    }

    /// The products, by their codes.
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The product of a code, in any case.
    pub fn find(&self, code: &str) -> Option<&Product> {
        self.products
            .iter()
            .find(|product| product.code.eq_ignore_ascii_case(code))
    }

    /// Products whose code or name holds a word.
    pub fn search<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a Product> {
        let word = word.to_lowercase();
        self.products.iter().filter(move |product| {
            product.code.to_lowercase().contains(&word)
                || product.name.to_lowercase().contains(&word)
        })
    }

    /// The codes that a misspelt one may have meant.
    pub fn nearest(&self, code: &str) -> Vec<&str> {
        nearest(
            code,
            self.products.iter().map(|product| product.code.as_str()),
        )
    }
}

impl Product {
    /// The version to take where none is named: the recommended one, else the newest.
    pub fn preferred_version(&self) -> Option<&str> {
        let default = self.default_version.as_deref();
        let known = |version: &&str| self.versions.iter().any(|it| it == version);
        default
            .filter(known)
            .or_else(|| self.versions.iter().max().map(String::as_str))
    }
}

/// At most three names that are near to another one, the nearest first; in any case.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let name = name.to_lowercase();
    let mut near: Vec<(f64, &str)> = names
        .into_iter()
        .map(|other| {
            let other_name = other.to_lowercase();
            let likeness = strsim::normalized_damerau_levenshtein(&name, &other_name);
            (likeness, other)
        })
        .filter(|(likeness, _)| *likeness > 0.5)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    // What is much less near than the best was not meant.
    let best = near.first().map_or(0.0, |(likeness, _)| *likeness);
    let meant = near
        .into_iter()
        .filter(|(likeness, _)| *likeness > best - 0.15);
    meant.take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let names = ["Ecs", "Ess", "CreateAccelerator", "DeleteAccelerator"];
        assert_eq!(nearest("createAcelerator", names)[0], "CreateAccelerator");
        assert_eq!(nearest("ecs", names)[0], "Ecs");
        assert!(nearest("zzz", names).is_empty());
    }

    #[test]
    fn the_recommended_version_is_taken_where_it_is_published() {
        let product = |default: Option<&str>| Product {
            code: "X".to_owned(),
            name: String::new(),
            versions: vec!["2019-01-01".to_owned(), "2021-01-01".to_owned()],
            default_version: default.map(str::to_owned),
        };
        assert_eq!(
            product(Some("2019-01-01")).preferred_version(),
            Some("2019-01-01")
        );
        assert_eq!(
            product(Some("1999-01-01")).preferred_version(),
            Some("2021-01-01")
        );
        assert_eq!(product(None).preferred_version(), Some("2021-01-01"));
    }
}
