//! Local files, the destination that needs nothing: objects and streams in folders, in the layout that they have at
//! AWS. Knows no network.

mod append;
mod folder;
mod log_file;
mod object;
mod path;
mod room_files;
mod tidy;

pub use log_file::LogFile;
pub use room_files::{FoundFiles, RoomFiles, WhichRoom};
pub use tidy::{LocalFiles, Tidied};

use super::s3::compressed;
use super::{SinkParts, joined, key};
use crate::chat_log::batch::{LogBatch, SinkError};
use append::Rotation;
use model::AccountId;
use std::io;
use std::path::{Path, PathBuf};
use tokio::runtime::Handle;

/// How local files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalSettings {
    /// For how many days after its last change a file is kept; 0 is for ever.
    pub keep_days: u32,
    /// How many bytes an account's files may have in all; 0 is no limit.
    pub keep_bytes: u64,
    /// Past how many bytes a stream's file is renamed and a new one begun.
    pub rotate_bytes: u64,
}

impl Default for LocalSettings {
    fn default() -> Self {
        Self { keep_days: 30, keep_bytes: 10 * 1024 * 1024 * 1024, rotate_bytes: 64 * 1024 * 1024 }
    }
}

/// A bucket as a folder: what would be an object is a file.
pub(super) struct LocalObjects {
    bucket: PathBuf,
    parts: SinkParts,
}

impl LocalObjects {
    pub(super) fn new(bucket: &str, parts: SinkParts) -> Self {
        Self { bucket: path::bucket(bucket), parts }
    }

    pub(super) async fn deliver(&self, batch: &mut LogBatch) -> Result<(), SinkError> {
        let Some(key) = key::object(batch, &self.parts.region) else { return Ok(()) };
        let path = path::account(&self.parts.local_folder, batch.account).join(&self.bucket).join(key);
        let body = compressed(joined(batch), &self.parts.runtime).await?;
        on_disk(&self.parts.runtime, move || object::put(&path, &body)).await?;
        batch.records.clear();
        Ok(())
    }

    pub(super) async fn probe(&self, account: AccountId) -> Result<(), SinkError> {
        probe(&self.parts, account).await
    }
}

/// Which file of an account a stream is.
pub(super) enum StreamFile {
    /// One for each room of this log group.
    OfGroup(Box<str>),
    /// This delivery stream's.
    OfDeliveryStream(Box<str>),
}

/// A log group's stream of each room, or a delivery stream: a file that grows.
pub(super) struct LocalStream {
    file: StreamFile,
    rotate_bytes: u64,
    parts: SinkParts,
}

impl LocalStream {
    pub(super) const fn new(file: StreamFile, rotate_bytes: u64, parts: SinkParts) -> Self {
        Self { file, rotate_bytes, parts }
    }

    pub(super) async fn deliver(&self, batch: &mut LogBatch) -> Result<(), SinkError> {
        let Some(room) = key::room_of(batch) else { return Ok(()) };
        let file = match &self.file {
            StreamFile::OfGroup(group) => path::log_stream(group, room),
            StreamFile::OfDeliveryStream(stream) => path::delivery_stream(stream),
        };
        let path = path::account(&self.parts.local_folder, batch.account).join(file);
        let (lines, now) = (joined(batch), (self.parts.clock)().wall);
        let rotation = Rotation { bytes: self.rotate_bytes, now };
        on_disk(&self.parts.runtime, move || append::append(&path, &lines, rotation)).await?;
        batch.records.clear();
        Ok(())
    }

    pub(super) async fn probe(&self, account: AccountId) -> Result<(), SinkError> {
        probe(&self.parts, account).await
    }
}

async fn probe(parts: &SinkParts, account: AccountId) -> Result<(), SinkError> {
    let folder = path::account(&parts.local_folder, account);
    on_disk(&parts.runtime, move || object::check(&folder)).await
}

/// Does what may wait for the disk off the runtime's threads. If nobody waits for it any more, it is done all the same.
async fn on_disk(
    runtime: &Handle,
    work: impl FnOnce() -> io::Result<()> + Send + 'static,
) -> Result<(), SinkError> {
    let done = runtime.spawn_blocking(work).await;
    let done = done.map_err(|_| SinkError::Passing("the server is shutting down".into()))?;
    done.map_err(|error| failed(&error))
}

/// A full disk passes, as most troubles of disks do.
fn failed(error: &io::Error) -> SinkError {
    let text = error.to_string().into();
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => SinkError::AccessDenied(text),
        _ => SinkError::Passing(text),
    }
}

/// The folder that a file lies in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_full_passes_and_one_that_is_closed_does_not() {
        let check = |kind: io::ErrorKind, is_denied: bool| {
            let error = failed(&kind.into());
            assert_eq!(matches!(error, SinkError::AccessDenied(_)), is_denied, "{kind:?}");
            assert_eq!(matches!(error, SinkError::Passing(_)), !is_denied, "{kind:?}");
        };
        check(io::ErrorKind::StorageFull, false);
        check(io::ErrorKind::QuotaExceeded, false);
        check(io::ErrorKind::NotADirectory, false);
        check(io::ErrorKind::PermissionDenied, true);
        check(io::ErrorKind::ReadOnlyFilesystem, true);
    }
}
