//! The gateway of PDS. Source of the facts: the official client's
//! `alibabacloud-gateway-pds`.
//!
//! - signed as ROA calls are with the older signature, but a temporary key sends its
//!   token alone, and a bearer token stands in `authorization` too;
//! - the host is `<domain>.api.aliyunpds.com`; operations that are of no domain go to
//!   the published hosts of the region, `<region>.admin.aliyunpds.com`;
//! - errors are `code` and `message`, the request id is in `x-ca-request-id`.

use super::acs::sign_roa;
use super::gateway::{Gateway, Signing, Spelling, finish};
use super::host::Destination;
use crate::encode::UnsignedRequest;
use crate::endpoint::{self, Endpoint, EndpointError, Network};
use crate::params::Pair;
use crate::signature::{Common, Identity, SignedRequest, roa};

/// Where the domains are.
const DOMAINS: &str = "aliyunpds.com";

/// The gateway itself.
pub(super) static PDS: Pds = Pds;

#[derive(Debug)]
pub(super) struct Pds;

impl Gateway for Pds {
    fn endpoint(&self, destination: &Destination<'_>) -> Result<Endpoint<'static>, EndpointError> {
        let network = destination.network;
        if let Some(domain) = destination.parameter()? {
            let suffix = network.suffix();
            return Ok(Endpoint {
                scheme: "https",
                authority: format!("{domain}.api{suffix}.{DOMAINS}").into(),
            });
        }
        let product = destination.operation.product;
        let mut found = endpoint::resolve(product, destination.region, Network::Public)?;
        if network == Network::Vpc {
            let inside = found.authority.replacen(".admin.", ".admin-vpc.", 1);
            found.authority = inside.into();
        }
        Ok(found)
    }

    fn sign<'a>(
        &self,
        request: UnsignedRequest<'a>,
        signing: &'a Signing<'a>,
    ) -> Result<SignedRequest<'a>, String> {
        let request = finish(request, signing)?;
        Ok(sign_roa(request, headers(&signing.common), signing))
    }

    fn spelling(&self) -> &'static Spelling {
        &Spelling {
            request_id: &["x-ca-request-id", "x-acs-request-id"],
            code: &["code", "Code"],
            message: &["message", "Message"],
        }
    }
}

/// The headers that every call carries; see [`roa::headers`].
fn headers<'a>(common: &Common<'a>) -> Vec<Pair<'a>> {
    let mut headers = roa::headers(common);
    headers.retain(|(name, _)| name != "x-acs-accesskey-id" && name != "x-acs-signature-type");
    if let Identity::Bearer(token) = common.identity {
        let value = format!("Bearer {token}");
        headers.push(("authorization".into(), value.into()));
    }
    headers
}
