//! A local file of a chat log, or a part of it, as it is read. Knows no record.

use flate2::bufread::MultiGzDecoder;
use model::Timestamp;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of lines, or a part of it that holds whole lines.
#[derive(Debug, Clone)]
pub struct LogFile {
    pub(super) path: PathBuf,
    pub(super) begins_at: Option<Timestamp>,
    pub(super) changed_at: Option<Timestamp>,
    pub(super) content: Content,
}

/// How the lines are in the file.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Compressed, all of the file.
    Gzip,
    /// As they are, in these bytes. A file that may be renamed is held open.
    Bytes { from: u64, to: u64, open: Option<Arc<File>> },
}

impl LogFile {
    /// Where it is, or was when it was found.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// No record in it is of a time before this one, where its name tells so.
    #[must_use]
    pub const fn begins_at(&self) -> Option<Timestamp> {
        self.begins_at
    }

    /// When it was last written to, where the file system tells so.
    #[must_use]
    pub const fn changed_at(&self) -> Option<Timestamp> {
        self.changed_at
    }

    /// Its lines, decompressed. It may be opened as often as one likes.
    ///
    /// # Errors
    /// The system's. What is wrong with compressed bytes is met while reading.
    pub fn open(&self) -> io::Result<Box<dyn BufRead>> {
        match &self.content {
            Content::Gzip => {
                let compressed = BufReader::new(File::open(&self.path)?);
                Ok(Box::new(BufReader::new(MultiGzDecoder::new(compressed))))
            }
            Content::Bytes { from, to, open } => {
                let file = match open {
                    Some(file) => Arc::clone(file),
                    None => Arc::new(File::open(&self.path)?),
                };
                Ok(Box::new(BufReader::new(Bytes { file, next: *from, to: *to })))
            }
        }
    }
}

/// Bytes of a file, read without a place in it that others who have it open would share.
struct Bytes {
    file: Arc<File>,
    next: u64,
    to: u64,
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.to - self.next).unwrap_or(usize::MAX);
        let size = buffer.len().min(left);
        let Some(buffer) = buffer.get_mut(..size) else { return Ok(0) };
        let read = self.file.read_at(buffer, self.next)?;
        self.next += read as u64;
        Ok(read)
    }
}
