//! What went wrong once: records that were lost, came in another order, or more often than they had to.

use crate::destinations::Deed;
use crate::house::{House, bucket, group, id, key, patient, settings};
use delivery::{BackOff, ChatLogSettings, SinkError};
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_is_come_back_to_gets_everything_in_order() {
    let mut house = House::new(settings());
    let (one, other) = (bucket("one"), bucket("other"));
    house.destinations.always(&one, Deed::Fail(SinkError::Passing));
    let mut said = Vec::new();
    for turn in 0..3 {
        house.route("a", &one);
        said.push(house.say("R", &["a"]));
        match turn {
            0 => house.logs.end_route(key("a")),
            1 => house.route("a", &other),
            _ => {}
        }
    }
    house.until(|| house.reading("a").spooled == 3).await;
    // Over a restart too.
    house.restart().await;
    house.route("a", &one);
    house.logs.settle();
    said.push(house.say("R", &["a"]));
    house.destinations.always(&one, Deed::Take);
    house.flush("a").await;
    assert_eq!(house.destinations.lines(&one), said);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_confirmed_does_not_come_again_because_something_else_was_not() {
    let mut house = House::new(settings());
    *house.destinations.limits.lock().unwrap() = Some(patient());
    let one = group("one");
    house.destinations.always_for(&one, id("A"), Deed::Fail(SinkError::Passing));
    house.route("a", &one);
    let rooms: Vec<String> = (0..30).map(|number| format!("B{number}x")).collect();
    let failing = house.say("A", &["a"]);
    let said: BTreeSet<String> = rooms.iter().map(|room| house.say(room, &["a"])).collect();
    let logs = std::sync::Arc::clone(&house.logs);
    let flushing = tokio::spawn(async move { logs.flush(key("a")).await });
    house.until(|| house.destinations.lines(&one).len() == said.len()).await;
    // Noted is the last one with the next, at the latest.
    let noted = || fs::metadata(house.folder.path().join(&house.lanes()[0]).join("confirmed")).unwrap().len();
    house.until(|| noted() == 16 * said.len() as u64).await;
    flushing.abort();
    house.crash();
    house.route("a", &one);
    house.destinations.always_for(&one, id("A"), Deed::Take);
    house.flush("a").await;
    let times = house.times(&one);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    assert_eq!(times.len(), said.len() + 1);
    assert!(times.contains_key(&failing));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_a_range_goes_out_though_its_beginning_is_gone() {
    let mut house = House::new(settings());
    *house.destinations.limits.lock().unwrap() = Some(patient());
    let one = group("one");
    house.destinations.always_for(&one, id("B"), Deed::Fail(SinkError::Passing));
    house.route("a", &one);
    // More than a segment of one room, then another room.
    let mut said = 0;
    let segments = |house: &House| {
        let lane = fs::read_dir(house.folder.path().join(&house.lanes()[0])).unwrap();
        let mut names: Vec<_> = lane.map(|entry| entry.unwrap().path()).collect();
        names.retain(|path| path.extension().is_some_and(|it| it == "seg"));
        names.sort();
        names
    };
    while segments(&house).len() < 2 {
        for _ in 0..20_000 {
            house.say("A", &["a"]);
        }
        said += 20_000;
        house.until(|| house.reading("a").spooled == said).await;
    }
    let kept: Vec<String> = (0..20).map(|_| house.say("B", &["a"])).collect();
    house.until(|| house.reading("a").spooled == said + 20).await;
    let logs = std::sync::Arc::clone(&house.logs);
    let flushing = tokio::spawn(async move { logs.flush(key("a")).await });
    house.until(|| house.reading("a").other_errors > 0 && !house.destinations.lines(&one).is_empty()).await;
    flushing.abort();
    house.crash();
    // As the limit takes it.
    let all = segments(&house);
    assert_eq!(all.len(), 2);
    fs::remove_file(&all[0]).unwrap();
    house.destinations.always_for(&one, id("B"), Deed::Take);
    house.restart().await;
    house.route("a", &one);
    house.flush("a").await;
    let came: BTreeSet<String> = house.destinations.lines(&one).into_iter().collect();
    let missing: Vec<_> = kept.iter().filter(|line| !came.contains(*line)).collect();
    assert!(missing.is_empty(), "{missing:?} of {} {:?}", came.len(), house.reading("a"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_after_a_failure_hears_that_it_is_urgent() {
    let slow = (Duration::from_secs(300), Duration::from_secs(300));
    let back_off = BackOff { passing: slow, refused: slow };
    let house = House::new(ChatLogSettings { back_off, ..settings() });
    let one = bucket("one");
    house.route("a", &one);
    for (turn, urge) in [(1, true), (2, false)] {
        house.destinations.always(&one, Deed::Fail(SinkError::AccessDenied));
        let before = house.reading("a").access_denied;
        house.say("R", &["a"]);
        house.until(|| house.reading("a").access_denied > before).await;
        house.destinations.always(&one, Deed::Take);
        if urge {
            house.logs.try_now();
            house.until(|| house.destinations.lines(&one).len() == turn).await;
        } else {
            house.flush("a").await;
        }
        assert_eq!(house.destinations.lines(&one).len(), turn);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_refused_hold_nobody_up_and_are_given_up_in_the_end() {
    let house = House::new(settings());
    let one = group("one");
    house.destinations.always_for(&one, id("A"), Deed::Fail(SinkError::Refused));
    house.route("a", &one);
    (0..5).for_each(|_| drop(house.say("A", &["a"])));
    let said: Vec<String> = (0..50).map(|_| house.say("B", &["a"])).collect();
    house.flush("a").await;
    let last = house.say("B", &["a"]);
    house.flush("a").await;
    let expected: Vec<String> = said.into_iter().chain([last]).collect();
    assert_eq!(house.destinations.lines(&one), expected);
    assert_eq!(house.reading("a").rejected, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_are_refused_each_try_has_its_pause() {
    let slow = (Duration::from_secs(300), Duration::from_secs(300));
    let house =
        House::new(ChatLogSettings { back_off: BackOff { passing: slow, refused: slow }, ..settings() });
    *house.destinations.limits.lock().unwrap() = Some(patient());
    let one = group("one");
    house.route("a", &one);
    for room in ["A", "B", "C"] {
        house.destinations.always_for(&one, id(room), Deed::Fail(SinkError::Refused));
        house.say(room, &["a"]);
    }
    let said = house.say("D", &["a"]);
    let logs = std::sync::Arc::clone(&house.logs);
    let flushing = tokio::spawn(async move { logs.flush(key("a")).await });
    house.until(|| house.destinations.lines(&one) == [said.clone()]).await;
    // Urged once by the flush, and by us: two rounds more at the most.
    house.logs.try_now();
    house.until(|| house.reading("a").other_errors >= 6).await;
    assert!(house.reading("a").other_errors <= 9, "{:?}", house.reading("a"));
    assert_eq!(house.reading("a").rejected, 0, "nothing is given up in a hurry");
    flushing.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_place_for_the_new_destination_nothing_goes_to_the_old_one() {
    let house = House::new(settings());
    let (one, other) = (bucket("one"), bucket("other"));
    house.route("a", &one);
    let first = house.say("R", &["a"]);
    house.flush("a").await;
    let spool = house.folder.path().to_owned();
    let aside = spool.with_extension("aside");
    fs::rename(&spool, &aside).unwrap();
    fs::write(&spool, "in the way").unwrap();
    house.logs.set_route(key("a"), &other).unwrap_err();
    house.say("R", &["a"]);
    let reading = house.reading("a");
    assert_eq!((reading.accepted, reading.lost_before_disk), (2, 1), "it is counted");
    fs::remove_file(&spool).unwrap();
    fs::rename(&aside, &spool).unwrap();
    house.route("a", &other);
    let last = house.say("R", &["a"]);
    house.flush("a").await;
    assert_eq!(house.destinations.lines(&one), [first]);
    assert_eq!(house.destinations.lines(&other), [last]);
}
