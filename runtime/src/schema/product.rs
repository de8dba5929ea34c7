//! A product version, as static data.

use super::error_code::ErrorRow;

/// A product version, as its metadata describes it.
#[derive(Debug)]
pub struct Product {
    /// The product's code as published, e.g. `Ga`.
    pub name: &'static str,
    /// The API version that every request names, e.g. `2019-11-20`.
    pub version: &'static str,
    /// RPC or ROA: how the gateway routes a request.
    pub style: ApiStyle,
    /// The published endpoints: `(region, host)`, sorted by region.
    pub endpoints: &'static [(&'static str, &'static str)],
    /// The region to use where neither the configuration nor the call names one:
    /// set for products with one central region.
    pub default_region: Option<&'static str>,
    /// Error codes that every operation of the product can answer with.
    pub errors: &'static [ErrorRow],
}

/// How a gateway routes requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiStyle {
    /// By the name of the operation; the path is `/`.
    Rpc,
    /// By method and path.
    Roa,
}
