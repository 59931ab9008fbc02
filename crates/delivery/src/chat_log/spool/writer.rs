//! The thread that brings to the disk what was said: everything that waits goes in one round, each lane with one write
//! and one sync.
//!
//! What the disk does not take is held and tried again, while other lanes go on. Where that is too much, the oldest of
//! it is lost, and chat goes on.

use super::bundle::{Bundle, Bundles};
use super::files;
use super::open_files::OpenFiles;
use super::progress::Progress;
use super::queue::{Queue, Round};
use crate::chat_log::lane::Lane;
use crate::chat_log::trouble::Trouble;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// How long the disk is left alone after a round: what comes meanwhile shares the next sync.
const BETWEEN_ROUNDS: Duration = Duration::from_millis(100);
/// For how many rounds a lane is left alone that took nothing.
const AFTER_FAILURE: u32 = 5;
/// How long files stay open when nobody says anything.
const UNTIL_IDLE: Duration = Duration::from_secs(1);
/// How often the disk is tried at the end.
const LAST_TRIES: u32 = 3;

/// The writing thread.
pub(crate) struct Writer {
    queue: Arc<Queue>,
    trouble: Arc<Trouble>,
    /// How many bytes of one lane may lie on the disk.
    lane_bytes: u64,
    open: OpenFiles,
    bundles: Bundles,
}

impl Writer {
    pub(crate) fn new(queue: Arc<Queue>, trouble: Arc<Trouble>, lane_bytes: u64) -> Self {
        Self { queue, trouble, lane_bytes, open: OpenFiles::default(), bundles: Bundles::default() }
    }

    /// Writes until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        let mut was_behind = false;
        loop {
            let Round { said, seals, end, bytes, lost, is_last } = self.queue.take(self.patience(was_behind));
            let is_idle = said.is_empty() && seals.is_empty() && self.bundles.0.is_empty();
            // What comes has its place for sure.
            let lost = lost + self.bundles.make_room(self.queue.most_bytes().saturating_sub(bytes));
            was_behind = lost > 0;
            self.trouble.could_not_follow(lost);
            self.bundles.add(said);
            for lane in seals {
                self.bundles.seal(lane);
            }
            self.write_all();
            if is_last {
                self.end();
                return;
            }
            self.queue.reached(Progress { end, held: self.bundles.oldest() });
            self.open.end_round();
            if is_idle && !was_behind {
                self.open.close_all();
            }
            self.queue.rest(BETWEEN_ROUNDS);
        }
    }

    /// How long the next round may be waited for.
    fn patience(&self, was_behind: bool) -> Option<Duration> {
        // After a loss not at all: that it is over must be noticed too.
        if was_behind || !self.bundles.0.is_empty() {
            Some(Duration::ZERO)
        } else if self.open.is_empty() {
            None
        } else {
            Some(UNTIL_IDLE)
        }
    }

    /// Writes what can be written; what cannot is held.
    fn write_all(&mut self) {
        let mut bundles = std::mem::take(&mut self.bundles);
        bundles.0.retain(|_, bundle| {
            if bundle.lane.is_given_up() {
                bundle.give_up(0);
            } else if bundle.rests > 0 {
                bundle.rests -= 1;
            } else if let Err(error) = self.write(bundle) {
                self.trouble.disk_failed(&bundle.lane.folder, &error);
                // The folder may have been taken away, and the file with it.
                self.open.close(&bundle.lane);
                bundle.rests = AFTER_FAILURE;
            }
            if bundle.is_empty() && bundle.is_last {
                self.open.close(&bundle.lane);
                bundle.lane.seal();
            }
            bundle.shrink();
            !bundle.is_empty()
        });
        if bundles.0.is_empty() {
            self.trouble.disk_took_all();
        }
        self.bundles = bundles;
    }

    /// The end of the process is not held up for ever.
    fn end(&mut self) {
        for _ in 1..LAST_TRIES {
            self.bundles.0.values_mut().for_each(|bundle| bundle.rests = 0);
            self.write_all();
        }
        self.trouble.could_not_follow(self.bundles.make_room(0));
    }

    fn write(&mut self, bundle: &mut Bundle) -> io::Result<()> {
        let lane = Arc::clone(&bundle.lane);
        let most = usize::try_from(self.segment_bytes()).unwrap_or(usize::MAX);
        while let Some((bytes, records)) = bundle.first(most) {
            self.append(&lane, bytes, records as u64)?;
            bundle.drop_first(records);
        }
        Ok(())
    }

    fn append(&mut self, lane: &Arc<Lane>, bytes: &[u8], records: u64) -> io::Result<()> {
        let target = lane.begin_write(self.segment_bytes());
        let appender = self.open.appender(lane, target);
        let written = appender.and_then(|appender| appender.append(bytes, records));
        lane.end_write(written.as_ref().ok().copied());
        written?;
        lane.counters.spooled.add(records);
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

    /// Several to a lane, so that what is delivered, or too much, can go piece by piece.
    fn segment_bytes(&self) -> u64 {
        (self.lane_bytes / 16).clamp(64 * 1024, 8 * 1024 * 1024)
    }
}

impl Drop for Writer {
    /// Whatever became of it: nobody waits for it any more.
    fn drop(&mut self) {
        self.queue.reached(Progress::over());
    }
}
