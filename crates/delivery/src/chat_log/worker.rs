//! The task that delivers a lane: it cuts the spool into ranges, has each delivered, and lets go of what is confirmed.

use super::cursor::{Cursor, CursorFiles};
use super::lane::{Lane, MOST_FLUSHED_ROOMS};
use super::lane_folder::Found;
use super::means::{DISK_PAUSE, Means};
use super::range::{OpenRange, Range};
use super::reading;
use super::round::Round;
use super::sinks::LogSink;
use super::spool::{Place, files};
use super::streak::Streak;
use model::Id;
use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, timeout};

/// How long a lane rests after a defect of ours.
const ANEW: Duration = Duration::from_secs(10);

/// One lane's task.
struct Worker {
    lane: Arc<Lane>,
    means: Arc<Means>,
    cursor: Cursor,
    files: Arc<Mutex<CursorFiles>>,
    streak: Streak,
    /// Rooms whose records must not wait for others.
    flushed_rooms: BTreeSet<Id>,
}

/// Delivers a lane until it is sealed and nothing is left, when the one before it has come to its end; answers whether
/// it is so. After a defect of ours it begins anew: what is in the lane must not wait for the next start.
pub(super) async fn run(found: Found<Arc<Lane>>, before: Option<Arc<Lane>>, means: Arc<Means>) -> bool {
    let Found { lane, mut cursor, mut files } = found;
    if let Some(before) = before {
        before.finished().await;
    }
    loop {
        // What is in the set ends with it.
        let mut running = JoinSet::new();
        running.spawn(Worker::new(Arc::clone(&lane), Arc::clone(&means), cursor, files).run());
        match running.join_next().await {
            Some(Ok(())) => return true,
            Some(Err(error)) if error.is_panic() => means.trouble.defect(&lane.name, &error),
            _ => return false,
        }
        (files, cursor) = loop {
            sleep(ANEW).await;
            match CursorFiles::open(&lane.folder) {
                Ok((files, kept)) => break (files, kept.unwrap_or(cursor)),
                Err(error) => means.trouble.unreadable(&lane.name, &error),
            }
        };
    }
}

impl Worker {
    fn new(lane: Arc<Lane>, means: Arc<Means>, cursor: Cursor, files: CursorFiles) -> Self {
        let files = Arc::new(Mutex::new(files));
        Self { lane, means, cursor, files, streak: Streak::default(), flushed_rooms: BTreeSet::new() }
    }

    /// Delivers until the lane is sealed and nothing is left.
    async fn run(mut self) {
        loop {
            let sink = self.means.sink(&self.lane);
            let Some(range) = self.next_range(&*sink).await else { return };
            self.deliver(range, sink.limits().at_once).await;
        }
    }

    /// Waits until a range is to be delivered; none when there will be no more.
    async fn next_range(&mut self, sink: &dyn LogSink) -> Option<Range> {
        let mut open = OpenRange::new(sink.limits(), self.cursor.at);
        if let Some(closed) = self.cursor.closed {
            open = self.read(OpenRange::again(sink.limits(), self.cursor.at), Some(closed)).await;
            open.skip(closed.max(open.to));
            return Some(open.close());
        }
        loop {
            // Before it is read: what comes meanwhile leaves a mark.
            let (is_sealed, now) = (self.lane.is_sealed(), (self.means.clock)());
            self.flushed_rooms.extend(self.lane.take_flushed_rooms());
            if self.flushed_rooms.len() > MOST_FLUSHED_ROOMS {
                self.lane.flush();
                self.flushed_rooms.clear();
            }
            open = self.read(open, None).await;
            let has_flushed = self.flushed_rooms.iter().any(|room| open.has(*room));
            if !open.is_full() {
                // Everything there is was read.
                self.flushed_rooms.clear();
            }
            if open.is_empty() {
                if open.to > self.cursor.at {
                    // Over what could not be read.
                    self.move_to(Cursor::at(open.to)).await;
                    self.let_go().await;
                }
                if is_sealed && self.lane.readable(open.to).is_none() {
                    return None;
                }
                self.lane.changed().await;
                continue;
            }
            let patience = open.patience(now).unwrap_or_default();
            let is_due = patience.is_zero() || has_flushed || self.lane.must_go(open.from.record);
            if open.is_full() || is_due {
                return Some(open.close());
            }
            // Over or not: it is looked at anew.
            let _ = timeout(patience, self.lane.changed()).await;
        }
    }

    /// Reads on into an open range, as far as it takes more and there is more.
    async fn read(&self, open: OpenRange, until: Option<Place>) -> OpenRange {
        let mut open = open;
        loop {
            let (lane, means) = (Arc::clone(&self.lane), Arc::clone(&self.means));
            let (from, limits) = (open.from, open.limits());
            let read = spawn_blocking(move || {
                let read = reading::fill(&lane, &mut open, until, ((means.clock)(), &means.trouble));
                (open, read)
            });
            match read.await {
                Ok((filled, Ok(()))) => return filled,
                Ok((filled, Err(error))) => {
                    self.means.trouble.unreadable(&self.lane.name, &error);
                    open = filled;
                }
                // The runtime ends, or it was a defect of ours.
                Err(_) => open = OpenRange::new(limits, from),
            }
            sleep(DISK_PAUSE).await;
        }
    }

    /// Delivers a range, however long that takes. It is noted on the disk before anything goes out, and that it is over
    /// before anything of it is removed.
    async fn deliver(&mut self, range: Range, at_once: usize) {
        let confirmed = match self.cursor.closed {
            Some(_) => self.on_disk(|_, lane| CursorFiles::confirmed(&lane.folder)).await.unwrap_or_default(),
            None => Default::default(),
        };
        self.move_to(Cursor { at: range.from, closed: Some(range.to) }).await;
        let (lane, means) = (Arc::clone(&self.lane), Arc::clone(&self.means));
        let mut round = Round::new(lane, means, range.batches, (&confirmed, at_once));
        while let Some(first) = round.next(&mut self.streak).await {
            // Where it cannot be noted it goes out twice after a kill.
            drop(self.on_disk(move |files, _| files.confirm(first)).await);
        }
        self.move_to(Cursor::at(range.to)).await;
        drop(self.on_disk(|files, _| files.forget_confirmed()).await);
        self.let_go().await;
    }

    /// Notes a cursor, and is not content before it is on the disk.
    async fn move_to(&mut self, cursor: Cursor) {
        self.cursor = cursor;
        while let Err(error) = self.on_disk(move |files, _| files.write(&cursor)).await {
            self.means.trouble.cursor_not_kept(&self.lane.name, &error);
            sleep(DISK_PAUSE).await;
        }
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut CursorFiles, &Lane) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let (files, lane) = (Arc::clone(&self.files), Arc::clone(&self.lane));
        let done =
            spawn_blocking(move || act(&mut files.lock().unwrap_or_else(PoisonError::into_inner), &lane));
        done.await.unwrap_or_else(|ended| Err(io::Error::other(ended)))
    }

    /// Removes what is delivered.
    async fn let_go(&self) {
        let (lane, at) = (Arc::clone(&self.lane), self.cursor.at);
        let removed = spawn_blocking(move || {
            for number in lane.take_delivered(at) {
                // What cannot be removed is out of the lane all the same, and found again at the next start.
                let _ = files::remove(&lane.folder, number);
            }
        });
        let _ = removed.await;
    }
}
