//! Which files stay open.

use super::*;
use crate::chat_log::spool::samples::lane;
use std::path::Path;

/// Writes one record to a lane, as the writer does.
fn write(files: &mut OpenFiles, lane: &Arc<Lane>) {
    let target = lane.begin_write(1_000);
    let written = files.appender(lane, target).unwrap().append(b"x", 1).unwrap();
    lane.end_write(Some(written));
}

fn is_open(files: &OpenFiles, lane: &Lane) -> bool {
    files.open.contains_key(&lane.name)
}

fn folder(folder: &Path, index: usize) -> Arc<Lane> {
    let folder = folder.join(index.to_string());
    std::fs::create_dir(&folder).unwrap();
    lane(&folder, index)
}

#[test]
fn few_are_open_and_those_that_were_used_last() {
    let spool = tempfile::tempdir().unwrap();
    let lanes: Vec<_> = (0..MOST_OPEN + 10).map(|index| folder(spool.path(), index)).collect();
    let mut files = OpenFiles::default();
    for lanes in lanes.chunks(10) {
        lanes.iter().for_each(|lane| write(&mut files, lane));
        files.end_round();
    }
    assert_eq!(files.open.len(), MOST_OPEN);
    assert!(!is_open(&files, &lanes[0]) && is_open(&files, &lanes[MOST_OPEN + 9]));
    // It is gone on with.
    write(&mut files, &lanes[0]);
    assert_eq!((lanes[0].end().segment, lanes[0].end().record), (1, 2));
    assert_eq!(files.open.len(), MOST_OPEN);
}

#[test]
fn one_is_closed_when_it_is_removed_or_not_needed() {
    let spool = tempfile::tempdir().unwrap();
    let (delivered, unused, used) =
        (folder(spool.path(), 0), folder(spool.path(), 1), folder(spool.path(), 2));
    let mut files = OpenFiles::default();
    for lane in [&delivered, &unused, &used] {
        write(&mut files, lane);
    }
    files.end_round();
    assert_eq!(files.open.len(), 3);
    assert_eq!(delivered.take_delivered(delivered.end()), [1]);
    files.end_round();
    assert!(!is_open(&files, &delivered) && is_open(&files, &unused));
    for _ in 0..MOST_UNUSED {
        write(&mut files, &used);
        files.end_round();
    }
    assert!(!is_open(&files, &unused) && is_open(&files, &used));
}
