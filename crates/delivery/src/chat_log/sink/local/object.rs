//! A file that is written once, and is there as a whole or not at all.

use super::{folder, folder_of};
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file in the place of what may be there under this name.
pub(super) fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    folder::make(folder)?;
    let temporary = temporary(folder, path.file_name().unwrap_or_default());
    let written = write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What is left of it, if it cannot be removed now, goes with the next tidying.
        let _ = fs::remove_file(&temporary);
    }
    written?;
    folder::sync(folder)
}

/// Whether files can be written into a folder.
pub(super) fn check(folder: &Path) -> io::Result<()> {
    folder::make(folder)?;
    let temporary = temporary(folder, OsStr::new("access-check"));
    let written = write(&temporary, b"hubbub may write chat logs here.\n");
    let removed = fs::remove_file(&temporary);
    written.and(removed)
}

/// Whether a file is one that was on its way to its name.
pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".tmp")
}

/// A name that nobody else uses: a delivery that took too long may still be writing beside the next one.
fn temporary(folder: &Path, name: &OsStr) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let (process, n) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    folder.join(format!(".{}.{process}-{n}.tmp", name.to_string_lossy()))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
