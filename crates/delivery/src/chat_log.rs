//! Chat logging: what rooms with logging configurations say is brought to S3, CloudWatch Logs or Firehose, at least
//! once.
//!
//! [`ChatLogs`] take what the engine publishes. Each configuration has a **lane**: a folder of the spool, to which one
//! thread (`spool::writer`) brings what was said, and a task (`worker`) that delivers it from there. A lane belongs to
//! one destination; where the destination changes, another lane begins, and the old one ends when it is empty. A
//! [`DestinationsFile`] says which bucket, group or stream stands where; a [`Sink`] takes [`LogBatch`]es there.
//!
//! **Invariants:** whoever says something waits for no disk. What is on the disk leaves it when the destination has
//! confirmed it, or when there is too much of it, and then it is counted and told. A lane whose
//! destination does well waits for no other. Of what
//! somebody said nothing gets into a log of ours, nor does a secret.

mod back_off;
mod batch;
mod chat_logs;
mod counters;
mod cursor;
mod deleted_rooms;
mod destinations;
mod lane;
mod lane_folder;
mod lane_name;
mod lanes;
mod means;
mod open_sinks;
mod parcel;
mod range;
mod reading;
mod record;
mod round;
mod share;
mod sink;
mod sinks;
mod spool;
mod streak;
mod trouble;
mod worker;

pub use back_off::BackOff;
pub use batch::{BatchLimits, LogBatch, LogRecord, SinkError};
pub use chat_logs::{ChatLogParts, ChatLogSettings, ChatLogs};
pub use counters::LogReading;
pub use destinations::{Destinations, DestinationsFile, Target};
pub use open_sinks::OpenSinks;
pub use sink::{
    FoundFiles, LocalFiles, LocalSettings, LogFile, RoomFiles, Sink, SinkParts, SinkTimeLimits, Tidied,
    WhichRoom,
};
pub use sinks::{LogSink, LogSinks, SinkFuture};
