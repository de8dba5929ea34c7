//! Files with credentials: read off the async threads, bounded, and looked at
//! again now and then, since other programs rewrite them.
//!
//! A read that hangs (a file system on a network, a FIFO that nobody writes to)
//! cannot be given up, so it has a thread of its own, which no runtime waits for
//! at its end, and no other read of the same file is begun while it hangs.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::{CredentialsError, ProvideCredentials, Secret};
use crate::time::Clock;

/// No file with credentials comes near this.
const MAX_BYTES: u64 = 1 << 20;
/// File systems on a network can hang.
const READ_LIMIT: Duration = Duration::from_secs(5);
/// A little more than a limit, so that what keeps to it is heard of.
const GRACE: Duration = Duration::from_secs(1);
/// A file that was read is looked at again after this long.
const RECHECK: Duration = Duration::from_secs(60);

/// Reads one file, again and again. A clone is the same reader.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    hangs: Arc<AtomicBool>,
}

impl Reader {
    /// A text file. The error names it and says what is wrong, without its content.
    pub(super) async fn read(&self, path: PathBuf) -> Result<Secret, String> {
        let (_, text) = self.first(vec![path]).await?;
        Ok(text)
    }

    /// The first of these files that is there; if none is, the error names the first.
    async fn first(&self, paths: Vec<PathBuf>) -> Result<(PathBuf, Secret), String> {
        let named = paths.first().map(|path| path.display().to_string());
        let named = named.unwrap_or_default();
        let (sender, receiver) = mpsc::channel();
        // Should this future be dropped, the task below ends at once.
        let _dropped = Dropped(sender.clone());
        self.start(sender, paths)
            .map_err(|why| format!("cannot read {named}: {why}"))?;
        // A blocking task waits for the thread: it needs no timer of the runtime's.
        let waiting = tokio::task::spawn_blocking(move || receiver.recv_timeout(READ_LIMIT));
        match waiting.await {
            Ok(Ok(Some(read))) => read,
            Ok(Err(mpsc::RecvTimeoutError::Timeout)) => {
                Err(format!("reading {named} took longer than {READ_LIMIT:?}"))
            }
            _ => Err(format!("reading {named} was cut short")),
        }
    }

    /// Starts the thread that reads.
    fn start(
        &self,
        sender: mpsc::Sender<Option<Outcome>>,
        paths: Vec<PathBuf>,
    ) -> Result<(), String> {
        if self.hangs.swap(true, Ordering::AcqRel) {
            return Err("an earlier read of it still hangs".to_owned());
        }
        let reading = Reading(self.hangs.clone());
        let started = std::thread::Builder::new()
            .name("alicloud-credentials".to_owned())
            .spawn(move || {
                let read = find(&paths);
                drop(reading);
                // without a receiver no one wants to know
                let _ = sender.send(Some(read));
            });
        started.map(drop).map_err(|e| format!("no thread: {e}"))
    }
}

type Outcome = Result<(PathBuf, Secret), String>;

/// Says that nobody waits any more.
struct Dropped(mpsc::Sender<Option<Outcome>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        // without a receiver it is known already
        let _ = self.0.send(None);
    }
}

/// A read under way, whichever way it ends.
struct Reading(Arc<AtomicBool>);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// A text file, read on this thread.
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
