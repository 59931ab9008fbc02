//! Reading a lane back from the disk. Each call blocks.

use super::batch::LogRecord;
use super::lane::Lane;
use super::range::{OpenRange, RecordPlace, Seen};
use super::spool::Place;
use super::spool::files::{Read, Reader};
use super::trouble::Trouble;
use model::Now;
use std::io;

/// Reads on into an open range: as far as it takes more, there is more, and not beyond `until`. What is damaged is
/// passed over, counted and told.
pub(super) fn fill(
    lane: &Lane,
    open: &mut OpenRange,
    until: Option<Place>,
    (now, trouble): (Now, &Trouble),
) -> io::Result<()> {
    let mut reader = Reader::default();
    while !open.is_full()
        && let Some((place, bytes)) =
            lane.readable(open.to).filter(|(place, _)| until.is_none_or(|end| *place < end))
    {
        let end = until.filter(|end| end.segment == place.segment).map_or(bytes, |end| end.offset.min(bytes));
        let mut is_taken = true;
        let read = reader.scan(&lane.folder, place, end, &mut |start, end, record| {
            let seen = Seen { room: record.room, at: record.at, line_bytes: record.line.len() as u64 };
            is_taken = is_taken && !open.is_full() && open.take(start, end, seen, now);
        });
        match read {
            Ok(Read::Records(_)) => {}
            Ok(Read::End) => return Ok(()),
            Ok(Read::Damage) => pass_over(lane, open, place, trouble),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Removed to make room, or by somebody else.
                if lane.readable(place).is_some_and(|(again, _)| again == place) {
                    pass_over(lane, open, place, trouble);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn pass_over(lane: &Lane, open: &mut OpenRange, from: Place, trouble: &Trouble) {
    let next = lane.after_segment(from).unwrap_or_else(|| lane.end());
    let lost = next.record.saturating_sub(from.record);
    lane.counters.lost_to_damage.add(lost);
    trouble.lost(&lane.name, lost, "they cannot be read from the disk");
    open.skip(next);
}

/// Reads the records at these places. Those of a segment that was removed to make room are left out: they were counted
/// then.
pub(super) fn records(lane: &Lane, places: &[RecordPlace], trouble: &Trouble) -> io::Result<Vec<LogRecord>> {
    let mut reader = Reader::default();
    let mut records = Vec::with_capacity(places.len());
    let mut lost = 0;
    for place in places {
        match reader.record(&lane.folder, place.segment, place.offset) {
            Ok(Some(record)) => records.push(record.to_record()),
            Ok(None) => lost += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                lost += u64::from(lane.has_segment(place.segment));
            }
            Err(error) => return Err(error),
        }
    }
    if lost > 0 {
        lane.counters.lost_to_damage.add(lost);
        trouble.lost(&lane.name, lost, "they cannot be read from the disk");
    }
    Ok(records)
}
