//! A file's content while it is read: opened for each attempt, hashed where a signature
//! covers it. What is on disk is read on threads that may wait.

use std::fs::File;
use std::future::{Future, poll_fn};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use data_encoding::HEXLOWER;
use futures_core::Stream;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use super::content::{FileContent, Once, Pieces, Progress, Source};

/// How much of a file is read at once.
pub(crate) const PIECE: usize = 64 << 10;

/// A body that is read while it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileBody {
    pub(crate) content: FileContent,
    /// What a signature says of it; not known before it was read.
    pub(crate) measured: Option<Measured>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) length: u64,
    /// Lower-case hex.
    pub(crate) sha256: String,
}

/// A body as it can be signed.
pub(crate) enum Ready {
    Bytes(Bytes),
    File(Measured),
}

/// How far an attempt to send came. A clone is the same one.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<State>);

#[derive(Default)]
struct State {
    bytes: AtomicU64,
    failure: Mutex<Option<String>>,
}

impl Sent {
    /// How many bytes the connection took.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// Why the content could not be read to its end, if that is what went wrong.
    pub(crate) fn failure(&self) -> Option<String> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.0
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Content that is being read.
pub(crate) struct Opened {
    pieces: Option<Pieces>,
    is_touched: bool,
    content: FileContent,
    length: u64,
    sent: Sent,
}

impl FileContent {
    /// How many bytes it has.
    ///
    /// # Errors
    /// In words, with its path, where it is no file that can be read.
    pub(crate) async fn length(&self) -> Result<u64, String> {
        match &self.source {
            Source::Bytes(bytes) => Ok(bytes.len() as u64),
            Source::Stream(once) => Ok(once.length),
            Source::Path(path) => {
                let path = path.clone();
                let length = waiting(move || Ok(open(&path)?.1)).await;
                length.map_err(|e| self.unreadable(e))
            }
        }
    }

    /// Reads what a signature has to know of it: of a file on disk, its hash; a stream
    /// is read into memory, up to `limit` bytes.
    ///
    /// # Errors
    /// In words.
    pub(crate) async fn ready(&self, limit: u64) -> Result<Ready, String> {
        match &self.source {
            Source::Bytes(bytes) => Ok(Ready::Bytes(bytes.clone())),
            Source::Path(path) => {
                let path = path.clone();
                let measured = waiting(move || measure(&path)).await;
                let measured = measured.map_err(|e| self.unreadable(e))?;
                Ok(Ready::File(measured))
            }
            Source::Stream(once) if once.length > limit => Err(format!(
                "{self} cannot be signed: a signature covers the whole body, so a stream is \
                 read into memory first, up to {limit} bytes; write it into a file, and send \
                 that"
            )),
            Source::Stream(once) => {
                // Nothing is sent yet.
                let mut opened = self.untold().open(once.length, &Sent::default())?;
                let mut next = |context: &mut Context<'_>| Pin::new(&mut opened).poll_next(context);
                let mut bytes = Vec::new();
                while let Some(piece) = poll_fn(&mut next).await {
                    bytes.extend_from_slice(&piece?);
                }
                Ok(Ready::Bytes(bytes.into()))
            }
        }
    }

    /// Its content, once more; `length` is what it is announced with, and `sent` is told
    /// how far it was read.
    ///
    /// # Errors
    /// In words, for a stream that was read already.
    pub(crate) fn open(&self, length: u64, sent: &Sent) -> Result<Opened, String> {
        let pieces: Pieces = match &self.source {
            Source::Bytes(bytes) => Box::pin(InMemory(bytes.clone())),
            Source::Path(path) => Box::pin(OnDisk::new(path.clone())),
            Source::Stream(once) => self.once(once)?,
        };
        Ok(Opened {
            pieces: Some(pieces),
            is_touched: false,
            content: self.clone(),
            length,
            sent: sent.clone(),
        })
    }

    fn once(&self, once: &Once) -> Result<Pieces, String> {
        once.take()
            .ok_or_else(|| format!("{self} was read already, and can be sent only once"))
    }

    fn unreadable(&self, why: impl std::fmt::Display) -> String {
        format!("{self} cannot be read: {why}")
    }
}

impl Opened {
    /// How many bytes it gives.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    fn count(&mut self, piece: &Bytes) -> Result<(), String> {
        let sent = self.sent.bytes() + piece.len() as u64;
        if sent > self.length {
            return Err(self.content.unreadable(format!(
                "it has more than the {} bytes that it was announced with",
                self.length
            )));
        }
        self.sent.0.bytes.store(sent, Ordering::Relaxed);
        if let Some(report) = &self.content.on_progress {
            let total = self.length;
            report(Progress { sent, total });
        }
        Ok(())
    }
}

impl Stream for Opened {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_touched = true;
        let Some(pieces) = &mut self.pieces else {
            return Poll::Ready(None);
        };
        let piece = match ready!(pieces.as_mut().poll_next(context)) {
            Some(Ok(piece)) => self.count(&piece).map(|()| piece),
            Some(Err(why)) => Err(self.content.unreadable(why)),
            None if self.sent.bytes() == self.length => return Poll::Ready(None),
            None => Err(self.content.unreadable(format!(
                "it has {} of the {} bytes that it was announced with",
                self.sent.bytes(),
                self.length
            ))),
        };
        if let Err(why) = &piece {
            *self.sent.lock() = Some(why.clone());
        }
        Poll::Ready(Some(piece))
    }
}

impl Drop for Opened {
    /// Gives a stream back of which nothing was asked: there was no connection, say.
    fn drop(&mut self) {
        if let (Source::Stream(once), false) = (&self.content.source, self.is_touched)
            && let Some(pieces) = self.pieces.take()
        {
            once.give_back(pieces);
        }
    }
}

/// Bytes, a piece at a time: what the connection has taken is what is counted.
struct InMemory(Bytes);

impl Stream for InMemory {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let length = self.0.len().min(PIECE);
        Poll::Ready((length > 0).then(|| Ok(self.0.split_to(length))))
    }
}

/// A file on disk, a piece at a time.
struct OnDisk {
    path: PathBuf,
    file: Option<File>,
    reading: Option<Reading>,
}

type Reading = Pin<Box<dyn Future<Output = io::Result<(File, Vec<u8>)>> + Send>>;

impl OnDisk {
    fn new(path: PathBuf) -> Self {
        Self {
            path,
            file: None,
            reading: None,
        }
    }
}

impl Stream for OnDisk {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let reading = this.reading.get_or_insert_with(|| {
            let (file, path) = (this.file.take(), this.path.clone());
            Box::pin(waiting(move || {
                let mut file = match file {
                    Some(file) => file,
                    None => open(&path)?.0,
                };
                let mut piece = vec![0; PIECE];
                let length = file.read(&mut piece)?;
                piece.truncate(length);
                Ok((file, piece))
            }))
        });
        let read = ready!(reading.as_mut().poll(context));
        this.reading = None;
        Poll::Ready(match read {
            Err(e) => Some(Err(e.to_string())),
            Ok((_, piece)) if piece.is_empty() => None,
            Ok((file, piece)) => {
                this.file = Some(file);
                Some(Ok(piece.into()))
            }
        })
    }
}

/// A file, and how long it is.
fn open(path: &Path) -> io::Result<(File, u64)> {
    // Opening a pipe waits for who writes to it, and a directory has no content.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    Ok((file, length))
}

fn measure(path: &Path) -> io::Result<Measured> {
    let (mut file, _) = open(path)?;
    let (mut hash, mut length) = (Sha256::new(), 0);
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        hash.update(&piece[..read]);
        length += read as u64;
    }
    let sha256 = HEXLOWER.encode(&hash.finalize());
    Ok(Measured { length, sha256 })
}

/// Does what may keep a thread waiting where that holds nobody up: on Tokio's threads for
/// it; here, where there is no runtime, and so no other task.
async fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match Handle::try_current() {
        Ok(runtime) => {
            let done = runtime.spawn_blocking(work).await;
            done.unwrap_or_else(|e| Err(io::Error::other(e)))
        }
        Err(_) => work(),
    }
}
