//! What is special to each service.

use crate::stage::{KINDS, Kind, Stage, account, batch, clock, compile, lines, room, unzipped};
use delivery::{LogRecord, SinkError};
use serde_json::json;
use std::time::Duration;

#[test]
fn an_object_is_zipped_and_named_as_documented() {
    let stage = Stage::remote(Kind::S3);
    stage.deliver(&mut batch(1, 2)).unwrap();
    stage.probe().unwrap();
    stage.fake().with(|state| {
        let objects: Vec<_> = state.objects.iter().collect();
        let [(key, (content_type, body)), (probe, _)] = objects.as_slice() else { panic!("{objects:?}") };
        let folder = "AWSLogs/123456789012/IVSChatLogs/1.0/us-west-2/room_AbCdEfGhIjKl/2023/11/14/22";
        let name = "123456789012_IVSChatLogs_1.0_us-west-2_room_AbCdEfGhIjKl_20231114T2213Z_";
        assert!(key.starts_with(&format!("{folder}/{name}")), "{key}");
        assert_eq!(content_type, "application/gzip");
        assert_eq!(unzipped(body), "{\"n\":0}\n{\"n\":1}\n");
        assert_eq!(*probe, "AWSLogs/123456789012/IVSChatLogs/access-check");
    });
}

#[test]
fn a_stream_is_created_once_where_it_is_missing() {
    let stage = Stage::remote(Kind::CloudWatchLogs);
    stage.deliver(&mut batch(1, 2)).unwrap();
    stage.deliver(&mut batch(2, 2)).unwrap();
    let targets: Vec<String> =
        (0..4).map(|_| stage.fake().peer.next().header("x-amz-target").unwrap().to_owned()).collect();
    let [put, create] = ["PutLogEvents", "CreateLogStream"].map(|name| format!("Logs_20140328.{name}"));
    assert_eq!(targets, [put.clone(), create, put.clone(), put]);
    stage.probe().unwrap();
    let streams = stage.fake().with(|state| state.streams.clone());
    let of_room = format!("aws/IVSChatLogs/1.0/room_{}", room());
    assert!(streams.into_iter().eq(["aws/IVSChatLogs/1.0/access-check".to_owned(), of_room]));
    let first = stage.fake().with(|state| state.events[0].1);
    assert_eq!(first, clock().wall.as_millisecond());
}

#[test]
fn what_cloudwatch_throws_away_is_told() {
    let stage = Stage::remote(Kind::CloudWatchLogs);
    let reject = |info| stage.fake().with(|state| state.rejected = Some(info));
    reject(json!({ "tooOldLogEventEndIndex": 2, "expiredLogEventEndIndex": 1 }));
    assert_eq!(stage.deliver(&mut batch(1, 5)), Ok(2));
    reject(json!({ "tooNewLogEventStartIndex": 4 }));
    assert_eq!(stage.deliver(&mut batch(1, 5)), Ok(1));
    assert_eq!(stage.deliver(&mut batch(1, 5)), Ok(0));
}

#[test]
fn what_was_thrown_away_before_an_error_is_told_of_its_own_batch() {
    let stage = Stage::remote(Kind::CloudWatchLogs);
    stage.deliver(&mut batch(1, 1)).unwrap();
    stage.fake().with(|state| {
        state.rejected = Some(json!({ "tooOldLogEventEndIndex": 3 }));
        state.troubles.extend([None, Some(crate::peer::Reply::Last(Vec::new()))]);
    });
    let mut batch = batch(1, 10_001);
    stage.deliver(&mut batch).unwrap_err();
    assert_eq!(batch.rejected, 3);
    let mut other = crate::stage::batch(2, 1);
    assert_eq!(stage.deliver(&mut other), Ok(0), "the sink is another configuration's as well");
    assert_eq!(stage.deliver(&mut batch), Ok(3), "none is counted twice");
}

#[test]
fn events_that_lie_far_apart_go_in_several_calls() {
    let stage = Stage::remote(Kind::CloudWatchLogs);
    stage.deliver(&mut batch(1, 1)).unwrap();
    let mut batch = batch(1, 4);
    for (record, hours) in batch.records.iter_mut().zip([0, 24, 25, 60]) {
        record.at = clock().wall + Duration::from_secs(hours * 3_600);
    }
    assert_eq!(stage.deliver(&mut batch), Ok(0));
    assert_eq!(stage.fake().with(|state| state.calls.clone()), [1, 2, 1, 1]);
}

#[test]
fn what_no_call_can_hold_is_given_up_and_told() {
    for (kind, length) in [(Kind::CloudWatchLogs, 1_000_001), (Kind::Firehose, 1_024_000)] {
        let stage = Stage::remote(kind);
        let mut batch = batch(1, 3);
        let long = LogRecord { at: clock().wall, room: room(), line: vec![b'x'; length].into() };
        batch.records.insert(1, long);
        assert_eq!(stage.deliver(&mut batch), Ok(1), "{kind:?}");
        assert_eq!(stage.arrived(), lines(0..3), "{kind:?}");
    }
}

#[test]
fn just_the_records_that_failed_are_tried_again() {
    let stage = Stage::remote(Kind::Firehose);
    stage.fake().with(|state| state.failing = [1, 3].into());
    let mut batch = batch(1, 5);
    let error = stage.deliver(&mut batch).unwrap_err();
    assert_eq!(error, SinkError::Passing("2 of 5 records were not taken".into()));
    assert_eq!(batch.records.len(), 2);
    assert_eq!(stage.deliver(&mut batch), Ok(0));
    let expected = [0, 2, 4, 1, 3].map(|index| lines(index..index + 1)).concat();
    assert_eq!(stage.arrived(), expected);
}

#[test]
fn a_stream_that_is_not_active_is_not_ready() {
    let stage = Stage::remote(Kind::Firehose);
    let status = |status| {
        stage.fake().with(|state| state.stream_status = status);
        stage.probe()
    };
    assert_eq!(status("ACTIVE"), Ok(()));
    assert!(matches!(status("CREATING"), Err(SinkError::Passing(_))));
    assert!(matches!(status("DELETING"), Err(SinkError::NotFound(_))));
}

#[test]
fn each_kind_wants_its_batches_as_aws_cuts_them() {
    let minutes = Duration::from_secs(300);
    let seconds = Duration::from_secs(10);
    let expected = [
        (true, minutes, 5 * 1024 * 1024, 1, u64::MAX),
        (true, seconds, 1_048_576, 26, 10_000),
        (false, seconds, 4 * 1024 * 1024 - 64 * 1024, 1, 500),
    ];
    for (kind, expected) in KINDS.into_iter().zip(expected) {
        for stage in [Stage::remote(kind), Stage::local(kind)] {
            let it = stage.sink.limits();
            assert_eq!((it.is_by_room, it.wait, it.bytes, it.bytes_beside, it.records), expected, "{kind:?}");
        }
    }
    let own = "[[destination]]\nkind = \"s3\"\nto = \"local\"\nbatch_seconds = 7\nbatch_bytes = 65536\n";
    let limits = Stage::new(Kind::S3, own, None, Duration::from_secs(10)).sink.limits();
    assert_eq!((limits.wait, limits.bytes), (Duration::from_secs(7), 65_536));
}

#[test]
fn an_unchanged_target_is_the_same_and_a_changed_one_is_not() {
    let file = |more: &str| {
        format!(
            "[[destination]]\nkind = \"s3\"\nendpoint = \"http://127.0.0.1:9000\"\n{more}\n\
             credentials = {{ access_key_id = \"a\", secret_env = \"SECRET\" }}\n"
        )
    };
    let find = |more: &str, secret: &str| {
        let compiled = compile(&file(more), &[("SECRET", secret)]).unwrap();
        compiled.find(account(), &Kind::S3.destination())
    };
    let target = find("", "hush");
    assert_eq!(find("", "hush"), target);
    assert_eq!(find("name = \"ch*\"", "hush"), target);
    for other in [find("", "hash"), find("path_style = false", "hush"), find("batch_seconds = 9", "hush")] {
        assert_ne!(other, target);
    }
    assert!(!format!("{target:?}").contains("hush"), "{target:?}");
}
