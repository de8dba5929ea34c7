//! [`NewFile`]: a file that is there whole, or not at all; and whether there is a place for it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::{driver, random};

/// A file that is being written, beside its place. Dropped before it is finished, it is
/// removed.
pub(crate) struct NewFile {
    place: PathBuf,
    beside: PathBuf,
    file: Option<File>,
    /// What is written once it is worth a way to another thread.
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
}

/// How many bytes are worth it.
const BATCH: usize = 256 << 10;

impl NewFile {
    /// Begins one that will be at `place`, in whose folder it is written: that is the same
    /// file system.
    ///
    /// # Errors
    /// When it cannot be made there.
    pub(crate) async fn create(place: &Path) -> io::Result<Self> {
        name(place)?;
        // The name may be as long as names may be already.
        let beside = place.with_file_name(format!(".{}.part", random::uuid()));
        let place = place.to_owned();
        // Made at once where it is dropped too: from then on, somebody has to remove it.
        work(move || {
            let file = File::options().write(true).create_new(true).open(&beside)?;
            let new = Self {
                place,
                beside,
                file: Some(file),
                waiting: Vec::new(),
                waiting_bytes: 0,
            };
            new.permit_as_before();
            Ok(new)
        })
        .await
    }

    /// Lets nobody read it who may not read the file in whose place it comes, before there is
    /// anything to read. Where a file system has no permissions, there is nothing to do.
    fn permit_as_before(&self) {
        if let (Some(file), Ok(before)) = (&self.file, fs::metadata(&self.place))
            && cfg!(unix)
            && before.is_file()
        {
            let _ = file.set_permissions(before.permissions());
        }
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// Those of writing.
    pub(crate) async fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        self.waiting_bytes += bytes.len();
        self.waiting.push(bytes);
        if self.waiting_bytes < BATCH {
            return Ok(());
        }
        self.waiting_bytes = 0;
        let waiting = std::mem::take(&mut self.waiting);
        if let Some(mut file) = self.file.take() {
            let written = work(move || append(&mut file, &waiting).map(|()| file));
            self.file = Some(written.await?);
        }
        Ok(())
    }

    /// Puts it at its place, over what is there, once all of it is on the disk.
    ///
    /// # Errors
    /// Those of writing and renaming.
    pub(crate) async fn finish(mut self) -> io::Result<()> {
        work(move || {
            if let Some(mut file) = self.file.take() {
                append(&mut file, &self.waiting)?;
                file.sync_all()?;
            }
            fs::rename(&self.beside, &self.place)
        })
        .await
    }
}

/// Whether there is a place for a file: a name, in a folder that is there, which no folder has.
///
/// # Errors
/// When there is none.
pub(crate) async fn check_place(place: &Path) -> io::Result<()> {
    name(place)?;
    let place = place.to_owned();
    let checked = driver::blocking(move || {
        if place.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        // A name alone is one in the working directory.
        let folder = place.parent().filter(|path| !path.as_os_str().is_empty());
        match fs::metadata(folder.unwrap_or(Path::new(".")))?.is_dir() {
            true => Ok(()),
            false => Err(io::ErrorKind::NotADirectory.into()),
        }
    });
    // Without a runtime the call says so itself.
    checked.await.unwrap_or(Ok(()))
}

/// Why there is no file, in words.
pub(crate) fn unwritten(place: &Path, error: &io::Error) -> String {
    format!("the file {place:?} cannot be written: {error}")
}

fn name(place: &Path) -> io::Result<&OsStr> {
    let unnamed = || io::Error::new(io::ErrorKind::InvalidInput, "it names no file");
    place.file_name().ok_or_else(unnamed)
}

fn append(file: &mut File, pieces: &[Bytes]) -> io::Result<()> {
    pieces.iter().try_for_each(|bytes| file.write_all(bytes))
}

impl Drop for NewFile {
    fn drop(&mut self) {
        drop(self.file.take());
        // After it was renamed there is none of that name.
        let _ = fs::remove_file(&self.beside);
    }
}

/// Does what blocks on a thread for that.
async fn work<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    driver::blocking(work).await.map_err(io::Error::other)?
}
