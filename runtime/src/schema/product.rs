//! A product version, as static data.

use super::error_code::ErrorRow;

/// A product version, as its metadata describes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Product {
    /// The product's code as published, e.g. `Ga`.
    pub name: &'static str,
    /// The API version that every request names, e.g. `2019-11-20`.
    pub version: &'static str,
    /// RPC or ROA: how the gateway routes a request.
    pub style: ApiStyle,
    /// The gateway that serves it: signature, host, headers.
    pub gateway: Gateway,
    /// The published endpoints: `(region, host)`, sorted by region.
    pub endpoints: &'static [(&'static str, &'static str)],
    /// The hosts inside of a VPC, likewise; empty where none is known, and the product's
    /// rule has to do.
    pub vpc: &'static [(&'static str, &'static str)],
    /// The region to use where neither the configuration nor the call names one:
    /// set for products with one central region.
    pub default_region: Option<&'static str>,
    /// Error codes that every operation of the product can answer with.
    pub errors: &'static [ErrorRow],
}

/// Generated descriptions are chains of these, which say what there is.
impl Product {
    /// Describes a product version without hosts and error codes, at the common
    /// gateway.
    pub const fn new(name: &'static str, version: &'static str, style: ApiStyle) -> Self {
        Self {
            name,
            version,
            style,
            gateway: Gateway::Acs,
            endpoints: &[],
            vpc: &[],
            default_region: None,
            errors: &[],
        }
    }
    /// Sets the gateway that serves it.
    pub const fn gateway(mut self, gateway: Gateway) -> Self {
        self.gateway = gateway;
        self
    }
    /// Sets its hosts: `(region, host)`, sorted by region.
    pub const fn endpoints(mut self, hosts: &'static [(&'static str, &'static str)]) -> Self {
        self.endpoints = hosts;
        self
    }
    /// Sets its hosts inside of a VPC, likewise.
    pub const fn vpc(mut self, hosts: &'static [(&'static str, &'static str)]) -> Self {
        self.vpc = hosts;
        self
    }
    /// Sets the region that it is in, whatever the configuration says.
    pub const fn default_region(mut self, region: &'static str) -> Self {
        self.default_region = Some(region);
        self
    }
    /// Sets the codes that every operation of it can answer with.
    pub const fn errors(mut self, rows: &'static [ErrorRow]) -> Self {
        self.errors = rows;
        self
    }
}

/// The gateway that serves a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gateway {
    /// Alibaba Cloud's common one: signed as the configuration says.
    Acs,
    /// The same, in front of products that take the older signature alone.
    AcsV1,
    /// That of PDS: the older signature, and a host that begins with the domain.
    Pds,
}

/// The routing of requests at a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiStyle {
    /// By the name of the operation; the path is `/`.
    Rpc,
    /// By method and path.
    Roa,
}
