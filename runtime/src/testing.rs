//! For apps' own tests: [`Replay`] answers in the network's place.
//!
//! It is a [`Transport`](crate::transport::Transport), so a client under test does
//! all that it does in production (preflight, encoding, signing, retries, decoding),
//! and only the network is missing. Nothing here ever touches that.

mod recorded;
mod replay;
mod uploaded;

pub use recorded::Recorded;
pub use replay::Replay;
pub use uploaded::Uploaded;
