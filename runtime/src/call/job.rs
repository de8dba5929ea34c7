//! What the engine works on: a request, and what its call says otherwise than its client.

use std::time::Duration;

use crate::client::Client;
use crate::encode::UnsignedRequest;
use crate::retry::Retry;
use crate::schema::Operation;
use crate::value::Object;

/// What the engine works on.
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) operation: &'static Operation,
    pub(crate) request: Box<dyn Object>,
    pub(crate) options: Options,
    /// What a call by name sends, in place of `request`.
    pub(crate) encoded: Option<UnsignedRequest<'static>>,
}

/// What a call says otherwise than its client.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) retry: Option<Retry>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) preflight: Option<bool>,
    pub(crate) dry_run: bool,
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
}
