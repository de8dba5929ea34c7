//! [`FileContent`]: what a file holds, in memory, on disk, or as a stream.

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

/// The content of a file that a call sends: bytes, a file on disk, or a stream.
///
/// Bytes and files on disk are read anew for each attempt, so a call with them is retried
/// as any other. A stream can be read once. A clone is the same content; of a stream,
/// whoever sends first has it.
///
/// ```
/// use alicloud_runtime::FileContent;
///
/// let on_disk = FileContent::from_path("photos/cat.jpg");
/// let in_memory = FileContent::from(b"\xff\xd8".to_vec()).file_name("cat.jpg");
/// let watched = FileContent::from_path("film.mp4")
///     .on_progress(|progress| println!("{} of {} bytes", progress.sent, progress.total));
/// ```
#[derive(Clone)]
pub struct FileContent {
    pub(super) source: Source,
    name: Option<String>,
    pub(super) on_progress: Option<Arc<dyn Fn(Progress) + Send + Sync>>,
}

#[derive(Clone)]
pub(super) enum Source {
    Bytes(Bytes),
    Path(PathBuf),
    Stream(Arc<Once>),
}

/// A stream until somebody reads it.
pub(super) struct Once {
    pub(super) length: u64,
    stream: Mutex<Option<Pieces>>,
}

/// What a stream gives, with errors in words.
pub(super) type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

/// Progress of a file: how much of its content was handed to the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes so far, in this attempt: another one begins at 0 again.
    pub sent: u64,
    /// All of its bytes.
    pub total: u64,
}

impl FileContent {
    fn new(source: Source) -> Self {
        Self {
            source,
            name: None,
            on_progress: None,
        }
    }

    /// Takes a file on disk. It is opened when it is sent, read piece by piece, and
    /// never held in memory as a whole.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        Self::new(Source::Path(path.into()))
    }

    /// Bytes in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(Source::Bytes(bytes.into()))
    }

    /// Takes a stream of `length` bytes in all; more or fewer end the call with an
    /// error.
    ///
    /// It can be sent once: what fails after some of it was read is not repeated. As the
    /// body of a call, it is read into memory before that is signed, for the signature
    /// covers it; so it may have 64 MiB there. Uploaded, it may have any length.
    pub fn from_stream<S, E>(stream: S, length: u64) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: fmt::Display,
    {
        let stream = Mutex::new(Some(Box::pin(InWords(Box::pin(stream))) as Pieces));
        Self::new(Source::Stream(Arc::new(Once { length, stream })))
    }

    /// Sets a name for `Debug`, errors and explanations; a file on disk has its path.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Calls `report` for each piece that is handed to the connection. It runs on the task
    /// that sends, so it must not block.
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(report));
        self
    }

    /// Returns the whole of it, where it is in memory.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.source {
            Source::Bytes(bytes) => Some(bytes),
            Source::Path(_) | Source::Stream(_) => None,
        }
    }

    /// Returns where it is, if it is on disk.
    pub fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::Path(path) => Some(path),
            Source::Bytes(_) | Source::Stream(_) => None,
        }
    }

    /// The same, whose progress nobody is told.
    pub(super) fn untold(&self) -> Self {
        Self {
            on_progress: None,
            ..self.clone()
        }
    }

    /// The same, once all of it is in memory.
    pub(crate) fn holding(&self, bytes: Bytes) -> Self {
        Self {
            source: Source::Bytes(bytes),
            ..self.clone()
        }
    }

    /// Whether it can be sent now: always, but for a stream that was read already.
    pub(crate) fn can_be_sent(&self) -> bool {
        match &self.source {
            Source::Stream(once) => once.lock().is_some(),
            Source::Bytes(_) | Source::Path(_) => true,
        }
    }
}

impl Once {
    pub(super) fn take(&self) -> Option<Pieces> {
        self.lock().take()
    }

    pub(super) fn give_back(&self, pieces: Pieces) {
        *self.lock() = Some(pieces);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Pieces>> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream whose errors are words.
struct InWords<S>(Pin<Box<S>>);

impl<E: fmt::Display, S: Stream<Item = Result<Bytes, E>>> Stream for InWords<S> {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.0.as_mut().poll_next(context);
        piece.map(|piece| piece.map(|piece| piece.map_err(|e| e.to_string())))
    }
}

impl fmt::Display for FileContent {
    /// Writes what it is, without what it holds: `the file "cat.jpg"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, &self.source) {
            (_, Source::Path(path)) => write!(f, "the file {path:?}"),
            (Some(name), _) => write!(f, "the file {name:?}"),
            (None, Source::Bytes(bytes)) => write!(f, "a file of {} bytes", bytes.len()),
            (None, Source::Stream(once)) => write!(f, "a stream of {} bytes", once.length),
        }
    }
}

impl fmt::Debug for FileContent {
    /// Writes how long it is or where it is, and nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Bytes(bytes) => write!(f, "[{} bytes", bytes.len())?,
            Source::Path(path) => write!(f, "[file {path:?}")?,
            Source::Stream(once) => write!(f, "[stream of {} bytes", once.length)?,
        }
        match &self.name {
            Some(name) => write!(f, ", {name:?}]"),
            None => f.write_str("]"),
        }
    }
}

impl Default for FileContent {
    /// Creates content of no bytes.
    fn default() -> Self {
        Self::new(Source::Bytes(Bytes::new()))
    }
}

impl PartialEq for FileContent {
    /// Returns whether the same is sent: the same bytes, the same path, or the same
    /// stream.
    fn eq(&self, other: &Self) -> bool {
        match (&self.source, &other.source) {
            (Source::Bytes(a), Source::Bytes(b)) => a == b,
            (Source::Path(a), Source::Path(b)) => a == b,
            (Source::Stream(a), Source::Stream(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Eq for FileContent {}

macro_rules! from_bytes {
    ($($type:ty),*) => {$(
        impl From<$type> for FileContent {
            fn from(bytes: $type) -> Self {
                Self::from_bytes(bytes)
            }
        }
    )*};
}
from_bytes!(
    Bytes,
    Vec<u8>,
    Box<[u8]>,
    &'static [u8],
    &'static str,
    String
);

impl From<PathBuf> for FileContent {
    fn from(path: PathBuf) -> Self {
        Self::from_path(path)
    }
}

impl From<&Path> for FileContent {
    fn from(path: &Path) -> Self {
        Self::from_path(path)
    }
}
