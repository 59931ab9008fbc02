//! Segments on a real disk.

use super::*;
use crate::chat_log::batch::LogRecord;
use model::{Id, Timestamp};

fn encoded(lines: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in lines {
        let room = Id::parse("AbCdEfGhIjKl").unwrap();
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        segment::encode(&LogRecord { at, room, line: line.as_bytes().into() }, &mut bytes);
    }
    bytes
}

/// Every line of a folder, and whether something in it could not be read.
fn lines(folder: &Path) -> (Vec<String>, bool) {
    let (mut lines, mut is_damaged, mut reader) = (Vec::new(), false, Reader::default());
    for segment in find(folder).unwrap() {
        let mut at = segment.start();
        loop {
            let mut show = |_: Place, _: Place, record: RecordView<'_>| {
                lines.push(String::from_utf8(record.line.to_vec()).unwrap());
            };
            match reader.scan(folder, at, segment.bytes, &mut show).unwrap() {
                Read::Records(next) => at = next,
                Read::End => break,
                Read::Damage => {
                    is_damaged = true;
                    break;
                }
            }
        }
    }
    (lines, is_damaged)
}

fn write(folder: &Path, number: u64, first_record: u64, lines: &[&str]) -> Segment {
    make_folder(folder).unwrap();
    let mut appender = Appender::create(folder, number, first_record).unwrap();
    appender.append(&encoded(lines), lines.len() as u64).unwrap()
}

#[test]
fn what_was_appended_is_found_again_and_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("made/when/needed");
    write(&folder, 3, 100, &["a", "b"]);
    let last = write(&folder, 4, 102, &["c"]);
    std::fs::write(folder.join("cursor"), "something else").unwrap();
    let found = find(&folder).unwrap();
    assert_eq!((found.len(), found[0].records, found[1]), (2, 2, last));
    assert_eq!((found[0].end().record, found[1].start().record, last.end().record), (102, 102, 103));
    let mut appender = Appender::resume(&folder, found[1]).unwrap();
    appender.append(&encoded(&["d", &"e".repeat(10_000)]), 2).unwrap();
    let (lines, is_damaged) = lines(&folder);
    assert_eq!((lines.len(), &*lines[3], lines[4].len(), is_damaged), (5, "d", 10_000, false));
}

#[test]
fn many_and_long_records_are_read_in_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(BODY_BYTES_MAX - 100);
    let said: Vec<&str> = (0..2_000).map(|at| if at % 500 == 7 { long.as_str() } else { "short" }).collect();
    let segment = write(folder.path(), 1, 0, &said);
    let (found, is_damaged) = lines(folder.path());
    assert!(found == said && !is_damaged);
    let mut reader = Reader::default();
    let mut at = segment.start();
    for line in said.iter().take(10) {
        let record = reader.record(folder.path(), 1, at.offset).unwrap().unwrap();
        assert!(record.line == line.as_bytes());
        at.offset += encoded(&[line]).len() as u64;
    }
    assert!(reader.record(folder.path(), 1, segment.bytes).unwrap().is_none());
    assert_eq!(reader.record(folder.path(), 2, 16).unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[test]
fn what_a_crash_left_at_the_end_is_cut_off_wherever_it_fell() {
    let folder = tempfile::tempdir().unwrap();
    let segment = write(folder.path(), 1, 0, &["first", "second"]);
    let file = path(folder.path(), 1);
    let whole = std::fs::read(&file).unwrap();
    let one = segment.start().offset as usize + encoded(&["first"]).len();
    let zeros = [&whole[..one], &[0; 5_000]].concat();
    let garbage = [&whole[..], b"\x05\0\0\0garbage"].concat();
    let cuts = (one..whole.len()).map(|length| whole[..length].to_vec());
    for torn in cuts.chain([zeros]) {
        std::fs::write(&file, &torn).unwrap();
        let found = find(folder.path()).unwrap();
        assert_eq!((found[0].records, found[0].bytes), (1, one as u64));
        assert_eq!(lines(folder.path()), (vec!["first".to_owned()], false));
    }
    std::fs::write(&file, &garbage).unwrap();
    assert_eq!(find(folder.path()).unwrap()[0], segment);
    std::fs::write(&file, &whole[..segment::HEADER_BYTES - 1]).unwrap();
    assert_eq!(find(folder.path()).unwrap(), [], "a crash before the header was there");
    assert!(!file.exists());
}

#[test]
fn damage_in_the_middle_ends_its_segment_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 1, 0, &["a", "b", "c"]);
    write(folder.path(), 2, 3, &["d"]);
    let file = path(folder.path(), 1);
    let mut bytes = std::fs::read(&file).unwrap();
    let second = segment::HEADER_BYTES + encoded(&["a"]).len();
    bytes[second + 12] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let (found, is_damaged) = lines(folder.path());
    assert_eq!((found, is_damaged), (vec!["a".to_owned(), "d".to_owned()], true));
}

#[test]
fn a_segment_can_be_removed_twice() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 1, 0, &["a"]);
    remove(folder.path(), 1).unwrap();
    remove(folder.path(), 1).unwrap();
    assert_eq!(find(folder.path()).unwrap(), []);
}

#[test]
fn a_segment_that_was_not_begun_hides_none_before_it() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 1, 0, &["a", "b"]);
    write(folder.path(), 2, 2, &["c"]);
    let torn = [std::fs::read(path(folder.path(), 2)).unwrap(), vec![7; 5]].concat();
    for rest in [&b""[..], b"HUBBUBL1"] {
        std::fs::write(path(folder.path(), 2), &torn).unwrap();
        std::fs::write(path(folder.path(), 3), rest).unwrap();
        let found = find(folder.path()).unwrap();
        assert_eq!(found.iter().map(|segment| segment.records).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(lines(folder.path()), (["a", "b", "c"].map(str::to_owned).to_vec(), false));
    }
}
