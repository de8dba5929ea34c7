//! Files on their way out: what they hold ([`FileContent`]), how that is read while it is
//! sent, and the parameters that take a file or its URL ([`FileUrl`]).

mod content;
mod open;
mod url;

pub use content::{FileContent, Progress};
pub(crate) use open::{FileBody, Opened, PIECE, Ready, Sent};
pub use url::FileUrl;
