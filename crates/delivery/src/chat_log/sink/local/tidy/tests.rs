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

#[test]
fn of_too_much_the_oldest_goes_in_each_account() {
    let files = [
        ("000000000001/s3/b/1.log.gz", 3 * DAY),
        ("000000000001/s3/b/2.log.gz", DAY),
        ("000000000001/firehose/a.20260101T000000Z-0.ndjson", 2 * DAY),
        // It is the oldest, but it is written on.
        ("000000000001/firehose/a.ndjson", 9 * DAY),
        ("000000000002/s3/b/1.log.gz", 9 * DAY),
    ];
    let house = House::with(&files);
    let settings = LocalSettings { keep_bytes: 20, ..LocalSettings::default() };
    assert_eq!(house.tidy(LocalSettings { keep_bytes: 0, ..settings }), tidied(0));
    assert_eq!(house.tidy(settings), tidied(2));
    assert_eq!(files.map(|(path, _)| house.has(path)), [false, true, false, true, true]);
    assert_eq!(house.tidy(LocalSettings { keep_bytes: 1, ..settings }), tidied(2));
    assert!(house.has(files[3].0));
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
