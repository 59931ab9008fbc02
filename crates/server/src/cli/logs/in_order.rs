//! The order of records restored where files do not keep it: a destination that was down gets a batch late, and a
//! delivery that failed half-way is written again. So many are held back; each passes once.

use super::record::Record;
use super::seen::Seen;
use model::Timestamp;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// As many as one batch of CloudWatch Logs has. The help of `logs` says it.
const MOST_RECORDS: usize = 10_000;
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Records in the order of their times; those of one time as they came.
pub(super) struct InOrder<'a, I: Iterator<Item = Record>> {
    records: I,
    seen: &'a mut Seen,
    held: BinaryHeap<Reverse<Held>>,
    bytes: usize,
    number: u64,
}

struct Held {
    number: u64,
    record: Record,
}

impl<'a, I: Iterator<Item = Record>> InOrder<'a, I> {
    /// Of these records, without those that were seen.
    pub(super) fn new(records: I, seen: &'a mut Seen) -> Self {
        Self { records, seen, held: BinaryHeap::new(), bytes: 0, number: 0 }
    }
}

impl<I: Iterator<Item = Record>> Iterator for InOrder<'_, I> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while self.held.len() < MOST_RECORDS && self.bytes < MOST_BYTES {
            let Some(record) = self.records.next() else { break };
            if self.seen.is_new(&record.id) {
                self.bytes += record.line.len();
                self.number += 1;
                self.held.push(Reverse(Held { number: self.number, record }));
            }
        }
        let Reverse(Held { record, .. }) = self.held.pop()?;
        self.bytes -= record.line.len();
        Some(record)
    }
}

impl Held {
    const fn key(&self) -> (Timestamp, u64) {
        (self.record.at, self.number)
    }
}

impl Ord for Held {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Held {}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: usize, ms: usize) -> Record {
        let at = format!("2026-11-21T16:00:{:02}.{:03}Z", ms / 1000, ms % 1000);
        let payload = format!(r#"{{"Id":"{id}","EventName":"e"}}"#);
        let line = format!(r#"{{"event_timestamp":"{at}","type":"EVENT","payload":{payload}}}"#);
        Record::parse(line.into_bytes()).unwrap()
    }

    fn ordered(records: impl IntoIterator<Item = Record>) -> Vec<usize> {
        let mut seen = Seen::default();
        InOrder::new(records.into_iter(), &mut seen).map(|record| record.id.parse().unwrap()).collect()
    }

    #[test]
    fn late_ones_find_their_place_and_repetitions_none() {
        let records = [(1, 10), (3, 30), (4, 30), (3, 30), (2, 20), (1, 10), (5, 30)];
        assert_eq!(ordered(records.map(|(id, ms)| record(id, ms))), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn so_many_are_held_and_no_more() {
        let late = MOST_RECORDS - 1;
        let records = |before: usize| (0..before).map(|n| record(n, 1 + n)).chain([record(99_999, 0)]);
        assert_eq!(ordered(records(late)).first(), Some(&99_999));
        assert_eq!(ordered(records(MOST_RECORDS)).get(..2), Some(&[0, 99_999][..]));
    }
}
