//! The hosts that a product publishes.

use crate::schema::Product;

/// The host of a region.
pub(super) fn published(product: &Product, region: &str) -> Option<&'static str> {
    find(product.endpoints, region)
}

/// The host of a region among hosts that are sorted by region.
pub(super) fn find(hosts: &[(&'static str, &'static str)], region: &str) -> Option<&'static str> {
    let at = hosts
        .binary_search_by_key(&region, |(region, _)| *region)
        .ok()?;
    Some(hosts[at].1)
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
