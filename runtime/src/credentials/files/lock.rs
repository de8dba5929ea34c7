//! A lock between processes on a file that several programs rewrite.
//!
//! It is advisory: it keeps those apart that ask for it. The official clients lock the
//! file itself, so on Unix this does too. On Windows a locked file cannot be read, so there
//! it is one beside it, which goes away with its holder.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use super::config_json::Replacement;

/// How long to wait for others: about as long as their exchange with a server may take.
const LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);

/// A file that no one else rewrites who asks for the lock.
#[derive(Debug)]
pub(in crate::credentials) struct LockedFile {
    path: PathBuf,
    /// What holds the lock. None where there is no lock to be had, or not in time: a lost
    /// key costs an exchange, a program that stands still costs more.
    held: Mutex<Option<File>>,
}

impl LockedFile {
    /// Waits for the lock, for 10 seconds at most.
    pub(in crate::credentials) async fn lock(path: &Path) -> Self {
        let held = tokio::time::timeout(LIMIT, held(path)).await;
        Self {
            path: path.to_owned(),
            held: Mutex::new(held.ok().flatten()),
        }
    }

    /// A file that can take this one's place: known to be writable before something is
    /// used up for what is to be written.
    pub(in crate::credentials) async fn replacement(&self) -> Result<Replacement, String> {
        let path = self.path.clone();
        off_thread(move || Replacement::prepare(&path)).await
    }

    /// Changes these fields of a profile, and stays locked.
    pub(in crate::credentials) async fn write(
        &self,
        replacement: Replacement,
        profile: &str,
        changes: Vec<(&'static str, Value)>,
    ) -> Result<(), String> {
        let profile = profile.to_owned();
        let written = off_thread(move || {
            // before it is in its place, so that no one is first
            replacement.write(&profile, changes, |file| _ = try_flock(file))
        });
        let file = written.await?;
        if cfg!(unix) {
            *self.held.lock().unwrap_or_else(|e| e.into_inner()) = Some(file);
        }
        Ok(())
    }
}

async fn held(path: &Path) -> Option<File> {
    loop {
        let at = path.to_owned();
        let tried = off_thread(move || try_lock(&at).map_err(|e| e.to_string())).await;
        match tried {
            Ok(Some(file)) => return Some(file),
            Ok(None) => tokio::time::sleep(POLL).await,
            Err(_) => return None,
        }
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err("the work was cut short".to_owned()))
}

/// The lock, if no one has it.
#[cfg(unix)]
fn try_lock(path: &Path) -> io::Result<Option<File>> {
    use std::os::unix::fs::MetadataExt;

    let file = File::open(path)?;
    if !try_flock(&file)? {
        return Ok(None);
    }
    // its holder may have put another in its place
    let id = |file: std::fs::Metadata| (file.dev(), file.ino());
    let is_there = id(file.metadata()?) == id(std::fs::metadata(path)?);
    Ok(is_there.then_some(file))
}

#[cfg(unix)]
fn try_flock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};

    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(e) if e == rustix::io::Errno::WOULDBLOCK => Ok(false),
        Err(e) => Err(e.into()),
    }
}

#[cfg(windows)]
fn try_lock(path: &Path) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt;

    const DELETE: u32 = 0x0001_0000;
    const GENERIC_WRITE: u32 = 0x4000_0000;
    const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const ERROR_SHARING_VIOLATION: i32 = 32;

    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let opened = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .access_mode(GENERIC_WRITE | DELETE)
        .share_mode(0)
        .custom_flags(FILE_FLAG_DELETE_ON_CLOSE)
        .open(path.with_file_name(name));
    match opened {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => Ok(None),
        Err(e) => Err(e),
    }
}

#[cfg(not(any(unix, windows)))]
fn try_lock(_path: &Path) -> io::Result<Option<File>> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn try_flock(_file: &File) -> io::Result<bool> {
    Err(io::ErrorKind::Unsupported.into())
}
