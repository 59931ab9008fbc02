//! The task that delivers a lane: it cuts the spool into ranges, hands their batches to the destination until they are
//! taken, and lets go of what is confirmed.

use super::back_off::BackOff;
use super::batch::{LogBatch, LogRecord, SinkError};
use super::cursor::Cursor;
use super::lane::Lane;
use super::range::{OpenRange, Planned, Range};
use super::reading;
use super::sinks::{LogSink, LogSinks};
use super::spool::files;
use super::streak::Streak;
use super::trouble::Trouble;
use model::Now;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, timeout};

/// How many batches of a range are under way at once. They are of different rooms.
const AT_ONCE: usize = 4;
/// How long the disk is left alone that could not be read.
const UNREADABLE: Duration = Duration::from_secs(1);

/// What all lanes are delivered with.
pub(super) struct Means {
    pub(super) sinks: Arc<dyn LogSinks>,
    pub(super) clock: fn() -> Now,
    pub(super) random: fn() -> u128,
    pub(super) back_off: BackOff,
    pub(super) trouble: Arc<Trouble>,
}

/// One lane's task.
pub(super) struct Worker {
    lane: Arc<Lane>,
    means: Arc<Means>,
    cursor: Cursor,
    streak: Streak,
}

/// A batch of a range on its way. Its records are in memory only while it is tried, or when a part of it is delivered.
struct Parcel {
    planned: Planned,
    /// What is left of it.
    rest: Option<LogBatch>,
}

impl Worker {
    pub(super) fn new(lane: Arc<Lane>, means: Arc<Means>, cursor: Cursor) -> Self {
        Self { lane, means, cursor, streak: Streak::default() }
    }

    /// Delivers until the lane is sealed and nothing is left.
    pub(super) async fn run(mut self) {
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
            open = self.read(open, None).await;
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
            let is_due = patience.is_zero() || self.lane.must_go(open.from.record, &|room| open.has(room));
            if open.is_full() || is_due {
                return Some(open.close());
            }
            // Over or not: it is looked at anew.
            let _ = timeout(patience, self.lane.changed()).await;
        }
    }

    /// Reads on into an open range, as far as it takes more and there is more.
    async fn read(&self, open: OpenRange, until: Option<super::spool::Place>) -> OpenRange {
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
            if let Some(parcel) = place.take() {
                let (lane, means, sink) =
                    (Arc::clone(&self.lane), Arc::clone(&self.means), Arc::clone(&sink));
                under_way.spawn(async move { (index, parcel.send(&lane, &means, &*sink).await) });
            }
        }
        let mut failure = None;
        while let Some(ended) = under_way.join_next().await {
            match ended {
                Ok((index, Err((parcel, error)))) => {
                    if let Some(place) = parcels.get_mut(index) {
                        *place = Some(parcel);
                    }
                    failure = Some(error);
                }
                Ok((_, Ok(()))) => {}
                Err(error) => tracing::error!(target: "chat_log", %error, "a batch of the chat log is lost"),
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

impl Parcel {
    const fn new(planned: Planned) -> Self {
        Self { planned, rest: None }
    }

    /// Sends it, or gives it back with the reason.
    async fn send(
        mut self,
        lane: &Arc<Lane>,
        means: &Arc<Means>,
        sink: &dyn LogSink,
    ) -> Result<(), (Self, SinkError)> {
        let mut batch = match self.rest.take() {
            Some(rest) => rest,
            None => match self.read(lane, means).await {
                Ok(batch) => batch,
                Err(error) => return Err((self, error)),
            },
        };
        if batch.records.is_empty() {
            return Ok(());
        }
        let before = batch.records.len();
        match sink.deliver(&mut batch).await {
            Ok(delivered) => {
                lane.counters.delivered.add((before as u64).saturating_sub(delivered.rejected));
                lane.counters.rejected.add(delivered.rejected);
                if delivered.rejected > 0 {
                    means.trouble.lost(&lane.name, delivered.rejected, "the destination did not keep them");
                }
                Ok(())
            }
            Err(error) => {
                lane.counters.delivered.add((before - batch.records.len().min(before)) as u64);
                self.rest = (batch.records.len() < before).then_some(batch);
                Err((self, error))
            }
        }
    }

    /// Its records, as far as they are still there.
    async fn read(&self, lane: &Arc<Lane>, means: &Arc<Means>) -> Result<LogBatch, SinkError> {
        let (lane, places, trouble) =
            (Arc::clone(lane), self.planned.records.clone(), Arc::clone(&means.trouble));
        let name = lane.name;
        let first = places.first().copied();
        let read = spawn_blocking(move || reading::records(&lane, &places, &trouble)).await;
        let records: Vec<LogRecord> = match read {
            Ok(Ok(records)) => records,
            Ok(Err(error)) => return Err(SinkError::Passing(format!("the spool: {error}").into())),
            Err(error) => return Err(SinkError::Passing(error.to_string().into())),
        };
        Ok(LogBatch {
            account: name.configuration.account,
            room: self.planned.room,
            number: first.map_or(0, |place| name.number(place.segment, place.offset)),
            records,
        })
    }
}
