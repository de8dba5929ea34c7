//! The hosts that a product publishes.

use crate::schema::Product;

/// The host of a region.
pub(super) fn published(product: &Product, region: &str) -> Option<&'static str> {
    let at = product
        .endpoints
        .binary_search_by_key(&region, |(region, _)| *region)
        .ok()?;
    Some(product.endpoints[at].1)
}

/// The one host that is published for every region, if it is one and bears none
/// of their names.
pub(super) fn central(product: &Product) -> Option<&'static str> {
    let (_, host) = product.endpoints.first()?;
    let all = product
        .endpoints
        .iter()
        .all(|(region, h)| h == host && !host.contains(region));
    all.then_some(*host)
}
