//! [`NewFile`]: a file that is there whole, or not at all.

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
}

impl NewFile {
    /// Begins one that will be at `place`, in whose folder it is written: that is the same
    /// file system.
    ///
    /// # Errors
    /// When it cannot be made there.
    pub(crate) async fn create(place: &Path) -> io::Result<Self> {
        let Some(name) = place.file_name() else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it names no file",
            ));
        };
        let mut beside = std::ffi::OsString::from(".");
        beside.push(name);
        beside.push(format!(".{}.part", random::uuid()));
        let beside = place.with_file_name(beside);
        let place = place.to_owned();
        // Made at once where it is dropped too: from then on, somebody has to remove it.
        work(move || {
            let file = File::options().write(true).create_new(true).open(&beside)?;
            Ok(Self {
                place,
                beside,
                file: Some(file),
            })
        })
        .await
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// Those of writing.
    pub(crate) async fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        let Some(mut file) = self.file.take() else {
            return Ok(());
        };
        let file = work(move || file.write_all(&bytes).map(|()| file)).await?;
        self.file = Some(file);
        Ok(())
    }

    /// Puts it at its place, over what is there, once all of it is on the disk.
    ///
    /// # Errors
    /// Those of writing and renaming.
    pub(crate) async fn finish(mut self) -> io::Result<()> {
        work(move || {
            if let Some(file) = self.file.take() {
                file.sync_all()?;
            }
            fs::rename(&self.beside, &self.place)
        })
        .await
    }
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
