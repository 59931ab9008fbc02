//! The task that delivers a lane: it cuts the spool into ranges, hands their batches to the destination until they are
//! taken, and lets go of what is confirmed.

use super::batch::SinkError;
use super::cursor::Cursor;
use super::lane::Lane;
use super::means::Means;
use super::parcel::Parcel;
use super::range::{OpenRange, Range};
use super::reading;
use super::sinks::LogSink;
use super::spool::{Place, files};
use super::streak::Streak;
use model::Id;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, timeout};

/// How many batches of a range are under way at once. They are of different rooms.
const AT_ONCE: usize = 4;
/// How long a lane rests after a defect of ours.
const ANEW: Duration = Duration::from_secs(10);
/// How long the disk is left alone that could not be read.
const UNREADABLE: Duration = Duration::from_secs(1);

/// One lane's task.
pub(super) struct Worker {
    lane: Arc<Lane>,
    means: Arc<Means>,
    cursor: Cursor,
    streak: Streak,
    /// Rooms whose records must not wait for others.
    flushed_rooms: BTreeSet<Id>,
}

impl Worker {
    pub(super) fn new(lane: Arc<Lane>, means: Arc<Means>, cursor: Cursor) -> Self {
        Self { lane, means, cursor, streak: Streak::default(), flushed_rooms: BTreeSet::new() }
    }

    /// Delivers until the lane is sealed and nothing is left. Begins anew after a defect of ours: what is in the lane
    /// must not wait for the next start.
    pub(super) async fn run_to_the_end(self, means: Arc<Means>) {
        let lane = Arc::clone(&self.lane);
        let mut worker = self;
        loop {
            let cursor = worker.cursor;
            let mut running = JoinSet::new();
            running.spawn(worker.run());
            match running.join_next().await {
                Some(Err(error)) if error.is_panic() => {
                    let configuration = lane.name.configuration.id.as_str();
                    tracing::error!(target: "chat_log", configuration, %error, "a delivery begins anew");
                }
                _ => return,
            }
            sleep(ANEW).await;
            let kept = Cursor::read(&lane.folder).ok().flatten().unwrap_or(cursor);
            worker = Self::new(Arc::clone(&lane), Arc::clone(&means), kept);
        }
    }

    async fn run(mut self) {
        loop {
            let sink = self.sink();
            let Some(range) = self.next_range(&*sink).await else { return };
            self.deliver(range).await;
        }
    }

    fn sink(&self) -> Arc<dyn LogSink> {
        self.means.sinks.sink(self.lane.name.configuration.account, &self.lane.destination)
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
            open = self.read(open, None).await;
            let has_flushed = self.flushed_rooms.iter().any(|room| open.has(*room));
            if !open.is_full() {
                // Everything there is was read.
                self.flushed_rooms.clear();
            }
            if open.is_empty() {
                if open.to > self.cursor.at {
                    // Over what could not be read.
                    self.cursor = Cursor::at(open.to);
                    self.keep_cursor().await;
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
            sleep(UNREADABLE).await;
        }
    }

    /// Delivers a range, however long that takes.
    async fn deliver(&mut self, range: Range) {
        let delivered = usize::try_from(self.cursor.batches).unwrap_or(usize::MAX);
        let mut parcels: Vec<Option<Parcel>> = range.batches.into_iter().map(Parcel::new).map(Some).collect();
        parcels.iter_mut().take(delivered).for_each(|parcel| *parcel = None);
        self.cursor = Cursor { at: range.from, closed: Some(range.to), batches: self.cursor.batches };
        self.keep_cursor().await;
        while parcels.iter().any(Option::is_some) {
            let failure = self.try_some(&mut parcels).await;
            let done = parcels.iter().take_while(|parcel| parcel.is_none()).count() as u64;
            if done > self.cursor.batches {
                self.cursor.batches = done;
                self.keep_cursor().await;
            }
            if let Some(error) = failure {
                self.streak.failed(&self.lane, &error, (self.means.clock)().monotonic);
                let failures = self.streak.failures();
                sleep(self.means.back_off.pause(&error, failures, (self.means.random)())).await;
            } else {
                self.streak.succeeded(&self.lane);
            }
        }
        self.cursor = Cursor::at(range.to);
        self.keep_cursor().await;
        self.let_go().await;
    }

    /// Tries the first few parcels once; the last failure, if there was one.
    async fn try_some(&self, parcels: &mut [Option<Parcel>]) -> Option<SinkError> {
        let sink = self.sink();
        let mut under_way = JoinSet::new();
        for (index, place) in parcels.iter_mut().enumerate() {
            if under_way.len() == AT_ONCE {
                break;
            }
            // A copy stays: whatever becomes of the task, the batch is not forgotten.
            if let Some(parcel) = place.as_mut().map(Parcel::take) {
                let (lane, means, sink) =
                    (Arc::clone(&self.lane), Arc::clone(&self.means), Arc::clone(&sink));
                under_way.spawn(async move { (index, parcel.send(&lane, &means, &*sink).await) });
            }
        }
        let mut failure = None;
        while let Some(ended) = under_way.join_next().await {
            match ended {
                Ok((index, sent)) => {
                    let (left, error) = sent.err().unzip();
                    if let Some(place) = parcels.get_mut(index) {
                        *place = left;
                    }
                    failure = error.or(failure);
                }
                Err(error) => failure = Some(SinkError::Passing(error.to_string().into())),
            }
        }
        failure
    }

    async fn keep_cursor(&self) {
        let (lane, cursor) = (Arc::clone(&self.lane), self.cursor);
        let kept = spawn_blocking(move || cursor.write(&lane.folder)).await;
        if let Ok(Err(error)) = kept {
            self.means.trouble.cursor_not_kept(&self.lane.name, &error);
        }
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
