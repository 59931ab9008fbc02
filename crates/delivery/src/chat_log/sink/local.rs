//! Local files, the destination that needs nothing: objects and streams in folders, in the layout that they have at
//! AWS. Knows no network.

mod append;
mod disk;
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
use disk::{Disk, WhichBatch};
use model::AccountId;
use std::path::{Path, PathBuf};

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
    disk: Disk,
}

impl LocalObjects {
    pub(super) fn new(bucket: &str, parts: SinkParts) -> Self {
        let disk = Disk::new(parts.runtime.clone());
        Self { bucket: path::bucket(bucket), parts, disk }
    }

    pub(super) async fn deliver(&self, batch: &mut LogBatch) -> Result<(), SinkError> {
        let Some(key) = key::object(batch, &self.parts.region) else { return Ok(()) };
        let path = path::account(&self.parts.local_folder, batch.account).join(&self.bucket).join(key);
        let body = compressed(joined(batch), &self.parts.runtime).await?;
        self.disk.turn().await.work(move || object::put(&path, &body)).await?;
        batch.records.clear();
        Ok(())
    }

    pub(super) async fn probe(&self, account: AccountId) -> Result<(), SinkError> {
        probe(&self.disk, &self.parts, account).await
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
    disk: Disk,
}

impl LocalStream {
    pub(super) fn new(file: StreamFile, rotate_bytes: u64, parts: SinkParts) -> Self {
        let disk = Disk::new(parts.runtime.clone());
        Self { file, rotate_bytes, parts, disk }
    }

    pub(super) async fn deliver(&self, batch: &mut LogBatch) -> Result<(), SinkError> {
        let Some(room) = key::room_of(batch) else { return Ok(()) };
        let file = match &self.file {
            StreamFile::OfGroup(group) => path::log_stream(group, room),
            StreamFile::OfDeliveryStream(stream) => path::delivery_stream(stream),
        };
        let path = path::account(&self.parts.local_folder, batch.account).join(file);
        let (mut turn, which) = (self.disk.turn().await, WhichBatch::of(batch));
        if !turn.has_written(&which) {
            let (lines, now) = (joined(batch), (self.parts.clock)().wall);
            let rotation = Rotation { bytes: self.rotate_bytes, now };
            turn.write(which, move || append::append(&path, &lines, rotation)).await?;
        }
        batch.records.clear();
        Ok(())
    }

    pub(super) async fn probe(&self, account: AccountId) -> Result<(), SinkError> {
        probe(&self.disk, &self.parts, account).await
    }
}

async fn probe(disk: &Disk, parts: &SinkParts, account: AccountId) -> Result<(), SinkError> {
    let folder = path::account(&parts.local_folder, account);
    disk.turn().await.work(move || object::check(&folder)).await
}

/// The folder that a file lies in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
