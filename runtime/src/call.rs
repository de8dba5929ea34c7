//! A call, from the request to the reply.

mod by_name;
mod call;
mod course;
mod decode;
mod engine;
mod explain;
mod job;
mod options;
mod pages;
mod prepare;
mod reply;
mod response;
mod trace;
mod turn;
mod unanswered;
mod wait;

// The last: documentation shows the methods in this order.
#[cfg(feature = "blocking")]
mod blocking;

pub use by_name::{RawCall, RawClient};
pub use call::{Call, Sending};
pub(crate) use decode::has_request_id;
pub use explain::Explanation;
pub use pages::{Items, Pages};
pub use reply::{Body, Reply};
pub use response::{Paged, Response};
pub use wait::{Wait, WaitError};
