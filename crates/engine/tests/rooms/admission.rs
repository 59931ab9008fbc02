//! What a room takes, and what it refuses.

use crate::stage::{SETTINGS, Stage, message, other_room, room};
use engine::{Bus, Notice, Refusal, Request, RoomSettings};
use model::{Id, Limit, Quotas, UserId};
use std::sync::atomic::Ordering;
use std::time::Duration;

#[test]
fn a_message_reaches_the_shards_that_have_viewers_and_no_other() {
    let mut stage = Stage::new(Quotas::aws());
    stage.join(room(), 1, 0).unwrap();
    stage.join(other_room(), 2, 1).unwrap();
    stage.say("hello").unwrap();
    assert_eq!(stage.texts(0).len(), 1);
    assert!(stage.texts(0)[0].contains(r#""Content":"hello""#));
    assert_eq!(stage.texts(1), Vec::<String>::new());
}

#[test]
fn the_length_is_counted_in_code_points() {
    let mut stage = Stage::new(Quotas::aws());
    assert_eq!(stage.say(&"🦀".repeat(20)), Ok(()));
    assert_eq!(stage.say(&"x".repeat(21)), Err(Refusal::ContentTooLong));
}

#[test]
fn a_room_takes_as_many_as_it_says_and_a_change_holds_at_once() {
    let mut stage = Stage::new(Quotas::aws());
    let taken = |stage: &mut Stage| (0..200).filter(|_| stage.say("x").is_ok()).count();
    assert_eq!(taken(&mut stage), 10);
    assert_eq!(stage.say("x"), Err(Refusal::RoomRate));
    stage.bus.announce(Notice::RoomChanged(
        room(),
        RoomSettings { maximum_message_rate_per_second: 100, maximum_message_length: 1, ..SETTINGS },
    ));
    stage.pass(Duration::from_secs(2));
    assert_eq!(taken(&mut stage), 100);
    assert_eq!(stage.say("xx"), Err(Refusal::ContentTooLong));
}

#[test]
fn an_account_s_rate_is_over_all_its_rooms() {
    let quotas = Quotas { messages: Limit::AtMost(3), deletes: Limit::AtMost(1), ..Quotas::aws() };
    let mut stage = Stage::new(quotas);
    for _ in 0..2 {
        stage.say("x").unwrap();
    }
    stage.submit(other_room(), message("x")).unwrap();
    assert_eq!(stage.submit(other_room(), message("x")), Err(Refusal::AccountRate { limit: 3 }));
    let delete = || Request::Delete { message_id: Id::from_random(9), reason: None };
    assert_eq!(stage.submit(room(), delete()), Ok(()));
    assert_eq!(stage.submit(other_room(), delete()), Err(Refusal::AccountRate { limit: 1 }));
    stage.pass(Duration::from_secs(1));
    assert_eq!(stage.submit(other_room(), delete()), Ok(()));
}

#[test]
fn a_deleted_room_takes_nothing_but_lets_its_viewers_leave() {
    let mut stage = Stage::new(Quotas { concurrent_connections: Limit::AtMost(1), ..Quotas::aws() });
    stage.join(room(), 1, 0).unwrap();
    stage.bus.announce(Notice::RoomDeleted(room()));
    assert_eq!(stage.say("x"), Err(Refusal::RoomNotFound));
    assert_eq!(stage.join(room(), 2, 0), Err(Refusal::RoomNotFound));
    assert_eq!(stage.submit(room(), Request::Leave { shard: 0 }), Ok(()));
    assert_eq!(stage.join(other_room(), 3, 0), Ok(()));
}

#[test]
fn system_events_are_published_to_the_whole_room() {
    let mut stage = Stage::new(Quotas::aws());
    stage.join(room(), 1, 0).unwrap();
    stage.join(room(), 2, 1).unwrap();
    let user_id = UserId::parse("bob").unwrap();
    stage.submit(room(), Request::Disconnect { user_id, reason: None }).unwrap();
    stage.submit(room(), Request::Delete { message_id: Id::from_random(9), reason: None }).unwrap();
    for shard in [0, 1] {
        let texts = stage.texts(shard);
        assert!(
            texts[0]
                .contains(r#""EventName":"aws:DISCONNECT_USER","Attributes":{"UserId":"bob","Reason":""}"#)
        );
        assert!(texts[1].contains(r#""EventName":"aws:DELETE_MESSAGE""#));
        assert!(texts.iter().all(|text| text.contains(r#""RequestId":"r""#)));
    }
}

#[test]
fn an_overloaded_shard_stops_the_intake_and_not_the_leaving() {
    let mut stage = Stage::new(Quotas::aws());
    stage.join(room(), 1, 0).unwrap();
    stage.shards[0].overloaded.store(true, Ordering::Relaxed);
    assert_eq!(stage.say("x"), Err(Refusal::Overloaded));
    assert_eq!(stage.submit(room(), Request::Leave { shard: 0 }), Ok(()));
}
