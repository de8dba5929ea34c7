//! Files with credentials: read off the async threads, bounded, and looked at
//! again now and then, since other programs rewrite them.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

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
    let named = path.display().to_string();
    bounded(&named, move || read_now(&path)).await
}

/// Work on a file, off the async threads.
async fn bounded<T: Send + 'static>(
    named: &str,
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    match tokio::time::timeout(READ_LIMIT, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(format!("reading {named} was cut short")),
        Err(_) => Err(format!("reading {named} took longer than {READ_LIMIT:?}")),
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
    loaded: Mutex<Option<Loaded>>,
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
        let _reading = self.reading.lock().await;
        // someone else may have read it meanwhile
        if let Some(recent) = self.recent() {
            return Ok(recent);
        }
        let before = self.touch();
        let first = paths.first().map(|path| path.display().to_string());
        let found = bounded(&first.unwrap_or_default(), move || find(&paths)).await;
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

fn find(paths: &[PathBuf]) -> Result<(PathBuf, Secret), String> {
    let there = paths.iter().find(|path| path.exists()).or(paths.first());
    let path = there.ok_or_else(|| "there is no file to read".to_owned())?;
    read_now(path).map(|text| (path.clone(), text))
}

impl fmt::Debug for FromFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromFile")
            .field("provider", &self.last())
            .finish()
    }
}
