//! The names of the objects in S3, and of the streams in CloudWatch Logs.
//!
//! Source: user guide, "Chat Logging": where the template of the text and the example differ, the example counts.

use crate::chat_log::batch::LogBatch;
use aws_lc_rs::digest::{Context, SHA256};
use model::{AccountId, Id, Region, Timestamp};

/// The version of the records.
const VERSION: &str = "1.0";
/// The name of what a probe writes.
const ACCESS_CHECK: &str = "access-check";
/// How the name of an object ends.
pub(super) const OBJECT_ENDING: &str = ".log.gz";

/// Which room a batch is of.
pub(super) fn room_of(batch: &LogBatch) -> Option<Id> {
    batch.room.or_else(|| batch.records.first().map(|record| record.room))
}

/// The stream of a room in its log group.
pub(super) fn stream(room: Id) -> String {
    format!("{}/{}", streams(), room_name(room))
}

/// Where the streams of rooms are in their log group.
pub(super) fn streams() -> String {
    format!("aws/IVSChatLogs/{VERSION}")
}

/// What a room is called in the names of objects and streams.
pub(super) fn room_name(room: Id) -> String {
    format!("room_{room}")
}

/// The stream that a probe creates.
pub(super) fn probe_stream() -> String {
    format!("aws/IVSChatLogs/{VERSION}/{ACCESS_CHECK}")
}

/// The object that a probe puts.
pub(super) fn probe_object(account: AccountId) -> String {
    format!("AWSLogs/{account}/IVSChatLogs/{ACCESS_CHECK}")
}

/// Where the objects of an account are in a bucket: then comes the region, then [`room_name`].
pub(super) fn objects(account: AccountId) -> String {
    format!("AWSLogs/{account}/IVSChatLogs/{VERSION}")
}

/// The minute of an object's first record, as its name tells it; `None` if it is not an object's name.
pub(super) fn minute_of(name: &str) -> Option<Timestamp> {
    name.strip_suffix(OBJECT_ENDING)?.rsplit('_').nth(1)?.parse().ok()
}

/// The object of a batch; `None` for a batch without records. The time is that of the first record, in UTC.
///
/// The hash is of all that tells batches apart, their lines as well: two configurations that log one room into one
/// bucket number their batches alike, and neither may overwrite the other's.
pub(super) fn object(batch: &LogBatch, region: &Region) -> Option<String> {
    let LogBatch { account, number, .. } = batch;
    let (room_id, first) = (room_of(batch)?, batch.records.first()?);
    let (year_to_hour, minute) = stamps(first.at);
    let (objects, room) = (objects(*account), room_name(room_id));
    let mut hash = Context::new(&SHA256);
    hash.update(&number.to_be_bytes());
    hash.update(&account.number().to_be_bytes());
    hash.update(room_id.as_str().as_bytes());
    for record in &batch.records {
        hash.update(&record.line);
        hash.update(b"\n");
    }
    let hash = hash.finish();
    let hash = hash.as_ref().iter().take(4).fold(0_u32, |hash, byte| hash << 8 | u32::from(*byte));
    let name = format!("{account}_IVSChatLogs_{VERSION}_{region}_{room}_{minute}_{hash:08x}{OBJECT_ENDING}");
    Some(format!("{objects}/{region}/{room}/{year_to_hour}/{name}"))
}

/// `2026/11/21/16` and `20261121T1640Z`.
fn stamps(at: Timestamp) -> (String, String) {
    // `2026-11-21T16:40:11…Z`: a timestamp always prints itself in UTC.
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let (hour, minute) = (part(11, 13), part(14, 16));
    (format!("{year}/{month}/{day}/{hour}"), format!("{year}{month}{day}T{hour}{minute}Z"))
}

/// `20261121T164011Z`
pub(super) fn second_stamp(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..19).unwrap_or_default().chars().filter(|it| it.is_ascii_alphanumeric()).chain(['Z']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat_log::batch::LogRecord;

    fn batch(number: u64, at: &str, lines: &[&str]) -> LogBatch {
        let room = Id::parse("AbCdEfGhIjKl").unwrap();
        let record = |line: &&str| LogRecord { at: at.parse().unwrap(), room, line: line.as_bytes().into() };
        LogBatch {
            account: AccountId::parse("000000000042").unwrap(),
            room: Some(room),
            number,
            records: lines.iter().map(record).collect(),
            rejected: 0,
        }
    }

    fn name(batch: &LogBatch) -> String {
        object(batch, &Region::parse("us-west-2").unwrap()).unwrap()
    }

    #[test]
    fn an_object_has_the_documented_name() {
        let name = name(&batch(7, "2022-10-14T17:40:59.999Z", &["{}"]));
        let (start, hash) = name.split_at(name.len() - "01234567.log.gz".len());
        assert_eq!(
            start,
            "AWSLogs/000000000042/IVSChatLogs/1.0/us-west-2/room_AbCdEfGhIjKl/2022/10/14/17/\
             000000000042_IVSChatLogs_1.0_us-west-2_room_AbCdEfGhIjKl_20221014T1740Z_"
        );
        let (hash, end) = hash.split_at(8);
        assert!(hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{hash}");
        assert_eq!(end, ".log.gz");
        assert_eq!(minute_of(&name), "2022-10-14T17:40:00Z".parse().ok());
        assert_eq!(object(&batch(7, "2022-10-14T17:40:00Z", &[]), &Region::parse("r").unwrap()), None);
    }

    #[test]
    fn a_repetition_has_the_same_name_and_nothing_else_has() {
        let at = "2022-10-14T17:40:00Z";
        let first = name(&batch(7, at, &["a", "b"]));
        assert_eq!(name(&batch(7, at, &["a", "b"])), first);
        let others = [&["a"][..], &["a", "c"], &["ab"], &["ab", ""]].map(|lines| batch(7, at, lines));
        let others = others.into_iter().chain([batch(8, at, &["a", "b"])]);
        for other in others {
            assert_ne!(name(&other), first, "{other:?}");
        }
    }

    #[test]
    fn a_second_is_told_in_sixteen_characters() {
        assert_eq!(second_stamp("2022-10-14T17:40:09.5Z".parse().unwrap()), "20221014T174009Z");
        assert_eq!(second_stamp("2022-10-14T17:40:09Z".parse().unwrap()), "20221014T174009Z");
    }
}
