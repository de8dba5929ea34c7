//! [`Interceptor`]: where an app sees and changes what is sent and what comes
//! back. Enough for a header of its own, a recorder, a metric.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::params::Pair;
use crate::schema::Operation;

/// Sees every attempt of a client's calls.
///
/// Both methods have empty defaults. They run on the task that sends the call, so
/// they must not block.
pub trait Interceptor: fmt::Debug + Send + Sync + 'static {
    /// Sees the request before it is signed; what it changes is signed and sent.
    fn before_signing(&self, attempt: &Attempt, request: &mut Unsigned<'_>) {
        let _ = (attempt, request);
    }

    /// Sees the reply, of any status, before it is looked into.
    fn after_reply(&self, attempt: &Attempt, reply: &mut http::Response<Bytes>) {
        let _ = (attempt, reply);
    }
}

/// Which attempt of which call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation that is called.
    pub operation: &'static Operation,
    /// The attempt's number, from 1.
    pub number: u32,
    /// How long the client waited before it; nothing before the first.
    pub pause: Duration,
}

/// A request that is not signed yet. The headers that the signature needs are
/// added afterwards.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsigned<'a> {
    /// The HTTP method, in upper case.
    pub method: Cow<'a, str>,
    /// The path, percent-encoded.
    pub path: Cow<'a, str>,
    /// The query's parameters, not encoded.
    pub query: Vec<Pair<'a>>,
    /// The headers, with names in lower case. Those that start with `x-acs-` are
    /// signed.
    pub headers: Vec<Pair<'a>>,
    /// The parameters of a form body, not encoded; where there are any, they are
    /// the body.
    pub form: Vec<Pair<'a>>,
    /// The body, where it is no form.
    pub body: Bytes,
}

impl fmt::Debug for Unsigned<'_> {
    /// Without values: they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[Pair<'_>]| -> Vec<String> {
            pairs.iter().map(|(name, _)| name.to_string()).collect()
        };
        f.debug_struct("Unsigned")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &names(&self.query))
            .field("headers", &names(&self.headers))
            .field("form", &names(&self.form))
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
