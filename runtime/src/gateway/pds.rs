//! The gateway of PDS. Source of the facts: the official client's
//! `alibabacloud-gateway-pds`.
//!
//! - signed as ROA calls are with the older signature, but a temporary key sends its
//!   token alone, and a bearer token stands in `authorization` too;
//! - the host is `<domain>.api.aliyunpds.com`; operations that are of no domain go to
//!   the published hosts of the region, `<region>.admin.aliyunpds.com`;
//! - errors are `code` and `message`, the request id is in `x-ca-request-id`.

use crate::endpoint::{self, Endpoint, EndpointError, Network};
use crate::operation::Product;
use crate::signature::{Common, Identity, Pair, roa};

/// Where the domains are.
const DOMAINS: &str = "aliyunpds.com";

/// The host of a domain, or else the region's.
pub(super) fn endpoint(
    product: &'static Product,
    domain: Option<&str>,
    region: Option<&str>,
    network: Network,
) -> Result<Endpoint<'static>, EndpointError> {
    let suffix = network.suffix();
    if let Some(domain) = domain {
        return Ok(Endpoint {
            scheme: "https",
            authority: format!("{domain}.api{suffix}.{DOMAINS}").into(),
        });
    }
    let mut found = endpoint::resolve(product, None, region, Network::Public)?;
    if network == Network::Vpc {
        let inside = found.authority.replacen(".admin.", ".admin-vpc.", 1);
        found.authority = inside.into();
    }
    Ok(found)
}

/// The headers that every call carries; see [`roa::headers`].
pub(crate) fn headers<'a>(common: &Common<'a>) -> Vec<Pair<'a>> {
    let mut headers = roa::headers(common);
    headers.retain(|(name, _)| name != "x-acs-accesskey-id" && name != "x-acs-signature-type");
    if let Identity::Bearer(token) = common.identity {
        let value = format!("Bearer {token}");
        headers.push(("authorization".into(), value.into()));
    }
    headers
}
