//! What a message carries so that its arrival can be measured: when it was due, and its number in its room. Must not
//! know sockets.

use memchr::memmem::Finder;
use std::fmt::Write as _;
use std::time::Duration;

/// `[t=` and what follows it: 16 hexadecimal digits, ` n=`, 8 more, `]`.
const BEGINNING: &[u8] = b"[t=";

/// Length of a stamp.
const STAMP_BYTES: usize = 31;

/// When a message was due, since the crowd's start, and its number in its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) due: Duration,
    pub(crate) number: u32,
}

/// Writes the `SEND_MESSAGE` action for a message whose content is `bytes` long, or as long as a stamp if that is
/// more. Source: Messaging API reference, "SendMessage".
pub(crate) fn write_message(stamp: Stamp, room: u32, bytes: usize, out: &mut String) {
    out.clear();
    let (due, number) = (u64::try_from(stamp.due.as_nanos()).unwrap_or(u64::MAX), stamp.number);
    // Writing to a string does not fail.
    let _ = write!(
        out,
        concat!(
            r#"{{"Action":"SEND_MESSAGE","RequestId":"{room:08x}{number:08x}","#,
            r#""Content":"[t={due:016x} n={number:08x}]"#
        ),
        room = room,
        number = number,
        due = due
    );
    out.extend(std::iter::repeat_n('x', bytes.saturating_sub(STAMP_BYTES)));
    out.push_str("\"}");
}

/// Finds stamps in frames.
#[derive(Debug)]
pub(crate) struct StampReader {
    beginning: Finder<'static>,
    error: Finder<'static>,
}

impl StampReader {
    pub(crate) fn new() -> Self {
        Self { beginning: Finder::new(BEGINNING), error: Finder::new(b"\"Type\":\"ERROR\"") }
    }

    /// The frame's stamp.
    pub(crate) fn stamp(&self, frame: &[u8]) -> Option<Stamp> {
        self.beginning.find_iter(frame).find_map(|at| parse(frame.get(at + BEGINNING.len()..)?))
    }

    /// Whether the frame says that an action failed. Source: Messaging API reference, "Error".
    pub(crate) fn is_error(&self, frame: &[u8]) -> bool {
        self.error.find(frame).is_some()
    }
}

fn parse(after_beginning: &[u8]) -> Option<Stamp> {
    let (due, rest) = after_beginning.split_at_checked(16)?;
    let (number, rest) = rest.strip_prefix(b" n=")?.split_at_checked(8)?;
    let number = u32::try_from(hexadecimal(number)?).ok()?;
    rest.starts_with(b"]").then_some(Stamp { due: Duration::from_nanos(hexadecimal(due)?), number })
}

fn hexadecimal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |value: u64, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some((value << 4) | u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::{Stamp, StampReader, write_message};
    use std::time::Duration;

    #[test]
    fn what_is_written_is_found_again() {
        let stamp = Stamp { due: Duration::from_nanos(0x0123_4567_89ab), number: 0xfe };
        for (bytes, content) in [(0, 31), (31, 31), (32, 32), (500, 500)] {
            let mut message = String::new();
            write_message(stamp, 7, bytes, &mut message);
            let (_, found) = message.split_once("\"Content\":\"").unwrap();
            assert_eq!(found.len(), content + "\"}".len());
            assert_eq!(StampReader::new().stamp(message.as_bytes()), Some(stamp));
        }
    }

    #[test]
    fn what_only_begins_like_a_stamp_is_passed_over() {
        let reader = StampReader::new();
        assert_eq!(reader.stamp(b"[t=1 [t=0000000000000001 n=0000000g] [t="), None);
        let second = reader.stamp(b"[t=[t=00000000000003e8 n=00000002]");
        assert_eq!(second, Some(Stamp { due: Duration::from_micros(1), number: 2 }));
    }

    #[test]
    fn an_error_is_known_by_its_type() {
        let reader = StampReader::new();
        assert!(reader.is_error(br#"{"Type":"ERROR","ErrorCode":429}"#));
        assert!(!reader.is_error(br#"{"Type":"EVENT"}"#));
    }
}
