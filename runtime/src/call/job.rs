//! What the engine works on: a request, and what its call says otherwise than its client.

use std::sync::Arc;

use super::options::Options;
use crate::client::{Client, Interceptor};
use crate::encode::{UnsignedRequest, secrets_by_name};
use crate::schema::Operation;
use crate::value::{self, Object};

/// What the engine works on.
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) operation: &'static Operation,
    pub(crate) request: Box<dyn Object>,
    pub(crate) options: Options,
    /// An empty response, of a call whose response has a type.
    pub(crate) response: Option<fn() -> Box<dyn Object>>,
    /// What a call by name sends, in place of `request`.
    pub(crate) encoded: Option<ByName>,
}

/// What a call by name sends.
pub(crate) struct ByName {
    pub(crate) request: UnsignedRequest<'static>,
    /// The parameters that the app calls secret.
    pub(crate) secret: Vec<String>,
    /// `explain` shows them nevertheless.
    pub(crate) shows_secrets: bool,
}

impl Parts {
    pub(crate) fn new(
        client: &Client,
        operation: &'static Operation,
        request: Box<dyn Object>,
    ) -> Box<Self> {
        Box::new(Self {
            client: client.clone(),
            operation,
            request,
            options: Options::default(),
            response: None,
            encoded: None,
        })
    }

    /// Who is told of this call, in this order.
    pub(crate) fn interceptors(&self) -> impl Iterator<Item = &Arc<dyn Interceptor>> {
        self.client.settings().interceptors.iter()
    }

    /// The values of secret parameters, as they are written on the wire.
    pub(crate) fn secrets(&self) -> Vec<String> {
        match &self.encoded {
            Some(call) => secrets_by_name(&call.request, &self.options.headers, &call.secret),
            None => value::secrets(&*self.request),
        }
    }
}
