//! The segments that are written on, as files that are open: few, and none for long that is not needed.

use super::files::Appender;
use super::place::Segment;
use crate::chat_log::lane::Lane;
use crate::chat_log::lane_name::LaneName;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

/// How many are open at most.
const MOST_OPEN: usize = 64;
/// For how many rounds one stays open that is not written on: some seconds.
const MOST_UNUSED: u64 = 50;

/// The open files; one to a lane.
#[derive(Debug, Default)]
pub(super) struct OpenFiles {
    open: HashMap<LaneName, OpenFile>,
    round: u64,
}

#[derive(Debug)]
struct OpenFile {
    lane: Arc<Lane>,
    appender: Appender,
    /// The round in which it was written on.
    used: u64,
}

impl OpenFiles {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The file to write to: this segment, or a new one with this number and first record.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn appender(
        &mut self,
        lane: &Arc<Lane>,
        target: Result<Segment, (u64, u64)>,
    ) -> io::Result<&mut Appender> {
        let number = target.as_ref().map_or_else(|(number, _)| *number, |segment| segment.number);
        if self.open.get(&lane.name).is_none_or(|open| open.appender.segment().number != number) {
            self.close(lane);
            self.make_room();
            let appender = match target {
                Ok(segment) => Appender::resume(&lane.folder, segment)?,
                Err((number, first_record)) => Appender::create(&lane.folder, number, first_record)?,
            };
            let open = OpenFile { lane: Arc::clone(lane), appender, used: self.round };
            self.open.insert(lane.name, open);
        }
        let open = self.open.get_mut(&lane.name).ok_or_else(|| io::Error::other("the file is not open"))?;
        open.used = self.round;
        Ok(&mut open.appender)
    }

    fn make_room(&mut self) {
        if self.open.len() >= MOST_OPEN
            && let Some(name) = self.open.iter().min_by_key(|(_, open)| open.used).map(|(name, _)| *name)
        {
            self.open.remove(&name);
        }
    }

    /// Closes the file of a lane.
    pub(super) fn close(&mut self, lane: &Lane) {
        self.open.remove(&lane.name);
    }

    /// A round is over: closes what is removed, which takes its place on the disk while it is open, and what was not
    /// needed for long.
    pub(super) fn end_round(&mut self) {
        let round = self.round;
        self.open.retain(|_, open| {
            open.used + MOST_UNUSED > round && open.lane.has_segment(open.appender.segment().number)
        });
        self.round += 1;
    }

    /// Closes all.
    pub(super) fn close_all(&mut self) {
        self.open.clear();
    }
}

#[cfg(test)]
mod tests;
