//! Chat logging: what was said, kept where a room's logging configurations say.
//!
//! A [`DestinationsFile`] says which bucket, group or stream stands where; [`Destinations::compile`] judges it; a
//! [`Sink`] takes [`LogBatch`]es there. Of what somebody said nothing gets into a log of ours, nor does a secret.

mod batch;
mod destinations;
mod sink;

pub use batch::{BatchLimits, LogBatch, LogRecord, SinkError};
pub use destinations::{Destinations, DestinationsFile, Target};
pub use sink::{Delivered, LocalFiles, LocalSettings, Sink, SinkParts, SinkTimeLimits, Tidied};
