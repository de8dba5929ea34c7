//! A call, from the request to the reply.

mod attempt;
mod backoff;
mod by_name;
mod call;
mod course;
mod deadline;
mod decode;
mod download;
mod engine;
mod events;
mod explain;
mod incoming;
mod job;
mod judge;
mod observe;
mod options;
mod pages;
mod position;
mod prepare;
mod reply;
mod response;
mod trace;
mod turn;
mod unanswered;
mod upload;
mod wait;
mod wait_error;

// The last: documentation shows the methods in this order.
#[cfg(feature = "blocking")]
mod blocking;

pub use by_name::{RawCall, RawClient};
pub use call::{Call, Sending};
pub(crate) use decode::has_request_id;
pub use download::{Download, Downloading};
pub use events::{Event, Events};
pub use explain::{Explanation, PlannedUpload};
pub use pages::{Items, Pages};
pub use position::{InvalidPosition, Position};
pub use reply::{Body, Reply};
pub use response::{Downloadable, Paged, Response, Streamed};
pub use wait::Wait;
pub use wait_error::WaitError;
