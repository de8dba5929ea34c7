//! For apps' own tests: [`Replay`] answers in the network's place, with what was prepared
//! or with what [`Recorder`] has recorded of real calls.
//!
//! `Replay` is a [`Transport`](crate::transport::Transport), so a client under test does
//! all that it does in production (preflight, encoding, signing, retries, decoding),
//! and only the network is missing.

mod document;
mod ids;
mod masker;
mod prepared;
mod recorded;
mod recorder;
mod recording;
mod replay;
mod rule;
mod uploaded;

pub use recorded::Recorded;
pub use recorder::Recorder;
pub use recording::RecordingError;
pub use replay::Replay;
pub use rule::Rule;
pub use uploaded::Uploaded;
