//! What the writer has and is not on the disk yet, lane by lane, encoded. Knows no file.

use super::queue::Said;
use super::segment;
use crate::chat_log::batch::LogRecord;
use crate::chat_log::lane::Lane;
use crate::chat_log::lane_name::LaneName;
use crate::chat_log::record;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What is counted for a record beside its bytes: its place in [`Bundle::records`].
const RECORD_BYTES: usize = size_of::<(u64, usize)>();

/// What is to be written to one lane, oldest first.
#[derive(Debug)]
pub(super) struct Bundle {
    pub(super) lane: Arc<Lane>,
    bytes: VecDeque<u8>,
    /// Of each record the queue's number and the length.
    records: VecDeque<(u64, usize)>,
    /// Nothing comes behind it.
    pub(super) is_last: bool,
    /// For how many rounds it is left alone, because it could not be written.
    pub(super) rests: u32,
}

impl Bundle {
    fn new(lane: Arc<Lane>) -> Self {
        Self { lane, bytes: VecDeque::new(), records: VecDeque::new(), is_last: false, rests: 0 }
    }

    fn push(&mut self, number: u64, encoded: &[u8]) {
        self.bytes.extend(encoded);
        self.records.push_back((number, encoded.len()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The first records: as many as have `most` bytes, and at least one; and how many that are. None if there is none.
    pub(super) fn first(&mut self, most: usize) -> Option<(&[u8], usize)> {
        let (mut bytes, mut count) = (0, 0);
        for (_, length) in &self.records {
            if count > 0 && bytes + length > most {
                break;
            }
            bytes += length;
            count += 1;
        }
        let first = self.bytes.make_contiguous().get(..bytes)?;
        (count > 0).then_some((first, count))
    }

    /// Takes the first records off.
    pub(super) fn drop_first(&mut self, count: usize) {
        let bytes = self.records.drain(..count.min(self.records.len())).map(|(_, length)| length).sum();
        self.bytes.drain(..self.bytes.len().min(bytes));
    }

    /// Takes no more memory than it needs: it may be held for long.
    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.records.shrink_to_fit();
    }

    /// What it costs of memory.
    fn size(&self) -> usize {
        self.bytes.len() + self.records.len() * RECORD_BYTES
    }

    /// Gives up the oldest records, until it costs no more than this. Answers how many.
    pub(super) fn give_up(&mut self, most: usize) -> u64 {
        let (mut size, mut count) = (self.size(), 0);
        for (_, length) in &self.records {
            if size <= most {
                break;
            }
            size -= length + RECORD_BYTES;
            count += 1;
        }
        self.drop_first(count);
        let lost = count as u64;
        self.lane.counters.lost_before_disk.add(lost);
        lost
    }
}

/// All that is to be written.
#[derive(Debug, Default)]
pub(super) struct Bundles(pub(super) BTreeMap<LaneName, Bundle>);

impl Bundles {
    /// Encodes what was said.
    pub(super) fn add(&mut self, said: impl IntoIterator<Item = Said>) {
        let mut encoded = Vec::new();
        for Said { number, publication, lanes } in said {
            encoded.clear();
            let line = record::render(&publication).into();
            let record = LogRecord { at: publication.sent_at, room: publication.room.id, line };
            segment::encode(&record, &mut encoded);
            for lane in lanes {
                self.of(lane).push(number, &encoded);
            }
        }
    }

    /// Nothing comes to this lane any more.
    pub(super) fn seal(&mut self, lane: Arc<Lane>) {
        self.of(lane).is_last = true;
    }

    fn of(&mut self, lane: Arc<Lane>) -> &mut Bundle {
        self.0.entry(lane.name).or_insert_with(|| Bundle::new(lane))
    }

    /// Gives up the oldest records of each lane that has more than its share, until all costs no more than this: who
    /// has little loses nothing to who has much. Answers how many.
    pub(super) fn make_room(&mut self, most: usize) -> u64 {
        let mut bundles: Vec<&mut Bundle> = self.0.values_mut().collect();
        bundles.sort_by_key(|bundle| bundle.size());
        let (mut left, mut lost) = (most, 0);
        let lanes = bundles.len();
        for (before, bundle) in bundles.into_iter().enumerate() {
            lost += bundle.give_up(left / (lanes - before));
            left = left.saturating_sub(bundle.size());
        }
        lost
    }

    /// Of each lane that has something the number of the oldest.
    pub(super) fn oldest(&self) -> BTreeMap<LaneName, u64> {
        let oldest =
            |(name, bundle): (&LaneName, &Bundle)| Some((*name, bundle.records.front().map(|it| it.0)?));
        self.0.iter().filter_map(oldest).collect()
    }
}

#[cfg(test)]
mod tests;
