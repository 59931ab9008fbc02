//! The SQLite back end: one file in the data directory, one writing connection, a few reading ones. Knows no nouns
//! but through its parts.

pub(crate) mod access;
mod connect;
mod counters;
mod lock;
pub(crate) mod logging_configurations;
mod migrate;
mod readers;
mod record;
pub(crate) mod rooms;
mod statement;
pub(crate) mod tags;
pub(crate) mod token_keys;
mod writer;

#[cfg(test)]
mod tests;

use crate::{StoreError, sql};
use lock::DirectoryLock;
use readers::Readers;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use writer::Writer;

const FILE_NAME: &str = "hubbub.sqlite3";

/// An open database. Its parts are dropped in this order: the writer closes the file last and folds its log into it,
/// then the directory is free.
#[derive(Debug)]
pub(crate) struct Sqlite {
    readers: Arc<Readers>,
    writer: Writer,
    _lock: DirectoryLock,
}

impl Sqlite {
    /// Opens the database in `data_dir`. Blocks.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, StoreError> {
        let lock = DirectoryLock::take(data_dir)?;
        let path = data_dir.join(FILE_NAME);
        let mut connection = connect::for_writing(&path)?;
        migrate::migrate(&mut connection, migrate::STEPS)?;
        tracing::debug!(path = %path.display(), "the database is open");
        Ok(Self { readers: Arc::new(Readers::new(path)), writer: Writer::start(connection)?, _lock: lock })
    }

    pub(crate) async fn ready(&self) -> Result<(), StoreError> {
        self.writer.check_alive()?;
        let clock = |database: &Connection| {
            statement::find_one(database, sql::READ_CLOCK, [], |row| statement::field::<i64>(row, 0))
        };
        match self.read(clock).await? {
            Some(_) => Ok(()),
            None => Err(StoreError::corrupt("clock has no row")),
        }
    }

    /// Runs one query on a reading connection, off the runtime's threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        Readers::read(&self.readers, query).await
    }

    /// Runs one change on the writing connection: all of it is kept if it returns `Ok`, none of it otherwise.
    pub(crate) async fn write<T, E>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write(change).await
    }
}
