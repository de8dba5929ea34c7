//! What to wait for, as static data.

use std::time::Duration;

/// A waiter's description: what to wait for, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Waiter {
    /// Its name, for errors: `listener_active`.
    pub name: &'static str,
    /// The path of the state in the response: field indices from the root. On the way
    /// through a list, the rest of the path applies to each item.
    pub path: &'static [usize],
    /// The states that end the waiting well. Of several items, each must be in one;
    /// an empty one stands for a response that names none.
    pub success: &'static [&'static str],
    /// The states from which none of those is reached.
    pub failure: &'static [&'static str],
    /// The error codes that end the waiting well: for waiting until something is
    /// gone.
    pub success_codes: &'static [&'static str],
    /// The pause between two calls.
    pub interval: Duration,
    /// The limit of the whole wait.
    pub deadline: Duration,
}
