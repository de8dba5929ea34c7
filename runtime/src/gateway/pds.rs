//! The gateway of PDS. Source of the facts: the official client's
//! `alibabacloud-gateway-pds`.
//!
//! - signed as ROA calls are with the older signature, but a temporary key sends its
//!   token alone, and a bearer token stands in `authorization` too;
//! - the host is `<domain>.api.aliyunpds.com`; operations that are of no domain go to
//!   the published hosts of the region, `<region>.admin.aliyunpds.com`;
//! - errors are `code` and `message`, the request's id is in `x-ca-request-id`.

use super::acs::sign_roa;
use super::gateway::{Destination, Gateway, Signing, check_headers};
use crate::encode::{UnsignedRequest, check_path};
use crate::endpoint::{self, Endpoint, EndpointError, Network};
use crate::signature::{Identity, SignedRequest, roa};

/// The gateway itself.
pub(super) static PDS: Pds = Pds;

#[derive(Debug)]
pub(super) struct Pds;

impl Gateway for Pds {
    fn endpoint(&self, destination: &Destination<'_>) -> Result<Endpoint<'static>, EndpointError> {
        let is_inside = destination.network == Network::Vpc;
        if let Some(domain) = destination.parameter()? {
            let network = if is_inside { "-vpc" } else { "" };
            return Ok(Endpoint {
                scheme: "https",
                authority: format!("{domain}.api{network}.aliyunpds.com").into(),
            });
        }
        let Destination {
            product, region, ..
        } = *destination;
        let mut found = endpoint::resolve(product, None, region, Network::Public)?;
        if is_inside {
            let inside = found.authority.replacen(".admin.", ".admin-vpc.", 1);
            found.authority = inside.into();
        }
        Ok(found)
    }

    fn sign<'a>(
        &self,
        mut request: UnsignedRequest<'a>,
        signing: &'a Signing<'a>,
    ) -> Result<SignedRequest<'a>, String> {
        check_headers(&request, signing)?;
        check_path(&request.path)?;
        request.write_form();
        let mut headers = roa::headers(&signing.common);
        headers.retain(|(name, _)| name != "x-acs-accesskey-id" && name != "x-acs-signature-type");
        if let Identity::Bearer(token) = signing.common.identity {
            headers.push(("authorization".into(), format!("Bearer {token}").into()));
        }
        Ok(sign_roa(request, headers, signing))
    }
}
