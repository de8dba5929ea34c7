//! How fast calls are made: configured rates, a bound on calls in flight, and a rate for
//! each operation that follows what the service lets through.
//!
//! A [`Limiter`](limiter::Limiter) stands before the calls of one operation with one
//! credential to one host. Where the service refuses a call for coming too fast, all calls
//! that wait there wait longer, not only the one that was told; they are let through one
//! by one, in the order in which they came. What is decided is pure (`adaptive`, `window`);
//! `limiter` waits, and `limiters` has one of them for each operation.

mod adaptive;
mod limiter;
mod limiters;
mod limits;
mod window;

pub(crate) use limiter::{Held, Patience};
pub(crate) use limiters::{Called, Limiters, Outcome, Permit, Place};
pub(crate) use limits::{Limits, RateLimit};
