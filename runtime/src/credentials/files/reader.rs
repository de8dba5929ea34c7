//! Files with credentials: read off the async threads, bounded, and looked at
//! again now and then, since other programs rewrite them.
//!
//! A read that hangs (a file system on a network, a FIFO that nobody writes to)
//! cannot be given up, so it has a thread of its own, which no runtime waits for
//! at its end, and no other read of the same file is begun while it hangs.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::credentials::secret::Secret;

/// No file with credentials comes near this.
const MAX_BYTES: u64 = 1 << 20;
/// File systems on a network can hang.
pub(in crate::credentials) const READ_LIMIT: Duration = Duration::from_secs(5);

/// Reads one file, again and again. A clone is the same reader.
#[derive(Clone, Debug, Default)]
pub(in crate::credentials) struct Reader {
    hangs: Arc<AtomicBool>,
}

impl Reader {
    /// A text file. The error names it and says what is wrong, without its content.
    pub(in crate::credentials) async fn read(&self, path: PathBuf) -> Result<Secret, String> {
        let (_, text) = self.first(vec![path]).await?;
        Ok(text)
    }

    /// The first of these files that is there; if none is, the error names the first.
    pub(in crate::credentials) async fn first(
        &self,
        paths: Vec<PathBuf>,
    ) -> Result<(PathBuf, Secret), String> {
        let found = self.existing(paths, true).await?;
        found.ok_or_else(|| "there is no file to read".to_owned())
    }

    /// The first of these files that is there; if none is, the error names the first
    /// where one `must` be there.
    pub(in crate::credentials) async fn existing(
        &self,
        paths: Vec<PathBuf>,
        must: bool,
    ) -> Result<Option<(PathBuf, Secret)>, String> {
        let named = paths.first().map(|path| path.display().to_string());
        let named = named.unwrap_or_default();
        let (sender, receiver) = mpsc::channel();
        // Should this future be dropped, the task below ends at once.
        let _dropped = Dropped(sender.clone());
        self.start(sender, paths, must)
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
        must: bool,
    ) -> Result<(), String> {
        if self.hangs.swap(true, Ordering::AcqRel) {
            return Err("an earlier read of it still hangs".to_owned());
        }
        let reading = Reading(self.hangs.clone());
        let started = std::thread::Builder::new()
            .name("alicloud-credentials".to_owned())
            .spawn(move || {
                let read = find(&paths, must);
                drop(reading);
                // without a receiver no one wants to know
                let _ = sender.send(Some(read));
            });
        started.map(drop).map_err(|e| format!("no thread: {e}"))
    }
}

type Outcome = Result<Option<(PathBuf, Secret)>, String>;

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
pub(in crate::credentials) fn read_now(path: &Path) -> Result<Secret, String> {
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

fn find(paths: &[PathBuf], must: bool) -> Outcome {
    let there = paths.iter().find(|path| path.exists());
    match there.or(paths.first().filter(|_| must)) {
        Some(path) => Ok(Some((path.clone(), read_now(path)?))),
        None => Ok(None),
    }
}
