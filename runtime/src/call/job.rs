//! What the engine works on: a request, and what its call says otherwise than its client.

use std::sync::Arc;
use std::time::Duration;

use super::options::Options;
use crate::client::{Client, Interceptor};
use crate::credentials::ProvideCredentials;
use crate::encode::{UnsignedRequest, secrets_by_name};
use crate::retry::Retry;
use crate::schema::{Operation, Schema};
use crate::value::{self, Object, Pending, Sealed, Slot, Value, View, no_field};

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
    /// An empty request of the same type; none where nobody knows that.
    pub(crate) fresh: Option<fn() -> Box<dyn Object>>,
    /// The URLs of the files that were uploaded for it.
    pub(crate) uploaded: Vec<String>,
}

/// What a call by name sends.
pub(crate) struct ByName {
    pub(crate) request: UnsignedRequest<'static>,
    /// The files to upload, each with the place of its URL.
    pub(crate) files: Vec<(Pending, PlaceOfUrl)>,
    /// The parameters that the app calls secret.
    pub(crate) secret: Vec<String>,
    /// `explain` shows them nevertheless.
    pub(crate) shows_secrets: bool,
}

/// Where in a call by name a URL goes: the index of a parameter.
#[derive(Clone, Copy)]
pub(crate) enum PlaceOfUrl {
    Query(usize),
    Form(usize),
}

/// A request without fields: what a raw call sends is encoded already.
pub(crate) struct Nothing;

impl Object for Nothing {
    fn schema(&self) -> &'static Schema {
        const { &Schema::new("Nothing", &[]) }
    }
    fn get(&self, index: usize) -> &dyn Value {
        no_field(index)
    }
    fn get_mut(&mut self, index: usize) -> &mut dyn Value {
        no_field(index)
    }
}

impl Value for Nothing {
    fn view(&self) -> View<'_> {
        View::Object(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Object(self)
    }
    fn clear(&mut self) {}
    fn sealed(_: Sealed) {}
}

impl ByName {
    pub(crate) fn new(request: UnsignedRequest<'static>) -> Self {
        Self {
            request,
            files: Vec::new(),
            secret: Vec::new(),
            shows_secrets: false,
        }
    }
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
            fresh: None,
            uploaded: Vec::new(),
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

    /// The same once more, for a call beside this one; none where the request's type is
    /// not known.
    pub(crate) fn duplicate(&self) -> Option<Box<Self>> {
        let mut request = (self.fresh?)();
        value::clone_fields(&*self.request, &mut *request);
        let mut parts = Self::new(&self.client, self.operation, request);
        parts.options = self.options.clone();
        parts.fresh = self.fresh;
        parts.response = self.response;
        parts.uploaded = self.uploaded.clone();
        Some(parts)
    }

    /// What of this call is sent again.
    pub(crate) fn retry(&self) -> &Retry {
        let own = self.options.retry.as_ref();
        own.unwrap_or(&self.client.settings().retry)
    }

    /// How long an attempt may take.
    pub(crate) fn timeout(&self) -> Duration {
        let own = self.options.timeout;
        own.unwrap_or(self.client.settings().timeout)
    }

    /// How long a reply that is read as it comes may be silent.
    pub(crate) fn stream_timeout(&self) -> Duration {
        let own = self.options.stream_timeout;
        own.unwrap_or(self.client.settings().stream_timeout)
    }

    /// How long the call may take.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.options.deadline.or(self.client.settings().deadline)
    }

    /// Whether files may have to be uploaded before the call.
    pub(crate) fn has_files(&self) -> bool {
        match &self.encoded {
            Some(call) => !call.files.is_empty(),
            None => self.operation.uploads,
        }
    }

    /// The files that are uploaded before the call.
    pub(crate) fn files(&self) -> Vec<Pending> {
        match &self.encoded {
            Some(call) => call.files.iter().map(|(file, _)| file.clone()).collect(),
            None => value::files(&*self.request),
        }
    }

    /// Puts URLs in the places of the [`files`](Self::files), in their order.
    pub(crate) fn put_urls(&mut self, urls: Vec<String>) {
        self.uploaded.clone_from(&urls);
        let Some(call) = &mut self.encoded else {
            return value::put_urls(&mut *self.request, &mut urls.into_iter());
        };
        for ((_, place), url) in std::mem::take(&mut call.files).into_iter().zip(urls) {
            let (parameters, index) = match place {
                PlaceOfUrl::Query(index) => (&mut call.request.query, index),
                PlaceOfUrl::Form(index) => (&mut call.request.form, index),
            };
            parameters[index].1 = url.into();
        }
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
