//! The reading connections: as many at once as there are permits, opened when first wanted. With the write-ahead log
//! they wait for nobody, and each query sees everything committed before it began.

use super::connect;
use crate::StoreError;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// How many queries run at once; each is a few microseconds of processor time.
const READERS: usize = 4;

/// The idle connections, and the right to one.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::default(), permits: Arc::new(Semaphore::new(READERS)) }
    }

    /// Runs one query off the runtime's threads.
    pub(super) async fn read<T: Send + 'static>(
        readers: &Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&readers.permits).acquire_owned().await;
        let readers = Arc::clone(readers);
        let run = move || {
            // Held here and not outside: the query goes on when the one who asked has gone.
            let _permit = permit;
            let connection = readers.take()?;
            let answer = query(&connection);
            readers.give_back(connection);
            answer
        };
        let ended = tokio::task::spawn_blocking(run).await;
        ended.unwrap_or_else(|ended| Err(StoreError::unavailable(ended.to_string())))
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| connect::for_reading(&self.path), Ok)
    }

    fn give_back(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}
