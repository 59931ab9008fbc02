//! The thread that brings to the disk what was said: everything that waits goes in one round, each lane with one write
//! and one sync.
//!
//! While the disk takes nothing, the round is kept and tried again, and the queue behind it gives way: the oldest of
//! what waits there is lost, and chat goes on.

use super::files::{self, Appender};
use super::queue::{Entry, Queue, Round};
use super::segment;
use crate::chat_log::batch::LogRecord;
use crate::chat_log::lane::Lane;
use crate::chat_log::lane_name::LaneName;
use crate::chat_log::record;
use crate::chat_log::trouble::Trouble;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// How long the disk is left alone after a round: what comes meanwhile shares the next sync.
const BETWEEN_ROUNDS: Duration = Duration::from_millis(100);
/// How long it is left alone when it took nothing.
const AFTER_FAILURE: Duration = Duration::from_millis(500);
/// How often it is tried at the end.
const LAST_TRIES: u32 = 3;

/// The writing thread.
pub(crate) struct Writer {
    queue: Arc<Queue>,
    trouble: Arc<Trouble>,
    /// How many bytes of one lane may lie on the disk.
    lane_bytes: u64,
    open: HashMap<LaneName, Appender>,
}

/// What one round brings to one lane.
struct Bundle {
    lane: Arc<Lane>,
    bytes: Vec<u8>,
    records: u64,
}

impl Writer {
    pub(crate) fn new(queue: Arc<Queue>, trouble: Arc<Trouble>, lane_bytes: u64) -> Self {
        Self { queue, trouble, lane_bytes, open: HashMap::new() }
    }

    /// Writes until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        loop {
            let Round { entries, lost, is_last } = self.queue.take();
            self.trouble.could_not_follow(lost);
            let mut notices = Vec::new();
            let bundles = bundle(entries, &mut notices);
            self.write_all(bundles);
            for notice in notices {
                self.notify(notice);
            }
            if is_last {
                return;
            }
            self.queue.rest(BETWEEN_ROUNDS);
        }
    }

    /// Writes every bundle, however long that takes; at the end of the process not for ever.
    fn write_all(&mut self, mut bundles: Vec<Bundle>) {
        let mut last_tries = LAST_TRIES;
        loop {
            bundles.retain(|bundle| match self.write(bundle) {
                Ok(()) => false,
                Err(error) => {
                    self.trouble.disk_failed(&bundle.lane.folder, &error);
                    // The folder may have been taken away, and the file with it.
                    self.open.remove(&bundle.lane.name);
                    true
                }
            });
            if bundles.is_empty() {
                self.trouble.disk_took_all();
                return;
            }
            if self.queue.rest(AFTER_FAILURE) {
                last_tries -= 1;
                if last_tries == 0 {
                    bundles
                        .iter()
                        .for_each(|bundle| bundle.lane.counters.lost_before_disk.add(bundle.records));
                    return;
                }
            }
        }
    }

    fn write(&mut self, bundle: &Bundle) -> io::Result<()> {
        let Bundle { lane, bytes, records } = bundle;
        let target = lane.begin_write(self.segment_bytes());
        let written = self.appender(lane, target).and_then(|appender| appender.append(bytes, *records));
        lane.end_write(written.as_ref().ok().copied());
        written?;
        lane.counters.spooled.add(*records);
        let (excess, lost) = lane.take_excess(self.lane_bytes);
        for number in excess {
            // What cannot be removed is out of the lane all the same, and found again at the next start.
            let _ = files::remove(&lane.folder, number);
        }
        if lost > 0 {
            lane.counters.lost_to_limit.add(lost);
            self.trouble.lost(&lane.name, lost, "its destination is behind by more than the spool may hold");
        }
        Ok(())
    }

    /// The file to write to.
    fn appender(
        &mut self,
        lane: &Lane,
        target: Result<super::Segment, (u64, u64)>,
    ) -> io::Result<&mut Appender> {
        let number = target.as_ref().map_or_else(|(number, _)| *number, |segment| segment.number);
        if self.open.get(&lane.name).is_none_or(|open| open.segment().number != number) {
            let opened = match target {
                Ok(segment) => Appender::resume(&lane.folder, segment)?,
                Err((number, first_record)) => Appender::create(&lane.folder, number, first_record)?,
            };
            self.open.insert(lane.name, opened);
        }
        self.open.get_mut(&lane.name).ok_or_else(|| io::Error::other("the file is not open"))
    }

    /// Several to a lane, so that what is delivered, or too much, can go piece by piece.
    fn segment_bytes(&self) -> u64 {
        (self.lane_bytes / 16).clamp(64 * 1024, 8 * 1024 * 1024)
    }

    fn notify(&mut self, notice: Entry) {
        match notice {
            Entry::Seal(lane) => {
                self.open.remove(&lane.name);
                lane.seal();
            }
            // Who asked may have gone.
            Entry::Barrier(reached) => drop(reached.send(())),
            Entry::Said(..) => {}
        }
    }
}

/// Encodes what was said, lane by lane; everything else goes to `notices`.
fn bundle(entries: impl IntoIterator<Item = Entry>, notices: &mut Vec<Entry>) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    let mut places: HashMap<LaneName, usize> = HashMap::new();
    let mut encoded = Vec::new();
    for entry in entries {
        let Entry::Said(publication, lanes) = entry else {
            notices.push(entry);
            continue;
        };
        encoded.clear();
        let line = record::render(&publication).into();
        segment::encode(
            &LogRecord { at: publication.sent_at, room: publication.room.id, line },
            &mut encoded,
        );
        for lane in lanes {
            let place = *places.entry(lane.name).or_insert(bundles.len());
            if place == bundles.len() {
                bundles.push(Bundle { lane, bytes: Vec::new(), records: 0 });
            }
            if let Some(bundle) = bundles.get_mut(place) {
                bundle.bytes.extend_from_slice(&encoded);
                bundle.records += 1;
            }
        }
    }
    bundles
}
