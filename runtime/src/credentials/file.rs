//! Files with credentials: read off the async threads, bounded, and looked at
//! again now and then, since other programs rewrite them.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::{CredentialsError, ProvideCredentials, Secret};
use crate::time::Clock;

/// No file with credentials comes near this.
const MAX_BYTES: u64 = 1 << 20;
/// File systems on a network can hang.
const READ_LIMIT: Duration = Duration::from_secs(5);
/// A file that was read is looked at again after this long.
const RECHECK: Duration = Duration::from_secs(60);

/// A text file. The error names it and says what is wrong, without its content.
pub(super) async fn read(path: PathBuf) -> Result<Secret, String> {
    let shown = path.display().to_string();
    let reading = tokio::task::spawn_blocking(move || read_now(&path));
    match tokio::time::timeout(READ_LIMIT, reading).await {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => Err(format!("reading {shown} was cut short")),
        Err(_) => Err(format!("reading {shown} took longer than {READ_LIMIT:?}")),
    }
}

/// [`read`], on this thread.
pub(super) fn read_now(path: &Path) -> Result<Secret, String> {
    let failed = |e: std::io::Error| format!("cannot read {}: {e}", path.display());
    let mut bytes = Zeroizing::new(Vec::new());
    let mut file = std::fs::File::open(path)
        .map_err(failed)?
        .take(MAX_BYTES + 1);
    file.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!(
            "{} is larger than {MAX_BYTES} bytes",
            path.display()
        ));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Secret::new(text.trim_start_matches('\u{feff}'))),
        Err(_) => Err(format!("{} is no UTF-8 text", path.display())),
    }
}

/// The provider that a file describes, built anew when the file has changed.
pub(super) struct FromFile {
    provider: &'static str,
    clock: Clock,
    state: Mutex<Option<Loaded>>,
}

struct Loaded {
    text: Secret,
    at: SystemTime,
    described: Arc<dyn ProvideCredentials>,
}

impl FromFile {
    pub(super) fn new(provider: &'static str, clock: Clock) -> Self {
        Self {
            provider,
            clock,
            state: Mutex::default(),
        }
    }

    /// The provider that the file at `path` describes to `parse`. While the file
    /// cannot be read or understood, the one that was there before stays.
    pub(super) async fn get(
        &self,
        path: &Path,
        parse: impl FnOnce(&str) -> Result<Arc<dyn ProvideCredentials>, String>,
    ) -> Result<Arc<dyn ProvideCredentials>, CredentialsError> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        if let Some(read) = state.as_ref().filter(|read| read.is_recent(now)) {
            return Ok(read.described.clone());
        }
        let described = match (read(path.to_owned()).await, state.as_ref()) {
            (Ok(text), Some(before)) if text == before.text => Ok((text, before.described.clone())),
            (Ok(text), _) => parse(text.expose())
                .map(|described| (text, described))
                .map_err(|e| format!("{}: {e}", path.display())),
            (Err(e), _) => Err(e),
        };
        match (described, state.as_mut()) {
            (Ok((text, described)), _) => {
                let at = now;
                *state = Some(Loaded {
                    text,
                    at,
                    described: described.clone(),
                });
                Ok(described)
            }
            (Err(_), Some(before)) => {
                before.at = now;
                Ok(before.described.clone())
            }
            (Err(e), None) => Err(CredentialsError::new(self.provider, e)),
        }
    }

    /// The provider that was read last, if any, unless someone is reading now.
    pub(super) fn last(&self) -> Option<Arc<dyn ProvideCredentials>> {
        let state = self.state.try_lock().ok()?;
        state.as_ref().map(|read| read.described.clone())
    }
}

impl Loaded {
    fn is_recent(&self, now: SystemTime) -> bool {
        now.duration_since(self.at).is_ok_and(|age| age < RECHECK)
    }
}

impl fmt::Debug for FromFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromFile")
            .field("described", &self.last())
            .finish()
    }
}
