//! How far a lane is delivered, in two small files beside its segments.
//!
//! `cursor` has two slots that are written in turn, each with a number and a checksum: a write that was cut short
//! leaves the other. They are overwritten where they are, which needs no place on a full disk: else what frees the disk
//! could not go on. `confirmed` names the batches of the range under way that are delivered.

use super::range::RecordPlace;
use super::spool::Place;
use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

const CURSOR: &str = "cursor";
const CONFIRMED: &str = "confirmed";
/// A slot and what lies between two: never within one block of a disk.
const SLOT_BYTES: u64 = 4_096;
/// Number, two places of three words, whether there is the second, checksum.
const WORDS: usize = 9;

/// How far a lane is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Everything before it is delivered.
    pub(super) at: Place,
    /// The end of the range that is being delivered: after a restart it is cut in the same way again.
    pub(super) closed: Option<Place>,
}

impl Cursor {
    /// At a place, without a range.
    pub(super) const fn at(at: Place) -> Self {
        Self { at, closed: None }
    }

    /// The last place that is known to have been on the disk.
    pub(super) fn furthest(&self) -> Place {
        self.closed.map_or(self.at, |closed| closed.max(self.at))
    }

    fn encode(&self, number: u64) -> Vec<u8> {
        let end = self.closed.unwrap_or(self.at);
        let words = [
            number,
            self.at.segment,
            self.at.offset,
            self.at.record,
            end.segment,
            end.offset,
            end.record,
            u64::from(self.closed.is_some()),
        ];
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(u64::from(crc32fast::hash(&bytes)).to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8; WORDS * 8]) -> Option<(u64, Self)> {
        let words: Vec<u64> = bytes.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
        let [
            number,
            at_segment,
            at_offset,
            at_record,
            end_segment,
            end_offset,
            end_record,
            has_end,
            checksum,
        ] = words.try_into().ok()?;
        let summed = bytes.get(..(WORDS - 1) * 8)?;
        if number == 0 || u64::from(crc32fast::hash(summed)) != checksum {
            return None;
        }
        let at = Place { segment: at_segment, offset: at_offset, record: at_record };
        let end = Place { segment: end_segment, offset: end_offset, record: end_record };
        Some((number, Self { at, closed: (has_end != 0).then_some(end) }))
    }
}

/// The files of a lane's cursor.
#[derive(Debug)]
pub(super) struct CursorFiles {
    cursor: File,
    confirmed: File,
    /// Of the last write.
    number: u64,
}

impl CursorFiles {
    /// Makes the files of a new lane, or opens those there are; with what stands in them. Nothing where they cannot be
    /// understood.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn open(folder: &Path) -> io::Result<(Self, Option<Cursor>)> {
        let options = OpenOptions::new().read(true).create(true).mode(0o600).clone();
        let cursor = options.clone().write(true).truncate(false).open(folder.join(CURSOR))?;
        let confirmed = options.clone().append(true).open(folder.join(CONFIRMED))?;
        if cursor.metadata()?.len() < 2 * SLOT_BYTES {
            // The disk's blocks are taken now.
            cursor.write_all_at(&vec![0; usize::try_from(2 * SLOT_BYTES).unwrap_or_default()], 0)?;
            cursor.sync_all()?;
        }
        let mut newest: Option<(u64, Cursor)> = None;
        for slot in 0..2 {
            let mut bytes = [0; WORDS * 8];
            cursor.read_exact_at(&mut bytes, slot * SLOT_BYTES)?;
            newest = newest.into_iter().chain(Cursor::decode(&bytes)).max_by_key(|(number, _)| *number);
        }
        let number = newest.map_or(0, |(number, _)| number);
        Ok((Self { cursor, confirmed, number }, newest.map(|(_, cursor)| cursor)))
    }

    /// Writes a cursor, for good.
    ///
    /// # Errors
    /// The system's. What was there before is there still.
    pub(super) fn write(&mut self, cursor: &Cursor) -> io::Result<()> {
        let number = self.number + 1;
        self.cursor.write_all_at(&cursor.encode(number), number % 2 * SLOT_BYTES)?;
        self.cursor.sync_data()?;
        self.number = number;
        Ok(())
    }

    /// Notes that the batch whose first record stands there is delivered. Not for good: after the machine has lost its
    /// power it may go out again.
    pub(super) fn confirm(&mut self, first: RecordPlace) -> io::Result<()> {
        let bytes = [first.segment.to_le_bytes(), first.offset.to_le_bytes()].concat();
        self.confirmed.write_all(&bytes)
    }

    /// Forgets the batches of a range that is over.
    pub(super) fn forget_confirmed(&mut self) -> io::Result<()> {
        self.confirmed.set_len(0)
    }

    /// The first records of the batches that are noted. A place is never used twice, so what was not forgotten does no
    /// harm.
    pub(super) fn confirmed(folder: &Path) -> io::Result<HashSet<RecordPlace>> {
        let bytes = fs::read(folder.join(CONFIRMED))?;
        let (words, _) = bytes.as_chunks::<8>();
        let pairs = words.chunks_exact(2).filter_map(|pair| match pair {
            [segment, offset] => Some(RecordPlace {
                segment: u64::from_le_bytes(*segment),
                offset: u64::from_le_bytes(*offset),
            }),
            _ => None,
        });
        Ok(pairs.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(record: u64) -> Place {
        Place { segment: 3, offset: 160 + record, record }
    }

    fn read(folder: &Path) -> Option<Cursor> {
        CursorFiles::open(folder).unwrap().1
    }

    #[test]
    fn the_last_that_was_written_whole_counts() {
        let folder = tempfile::tempdir().unwrap();
        let (mut files, cursor) = CursorFiles::open(folder.path()).unwrap();
        assert_eq!(cursor, None);
        let cursors = [
            Cursor::at(place(7)),
            Cursor { at: place(7), closed: Some(place(9)) },
            Cursor::at(place(9)),
            Cursor { at: place(9), closed: Some(place(20)) },
        ];
        let path = folder.path().join(CURSOR);
        for (index, cursor) in cursors.iter().enumerate() {
            let before = fs::read(&path).unwrap();
            files.write(cursor).unwrap();
            assert_eq!(read(folder.path()), Some(*cursor));
            // Each byte of the write that did not come to the disk.
            let after = fs::read(&path).unwrap();
            for at in (0..after.len()).filter(|at| before[*at] != after[*at]) {
                let mut torn = after.clone();
                torn[at] = before[at];
                fs::write(&path, &torn).unwrap();
                let expected = index.checked_sub(1).map(|index| cursors[index]);
                assert_eq!(read(folder.path()), expected, "{index} {at}");
            }
            fs::write(&path, &after).unwrap();
        }
        assert_eq!(cursors[1].furthest(), place(9));
        assert_eq!(fs::metadata(&path).unwrap().len(), 2 * SLOT_BYTES, "it never grows");
    }

    #[test]
    fn confirmed_batches_are_known_by_their_first_record() {
        let folder = tempfile::tempdir().unwrap();
        let (mut files, _) = CursorFiles::open(folder.path()).unwrap();
        let places = [1, 2].map(|segment| RecordPlace { segment, offset: 16 });
        places.iter().for_each(|place| files.confirm(*place).unwrap());
        drop(files);
        let (mut files, _) = CursorFiles::open(folder.path()).unwrap();
        assert_eq!(CursorFiles::confirmed(folder.path()).unwrap(), HashSet::from(places));
        files.forget_confirmed().unwrap();
        assert!(CursorFiles::confirmed(folder.path()).unwrap().is_empty());
    }
}
