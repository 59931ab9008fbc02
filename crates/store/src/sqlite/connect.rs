//! Opening connections, and the settings that durability rests on.

use super::statement::failure;
use crate::StoreError;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

/// How long to wait for a lock that another program, such as the `sqlite3` shell, holds on the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How many prepared statements a connection keeps; we have about 60.
const STATEMENTS: usize = 128;

/// The writing connection. `FULL` has each commit reach the disk before it is acknowledged.
pub(super) fn for_writing(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    make_own(path)?;
    let open = || -> rusqlite::Result<(Connection, String)> {
        let connection = open(path, flags)?;
        let mode = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        Ok((connection, mode))
    };
    let (connection, mode) = open().map_err(|error| refusal(error, path))?;
    if mode == "wal" {
        Ok(connection)
    } else {
        Err(StoreError::unavailable("its disk allows no write-ahead log"))
    }
}

/// The file is made its owner's alone before anything is in it; what SQLite puts beside it follows.
fn make_own(path: &Path) -> Result<(), StoreError> {
    let made = OpenOptions::new().append(true).create_new(true).mode(0o600).open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(_) => Err(StoreError::Unwritable { path: path.to_owned() }),
    }
}

/// A reading connection to a database that [`for_writing`] has opened.
pub(super) fn for_reading(path: &Path) -> Result<Connection, StoreError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failure)
}

fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn refusal(error: rusqlite::Error, path: &Path) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            StoreError::Unwritable { path: path.to_owned() }
        }
        _ => failure(error),
    }
}
