//! What the engine works on: a request, and what its call says otherwise than its client.

use std::sync::Arc;

use super::options::Options;
use crate::client::{Client, Interceptor};
use crate::credentials::ProvideCredentials;
use crate::encode::{UnsignedRequest, secrets_by_name};
use crate::schema::Operation;
use crate::value::{self, Object};

/// What the engine works on.
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) operation: &'static Operation,
    pub(crate) request: Box<dyn Object>,
    pub(crate) options: Options,
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
            encoded: None,
        })
    }

    /// Who is told of this call, in this order.
    pub(crate) fn interceptors(&self) -> impl Iterator<Item = &Arc<dyn Interceptor>> {
        let of_client = self.client.settings().interceptors.iter();
        of_client.chain(&self.options.interceptors)
    }

    /// Where the credentials of this call come from.
    pub(crate) fn credentials(&self) -> &dyn ProvideCredentials {
        let own = self.options.credentials.as_ref();
        &**own.unwrap_or(&self.client.settings().credentials)
    }

    /// How many bytes the body of this call's reply may have.
    pub(crate) fn max_reply_bytes(&self) -> usize {
        let own = self.options.max_reply_bytes;
        own.unwrap_or(self.client.settings().max_reply_bytes)
    }

    /// The values of secret parameters, as they are written on the wire.
    pub(crate) fn secrets(&self) -> Vec<String> {
        match &self.encoded {
            Some(call) => secrets_by_name(&call.request, &self.options.headers, &call.secret),
            None => value::secrets(&*self.request),
        }
    }
}
