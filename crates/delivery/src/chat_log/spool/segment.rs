//! The form of a segment: a file of records, each with its length and a checksum. Pure; reads and writes no file.
//!
//! ```text
//! segment  "HUBBUBL1" ‖ number of its first record, u64
//! record   length of the body, u32 ‖ CRC-32 of the body, u32 ‖ body
//! body     milliseconds since 1970, i64 ‖ room, 12 characters ‖ line
//! ```
//!
//! Numbers are little-endian. A record that is cut off or damaged ends what can be read of its segment.

use crate::chat_log::batch::LogRecord;
use model::{Id, Timestamp};

const MAGIC: &[u8; 8] = b"HUBBUBL1";
/// Bytes before the first record.
pub(crate) const HEADER_BYTES: usize = 16;
/// Bytes before a record's body.
const FRAME_BYTES: usize = 8;
/// Bytes of a body before its line.
const BODY_HEAD_BYTES: usize = 8 + Id::LENGTH;
/// The longest body. A message of 500 code points with its attributes, escaped, has some 20 KB.
pub(crate) const BODY_BYTES_MAX: usize = 256 * 1024;

/// The beginning of a segment.
pub(super) fn header(first_record: u64) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    let (magic, number) = header.split_at_mut(MAGIC.len());
    magic.copy_from_slice(MAGIC);
    number.copy_from_slice(&first_record.to_le_bytes());
    header
}

/// The number of the first record of a segment that begins so; none if it is no segment.
pub(super) fn parse_header(bytes: &[u8]) -> Option<u64> {
    let number = bytes.strip_prefix(MAGIC)?.first_chunk()?;
    Some(u64::from_le_bytes(*number))
}

/// Appends a record.
pub(crate) fn encode(record: &LogRecord, to: &mut Vec<u8>) {
    let body_bytes = BODY_HEAD_BYTES + record.line.len();
    to.reserve(FRAME_BYTES + body_bytes);
    let at = to.len();
    to.extend_from_slice(&u32::try_from(body_bytes).unwrap_or(u32::MAX).to_le_bytes());
    to.extend_from_slice(&[0; 4]);
    to.extend_from_slice(&record.at.as_millisecond().to_le_bytes());
    to.extend_from_slice(record.room.as_str().as_bytes());
    to.extend_from_slice(&record.line);
    let body = to.get(at + FRAME_BYTES..).map(crc32fast::hash).unwrap_or_default();
    if let Some(place) = to.get_mut(at + 4..at + FRAME_BYTES) {
        place.copy_from_slice(&body.to_le_bytes());
    }
}

/// What stands at the beginning of `bytes`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decoded<'a> {
    /// A record, and how many bytes it takes in all.
    Record(RecordView<'a>, usize),
    /// The beginning of one, or nothing.
    Incomplete,
    /// No record.
    Damaged,
}

/// A record where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordView<'a> {
    pub(crate) at: Timestamp,
    pub(crate) room: Id,
    pub(crate) line: &'a [u8],
}

impl RecordView<'_> {
    pub(crate) fn to_record(self) -> LogRecord {
        LogRecord { at: self.at, room: self.room, line: self.line.into() }
    }
}

/// Reads the record that `bytes` begin with.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    let Some((length, rest)) = split_u32(bytes) else { return Decoded::Incomplete };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if !(BODY_HEAD_BYTES..=BODY_BYTES_MAX).contains(&length) {
        return Decoded::Damaged;
    }
    let Some((checksum, rest)) = split_u32(rest) else { return Decoded::Incomplete };
    let Some(body) = rest.get(..length) else { return Decoded::Incomplete };
    match parse_body(body).filter(|_| crc32fast::hash(body) == checksum) {
        Some(record) => Decoded::Record(record, FRAME_BYTES + length),
        None => Decoded::Damaged,
    }
}

fn split_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*number), rest))
}

fn parse_body(body: &[u8]) -> Option<RecordView<'_>> {
    let (milliseconds, rest) = body.split_first_chunk()?;
    let (room, line) = rest.split_at_checked(Id::LENGTH)?;
    let at = Timestamp::from_millisecond(i64::from_le_bytes(*milliseconds)).ok()?;
    Some(RecordView { at, room: Id::parse(std::str::from_utf8(room).ok()?).ok()?, line })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
    use proptest::sample::Index;

    fn record(line: &[u8]) -> LogRecord {
        LogRecord {
            at: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
            room: Id::parse("AbCdEfGhIjKl").unwrap(),
            line: line.into(),
        }
    }

    fn encoded(line: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(&record(line), &mut bytes);
        bytes
    }

    #[test]
    fn a_header_names_its_first_record() {
        assert_eq!(parse_header(&header(7)), Some(7));
        assert_eq!(parse_header(b"HUBBUBL1\x07\0"), None);
        assert_eq!(parse_header(&[0; HEADER_BYTES]), None);
    }

    #[test]
    fn zeros_are_no_record() {
        assert_eq!(decode(&[0; 4096]), Decoded::Damaged, "as a disk leaves them that lost its power");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_again(line in proptest::collection::vec(any::<u8>(), 0..2_000), rest: Vec<u8>) {
            let mut bytes = encoded(&line);
            let length = bytes.len();
            bytes.extend(rest);
            let Decoded::Record(view, taken) = decode(&bytes) else { panic!("no record") };
            prop_assert_eq!((view.to_record(), taken), (record(&line), length));
        }

        #[test]
        fn a_record_that_is_cut_off_is_incomplete(line in "[a-z]{0,50}", cut in 1_usize..70) {
            let bytes = encoded(line.as_bytes());
            let kept = bytes.len().saturating_sub(cut);
            prop_assert_eq!(decode(&bytes[..kept]), Decoded::Incomplete);
        }

        #[test]
        fn a_changed_bit_is_noticed(line in "[a-z]{1,50}", at: Index, bit in 0..8_u8) {
            let mut bytes = encoded(line.as_bytes());
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(!matches!(decode(&bytes), Decoded::Record(..)));
        }

        #[test]
        fn nothing_panics(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
