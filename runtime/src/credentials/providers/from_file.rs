//! The provider that a file describes, looked at again now and then, since other
//! programs rewrite such files.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::credentials::credentials::ProvideCredentials;
use crate::credentials::error::CredentialsError;
use crate::credentials::files::{READ_LIMIT, Reader};
use crate::credentials::secret::Secret;
use crate::time::Clock;

/// A little more than a limit, so that what keeps to it is heard of.
const GRACE: Duration = Duration::from_secs(1);
/// A file that was read is looked at again after this long.
const RECHECK: Duration = Duration::from_secs(60);

/// The provider that a file describes, built anew when the file has changed.
pub(super) struct FromFile {
    provider: &'static str,
    clock: Clock,
    loaded: Mutex<Option<Loaded>>,
    reader: Reader,
    /// Held while the file is read.
    reading: tokio::sync::Mutex<()>,
}

/// A file and the provider that it describes.
#[derive(Clone)]
pub(super) struct Described {
    pub(super) path: Arc<Path>,
    pub(super) provider: Arc<dyn ProvideCredentials>,
}

struct Loaded {
    text: Secret,
    at: SystemTime,
    described: Described,
}

impl FromFile {
    pub(super) fn new(provider: &'static str, clock: Clock) -> Self {
        Self {
            provider,
            clock,
            loaded: Mutex::default(),
            reader: Reader::default(),
            reading: tokio::sync::Mutex::default(),
        }
    }

    /// What the first of these files that is there describes to `parse`; if none
    /// is, the error names the first. While a file that was read before cannot be
    /// read or understood, what it described stays.
    pub(super) async fn get(
        &self,
        paths: Vec<PathBuf>,
        parse: impl FnOnce(&Path, &str) -> Result<Arc<dyn ProvideCredentials>, String>,
    ) -> Result<Described, CredentialsError> {
        if let Some(recent) = self.recent() {
            return Ok(recent);
        }
        // Whoever reads longer than that is on a runtime that nobody drives.
        let _reading = tokio::time::timeout(READ_LIMIT + GRACE, self.reading.lock()).await;
        // someone else may have read it meanwhile
        if let Some(recent) = self.recent() {
            return Ok(recent);
        }
        let before = self.touch();
        let found = self.reader.first(paths).await;
        let described = found.and_then(|(path, text)| match &before {
            Some((before, described)) if *before == text => Ok((text, described.clone())),
            _ => match parse(&path, text.expose()) {
                Ok(provider) => Ok((
                    text,
                    Described {
                        path: path.into(),
                        provider,
                    },
                )),
                Err(e) => Err(format!("{}: {e}", path.display())),
            },
        });
        match (described, before) {
            (Ok((text, described)), _) => {
                let at = self.clock.now();
                let loaded = Loaded {
                    text,
                    at,
                    described: described.clone(),
                };
                *self.lock() = Some(loaded);
                Ok(described)
            }
            (Err(_), Some((_, described))) => Ok(described),
            (Err(e), None) => Err(CredentialsError::new(self.provider, e)),
        }
    }

    /// What was read last, if anything was.
    pub(super) fn last(&self) -> Option<Arc<dyn ProvideCredentials>> {
        Some(self.lock().as_ref()?.described.provider.clone())
    }

    /// What was read less than a minute ago.
    fn recent(&self) -> Option<Described> {
        let now = self.clock.now();
        let loaded = self.lock();
        let loaded = loaded.as_ref()?;
        let age = now.duration_since(loaded.at).ok()?;
        (age < RECHECK).then(|| loaded.described.clone())
    }

    /// What was read last, which from now on counts as read just now: others use
    /// it while the file is read again, and for a minute if that fails.
    fn touch(&self) -> Option<(Secret, Described)> {
        let mut loaded = self.lock();
        let loaded = loaded.as_mut()?;
        loaded.at = self.clock.now();
        Some((loaded.text.clone(), loaded.described.clone()))
    }

    /// No code that holds the lock can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, Option<Loaded>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FromFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromFile")
            .field("provider", &self.last())
            .finish()
    }
}
