//! Which gateway a product stands behind.

use super::acs::{ACS, ACS_V1};
use super::gateway::Gateway;
use super::pds::PDS;
use crate::schema::{self, Product};

/// The gateway of a product.
pub(crate) fn of(product: &Product) -> &'static dyn Gateway {
    match product.gateway {
        schema::Gateway::Acs => &ACS,
        schema::Gateway::AcsV1 => &ACS_V1,
        schema::Gateway::Pds => &PDS,
    }
}
