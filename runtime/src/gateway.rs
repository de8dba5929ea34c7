//! What differs from gateway to gateway: which host a call goes to beside region and
//! network, and which headers a request has. Signatures are in [`crate::signature`].

pub(crate) mod pds;

use std::borrow::Cow;

use crate::config::{Settings, Signature};
use crate::endpoint::{self, Endpoint, EndpointError};
use crate::operation::{Gateway, Operation, Product};
use crate::wire::{Object, Place, View};

/// What stands in published hosts for the account's id.
const ACCOUNT: &str = "account-id";

/// How a product's requests are signed where the configuration says `configured`.
pub(crate) fn signature(product: &Product, configured: Signature) -> Signature {
    match product.gateway {
        Gateway::Acs => configured,
        Gateway::AcsV1 | Gateway::Pds => Signature::V1,
    }
}

/// Where to send a call. `explicit`, the host that was named, is taken as it is.
pub(crate) fn endpoint<'a>(
    operation: &Operation,
    request: &dyn Object,
    explicit: Option<&'a str>,
    region: Option<&str>,
    settings: &Settings,
) -> Result<Endpoint<'a>, EndpointError> {
    let product = operation.product;
    if explicit.is_some() {
        return endpoint::resolve(product, explicit, region, settings.network);
    }
    let parameter = host_parameter(request)?;
    if product.gateway == Gateway::Pds {
        return pds::endpoint(product, parameter.as_deref(), region, settings.network);
    }
    let found = endpoint::resolve(product, None, region, settings.network)?;
    let label = match &parameter {
        Some(label) => label,
        None if !found.host().starts_with(ACCOUNT) => return Ok(found),
        None => settings.account_id.as_deref().ok_or_else(|| {
            EndpointError::new(format!(
                "the host {} begins with the account's id: set `Config::account_id`",
                found.host()
            ))
        })?,
    };
    Ok(found.with_label(&checked("the account's id", label)?, ACCOUNT))
}

/// The parameter that stands in the host, if one is set.
fn host_parameter(request: &dyn Object) -> Result<Option<String>, EndpointError> {
    let mut fields = request.schema().fields.iter().enumerate();
    let found =
        fields.find(|(index, field)| field.place == Place::Host && !request.get(*index).is_unset());
    let Some((index, field)) = found else {
        return Ok(None);
    };
    let value: Cow<'_, str> = match request.get(index).view() {
        View::Text(text) => text.into(),
        View::Int(number) => number.to_string().into(),
        _ => "".into(),
    };
    let label = checked(&format!("the parameter {}", field.name), &value)?;
    Ok(Some(label))
}

/// One label of a host name: nothing that would be another host.
fn checked(what: &str, label: &str) -> Result<String, EndpointError> {
    if endpoint::is_region(label) {
        Ok(label.to_owned())
    } else {
        Err(EndpointError::new(format!(
            "{what} is {label:?}, which is no part of a host name: letters, digits and `-` are"
        )))
    }
}
