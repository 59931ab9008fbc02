//! What a lane knows of its destination.

use super::batch::{BatchLimits, LogBatch, SinkError};
use model::{AccountId, Destination};
use std::pin::Pin;
use std::sync::Arc;

/// Work of a destination.
pub type SinkFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, SinkError>> + Send + 'a>>;

/// What a destination did with a batch that it took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Records that it will not keep, and never would: too old, say.
    pub rejected: u64,
}

/// A destination.
pub trait LogSink: Send + Sync {
    /// How it wants its batches.
    fn limits(&self) -> BatchLimits;

    /// Delivers a batch. Tries once, and not for ever; on a partial success what was delivered is taken out of the
    /// batch, and only the rest is to be tried again.
    fn deliver<'a>(&'a self, batch: &'a mut LogBatch) -> SinkFuture<'a, Delivered>;

    /// Whether records of this account could be delivered now.
    fn probe(&self, account: AccountId) -> SinkFuture<'_, ()>;
}

/// All destinations.
pub trait LogSinks: Send + Sync {
    /// The destination as it is reached now; asked anew for each range.
    fn sink(&self, account: AccountId, destination: &Destination) -> Arc<dyn LogSink>;
}
