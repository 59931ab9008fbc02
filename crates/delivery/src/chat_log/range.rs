//! Cutting a lane into ranges and batches: a range is a stretch of the spool that is delivered as a whole before the
//! next one begins, a batch what goes of it to the destination at once. Pure.

use super::batch::BatchLimits;
use super::spool::Place;
use model::{Id, Now, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// The most bytes of lines in a range, whatever the batches may hold: what is remembered of each record is bounded so.
const RANGE_BYTES: u64 = 64 * 1024 * 1024;

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RecordPlace {
    pub(super) segment: u64,
    pub(super) offset: u64,
}

/// A batch, not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    /// The room, where each has batches of its own.
    pub(super) room: Option<Id>,
    /// In the order of the spool.
    pub(super) records: Vec<RecordPlace>,
    /// With what is counted beside each line.
    pub(super) bytes: u64,
}

impl Planned {
    /// What it is known by.
    pub(super) fn first(&self) -> RecordPlace {
        self.records.first().copied().unwrap_or(RecordPlace { segment: 0, offset: 0 })
    }
}

/// A record as it is read for the first time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) room: Id,
    pub(super) at: Timestamp,
    pub(super) line_bytes: u64,
}

/// A range that takes records still.
#[derive(Debug)]
pub(super) struct OpenRange {
    limits: BatchLimits,
    pub(super) from: Place,
    pub(super) to: Place,
    batches: Vec<Planned>,
    /// Which batch a room's records are in.
    by_room: HashMap<Id, usize>,
    bytes: u64,
    /// When the first record was sent, and when it was read.
    began: Option<(Timestamp, Now)>,
    is_full: bool,
}

/// A range that is to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: Place,
    pub(super) to: Place,
    /// In the order in which their first records stand in the spool: always the same for the same range.
    pub(super) batches: Vec<Planned>,
}

impl OpenRange {
    pub(super) fn new(limits: BatchLimits, from: Place) -> Self {
        Self {
            limits,
            from,
            to: from,
            batches: Vec::new(),
            by_room: HashMap::new(),
            bytes: 0,
            began: None,
            is_full: false,
        }
    }

    /// A range that was closed before, and is cut in the same way again: its limits are known by its end alone.
    pub(super) fn again(limits: BatchLimits, from: Place) -> Self {
        Self::new(BatchLimits { bytes: u64::MAX, records: u64::MAX, ..limits }, from)
    }

    pub(super) const fn limits(&self) -> BatchLimits {
        self.limits
    }

    pub(super) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Whether there is something of this room.
    pub(super) fn has(&self, room: Id) -> bool {
        self.by_room.contains_key(&room)
    }

    /// Takes the record that stands from `place` on; false if it must begin the next range.
    pub(super) fn take(&mut self, place: Place, end: Place, seen: Seen, now: Now) -> bool {
        let bytes = seen.line_bytes + self.limits.bytes_beside;
        let room = self.limits.is_by_room.then_some(seen.room);
        let at =
            *self.by_room.entry(seen.room).or_insert(if room.is_some() { self.batches.len() } else { 0 });
        let record = RecordPlace { segment: place.segment, offset: place.offset };
        match self.batches.get_mut(at) {
            Some(batch) if batch.bytes + bytes > self.limits.bytes => {
                self.is_full = true;
                return false;
            }
            Some(batch) => {
                batch.records.push(record);
                batch.bytes += bytes;
                self.is_full |= batch.records.len() as u64 >= self.limits.records;
            }
            None => self.batches.push(Planned { room, records: vec![record], bytes }),
        }
        self.bytes += seen.line_bytes;
        self.is_full |=
            self.limits.records <= 1 || (self.bytes >= RANGE_BYTES && self.limits.bytes != u64::MAX);
        self.began.get_or_insert((seen.at, now));
        self.to = end;
        true
    }

    /// Passes over what cannot be read, up to `end`.
    pub(super) fn skip(&mut self, end: Place) {
        if self.is_empty() {
            self.from = end;
        }
        self.to = end;
    }

    /// Whether it takes no more.
    pub(super) const fn is_full(&self) -> bool {
        self.is_full
    }

    /// How long its first record may still wait for others; none without a record. A clock that was set back does not
    /// make it wait longer, and what lay on the disk over a restart has waited already.
    pub(super) fn patience(&self, now: Now) -> Option<Duration> {
        let (sent_at, read) = self.began?;
        let since_sent = Duration::try_from(now.wall.duration_since(sent_at)).unwrap_or_default();
        let since_read = now.monotonic.since(read.monotonic);
        Some(self.limits.wait.saturating_sub(since_sent.max(since_read)))
    }

    pub(super) fn close(self) -> Range {
        Range { from: self.from, to: self.to, batches: self.batches }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Monotonic;

    fn limits(is_by_room: bool, bytes: u64, records: u64) -> BatchLimits {
        BatchLimits { is_by_room, wait: Duration::from_secs(10), bytes, bytes_beside: 2, records, at_once: 1 }
    }

    fn room(letter: char) -> Id {
        Id::parse(&letter.to_string().repeat(12)).unwrap()
    }

    fn now(seconds: i64) -> Now {
        Now {
            wall: Timestamp::from_second(seconds).unwrap(),
            monotonic: Monotonic::from_nanos(u64::try_from(seconds).unwrap() * 1_000_000_000),
        }
    }

    fn place(record: u64) -> Place {
        Place { segment: 1, offset: record * 10, record }
    }

    /// Puts in records of 8 bytes, with 2 beside, one for each letter, as long as they are taken.
    fn range(limits: BatchLimits, rooms: &str) -> (OpenRange, usize) {
        let mut open = OpenRange::new(limits, place(0));
        for (letter, record) in rooms.chars().zip(0..) {
            let seen = Seen { room: room(letter), at: now(100).wall, line_bytes: 8 };
            if open.is_full() || !open.take(place(record), place(record + 1), seen, now(100)) {
                return (open, usize::try_from(record).unwrap());
            }
        }
        (open, rooms.len())
    }

    fn shapes(range: &Range) -> Vec<(String, usize)> {
        let name = |room: Option<Id>| room.map_or(String::new(), |room| room.as_str()[..1].to_owned());
        range.batches.iter().map(|batch| (name(batch.room), batch.records.len())).collect()
    }

    fn check(limits: BatchLimits, rooms: &str, taken: usize, expected: &[(&str, usize)]) {
        let (open, took) = range(limits, rooms);
        assert_eq!(took, taken, "{rooms}");
        let closed = open.close();
        let expected: Vec<_> = expected.iter().map(|(room, count)| ((*room).to_owned(), *count)).collect();
        assert_eq!(shapes(&closed), expected, "{rooms}");
        assert_eq!((closed.from, closed.to), (place(0), place(taken as u64)), "{rooms}");
    }

    #[test]
    fn a_range_ends_when_one_batch_is_full() {
        check(limits(true, 1000, 100), "bab", 3, &[("b", 2), ("a", 1)]);
        check(limits(true, 30, 100), "aabaab", 4, &[("a", 3), ("b", 1)]);
        check(limits(true, 1000, 2), "abbaa", 3, &[("a", 1), ("b", 2)]);
        check(limits(false, 1000, 3), "abcde", 3, &[("", 3)]);
        check(limits(false, 20, 100), "abcde", 2, &[("", 2)]);
        check(limits(true, 5, 100), "aab", 1, &[("a", 1)]);
        check(limits(true, 1000, 1), "ab", 1, &[("a", 1)]);
    }

    #[test]
    fn a_range_knows_the_rooms_that_are_in_it() {
        for is_by_room in [true, false] {
            let (open, _) = range(limits(is_by_room, 1000, 100), "aba");
            assert_eq!(['a', 'b', 'c'].map(|letter| open.has(room(letter))), [true, true, false]);
        }
    }

    #[test]
    fn the_first_record_waits_and_no_longer() {
        let (open, _) = range(limits(true, 1000, 100), "a");
        assert_eq!(open.patience(now(100)), Some(Duration::from_secs(10)));
        assert_eq!(open.patience(now(107)), Some(Duration::from_secs(3)));
        assert_eq!(open.patience(now(150)), Some(Duration::ZERO));
        let set_back = Now { wall: now(50).wall, ..now(107) };
        assert_eq!(open.patience(set_back), Some(Duration::from_secs(3)));
        let after_a_restart = Now { monotonic: Monotonic::default(), ..now(109) };
        assert_eq!(open.patience(after_a_restart), Some(Duration::from_secs(1)));
        assert_eq!(OpenRange::new(limits(true, 1, 1), place(0)).patience(now(1)), None);
    }

    #[test]
    fn what_cannot_be_read_is_passed_over() {
        let mut open = OpenRange::new(limits(true, 1000, 100), place(0));
        open.skip(place(5));
        assert_eq!((open.from, open.to, open.is_empty()), (place(5), place(5), true));
        let seen = Seen { room: room('a'), at: now(100).wall, line_bytes: 8 };
        assert!(open.take(place(5), place(6), seen, now(100)));
        open.skip(place(9));
        assert_eq!((open.from, open.to), (place(5), place(9)));
    }
}
