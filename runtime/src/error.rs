//! What became of a call that failed: [`Error`], and the service's error reply.

mod display;
mod error;
mod error_reply;
mod failure;
mod refusal;

pub(crate) use error::Cause;
pub use error::{Error, UploadStep};
pub(crate) use error_reply::{Service, Unmasked, excerpt, one_line};
pub use refusal::Refusal;
