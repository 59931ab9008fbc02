//! A sink's work on the disk, one thing after another and off the runtime's threads.
//!
//! **Invariant:** a disk that hangs holds one thread of each sink, however often it is tried again; what it does in the
//! end, when nobody waits for it any more, counts for the batch that it was of.

use crate::chat_log::batch::{LogBatch, SinkError};
use model::{AccountId, Id};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How many batches are known that were written when nobody waited any more. Each had to hang for a time limit.
const MOST_UNCLAIMED: usize = 256;

/// Which batch something is of: the same one has the same number and the same records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WhichBatch {
    account: AccountId,
    room: Option<Id>,
    number: u64,
    records: usize,
}

impl WhichBatch {
    pub(super) fn of(batch: &LogBatch) -> Self {
        let LogBatch { account, room, number, .. } = *batch;
        Self { account, room, number, records: batch.records.len() }
    }
}

/// The disk, as one sink uses it.
pub(super) struct Disk {
    runtime: Handle,
    unclaimed: Arc<Mutex<VecDeque<WhichBatch>>>,
}

/// The right to be the only one at work.
pub(super) struct Turn {
    runtime: Handle,
    unclaimed: OwnedMutexGuard<VecDeque<WhichBatch>>,
}

impl Disk {
    pub(super) fn new(runtime: Handle) -> Self {
        Self { runtime, unclaimed: Arc::default() }
    }

    /// Waits until nothing is at work any more, be it of an attempt that was given up.
    pub(super) async fn turn(&self) -> Turn {
        let unclaimed = Arc::clone(&self.unclaimed).lock_owned().await;
        Turn { runtime: self.runtime.clone(), unclaimed }
    }
}

impl Turn {
    /// Whether an attempt that was given up has written this batch after all; says so once.
    pub(super) fn has_written(&mut self, batch: &WhichBatch) -> bool {
        let place = self.unclaimed.iter().position(|it| it == batch);
        place.and_then(|place| self.unclaimed.remove(place)).is_some()
    }

    /// Writes a batch. If nobody waits for it any more, it is written all the same.
    pub(super) async fn write(
        self,
        batch: WhichBatch,
        work: impl FnOnce() -> io::Result<()> + Send + 'static,
    ) -> Result<(), SinkError> {
        let written = batch.clone();
        let work = move |unclaimed: &mut VecDeque<WhichBatch>| {
            work()?;
            if unclaimed.len() == MOST_UNCLAIMED {
                unclaimed.pop_front();
            }
            unclaimed.push_back(written);
            Ok(())
        };
        let mut turn = self.take(work).await?;
        // From here on nothing waits: who has been answered has claimed it.
        turn.has_written(&batch);
        Ok(())
    }

    /// Does something that is of no batch.
    pub(super) async fn work(
        self,
        work: impl FnOnce() -> io::Result<()> + Send + 'static,
    ) -> Result<(), SinkError> {
        self.take(move |_| work()).await.map(drop)
    }

    /// The work itself holds the turn, and gives it back if there is somebody to take it.
    async fn take(
        self,
        work: impl FnOnce(&mut VecDeque<WhichBatch>) -> io::Result<()> + Send + 'static,
    ) -> Result<Self, SinkError> {
        let mut turn = self;
        let runtime = turn.runtime.clone();
        let done = runtime.spawn_blocking(move || {
            let done = work(&mut turn.unclaimed);
            (turn, done)
        });
        let (turn, done) =
            done.await.map_err(|_| SinkError::Passing("the server is shutting down".into()))?;
        done.map(|()| turn).map_err(|error| failed(&error))
    }
}

/// A full disk passes, as most troubles of disks do.
fn failed(error: &io::Error) -> SinkError {
    let text = error.to_string().into();
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => SinkError::AccessDenied(text),
        _ => SinkError::Passing(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_full_passes_and_one_that_is_closed_does_not() {
        let check = |kind: io::ErrorKind, is_denied: bool| {
            let error = failed(&kind.into());
            assert_eq!(matches!(error, SinkError::AccessDenied(_)), is_denied, "{kind:?}");
            assert_eq!(matches!(error, SinkError::Passing(_)), !is_denied, "{kind:?}");
        };
        check(io::ErrorKind::StorageFull, false);
        check(io::ErrorKind::QuotaExceeded, false);
        check(io::ErrorKind::NotADirectory, false);
        check(io::ErrorKind::PermissionDenied, true);
        check(io::ErrorKind::ReadOnlyFilesystem, true);
    }
}
