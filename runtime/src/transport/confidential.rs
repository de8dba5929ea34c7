//! [`Confidential`]: what of an exchange must not be kept.

use std::sync::Arc;

use crate::value::Object;

/// What must not be kept of an exchange, by a transport that keeps it: an extension of the
/// request, where the transport says that it is recording.
#[derive(Clone)]
pub(crate) struct Confidential {
    /// Secrets of the request: values of parameters, credentials, the signature; and the URLs
    /// of the files that were uploaded for it.
    pub(crate) values: Arc<[String]>,
    /// An empty response of the operation, whose schema tells the secrets of the reply; none
    /// where the operation is not known.
    pub(crate) response: Option<fn() -> Box<dyn Object>>,
}
