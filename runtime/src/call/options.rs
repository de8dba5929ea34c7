//! What a call says otherwise than its client, and the setters that say it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::incoming::Reading;
use crate::client::Interceptor;
use crate::credentials::ProvideCredentials;
use crate::retry::Retry;

/// What a call says otherwise than its client.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) stream_timeout: Option<Duration>,
    pub(crate) retry: Option<Retry>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) preflight: Option<bool>,
    pub(crate) dry_run: bool,
    pub(crate) credentials: Option<Arc<dyn ProvideCredentials>>,
    /// After those of the client.
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) max_reply_bytes: Option<usize>,
    pub(crate) idempotent: Option<bool>,
    pub(crate) reading: Reading,
    /// The file that the reply is to become.
    pub(crate) place: Option<PathBuf>,
}

/// The setters that a typed call and one by name have in common, for a type with its
/// [`Options`] in this place. What a region does differs, so its documentation comes along.
macro_rules! option_setters {
    ($region:literal, $($place:ident).+) => {
        #[doc = $region]
        pub fn region(mut self, region: impl Into<String>) -> Self {
            self.$($place).+.region = Some(region.into());
            self
        }

        /// Sends to this host; see [`Config::endpoint`](crate::Config::endpoint).
        pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
            self.$($place).+.endpoint = Some(endpoint.into());
            self
        }

        /// Limits how long one attempt may take, to the reply's last byte.
        pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.$($place).+.timeout = Some(timeout);
            self
        }

        /// Limits how long the call may take, with all of its attempts and pauses.
        pub fn deadline(mut self, deadline: ::std::time::Duration) -> Self {
            self.$($place).+.deadline = Some(deadline);
            self
        }

        /// Limits how long a reply that is read as it comes may be silent; see
        /// [`Config::stream_timeout`](crate::Config::stream_timeout).
        pub fn stream_timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.$($place).+.stream_timeout = Some(timeout);
            self
        }

        /// Sets what is sent again, how often and after which pause.
        pub fn retry(mut self, retry: $crate::retry::Retry) -> Self {
            self.$($place).+.retry = Some(retry);
            self
        }

        /// Adds a header; one that starts with `x-acs-` is signed. It does not
        /// replace what the signature needs. One that is the client's own to write
        /// (`host`, `content-length`, `authorization` of a signed call, `connection` and
        /// the like) ends the call before anything is sent.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            let name = name.into().to_ascii_lowercase();
            self.$($place).+.headers.push((name, value.into()));
            self
        }

        /// Calls with these credentials instead of the client's.
        pub fn credentials(
            mut self,
            credentials: impl $crate::credentials::ProvideCredentials,
        ) -> Self {
            self.$($place).+.credentials = Some(::std::sync::Arc::new(credentials));
            self
        }

        /// Adds an interceptor for this call, after those of the client.
        pub fn interceptor(mut self, interceptor: impl $crate::client::Interceptor) -> Self {
            let interceptor = ::std::sync::Arc::new(interceptor);
            self.$($place).+.interceptors.push(interceptor);
            self
        }

        /// Limits how many bytes the reply's body may have; see
        /// [`Config::max_reply_bytes`](crate::Config::max_reply_bytes).
        pub fn max_reply_bytes(mut self, bytes: usize) -> Self {
            self.$($place).+.max_reply_bytes = Some(bytes);
            self
        }

        /// States whether carrying out the request twice has the effect of carrying it out
        /// once, so that it is sent again also after failures which do not tell whether it
        /// was carried out; see [`Retry`](crate::Retry). Default: reads, and writes that have
        /// an idempotency token.
        pub fn idempotent(mut self, idempotent: bool) -> Self {
            self.$($place).+.idempotent = Some(idempotent);
            self
        }
    };
}
pub(super) use option_setters;
