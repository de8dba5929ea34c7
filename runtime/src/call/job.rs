//! What the engine works on: a request, and what its call says otherwise than its client.

use super::options::Options;
use crate::client::Client;
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
    /// An empty request of the same type; none where nobody knows that.
    pub(crate) fresh: Option<fn() -> Box<dyn Object>>,
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
            fresh: None,
        })
    }

    /// The same once more, for a call beside this one; none where the request's type is
    /// not known.
    pub(crate) fn duplicate(&self) -> Option<Box<Self>> {
        let mut request = (self.fresh?)();
        value::clone_fields(&*self.request, &mut *request);
        let mut parts = Self::new(&self.client, self.operation, request);
        parts.options = self.options.clone();
        parts.fresh = self.fresh;
        Some(parts)
    }

    /// The values of secret parameters, as they are written on the wire.
    pub(crate) fn secrets(&self) -> Vec<String> {
        match &self.encoded {
            Some(call) => secrets_by_name(&call.request, &self.options.headers, &call.secret),
            None => value::secrets(&*self.request),
        }
    }

    /// Whether the client makes the idempotency token: then each call that is made of these
    /// has one of its own.
    pub(crate) fn leaves_token_unset(&self) -> bool {
        let token = self.operation.idempotency_token;
        token.is_some_and(|at| self.request.get(at).is_unset())
    }

    /// Forgets the idempotency token of the call before.
    pub(crate) fn clear_token(&mut self) {
        if let Some(at) = self.operation.idempotency_token {
            self.request.get_mut(at).clear();
        }
    }
}
