//! The lock on the data directory: one server, one directory. The kernel drops it with the process, so nothing is
//! left behind by a crash.

use crate::StoreError;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Holds the directory for as long as it lives.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Makes the directory if there is none, readable by its owner only, and takes it.
    pub(super) fn take(data_dir: &Path) -> Result<Self, StoreError> {
        let unwritable = |_| StoreError::Unwritable { path: data_dir.to_owned() };
        DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(unwritable)?;
        let path = data_dir.join("lock");
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(path).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: data_dir.to_owned() }),
            Err(TryLockError::Error(error)) => {
                Err(StoreError::unavailable(format!("its directory cannot be locked: {error}")))
            }
        }
    }
}
