//! How far the writer is with what was said.

use crate::chat_log::lane_name::LaneName;
use std::collections::BTreeMap;

/// How far the writer is. Numbers are the queue's.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// All before is on the disk or given up, but for what is held.
    pub(crate) end: u64,
    /// The oldest that a lane has which cannot be written now.
    pub(crate) held: BTreeMap<LaneName, u64>,
}

impl Progress {
    /// Nothing will be written any more.
    pub(crate) const fn over() -> Self {
        Self { end: u64::MAX, held: BTreeMap::new() }
    }

    /// Whether all that is before `end` is on the disk for these lanes, or given up.
    pub(crate) fn has_passed(&self, end: u64, lanes: &[LaneName]) -> bool {
        let is_held = |lane: &LaneName| self.held.get(lane).is_some_and(|oldest| *oldest < end);
        self.end >= end && !lanes.iter().any(is_held)
    }
}
