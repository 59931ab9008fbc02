//! What a sink is given: records of a chat log, rendered, in order. Knows no destination.

use model::{AccountId, Id, Timestamp};

/// One record of a chat log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// When what it tells was sent; milliseconds count.
    pub at: Timestamp,
    /// The room.
    pub room: Id,
    /// The record itself: one JSON object on one line, without the line's end.
    pub line: Box<[u8]>,
}

/// Records that go to a destination together.
///
/// However often it is tried, also after a restart, it has the same number and holds the same records: a sink may name
/// what it writes after the number, so that a repetition overwrites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogBatch {
    /// Whose chat it is.
    pub account: AccountId,
    /// The one room that all records are of; none where the destination does not tell rooms apart.
    pub room: Option<Id>,
    /// Another for each batch of one configuration.
    pub number: u64,
    /// At least one, in the room's order.
    pub records: Vec<LogRecord>,
    /// How many of its records the destination took and then threw away, or no call of it can hold: too old, too new,
    /// too long. They are lost. A sink adds to it, whether a delivery ends well or not.
    pub rejected: u64,
}

/// How a destination wants its records cut into batches: a batch ends with whatever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Whether each room has batches of its own.
    pub is_by_room: bool,
    /// The longest that a record waits for others.
    pub wait: std::time::Duration,
    /// Bytes of all lines, with [`BatchLimits::bytes_beside`] for each.
    pub bytes: u64,
    /// What is counted for each record beside its line.
    pub bytes_beside: u64,
    /// Records.
    pub records: u64,
    /// How many batches may be under way at once. After a kill they may all come again: more than one only where a
    /// repetition overwrites.
    pub at_once: usize,
}

/// Why records could not be delivered. What it says goes into the log: no secret, no URL's query, nothing that
/// somebody said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// It may go well at another time: no connection, no answer, an answer of 5xx, a throttle, a clock that is off, a
    /// key that has expired.
    #[error("{0}")]
    Passing(Box<str>),
    /// The destination refuses us.
    #[error("access denied: {0}")]
    AccessDenied(Box<str>),
    /// There is no such bucket, group or stream.
    #[error("not found: {0}")]
    NotFound(Box<str>),
    /// It takes neither these records nor will it ever, as they are.
    #[error("refused: {0}")]
    Refused(Box<str>),
}
