//! A batch on its way: read from the spool, tried, and what is left of it.

use super::batch::{LogBatch, SinkError};
use super::lane::Lane;
use super::means::{DISK_PAUSE, Means};
use super::range::{Planned, RecordPlace};
use super::reading;
use super::sinks::LogSink;
use std::io;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// A batch of a range on its way. Its records are in memory only while it is tried, or when a part of it is delivered.
pub(super) struct Parcel {
    planned: Arc<Planned>,
    /// What is left of it.
    rest: Option<LogBatch>,
    refusals: u32,
}

impl Parcel {
    pub(super) fn new(planned: Planned) -> Self {
        Self { planned: Arc::new(planned), rest: None, refusals: 0 }
    }

    /// The same from the beginning.
    pub(super) fn anew(&self) -> Self {
        Self { planned: Arc::clone(&self.planned), rest: None, refusals: self.refusals }
    }

    /// What it is known by.
    pub(super) fn first(&self) -> RecordPlace {
        self.planned.first()
    }

    /// How many records are left of it.
    pub(super) fn records(&self) -> u64 {
        self.rest.as_ref().map_or(self.planned.records.len(), |rest| rest.records.len()) as u64
    }

    /// Its records were refused; how often by now.
    pub(super) const fn refused(&mut self) -> u32 {
        self.refusals += 1;
        self.refusals
    }

    /// Sends it once.
    pub(super) async fn send(
        &mut self,
        lane: &Arc<Lane>,
        means: &Arc<Means>,
        sink: &dyn LogSink,
    ) -> Result<(), SinkError> {
        let mut batch = match self.rest.take() {
            Some(rest) => rest,
            None => self.read(lane, means).await,
        };
        if batch.records.is_empty() {
            return Ok(());
        }
        let before = batch.records.len();
        let result = sink.deliver(&mut batch).await;
        let left = if result.is_ok() { 0 } else { batch.records.len() };
        let rejected = std::mem::take(&mut batch.rejected);
        lane.counters.delivered.add((before.saturating_sub(left) as u64).saturating_sub(rejected));
        lane.counters.rejected.add(rejected);
        if rejected > 0 {
            means.trouble.lost(&lane.name, rejected, "the destination did not keep them");
        }
        match result {
            Ok(()) => Ok(()),
            Err(error) => {
                // What is left of a part is less than it was; a whole one is read again.
                let is_part = (batch.records.len() as u64) < self.planned.records.len() as u64;
                self.rest = is_part.then_some(batch);
                Err(error)
            }
        }
    }

    /// Its records, as far as they are still there. A disk that cannot be read is no fault of the destination: it is
    /// waited for.
    async fn read(&self, lane: &Arc<Lane>, means: &Arc<Means>) -> LogBatch {
        let name = lane.name;
        let records = loop {
            let (lane, planned, trouble) =
                (Arc::clone(lane), Arc::clone(&self.planned), Arc::clone(&means.trouble));
            let read = spawn_blocking(move || reading::records(&lane, &planned.records, &trouble)).await;
            match read.unwrap_or_else(|ended| Err(io::Error::other(ended))) {
                Ok(records) => break records,
                Err(error) => means.trouble.unreadable(&name, &error),
            }
            sleep(DISK_PAUSE).await;
        };
        let RecordPlace { segment, offset } = self.first();
        LogBatch {
            account: name.configuration.account,
            room: self.planned.room,
            number: name.number(segment, offset),
            records,
            rejected: 0,
        }
    }
}
