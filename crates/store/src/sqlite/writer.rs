//! The one writing connection and the thread that owns it. Changes that wait together share a transaction, and so one
//! trip to the disk; each has a savepoint of its own, so that one which fails takes nothing of the others with it.

use super::statement::failure;
use crate::StoreError;
use rusqlite::{Connection, Savepoint};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, JoinHandle};
use tokio::sync::{mpsc, oneshot};

/// How many changes may wait; whoever comes then waits to be let into the queue.
const QUEUE: usize = 1024;
/// How many changes share a commit at most: what bounds the wait of the first of them.
const BATCH: usize = 256;

/// Tells the one who waits how the commit went.
type Acknowledge = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Job = Box<dyn FnOnce(&mut Connection) -> Acknowledge + Send>;

/// The queue to the writing thread. Dropping it waits until what is queued is written and the connection closed.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new().name("store-writer".into()).spawn(move || run(connection, jobs));
        let thread = thread.map_err(|error| StoreError::unavailable(error.to_string()))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) fn check_alive(&self) -> Result<(), StoreError> {
        match &self.queue {
            Some(queue) if !queue.is_closed() => Ok(()),
            _ => Err(stopped()),
        }
    }

    /// Queues a change and waits until it is on the disk, or refused.
    pub(super) async fn write<T, E>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let outcome = in_savepoint(connection, change);
            Box::new(move |committed| {
                // Nobody waits any more when the caller has gone; the change stands all the same.
                let _ = answer.send(committed.map_err(E::from).and(outcome));
            })
        });
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(job).await.map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(StoreError::unavailable("the change panicked").into()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn stopped() -> StoreError {
    StoreError::unavailable("its writing thread has stopped")
}

fn run(mut connection: Connection, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        commit_together(&mut connection, batch);
    }
}

fn commit_together(connection: &mut Connection, batch: Vec<Job>) {
    let begun = connection.execute_batch("BEGIN IMMEDIATE").map_err(failure);
    // A job that panics has lost its savepoint and its answer channel; the others go on.
    let acknowledgements: Vec<_> =
        batch.into_iter().filter_map(|job| catch_unwind(AssertUnwindSafe(|| job(connection))).ok()).collect();
    let committed = begun.and_then(|()| commit(connection));
    for acknowledge in acknowledgements {
        acknowledge(committed.clone());
    }
}

fn commit(connection: &Connection) -> Result<(), StoreError> {
    check_in_transaction(connection)?;
    let committed = connection.execute_batch("COMMIT").map_err(failure);
    if committed.is_err() && !connection.is_autocommit() {
        // Its own failure changes nothing: the changes are refused already, and the next BEGIN says what is wrong.
        let _ = connection.execute_batch("ROLLBACK");
    }
    committed
}

/// A full disk or an I/O error ends the whole transaction: without it a savepoint would commit by itself.
fn check_in_transaction(connection: &Connection) -> Result<(), StoreError> {
    if connection.is_autocommit() {
        return Err(StoreError::unavailable("it gave up the transaction"));
    }
    Ok(())
}

fn in_savepoint<T, E: From<StoreError>>(
    connection: &mut Connection,
    change: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    check_in_transaction(connection)?;
    let savepoint = Savepoint::new(connection).map_err(failure)?;
    let made = change(&savepoint)?;
    savepoint.commit().map_err(failure)?;
    Ok(made)
}

#[cfg(test)]
mod tests;
