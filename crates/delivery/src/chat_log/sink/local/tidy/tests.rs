//! Tidying, on files that were made older than they are.

use super::*;
use std::time::{Duration, SystemTime};

const DAY: u64 = 24 * 60 * 60;

struct House(tempfile::TempDir);

impl House {
    /// Files of ten bytes each, so many seconds old. Their folders are young.
    fn with(files: &[(&str, u64)]) -> Self {
        let house = Self(tempfile::tempdir().unwrap());
        for (path, age) in files {
            let path = house.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "123456789\n").unwrap();
            set_age(&path, *age);
        }
        house
    }

    fn tidy(&self, settings: LocalSettings) -> Tidied {
        LocalFiles::new(self.0.path().to_owned(), settings).tidy(now()).unwrap()
    }

    fn has(&self, path: &str) -> bool {
        self.0.path().join(path).exists()
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(2_000_000_000).unwrap()
}

fn set_age(path: &Path, age: u64) {
    let at = SystemTime::from(now()) - Duration::from_secs(age);
    File::open(path).unwrap().set_modified(at).unwrap();
}

fn tidied(files: u64) -> Tidied {
    Tidied { files, bytes: 10 * files, failed: 0 }
}

#[test]
fn what_is_old_goes_whatever_it_is() {
    let files = [
        ("000000000001/s3/b/AWSLogs/x.log.gz", 30 * DAY + 1),
        ("000000000001/s3/b/AWSLogs/y.log.gz", 30 * DAY),
        ("000000000002/firehose/a.20260101T000000Z-0.ndjson", 31 * DAY),
        ("000000000002/firehose/a.ndjson", 31 * DAY),
        ("000000000002/firehose/b.ndjson", DAY),
    ];
    let house = House::with(&files);
    assert_eq!(house.tidy(LocalSettings { keep_days: 0, ..LocalSettings::default() }), tidied(0));
    assert_eq!(house.tidy(LocalSettings::default()), tidied(3));
    assert_eq!(files.map(|(path, _)| house.has(path)), [false, true, false, false, true]);
}

#[test]
fn a_file_that_is_written_on_stays() {
    let path = "000000000001/firehose/a.ndjson";
    let house = House::with(&[(path, 31 * DAY)]);
    let writer = File::open(house.0.path().join(path)).unwrap();
    writer.lock().unwrap();
    assert_eq!(house.tidy(LocalSettings::default()), tidied(0));
    writer.unlock().unwrap();
    assert_eq!(house.tidy(LocalSettings::default()), tidied(1));
}

fn at_most(keep_bytes: u64) -> LocalSettings {
    LocalSettings { keep_bytes, ..LocalSettings::default() }
}

#[test]
fn of_too_much_the_oldest_goes_in_each_account() {
    let files = [
        ("000000000001/s3/b/1.log.gz", 3 * DAY),
        ("000000000001/s3/b/2.log.gz", DAY),
        ("000000000001/firehose/a.20260101T000000Z-0.ndjson", 2 * DAY),
        ("000000000001/firehose/a.ndjson", 60),
        ("000000000001/firehose/b.ndjson", 9 * DAY),
        ("000000000002/s3/b/1.log.gz", 9 * DAY),
    ];
    let house = House::with(&files);
    let check = |keep_bytes: u64, are_there: [bool; 6]| {
        let before = files.iter().filter(|(path, _)| house.has(path)).count();
        let after = are_there.iter().filter(|is_there| **is_there).count();
        assert_eq!(house.tidy(at_most(keep_bytes)), tidied((before - after) as u64), "{keep_bytes}");
        assert_eq!(files.map(|(path, _)| house.has(path)), are_there, "{keep_bytes}");
    };
    check(0, [true; 6]);
    check(40, [true, true, true, true, false, true]);
    check(30, [false, true, true, true, false, true]);
    check(20, [false, true, false, true, false, true]);
    check(10, [false, false, false, true, false, true]);
    check(1, [false; 6]);
}

#[test]
fn streams_of_rooms_that_are_no_more_push_nothing_out() {
    let streams = ["room_1", "room_2", "room_3", "room_4"]
        .map(|room| format!("000000000001/cloudwatch-logs/chat/aws/IVSChatLogs/1.0/{room}.ndjson"));
    let files = streams.each_ref().map(|stream| (stream.as_str(), 5 * DAY));
    let object = ("000000000001/s3/b/AWSLogs/x.log.gz", 1);
    let house = House::with(&[&files[..], &[object]].concat());
    assert_eq!(house.tidy(at_most(30)), tidied(2));
    assert_eq!(files.map(|(path, _)| house.has(path)), [false, false, true, true]);
    assert!(house.has(object.0), "the object that was delivered a moment ago");
}

#[test]
fn of_too_much_a_stream_that_is_being_written_is_passed_over() {
    let files = [
        ("000000000001/firehose/a.ndjson", 9 * DAY),
        ("000000000001/firehose/b.ndjson", 8 * DAY),
        ("000000000001/s3/b/1.log.gz", 7 * DAY),
        ("000000000001/s3/b/2.log.gz", DAY),
    ];
    let house = House::with(&files);
    let writer = File::open(house.0.path().join(files[0].0)).unwrap();
    writer.lock().unwrap();
    assert_eq!(house.tidy(at_most(20)), tidied(2));
    assert_eq!(files.map(|(path, _)| house.has(path)), [true, false, false, true]);
    writer.unlock().unwrap();
    assert_eq!(house.tidy(at_most(10)), tidied(1));
    assert_eq!(files.map(|(path, _)| house.has(path)), [false, false, false, true]);
}

#[test]
fn a_stream_that_was_written_since_it_was_found_stays() {
    let path = "000000000001/firehose/a.ndjson";
    let house = House::with(&[(path, 9 * DAY)]);
    let mut tidied = Tidied::default();
    let mut walk = Walk {
        settings: at_most(1),
        now: now(),
        tidied: &mut tidied,
        kept_bytes: 0,
        oldest: BinaryHeap::new(),
    };
    let entry = fs::read_dir(house.0.path().join("000000000001/firehose")).unwrap().next().unwrap().unwrap();
    walk.file(&entry, &entry.metadata().unwrap());
    set_age(&house.0.path().join(path), 1);
    walk.reduce();
    assert_eq!(tidied, Tidied::default());
    assert!(house.has(path));
}

#[test]
fn what_was_left_half_done_and_what_is_empty_goes() {
    let files =
        [("000000000001/s3/b/.x.log.gz.7-1.tmp", 3_601), ("000000000001/s3/b/.y.log.gz.7-2.tmp", 3_600)];
    let house = House::with(&files);
    let empty = "000000000001/s3/c/2026";
    fs::create_dir_all(house.0.path().join(empty)).unwrap();
    set_age(&house.0.path().join(empty), 3_601);
    assert_eq!(house.tidy(LocalSettings::default()), tidied(1));
    assert_eq!(files.map(|(path, _)| house.has(path)), [false, true]);
    assert!(!house.has(empty) && house.has("000000000001/s3/c"));
}

#[test]
fn there_may_be_nothing_yet() {
    let files = LocalFiles::new(PathBuf::from("no-such-folder"), LocalSettings::default());
    assert_eq!(files.tidy(now()).unwrap(), Tidied::default());
}
