//! Chat logging: what rooms with logging configurations say is brought to S3, CloudWatch Logs or Firehose, at least
//! once.
//!
//! [`ChatLogs`] take what the engine publishes. Each configuration has a **lane**: a folder of the spool, to which one
//! thread (`spool::writer`) brings what was said, and a task (`worker`) that delivers it from there. A lane belongs to
//! one destination; where the destination changes, another lane begins, and the old one ends when it is empty.
//!
//! **Invariants:** whoever says something waits for no disk. What is on the disk leaves it when the destination has
//! confirmed it, or when there is too much of it, and then it is counted and told. A lane waits for no other.

mod back_off;
mod batch;
mod chat_logs;
mod counters;
mod cursor;
mod lane;
mod lane_folder;
mod lane_name;
mod range;
mod reading;
mod record;
mod sinks;
mod spool;
mod streak;
mod trouble;
mod worker;

pub use back_off::BackOff;
pub use batch::{BatchLimits, LogBatch, LogRecord, SinkError};
pub use chat_logs::{ChatLogParts, ChatLogSettings, ChatLogs};
pub use counters::LogReading;
pub use sinks::{Delivered, LogSink, LogSinks, SinkFuture};
