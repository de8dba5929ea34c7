//! What comes before a published host: a parameter of the operation, or the account's id.

use std::borrow::Cow;

use crate::endpoint::{self, Endpoint, EndpointError, Network};
use crate::schema::{Operation, Place};
use crate::value::{Object, View};

/// What stands in published hosts for the account's id.
const ACCOUNT: &str = "account-id";

/// A call whose host is wanted; nobody named one.
pub(crate) struct Destination<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) request: &'a dyn Object,
    pub(crate) region: Option<&'a str>,
    pub(crate) network: Network,
    pub(crate) account_id: Option<&'a str>,
}

impl Destination<'_> {
    /// The host that the product publishes, or its rule gives.
    pub(super) fn published(&self) -> Result<Endpoint<'static>, EndpointError> {
        endpoint::resolve(self.operation.product, self.region, self.network)
    }

    /// The published host behind the parameter that stands in it, or behind the account's id.
    pub(super) fn labelled(&self) -> Result<Endpoint<'static>, EndpointError> {
        let parameter = self.parameter()?;
        let found = self.published()?;
        let label = match &parameter {
            Some(label) => label,
            None if !found.host().starts_with(ACCOUNT) => return Ok(found),
            None => self.account_id.ok_or_else(|| {
                EndpointError::new(format!(
                    "the host {} begins with the account's id: set `Config::account_id`",
                    found.host()
                ))
            })?,
        };
        Ok(found.with_label(&checked("the account's id", label)?, ACCOUNT))
    }

    /// The parameter that stands in the host, if one is set.
    pub(super) fn parameter(&self) -> Result<Option<String>, EndpointError> {
        let request = self.request;
        let mut fields = request.schema().fields.iter().enumerate();
        let found = fields
            .find(|(index, field)| field.place == Place::Host && !request.get(*index).is_unset());
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
