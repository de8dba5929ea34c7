//! [`Gateway`]: what the engine, `explain` and the readers of replies know of one.

use std::fmt;

use crate::encode::UnsignedRequest;
use crate::signature::{Common, Identity, Signature, SignedRequest};

/// A gateway that products stand behind.
pub(crate) trait Gateway: fmt::Debug + Send + Sync + 'static {
    /// Adds what every request says of itself, and signs.
    ///
    /// # Errors
    /// In words, where the request cannot be signed that way.
    fn sign<'a>(
        &self,
        request: UnsignedRequest<'a>,
        signing: &'a Signing<'a>,
    ) -> Result<SignedRequest<'a>, String>;
}

/// What a signature and the common parameters are made of.
pub(crate) struct Signing<'a> {
    pub(crate) common: Common<'a>,
    pub(crate) scheme: &'a str,
    pub(crate) signature: Signature,
    /// Empty where nothing is signed.
    pub(crate) secret: &'a str,
}

impl Signing<'_> {
    pub(super) fn is_signed(&self) -> bool {
        matches!(self.common.identity, Identity::Key { .. })
    }

    /// The access key's id and its secret; both empty where nothing is signed.
    pub(super) fn key(&self) -> (&str, &str) {
        match self.common.identity {
            Identity::Key { id, .. } => (id, self.secret),
            _ => ("", ""),
        }
    }

    pub(super) fn url(&self, path: &str, query: &str) -> String {
        let separator = if query.is_empty() { "" } else { "?" };
        [self.scheme, "://", self.common.host, path, separator, query].concat()
    }
}
