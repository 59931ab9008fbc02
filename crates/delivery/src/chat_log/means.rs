//! What all lanes are delivered with.

use super::back_off::BackOff;
use super::lane::Lane;
use super::sinks::{LogSink, LogSinks};
use super::trouble::Trouble;
use model::Now;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long the disk is left alone that could not be read, or did not take a cursor.
pub(super) const DISK_PAUSE: Duration = Duration::from_secs(1);
/// How many destinations that fail may have a batch under way at once. A batch may wait a minute for one that hangs.
pub(super) const FAILING: usize = 16;
/// How many batches may be under way besides the first of each lane.
pub(super) const EXTRA: usize = 64;

/// What all lanes are delivered with.
pub(super) struct Means {
    pub(super) sinks: Arc<dyn LogSinks>,
    pub(super) clock: fn() -> Now,
    pub(super) random: fn() -> u128,
    pub(super) back_off: BackOff,
    pub(super) trouble: Arc<Trouble>,
    /// For the batches of destinations that fail: a batch is in memory while it is tried.
    pub(super) failing: Arc<Semaphore>,
    /// For batches beside the first of a lane.
    pub(super) extra: Arc<Semaphore>,
}

impl Means {
    /// The lane's destination as it is reached now.
    pub(super) fn sink(&self, lane: &Lane) -> Arc<dyn LogSink> {
        self.sinks.sink(lane.name.configuration.account, &lane.destination)
    }
}
