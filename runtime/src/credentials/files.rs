//! The formats of files with credentials, and how such files are read.

mod config_json;
mod ini;
mod kept_key;
mod lock;
mod reader;

pub(super) use config_json::{Profile, Profiles};
pub(super) use ini::Section;
pub(super) use kept_key::{KeptKey, unix_seconds};
pub(super) use lock::LockedFile;
pub(super) use reader::{READ_LIMIT, Reader};
