//! Uploading a file before the call that takes its URL: the permission
//! ([`Authorization`]), and the form that carries the file. No I/O of its own; the steps
//! are `call/upload.rs`.

mod authorization;
mod form;
mod settings;

pub(crate) use authorization::{AUTHORIZE, Authorization, SPELLING, authorize};
pub(crate) use form::Form;
pub(crate) use settings::Uploads;
