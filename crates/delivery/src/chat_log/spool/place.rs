//! Places in a lane's spool. Knows no file.

use serde::{Deserialize, Serialize};

/// Between two records of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The number of the segment.
    pub(crate) segment: u64,
    /// Bytes from its beginning.
    pub(crate) offset: u64,
    /// How many records of the lane are before it.
    pub(crate) record: u64,
}

/// A segment as its lane knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) number: u64,
    /// How many records of the lane are before its first.
    pub(crate) first_record: u64,
    pub(crate) records: u64,
    /// Its length.
    pub(crate) bytes: u64,
}

impl Segment {
    /// Before its first record.
    pub(crate) const fn start(&self) -> Place {
        Place { segment: self.number, offset: super::segment::HEADER_BYTES as u64, record: self.first_record }
    }

    /// Behind its last record.
    pub(crate) const fn end(&self) -> Place {
        Place { segment: self.number, offset: self.bytes, record: self.first_record + self.records }
    }
}
