//! The types of the bodies that requests have.

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json; charset=utf-8";
pub(crate) const BINARY: &str = "application/octet-stream";
