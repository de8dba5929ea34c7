//! What a configuration says of files.

use super::authorization::HOST;

/// What a configuration says of files.
#[derive(Clone, Debug)]
pub(crate) struct Uploads {
    /// How many bytes one may have.
    pub(crate) max_bytes: u64,
    /// Whether to use OSS's transfer acceleration, where that is allowed.
    pub(crate) accelerate: bool,
    /// Where permissions are asked for.
    pub(crate) open_platform: String,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            max_bytes: 5 << 30,
            accelerate: false,
            open_platform: HOST.to_owned(),
        }
    }
}
