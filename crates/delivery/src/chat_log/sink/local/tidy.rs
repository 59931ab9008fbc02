//! What is old or too much goes. Never a file that is being written.

use super::LocalSettings;
use super::append::has_its_name;
use super::object::is_temporary;
use super::path::{ENDING, is_rotated};
use jiff::SignedDuration;
use model::Timestamp;
use std::collections::BinaryHeap;
use std::fs::{self, DirEntry, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// How many of the oldest files are thought of at once. Where more are too many, the next tidying goes on.
const MOST_AT_ONCE: usize = 10_000;
/// How old a file must be that never got its name, and how long a folder must have been empty.
const LEFT_BEHIND: SignedDuration = SignedDuration::from_hours(1);

/// The local files of all accounts.
#[derive(Debug, Clone)]
pub struct LocalFiles {
    folder: PathBuf,
    settings: LocalSettings,
}

/// What went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tidied {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files and folders that could not be looked at or removed.
    pub failed: u64,
}

/// A file that may go where there is too much; the greatest of many is the youngest.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Old {
    changed_at: Timestamp,
    path: PathBuf,
    bytes: u64,
    /// Whether it is the file that a stream still grows by.
    is_written_on: bool,
}

impl LocalFiles {
    /// The files under `folder`, which lie in a folder for each account.
    #[must_use]
    pub const fn new(folder: PathBuf, settings: LocalSettings) -> Self {
        Self { folder, settings }
    }

    /// Removes files whose last change is longer ago than they are kept, then those of each account that has too much
    /// whose last change is the longest ago. A stream's file is one of them, unless it is being written: its stream
    /// begins a new one. It waits for the disk: call it off the runtime's threads.
    ///
    /// # Errors
    /// The folder cannot be read. What is wrong with single files is counted.
    pub fn tidy(&self, now: Timestamp) -> io::Result<Tidied> {
        let mut tidied = Tidied::default();
        let accounts = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(tidied),
            accounts => accounts?,
        };
        for account in accounts {
            let account = account?.path();
            if account.is_dir() {
                Walk {
                    settings: self.settings,
                    now,
                    tidied: &mut tidied,
                    kept_bytes: 0,
                    oldest: BinaryHeap::new(),
                }
                .account(account);
            }
        }
        Ok(tidied)
    }
}

struct Walk<'a> {
    settings: LocalSettings,
    now: Timestamp,
    tidied: &'a mut Tidied,
    kept_bytes: u64,
    oldest: BinaryHeap<Old>,
}

impl Walk<'_> {
    fn account(mut self, account: PathBuf) {
        let mut folders = vec![account];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder).map(|entries| entries.collect::<Result<Vec<_>, _>>());
            let Ok(Ok(entries)) = entries else {
                self.tidied.failed += 1;
                continue;
            };
            for entry in entries {
                match entry.metadata() {
                    Ok(metadata) if metadata.is_dir() => {
                        let path = entry.path();
                        // A folder that is not empty stays, whatever is asked.
                        if self.age(&metadata) < LEFT_BEHIND || fs::remove_dir(&path).is_err() {
                            folders.push(path);
                        }
                    }
                    Ok(metadata) => self.file(&entry, &metadata),
                    // It was renamed or removed meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(_) => self.tidied.failed += 1,
                }
            }
        }
        self.reduce();
    }

    fn file(&mut self, entry: &DirEntry, metadata: &Metadata) {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let (age, bytes) = (self.age(metadata), metadata.len());
        let is_aged = self.is_aged(age);
        if is_temporary(&name) {
            if age > LEFT_BEHIND {
                self.count(fs::remove_file(&path), bytes);
            }
            return;
        }
        let is_written_on = name.strip_suffix(ENDING).is_some_and(|stem| !is_rotated(stem));
        match (is_aged, is_written_on) {
            (true, true) => {
                self.remove_unless_written(&path, |walk, metadata| walk.is_aged(walk.age(metadata)));
            }
            (true, false) => self.count(fs::remove_file(&path), bytes),
            (false, is_written_on) => {
                self.kept_bytes = self.kept_bytes.saturating_add(bytes);
                let changed_at = changed_at(metadata, self.now);
                self.keep_in_mind(Old { changed_at, path, bytes, is_written_on });
            }
        }
    }

    /// Removes a stream's file that is still as it was found; whether it went. A writer holds the lock while it
    /// writes, and looks for the name once it has it.
    fn remove_unless_written(&mut self, path: &Path, is_as_found: impl Fn(&Self, &Metadata) -> bool) -> bool {
        let Ok(file) = File::open(path) else { return false };
        if file.try_lock().is_err() || !has_its_name(&file, path) {
            return false;
        }
        let Ok(metadata) = file.metadata() else { return false };
        let is_as_found = is_as_found(self, &metadata);
        if is_as_found {
            self.count(fs::remove_file(path), metadata.len());
        }
        is_as_found
    }

    fn keep_in_mind(&mut self, old: Old) {
        if self.settings.keep_bytes == 0 {
            return;
        }
        self.oldest.push(old);
        if self.oldest.len() > MOST_AT_ONCE {
            self.oldest.pop();
        }
    }

    fn reduce(mut self) {
        for old in std::mem::take(&mut self.oldest).into_sorted_vec() {
            if self.kept_bytes <= self.settings.keep_bytes {
                return;
            }
            let is_gone = if old.is_written_on {
                self.remove_unless_written(&old.path, |walk, now| {
                    (changed_at(now, walk.now), now.len()) == (old.changed_at, old.bytes)
                })
            } else {
                self.count(fs::remove_file(&old.path), old.bytes);
                true
            };
            if is_gone {
                self.kept_bytes -= old.bytes;
            }
        }
    }

    fn count(&mut self, removed: io::Result<()>, bytes: u64) {
        match removed {
            Ok(()) => {
                self.tidied.files += 1;
                self.tidied.bytes += bytes;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => self.tidied.failed += 1,
        }
    }

    fn is_aged(&self, age: SignedDuration) -> bool {
        let days = i64::from(self.settings.keep_days);
        days > 0 && age > SignedDuration::from_hours(24 * days)
    }

    fn age(&self, metadata: &Metadata) -> SignedDuration {
        self.now.duration_since(changed_at(metadata, self.now))
    }
}

/// A time that cannot be told counts as just now: such a file stays.
fn changed_at(metadata: &Metadata, now: Timestamp) -> Timestamp {
    metadata.modified().ok().and_then(|at| Timestamp::try_from(at).ok()).unwrap_or(now)
}

#[cfg(test)]
mod tests;
