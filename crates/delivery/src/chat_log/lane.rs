//! A lane: all that one configuration has for one of its destinations, from the disk to the destination. What of it the
//! writing thread and the delivering task share.

use super::counters::LogCounters;
use super::cursor::Cursor;
use super::lane_name::LaneName;
use super::share::Share;
use super::spool::{Place, Segment};
use model::{Destination, Id};
use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// How many rooms are told apart that must not wait; beyond, nothing in the lane waits.
pub(super) const MOST_FLUSHED_ROOMS: usize = 1_000;

/// A lane.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) name: LaneName,
    pub(super) destination: Destination,
    pub(super) folder: PathBuf,
    pub(super) counters: Arc<LogCounters>,
    state: Mutex<State>,
    /// Wakes the delivering task.
    changed: Notify,
    /// Ends a pause of the delivering task.
    urged: Notify,
    /// How much may lie on the disk of each lane.
    share: Arc<Share>,
    /// How far it has delivered.
    delivered: watch::Sender<u64>,
    /// Whether it has come to its end.
    finished: watch::Sender<bool>,
}

#[derive(Debug)]
struct State {
    /// On the disk, oldest first.
    segments: VecDeque<Segment>,
    /// Where the next segment begins, if there is none.
    next: Place,
    /// The last segment may be written on: the disk has not lost what was behind it.
    is_whole: bool,
    /// The last segment is being written on.
    is_writing: bool,
    /// What is said goes elsewhere; what was said before may still come.
    is_retired: bool,
    /// What is in it will not be delivered.
    is_given_up: bool,
    /// Nothing will be added any more.
    is_sealed: bool,
    /// Up to here nothing may wait for others.
    flush_to: u64,
    /// Nor may what these rooms said.
    flush_rooms: BTreeSet<Id>,
}

impl Lane {
    /// A lane with what was found of it on the disk, and how far it had been delivered.
    pub(super) fn new(
        (name, destination): (LaneName, Destination),
        folder: PathBuf,
        (counters, share): (Arc<LogCounters>, Arc<Share>),
        segments: Vec<Segment>,
        cursor: &Cursor,
    ) -> Self {
        let delivered = cursor.at;
        let next = segments.last().map_or(delivered, Segment::end).max(cursor.furthest());
        let is_whole = segments.last().is_some_and(|last| last.end() >= cursor.furthest());
        let state = State {
            // Should the disk have lost what is known to be delivered, its place is not written on again.
            segments: segments.into_iter().filter(|segment| segment.end() > delivered).collect(),
            next: Place { segment: next.segment + 1, offset: 0, record: next.record },
            is_whole,
            is_writing: false,
            is_retired: false,
            is_given_up: false,
            is_sealed: false,
            flush_to: 0,
            flush_rooms: BTreeSet::new(),
        };
        Self {
            name,
            destination,
            folder,
            counters,
            share,
            state: Mutex::new(state),
            changed: Notify::new(),
            urged: Notify::new(),
            delivered: watch::channel(delivered.record).0,
            finished: watch::channel(false).0,
        }
    }

    /// Waits until something has changed since the last time.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The writer begins: the segment that is to be written on, or else the number and first record of a new one.
    pub(super) fn begin_write(&self, segment_bytes: u64) -> Result<Segment, (u64, u64)> {
        let mut state = self.lock();
        state.is_writing = true;
        match state.segments.back() {
            Some(last) if last.bytes < segment_bytes && state.is_whole => Ok(*last),
            _ => Err((state.next.segment, state.next.record)),
        }
    }

    /// The writer is done; with the segment as it is now, if something was written.
    pub(super) fn end_write(&self, written: Option<Segment>) {
        let mut state = self.lock();
        state.is_writing = false;
        let Some(written) = written else { return };
        match state.segments.back_mut() {
            Some(last) if last.number == written.number => *last = written,
            _ => state.segments.push_back(written),
        }
        state.is_whole = true;
        let end = written.end();
        state.next = Place { segment: end.segment + 1, offset: 0, record: end.record };
        drop(state);
        self.changed.notify_one();
    }

    /// The oldest segments that are too much if `most` bytes may lie on the disk, or the lane's share of all; the
    /// newest always stays. They are out of the lane with this; the second value is how many undelivered records they
    /// hold.
    pub(super) fn take_excess(&self, most: u64) -> (Vec<u64>, u64) {
        let most = most.min(self.share.bytes());
        let mut state = self.lock();
        let mut bytes: u64 = state.segments.iter().map(|segment| segment.bytes).sum();
        let (mut removed, mut lost) = (Vec::new(), 0);
        let delivered = *self.delivered.borrow();
        while bytes > most
            && state.segments.len() > 1
            && let Some(oldest) = state.segments.pop_front()
        {
            bytes -= oldest.bytes;
            lost += oldest.end().record.saturating_sub(oldest.first_record.max(delivered));
            removed.push(oldest.number);
        }
        (removed, lost)
    }

    /// The segments that are delivered up to `place`. They are out of the lane with this. The one that is written on is
    /// among them when all of it is delivered: what was confirmed does not stay on the disk.
    pub(super) fn take_delivered(&self, place: Place) -> Vec<u64> {
        let mut state = self.lock();
        self.delivered.send_replace(place.record);
        let mut removed = Vec::new();
        while let Some(oldest) = state.segments.front()
            && oldest.end().record <= place.record
            && (state.segments.len() > 1 || !state.is_writing)
        {
            removed.extend(state.segments.pop_front().map(|segment| segment.number));
        }
        removed
    }

    /// Where what can be read goes on after `place`: there, or at the next segment; none at the end. The second value
    /// is the length of the segment.
    pub(super) fn readable(&self, place: Place) -> Option<(Place, u64)> {
        let state = self.lock();
        let next = state.segments.iter().find(|segment| segment.end() > place && segment.records > 0)?;
        Some((place.max(next.start()), next.bytes))
    }

    /// The next segment after that of `place`.
    pub(super) fn after_segment(&self, place: Place) -> Option<Place> {
        let state = self.lock();
        state.segments.iter().find(|segment| segment.number > place.segment).map(Segment::start)
    }

    /// Whether this segment should be on the disk.
    pub(super) fn has_segment(&self, number: u64) -> bool {
        self.lock().segments.iter().any(|segment| segment.number == number)
    }

    /// Behind everything that is on the disk.
    pub(super) fn end(&self) -> Place {
        let state = self.lock();
        state.segments.back().map_or(state.next, Segment::end)
    }

    /// What is said goes elsewhere from now on.
    pub(super) fn retire(&self) {
        self.lock().is_retired = true;
    }

    pub(super) fn is_retired(&self) -> bool {
        let state = self.lock();
        state.is_retired || state.is_sealed
    }

    /// What is in it will not be delivered; false if that was so before.
    pub(super) fn give_up(&self) -> bool {
        !std::mem::replace(&mut self.lock().is_given_up, true)
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.lock().is_given_up
    }

    /// Nothing will be added any more: what is there is delivered, and then there is nothing.
    pub(super) fn seal(&self) {
        self.lock().is_sealed = true;
        self.changed.notify_one();
        self.urge();
    }

    /// Whoever waits because the destination failed tries again now.
    pub(super) fn urge(&self) {
        self.urged.notify_one();
    }

    /// Waits until somebody has urged.
    pub(super) async fn urged(&self) {
        self.urged.notified().await;
    }

    /// It has come to its end: nothing of it is anywhere.
    pub(super) fn finish(&self) {
        // Nobody waits for what will not come.
        self.delivered.send_replace(u64::MAX);
        self.finished.send_replace(true);
    }

    /// Waits for its end.
    pub(super) async fn finished(&self) {
        let mut finished = self.finished.subscribe();
        // The sender lives in here.
        let _ = finished.wait_for(|finished| *finished).await;
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.lock().is_sealed
    }

    /// What is on the disk now is delivered without waiting for more. Answers how far that is.
    pub(super) fn flush(&self) -> u64 {
        let mut state = self.lock();
        state.flush_to = state.next.record;
        let to = state.flush_to;
        drop(state);
        self.changed.notify_one();
        self.urge();
        to
    }

    /// What is on the disk now of this room is delivered without waiting for more; of all rooms, if there are too many
    /// of this kind.
    pub(super) fn flush_room(&self, room: Id) {
        let mut state = self.lock();
        state.flush_rooms.insert(room);
        if state.flush_rooms.len() > MOST_FLUSHED_ROOMS {
            state.flush_rooms.clear();
            state.flush_to = state.next.record;
        }
        drop(state);
        self.changed.notify_one();
    }

    /// The rooms whose records must not wait; each is told once. To be asked before what is on the disk is read.
    pub(super) fn take_flushed_rooms(&self) -> BTreeSet<Id> {
        std::mem::take(&mut self.lock().flush_rooms)
    }

    /// Whether a range from `record` on must not wait for others.
    pub(super) fn must_go(&self, record: u64) -> bool {
        let state = self.lock();
        state.is_sealed || record < state.flush_to
    }

    /// Waits until this many records are delivered, or given up.
    pub(super) async fn delivered(&self, records: u64) {
        let mut delivered = self.delivered.subscribe();
        // The sender lives in here.
        let _ = delivered.wait_for(|delivered| *delivered >= records).await;
    }

    /// Bytes on the disk, and records that are not delivered.
    pub(super) fn backlog(&self) -> (u64, u64) {
        let state = self.lock();
        let bytes = state.segments.iter().map(|segment| segment.bytes).sum();
        let oldest = state.segments.front().map_or(state.next.record, |segment| segment.first_record);
        (bytes, state.next.record.saturating_sub(oldest.max(*self.delivered.borrow())))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
