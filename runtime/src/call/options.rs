//! What a call says otherwise than its client, and the setters that say it.

use std::time::Duration;

use super::incoming::Reading;
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
    pub(crate) reading: Reading,
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
    };
}
pub(super) use option_setters;
