//! How far a lane is delivered, as a small file beside its segments: after a crash at most one batch goes out again.

use super::spool::{Place, files};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

const NAME: &str = "cursor";
const NEW_NAME: &str = "cursor.new";

/// How far a lane is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Everything before it is delivered.
    pub(super) at: Place,
    /// The end of the range that is being delivered: after a restart it is cut in the same way again.
    pub(super) closed: Option<Place>,
    /// How many of its batches, the first ones, are delivered.
    pub(super) batches: u64,
}

impl Cursor {
    /// At a place, without a range.
    pub(super) const fn at(at: Place) -> Self {
        Self { at, closed: None, batches: 0 }
    }

    /// Reads it; none if there is none, or it cannot be understood.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn read(folder: &Path) -> io::Result<Option<Self>> {
        match fs::read(folder.join(NAME)) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces it, for good.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let new = folder.join(NEW_NAME);
        let mut file = fs::File::create(&new)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_data()?;
        fs::rename(&new, folder.join(NAME))?;
        files::sync_folder(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written_and_nonsense_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Cursor::read(folder.path()).unwrap(), None);
        let place = |record| Place { segment: 3, offset: 160 + record, record };
        for cursor in [Cursor::at(place(7)), Cursor { at: place(7), closed: Some(place(9)), batches: 2 }] {
            cursor.write(folder.path()).unwrap();
            assert_eq!(Cursor::read(folder.path()).unwrap(), Some(cursor));
        }
        fs::write(folder.path().join(NAME), "{").unwrap();
        assert_eq!(Cursor::read(folder.path()).unwrap(), None);
    }
}
