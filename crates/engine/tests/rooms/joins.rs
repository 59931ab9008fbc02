//! Tokens at the door: once, and only those that this process issued.

use crate::stage::{STARTED_AT, Stage, other_room, room};
use engine::{Join, Refusal, Request};
use model::{Limit, Quotas, Timestamp};
use std::time::Duration;

#[test]
fn a_token_opens_one_connection() {
    let mut stage = Stage::new(Quotas::aws());
    assert_eq!(stage.join(room(), 7, 0), Ok(()));
    assert_eq!(stage.join(room(), 7, 0), Err(Refusal::TokenSpent));
    assert_eq!(stage.join(room(), 8, 0), Ok(()));
    stage.pass(Duration::from_secs(59));
    assert_eq!(stage.join(room(), 7, 1), Err(Refusal::TokenSpent));
}

#[test]
fn a_used_token_stays_used_though_the_room_was_empty_meanwhile() {
    let mut stage = Stage::new(Quotas::aws());
    stage.join(room(), 7, 0).unwrap();
    stage.submit(room(), Request::Leave { shard: 0 }).unwrap();
    stage.bus.forget_idle_rooms(stage.now.monotonic);
    assert_eq!(stage.bus.rooms_in_use(), 1);
    assert_eq!(stage.join(room(), 7, 0), Err(Refusal::TokenSpent));
    // A minute until it expires, and one in which a slower thread's clock may still say otherwise.
    for (seconds, rooms_in_use) in [(61, 1), (60, 0)] {
        stage.pass(Duration::from_secs(seconds));
        stage.bus.forget_idle_rooms(stage.now.monotonic);
        assert_eq!(stage.bus.rooms_in_use(), rooms_in_use);
    }
}

#[test]
fn a_room_with_a_viewer_is_not_forgotten() {
    let mut stage = Stage::new(Quotas::aws());
    stage.join(room(), 7, 0).unwrap();
    stage.pass(Duration::from_secs(3600));
    stage.bus.forget_idle_rooms(stage.now.monotonic);
    stage.say("still here").unwrap();
    assert_eq!(stage.texts(0).len(), 1);
}

#[test]
fn a_token_from_before_the_start_is_refused() {
    let mut stage = Stage::new(Quotas::aws());
    let issued = |second| {
        let token_issued_at = Timestamp::from_second(second).unwrap();
        let token_expires_at = Timestamp::from_second(second + 600).unwrap();
        Request::Join(Join { token_id: second as u128, token_issued_at, token_expires_at, shard: 0 })
    };
    assert_eq!(stage.submit(room(), issued(STARTED_AT - 1)), Err(Refusal::TokenSpent));
    assert_eq!(stage.submit(room(), issued(STARTED_AT)), Ok(()));
}

#[test]
fn a_clock_that_is_set_back_after_the_start_keeps_nobody_out() {
    let mut stage = Stage::new(Quotas::aws());
    stage.now.wall = Timestamp::from_second(STARTED_AT - 3_600).unwrap();
    assert_eq!(stage.join(room(), 7, 0), Ok(()));
    assert_eq!(stage.join(room(), 7, 0), Err(Refusal::TokenSpent));
}

#[test]
fn connections_are_counted_over_all_rooms_and_given_back() {
    let mut stage = Stage::new(Quotas { concurrent_connections: Limit::AtMost(2), ..Quotas::aws() });
    stage.join(room(), 1, 0).unwrap();
    stage.join(other_room(), 2, 1).unwrap();
    assert_eq!(stage.join(room(), 3, 0), Err(Refusal::ConnectionQuota { limit: 2 }));
    stage.submit(other_room(), Request::Leave { shard: 1 }).unwrap();
    // A leave that nobody joined for gives nothing back.
    stage.submit(other_room(), Request::Leave { shard: 1 }).unwrap();
    assert_eq!(stage.join(room(), 4, 0), Ok(()));
    assert_eq!(stage.join(room(), 5, 0), Err(Refusal::ConnectionQuota { limit: 2 }));
}
