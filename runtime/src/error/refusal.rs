//! [`Refusal`]: the reason why an interceptor lets a request not be sent.

use std::fmt;

/// The reason why an interceptor refuses a request.
///
/// ```
/// # use alicloud_runtime as alicloud;
/// use alicloud::Refusal;
///
/// let refusal = Refusal::from("changes are frozen until Monday");
/// assert_eq!(refusal.reason(), "changes are frozen until Monday");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    reason: String,
}

impl Refusal {
    /// Creates a refusal for this reason, which the call's error displays: no
    /// secret belongs there.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }

    /// Returns the reason.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl From<&str> for Refusal {
    fn from(reason: &str) -> Self {
        Self::new(reason)
    }
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self::new(reason)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}
