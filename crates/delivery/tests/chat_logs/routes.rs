//! Where what is said goes: several configurations, changes of the destination, ends.

use crate::destinations::Deed;
use crate::house::{House, bucket, group, id, key, patient, settings, stream};
use delivery::SinkError;
use model::RoomKey;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn each_configuration_gets_what_is_said_for_it() {
    let house = House::new(settings());
    *house.destinations.limits.lock().unwrap() = Some(patient());
    let (one, other, pipe) = (bucket("one"), group("other"), stream("pipe"));
    house.route("a", &one);
    house.route("b", &other);
    house.route("c", &pipe);
    let both = [house.say("R", &["a", "b", "c"]), house.say("S", &["a", "b", "c"])];
    let alone = house.say("R", &["a", "unknown"]);
    house.say("R", &[]);
    for name in ["a", "b", "c"] {
        house.flush(name).await;
    }
    let [first, second] = &both;
    let batch = |room: Option<&str>, lines: &[&String]| {
        let lines: Vec<String> = lines.iter().map(|line| (*line).clone()).collect();
        (room.map(|room| id(room).to_string()), lines)
    };
    let taken = |destination| -> Vec<_> {
        house.destinations.taken(destination).into_iter().map(|(_, room, lines)| (room, lines)).collect()
    };
    let mut rooms = taken(&one);
    rooms.sort();
    assert_eq!(rooms, [batch(Some("R"), &[first, &alone]), batch(Some("S"), &[second])]);
    assert_eq!(taken(&other).len(), 2, "each room has a batch of its own");
    assert_eq!(taken(&pipe), [batch(None, &[first, second])], "but not where rooms are not told apart");
    let reading = house.reading("a");
    assert_eq!((reading.accepted, reading.spooled, reading.delivered, reading.backlog), (3, 3, 3, 0));
    assert_eq!(reading.spool_bytes, 0, "what is confirmed does not stay on the disk");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_goes_to_the_destination_before_and_what_comes_after_to_the_new_one() {
    let mut house = House::new(settings());
    let (before, after) = (bucket("before"), bucket("after"));
    house.destinations.always(&before, Deed::Fail(SinkError::Passing));
    house.route("a", &before);
    let first = house.say("R", &["a"]);
    house.route("a", &after);
    let second = house.say("R", &["a"]);
    house.until(|| house.destinations.lines(&after).len() == 1).await;
    assert_eq!(house.destinations.lines(&after), [&*second], "one that is down delays no other");
    // What is confirmed and noted does not go out again.
    house.until(|| house.reading("a").backlog == 1).await;
    // The old destination is remembered over a restart, though the configuration does not know it any more.
    house.restart().await;
    house.route("a", &after);
    house.logs.settle();
    house.destinations.always(&before, Deed::Take);
    house.until(|| house.destinations.lines(&before).len() == 1).await;
    assert_eq!(house.destinations.lines(&before), [first]);
    house.until(|| house.lanes().len() == 1).await;
    let third = house.say("R", &["a"]);
    house.flush("a").await;
    assert_eq!(house.destinations.lines(&after), [second, third]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_ends_delivers_what_it_has_and_leaves_nothing_behind() {
    let house = House::new(settings());
    *house.destinations.limits.lock().unwrap() = Some(patient());
    let one = bucket("one");
    house.route("a", &one);
    let said: Vec<String> = (0..50).map(|_| house.say("R", &["a"])).collect();
    house.logs.end_route(key("a"));
    house.say("R", &["a"]);
    house.flush("a").await;
    assert_eq!(house.destinations.lines(&one), said);
    house.until(|| house.lanes().is_empty()).await;
    assert_eq!(house.reading("a").accepted, 50);
    // The name may come again.
    house.route("a", &one);
    let again = house.say("R", &["a"]);
    house.flush("a").await;
    assert_eq!(house.destinations.lines(&one).last(), Some(&again));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_is_gone_and_counted() {
    let house = House::new(settings());
    let one = bucket("one");
    house.destinations.always(&one, Deed::Hang);
    house.route("a", &one);
    (0..7).for_each(|_| drop(house.say("R", &["a"])));
    house.until(|| house.reading("a").spooled == 7).await;
    house.logs.end_route(key("a"));
    house.logs.discard(key("a"));
    house.until(|| house.lanes().is_empty()).await;
    assert_eq!((house.reading("a").discarded, house.reading("a").backlog), (7, 0));
    assert_eq!(house.destinations.lines(&one), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_deleted_is_not_waited_for() {
    let house = House::new(settings());
    *house.destinations.limits.lock().unwrap() = Some(patient());
    let (one, other) = (bucket("one"), bucket("other"));
    house.route("a", &one);
    house.route("b", &other);
    let said = house.say("R", &["a"]);
    house.say("S", &["b"]);
    house.logs.flush_room(RoomKey { account: key("a").account, id: id("R") });
    house.until(|| !house.destinations.lines(&one).is_empty()).await;
    assert_eq!(house.destinations.lines(&one), [said]);
    assert_eq!(house.destinations.lines(&other), Vec::<String>::new(), "others are waited for as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_delivers_what_there_is() {
    let house = House::new(settings());
    *house.destinations.limits.lock().unwrap() = Some(patient());
    let one = bucket("one");
    house.route("a", &one);
    let said: Vec<String> = (0..500).map(|_| house.say("R", &["a"])).collect();
    house.logs.shut_down(Duration::from_secs(60)).await;
    assert_eq!(house.destinations.lines(&one), said);
    house.say("R", &["a"]);
    assert_eq!(house.reading("a").accepted, 500, "nothing is taken after the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_is_tried_when_it_is_asked_for() {
    let house = House::new(settings());
    let (one, account) = (bucket("one"), key("a").account);
    house.destinations.plan(&one, &[Deed::Fail(SinkError::NotFound), Deed::Take]);
    assert_eq!(house.logs.probe(account, &one).await, Err(SinkError::NotFound("as planned".into())));
    assert_eq!(house.logs.probe(account, &one).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_ends_and_comes_again_at_once_loses_nothing() {
    let house = House::new(settings());
    let one = bucket("one");
    let mut said = Vec::new();
    for _ in 0..20 {
        house.route("a", &one);
        said.push(house.say("R", &["a"]));
        house.logs.end_route(key("a"));
    }
    house.route("a", &one);
    said.push(house.say("R", &["a"]));
    house.flush("a").await;
    let mut came = house.destinations.lines(&one);
    came.sort_by_key(|line| line[1..].parse::<u32>().unwrap());
    let given_up = usize::try_from(house.reading("a").discarded).unwrap();
    // What is given up may be with its destination already.
    assert!(came.len() + given_up >= said.len(), "{} came, {given_up} were given up", came.len());
    assert_eq!(came.last(), said.last());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_destinations_that_change_again_and_again_the_oldest_is_given_up() {
    let house = House::new(settings());
    let names: Vec<String> = (0..12).map(|number| format!("bucket-{number}")).collect();
    let buckets: Vec<_> = names.iter().map(|name| bucket(name)).collect();
    let mut said = Vec::new();
    for bucket in &buckets {
        house.destinations.always(bucket, Deed::Fail(SinkError::Passing));
        house.route("a", bucket);
        said.push(house.say("R", &["a"]));
        let (accepted, wanted) = (house.reading("a"), said.len() as u64);
        assert_eq!(accepted.accepted, wanted);
        house.until(|| house.reading("a").spooled == wanted && house.lanes().len() <= 8).await;
    }
    assert_eq!(house.reading("a").discarded, 4);
    buckets.iter().for_each(|bucket| house.destinations.always(bucket, Deed::Take));
    house.flush("a").await;
    let came: Vec<String> = buckets.iter().flat_map(|bucket| house.destinations.lines(bucket)).collect();
    assert_eq!(came, said[4..], "each where it was accepted for");
}
