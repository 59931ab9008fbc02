//! What a lane knows of its destination.

use super::batch::{BatchLimits, LogBatch, SinkError};
use super::sink::Sink;
use model::{AccountId, Destination};
use std::pin::Pin;
use std::sync::Arc;

/// Work of a destination.
pub type SinkFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, SinkError>> + Send + 'a>>;

/// A destination, as a lane sees it.
pub trait LogSink: Send + Sync {
    /// How it wants its batches.
    fn limits(&self) -> BatchLimits;

    /// Delivers a batch. Tries once, and not for ever; on a partial success what was delivered is taken out of the
    /// batch, and only the rest is to be tried again. What was lost is added to its `rejected`.
    fn deliver<'a>(&'a self, batch: &'a mut LogBatch) -> SinkFuture<'a, ()>;

    /// Whether records of this account could be delivered now.
    fn probe(&self, account: AccountId) -> SinkFuture<'_, ()>;
}

/// All destinations.
pub trait LogSinks: Send + Sync {
    /// The destination as it is reached now; asked anew for each range.
    fn sink(&self, account: AccountId, destination: &Destination) -> Arc<dyn LogSink>;
}

impl LogSink for Sink {
    fn limits(&self) -> BatchLimits {
        self.limits()
    }

    fn deliver<'a>(&'a self, batch: &'a mut LogBatch) -> SinkFuture<'a, ()> {
        Box::pin(self.deliver(batch))
    }

    fn probe(&self, account: AccountId) -> SinkFuture<'_, ()> {
        Box::pin(self.probe(account))
    }
}
