//! Which signature.

/// The signature that requests are signed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signature {
    /// ACS3-HMAC-SHA256: the default, which every gateway takes.
    #[default]
    V3,
    /// HMAC-SHA1, in the query (RPC) or in headers (ROA). The documentation
    /// calls it discontinued; for gateways and proxies that know nothing else.
    V1,
}
