//! The formats of files with credentials, and how such files are read.

mod config_json;
mod ini;
mod reader;

pub(super) use config_json::{Profile, Profiles, Replacement};
pub(super) use ini::Section;
pub(super) use reader::{READ_LIMIT, Reader};
