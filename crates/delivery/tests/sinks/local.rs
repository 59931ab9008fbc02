//! Local files: where they lie, and who may read them.

use crate::stage::{Kind, Stage, all_files, batch, lines, text_of};
use delivery::{LocalFiles, LogBatch, SinkError};
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

#[test]
fn files_lie_as_they_do_at_aws_and_are_the_servers_own() {
    let folder = "AWSLogs/123456789012/IVSChatLogs/1.0/us-west-2/room_AbCdEfGhIjKl/2023/11/14/22";
    let expected = [
        (Kind::S3, format!("s3/chat/{folder}/")),
        (Kind::CloudWatchLogs, "cloudwatch-logs/chat/aws/IVSChatLogs/1.0/room_AbCdEfGhIjKl.ndjson".into()),
        (Kind::Firehose, "firehose/chat.ndjson".into()),
    ];
    for (kind, path) in expected {
        let stage = Stage::local(kind);
        stage.probe().unwrap();
        stage.deliver(&mut batch(1, 2)).unwrap();
        let files = all_files(&stage.files());
        let [file] = files.as_slice() else { panic!("{files:?}") };
        assert!(file.to_str().unwrap().contains(&path), "{file:?}");
        assert_eq!(text_of(file), "{\"n\":0}\n{\"n\":1}\n");
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file), 0o600);
        let folders = file.ancestors().skip(1).take_while(|above| *above != stage.folder.path());
        for folder in folders {
            assert_eq!(mode(folder), 0o700, "{folder:?}");
        }
    }
}

#[test]
fn what_a_crash_left_of_a_line_goes() {
    let stage = Stage::local(Kind::Firehose);
    stage.deliver(&mut batch(1, 2)).unwrap();
    let file = stage.files().join("firehose/chat.ndjson");
    fs::write(&file, format!("{}{{\"n\":", fs::read_to_string(&file).unwrap())).unwrap();
    stage.deliver(&mut batch(2, 3)).unwrap();
    assert_eq!(stage.arrived(), [lines(0..2), lines(0..3)].concat());
}

#[test]
fn where_a_file_stands_in_the_way_it_passes() {
    for kind in [Kind::S3, Kind::Firehose] {
        let stage = Stage::local(kind);
        fs::write(stage.folder.path().join("chat-logs"), "").unwrap();
        let mut batch = batch(1, 2);
        for result in [stage.deliver(&mut batch).map(drop), stage.probe()] {
            assert!(matches!(result, Err(SinkError::Passing(_))), "{result:?}");
        }
        assert_eq!(batch.records.len(), 2);
        fs::remove_file(stage.folder.path().join("chat-logs")).unwrap();
        stage.deliver(&mut batch).unwrap();
        assert_eq!(stage.arrived(), lines(0..2));
    }
}

#[test]
fn large_files_are_rotated_and_old_ones_go() {
    let file = "[local]\nrotate_bytes = 1048576\nkeep_days = 7\nkeep_bytes = 3000000\n";
    let stage = Stage::new(Kind::Firehose, file, None, Duration::from_secs(10));
    let settings = crate::stage::compile(file, &[]).unwrap().local();
    assert_eq!((settings.keep_days, settings.keep_bytes, settings.rotate_bytes), (7, 3_000_000, 1_048_576));
    for number in 0..4 {
        let mut batch = batch(number, 1);
        batch.records[0].line = vec![b'x'; 1_048_576].into();
        stage.deliver(&mut batch).unwrap();
    }
    let names = || {
        let files = all_files(&stage.files().join("firehose"));
        files.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let rotated = [0, 1, 2].map(|n| format!("chat.20231114T221320Z-{n}.ndjson"));
    assert_eq!(names(), [&rotated[..], &["chat.ndjson".to_owned()]].concat());
    let files = LocalFiles::new(stage.folder.path().join("chat-logs"), settings);
    let tidied = files.tidy(model::Timestamp::from_second(1_700_000_000).unwrap()).unwrap();
    assert_eq!((tidied.files, tidied.failed), (2, 0));
    assert!(names().contains(&"chat.ndjson".to_owned()));
}

/// How often this process has a file open.
fn times_open(path: &std::path::Path) -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap();
    open.filter(|it| fs::read_link(it.as_ref().unwrap().path()).is_ok_and(|it| it == path)).count()
}

#[test]
fn a_disk_that_hangs_is_not_written_to_by_every_attempt() {
    let stage = Stage::new(Kind::Firehose, "", None, Duration::from_millis(50));
    let file = stage.files().join("firehose/chat.ndjson");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let file = (File::create(&file).unwrap(), fs::canonicalize(&file).unwrap());
    file.0.lock().unwrap();
    let (mut first, mut second) = (batch(1, 3), batch(2, 2));
    for _ in 0..3 {
        for batch in [&mut first, &mut second] {
            let error = stage.deliver(batch).unwrap_err();
            assert_eq!(error, SinkError::Passing("no answer in time".into()));
        }
        assert_eq!(stage.probe(), Err(SinkError::Passing("no answer in time".into())));
    }
    assert_eq!((first.records.len(), second.records.len()), (3, 2));
    assert!(times_open(&file.1) <= 2, "ours, and that of the one attempt");
    file.0.unlock().unwrap();
    let until_it_is_there = |batch: &mut LogBatch| {
        assert!((0..200).any(|_| stage.deliver(batch).is_ok()), "{batch:?}");
    };
    // The other one's claim is not touched.
    until_it_is_there(&mut second);
    until_it_is_there(&mut first);
    assert_eq!(stage.arrived(), [lines(0..3), lines(0..2)].concat());
    until_it_is_there(&mut batch(1, 3));
    assert_eq!(stage.arrived(), [lines(0..3), lines(0..2), lines(0..3)].concat(), "it counts once");
}
