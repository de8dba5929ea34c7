//! What to wait for, as static data.

use std::time::Duration;

/// What to wait for, as data.
#[derive(Clone, Copy, Debug)]
pub struct Waiter {
    /// Its name, for errors: `listener_active`.
    pub name: &'static str,
    /// Where the state is in the response: field indices from the root. On the way
    /// through a list, the rest of the path applies to each item.
    pub path: &'static [usize],
    /// The states that end the waiting well. Of several items, each must be in one.
    pub success: &'static [&'static str],
    /// The states from which none of those is reached.
    pub failure: &'static [&'static str],
    /// The error codes that end the waiting well: for waiting until something is
    /// gone.
    pub success_codes: &'static [&'static str],
    /// How long to pause between two calls.
    pub interval: Duration,
    /// How long to wait at most.
    pub deadline: Duration,
}
