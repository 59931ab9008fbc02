//! What is wrong with files: said once of each, on standard error.

use super::LogsError;
use crate::cli::complain;
use delivery::FoundFiles;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What was said.
#[derive(Debug, Default)]
pub(super) struct Notices {
    told: HashSet<PathBuf>,
    incomplete: HashSet<PathBuf>,
}

impl Notices {
    /// Says something of a file that is no harm.
    pub(super) fn tell(&mut self, path: &Path, what: &str) {
        if self.told.insert(path.to_owned()) {
            complain(&format!("{}: {what}", path.display()));
        }
    }

    /// Says that something is missing.
    pub(super) fn miss(&mut self, path: &Path, what: &str) {
        self.incomplete.insert(path.to_owned());
        self.tell(path, what);
    }

    /// Says what could not be looked at.
    pub(super) fn tell_unreadable(&mut self, found: &FoundFiles) {
        for (path, error) in &found.unreadable {
            self.miss(path, &format!("cannot be read ({error}); run this as the server's user"));
        }
    }

    /// Says what a server has not finished, or a crash left. Of one that writes while it is watched nothing is said.
    pub(super) fn tell_unfinished(&mut self, found: &FoundFiles) {
        for path in &found.torn {
            self.tell(
                path,
                "the last line is not whole and was left out; the server is writing it, or crashed",
            );
        }
        for path in &found.temporary {
            self.tell(path, "was left out; the server is writing it, or crashed");
        }
    }

    /// How the command ends.
    pub(super) fn end(&self) -> Result<(), LogsError> {
        match self.incomplete.len() {
            0 => Ok(()),
            files => Err(LogsError::Incomplete { files }),
        }
    }
}
