//! What is bounded: the disk of a lane, the memory in front of the disk. And a disk that takes nothing.

use crate::destinations::Deed;
use crate::house::{House, bucket, id, key, patient, settings};
use delivery::{ChatLogSettings, LogReading, SinkError};
use model::RoomKey;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;
use tokio::runtime::Handle;

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_is_down_costs_disk_up_to_the_limit_and_then_the_oldest_go() {
    let house = House::new(ChatLogSettings { spool_bytes: 400_000, ..settings() });
    let (down, up) = (bucket("down"), bucket("fine"));
    house.destinations.always(&down, Deed::Fail(SinkError::Passing));
    house.route("a", &down);
    house.route("b", &up);
    let mut said = Vec::new();
    for _ in 0..40 {
        said.extend((0..200).map(|_| house.say("R", &["a", "b"])));
        // In rounds, so that there are segments.
        house.until(|| house.reading("a").spooled == said.len() as u64).await;
    }
    let is_settled = |reading: LogReading| reading.lost_to_limit + reading.backlog == said.len() as u64;
    house.until(|| is_settled(house.reading("a"))).await;
    let reading = house.reading("a");
    assert!(reading.lost_to_limit > 0 && reading.spool_bytes <= 500_000, "{reading:?}");
    house.flush("b").await;
    assert_eq!(house.destinations.lines(&up), said, "another destination has lost nothing");
    house.destinations.always(&down, Deed::Take);
    house.flush("a").await;
    let (lines, lost) = (house.destinations.lines(&down), usize::try_from(reading.lost_to_limit).unwrap());
    // Of the range that was on its way, what had been read before may have come through.
    let tail = &said[lost..];
    assert_eq!(&lines[lines.len() - tail.len()..], tail, "the newest are all there, in order");
    assert_eq!(house.reading("a").spool_bytes, 0);
}

/// A folder that can be written by nobody is a disk that takes nothing. To the superuser every folder can be written;
/// a file in the folder's place stops him too.
fn block(house: &House) -> impl Fn() {
    let lane = house.folder.path().join(&house.lanes()[0]);
    let aside = house.folder.path().join("aside");
    fs::rename(&lane, &aside).unwrap();
    fs::write(&lane, "in the way").unwrap();
    fs::set_permissions(&lane, fs::Permissions::from_mode(0o400)).unwrap();
    move || {
        fs::remove_file(&lane).unwrap();
        fs::rename(&aside, &lane).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_disk_takes_nothing_it_is_said_and_what_fits_into_memory_is_kept() {
    let house = House::new(settings());
    let one = bucket("one");
    house.route("a", &one);
    assert_eq!(house.logs.trouble(), None);
    let unblock = block(&house);
    let said: Vec<String> = (0..100).map(|_| house.say("R", &["a"])).collect();
    house.until(|| house.logs.trouble().is_some()).await;
    assert!(house.logs.trouble().unwrap().starts_with("the chat log cannot be written: "));
    unblock();
    house.flush("a").await;
    assert_eq!(house.logs.trouble(), None);
    assert_eq!(house.destinations.lines(&one), said);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_into_memory_is_lost_oldest_first_and_counted() {
    let house = House::new(ChatLogSettings { memory_bytes: 20_000, ..settings() });
    let one = bucket("one");
    house.route("a", &one);
    let unblock = block(&house);
    let first = house.say("R", &["a"]);
    house.until(|| house.logs.trouble().is_some()).await;
    let mut said = vec![first];
    said.extend((0..1_000).map(|_| house.say("R", &["a"])));
    unblock();
    house.flush("a").await;
    let lost = house.reading("a").lost_before_disk;
    assert!((800..1_000).contains(&lost), "{lost}");
    let kept = &said[usize::try_from(lost).unwrap()..];
    assert_eq!(house.destinations.lines(&one), kept, "the newest are kept");
    assert_eq!(house.reading("a").accepted, 1_001);
    house.until(|| house.logs.trouble().is_none()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_cannot_be_written_keeps_its_newest_and_holds_up_no_other() {
    let house = House::new(ChatLogSettings { memory_bytes: 200_000, ..settings() });
    let (one, other) = (bucket("one"), bucket("other"));
    house.route("a", &one);
    house.route("b", &other);
    let unblock = block(&house);
    let mut said = vec![house.say("R", &["a", "b"])];
    house.until(|| house.logs.trouble().is_some()).await;
    for _ in 0..8 {
        // No more at once than the queue takes.
        said.extend((0..100).map(|_| house.say("R", &["a", "b"])));
        house.until(|| house.reading("b").spooled == said.len() as u64).await;
    }
    house.flush("b").await;
    assert_eq!(house.destinations.lines(&other), said);
    assert!(house.logs.trouble().is_some());
    unblock();
    house.flush("a").await;
    house.until(|| house.logs.trouble().is_none()).await;
    let (lost, lines) = (house.reading("a").lost_before_disk, house.destinations.lines(&one));
    assert!((200..700).contains(&lost), "{lost}");
    assert_eq!(lines, &said[usize::try_from(lost).unwrap()..], "the newest, in order");
    assert_eq!(house.reading("b").lost_before_disk, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_ends_while_it_cannot_be_written_delivers_all_the_same() {
    let house = House::new(settings());
    let one = bucket("one");
    house.route("a", &one);
    let unblock = block(&house);
    let said = house.say("R", &["a"]);
    house.until(|| house.logs.trouble().is_some()).await;
    house.logs.end_route(key("a"));
    unblock();
    house.until(|| house.lanes().is_empty()).await;
    assert_eq!(house.destinations.lines(&one), [said]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_that_are_deleted_cost_nothing_while_the_disk_takes_nothing() {
    let house = House::new(settings());
    *house.destinations.limits.lock().unwrap() = Some(patient());
    let one = bucket("one");
    house.route("a", &one);
    let unblock = block(&house);
    let said = house.say("R", &["a"]);
    house.until(|| house.logs.trouble().is_some()).await;
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    for number in 0..5_000 {
        let room = id(&format!("Q{number}"));
        house.logs.flush_room(RoomKey { account: key("a").account, id: room });
    }
    house.logs.flush_room(RoomKey { account: key("a").account, id: id("R") });
    assert!(tasks() <= before + 1, "{} tasks", tasks() - before);
    unblock();
    house.until(|| house.destinations.lines(&one) == [said.clone()]).await;
}

/// Segments that this process has open in a folder, be they removed or not.
#[cfg(target_os = "linux")]
fn open_segments(folder: &std::path::Path) -> usize {
    let folder = folder.canonicalize().unwrap();
    let open = fs::read_dir("/proc/self/fd").unwrap();
    // One may be closed while it is looked at.
    let paths = open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    paths.filter(|path| path.starts_with(&folder) && path.to_string_lossy().contains(".seg")).count()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_delivered_does_not_stay_open() {
    let house = House::new(settings());
    let one = bucket("one");
    // So that it is seen open before.
    house.destinations.always(&one, Deed::Fail(SinkError::Passing));
    let names: Vec<String> = (0..20).map(|number| format!("c{number}")).collect();
    for name in &names {
        house.route(name, &one);
        house.say("R", &[name]);
    }
    house.until(|| open_segments(house.folder.path()) > 0).await;
    house.destinations.always(&one, Deed::Take);
    for name in &names {
        house.flush(name).await;
    }
    house.until(|| open_segments(house.folder.path()) == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_end_nobody_waits() {
    let house = House::new(settings());
    house.route("a", &bucket("one"));
    let _unblock = block(&house);
    house.say("R", &["a"]);
    house.until(|| house.logs.trouble().is_some()).await;
    house.logs.shut_down(Duration::ZERO).await;
    house.logs.end_route(key("a"));
    house.flush("a").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_takes_nothing_does_not_hold_up_the_end() {
    let house = House::new(settings());
    house.route("a", &bucket("one"));
    let _unblock = block(&house);
    house.say("R", &["a"]);
    house.until(|| house.logs.trouble().is_some()).await;
    house.logs.shut_down(Duration::from_millis(10)).await;
    assert_eq!(house.reading("a").lost_before_disk, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_any_more_is_counted_and_nothing_waits_for_it() {
    let mut house = House::new(settings());
    let one = bucket("one");
    house.destinations.always(&one, Deed::Fail(SinkError::Passing));
    house.route("a", &one);
    house.say("R", &["a"]);
    house.until(|| house.reading("a").spooled == 1).await;
    house.restart().await;
    let lane = house.folder.path().join(&house.lanes()[0]);
    let segment = fs::read_dir(&lane).unwrap().map(|entry| entry.unwrap().path());
    let segment = segment.filter(|path| path.extension().is_some_and(|it| it == "seg")).max().unwrap();
    fs::remove_file(segment).unwrap();
    house.route("a", &one);
    house.destinations.always(&one, Deed::Take);
    let said = house.say("R", &["a"]);
    house.until(|| house.destinations.lines(&one) == [said.clone()]).await;
    house.until(|| house.reading("a").backlog == 0).await;
    assert_eq!(house.reading("a").lost_to_damage, 1);
}
