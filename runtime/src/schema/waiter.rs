//! A waiter, as static data.

use std::time::Duration;

/// A waiter's description: what to wait for, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Waiter {
    /// The name, for errors: `listener_active`.
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

/// Generated descriptions are chains of these, which say what there is.
impl Waiter {
    /// Reads the state at this path of the response, every 5 seconds and for 5 minutes at
    /// most; no state ends the waiting yet.
    pub const fn new(name: &'static str, path: &'static [usize]) -> Self {
        Self {
            name,
            path,
            success: &[],
            failure: &[],
            success_codes: &[],
            interval: Duration::from_secs(5),
            deadline: Duration::from_secs(300),
        }
    }
    /// Ends the waiting well in these states.
    pub const fn success(mut self, states: &'static [&'static str]) -> Self {
        self.success = states;
        self
    }
    /// Ends the waiting with an error in these states.
    pub const fn failure(mut self, states: &'static [&'static str]) -> Self {
        self.failure = states;
        self
    }
    /// Ends the waiting well at these error codes.
    pub const fn success_codes(mut self, codes: &'static [&'static str]) -> Self {
        self.success_codes = codes;
        self
    }
    /// Pauses so long between two calls.
    pub const fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }
    /// Waits so long at most.
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}
