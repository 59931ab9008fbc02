//! What all threads of a crowd see. Must not know connections.

use crate::clock::Clock;
use crate::crowd::{CrowdSettings, Progress};
use crate::lane::{Lane, Meter, Word};
use crate::transport::Tls;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: CrowdSettings,
    pub(crate) tls: Option<Tls>,
    pub(crate) clock: Clock,
    /// One for each thread that reads, then the senders' one.
    pub(crate) lanes: Vec<Lane>,
    /// Whether messages are being sent.
    pub(crate) sending: AtomicBool,
    /// By room: messages sent and not refused since sending began. Only the senders' thread writes.
    pub(crate) due: Box<[AtomicU64]>,
    /// Connections begun so far.
    pub(crate) connections: AtomicUsize,
}

impl Shared {
    pub(crate) fn progress(&self) -> Progress {
        let sum = |of: fn(&Meter) -> &AtomicU64| {
            self.lanes.iter().map(|lane| of(&lane.meter).load(Ordering::Relaxed)).sum()
        };
        Progress {
            connected: sum(|meter| &meter.connected),
            failed: sum(|meter| &meter.failed),
            closed: sum(|meter| &meter.closed),
            sent: sum(|meter| &meter.sent),
            delivered: sum(|meter| &meter.delivered),
        }
    }

    /// Whether nothing is on its way any more. A viewer that has gone is not waited for.
    pub(crate) fn is_quiet(&self) -> bool {
        if self.sending.load(Ordering::Acquire) {
            return false;
        }
        let viewers = |room| self.lanes.iter().map(|lane| lane.counted(room)).sum::<u64>();
        let due = |(room, due): (usize, &AtomicU64)| due.load(Ordering::Acquire) * viewers(room);
        let expected: u64 = self.due.iter().enumerate().map(due).sum();
        // Read after the viewers: a thread takes back the deliveries of one that has gone before the viewer itself.
        let sum = |of: fn(&Meter) -> &AtomicU64| {
            self.lanes.iter().map(|lane| of(&lane.meter).load(Ordering::Acquire)).sum::<u64>()
        };
        sum(|meter| &meter.queued) == 0 && sum(|meter| &meter.settled) >= expected
    }

    pub(crate) fn post_all(&self, word: impl Fn() -> Word) {
        self.lanes.iter().for_each(|lane| lane.post(word()));
    }

    /// The group of a room; one that has none counts for the first.
    pub(crate) fn group(&self, room: u32) -> u8 {
        self.settings.rooms.get(room as usize).copied().unwrap_or_default()
    }

    /// How many groups there are.
    pub(crate) fn groups(&self) -> usize {
        self.settings.rooms.iter().max().map_or(1, |last| usize::from(*last) + 1)
    }
}
