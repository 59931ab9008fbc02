//! Viewers who do not read: bounded, counted, and nobody else's trouble.

use crate::house::{House, SETTINGS, room};
use edge::CloseReason;
use std::io::Write as _;
use std::time::Duration;

#[test]
fn a_viewer_who_stops_reading_is_dropped_at_the_bound_and_the_others_see_everything() {
    let mut house = House::new(1);
    let stuck = house.viewer(room('a'), "stuck");
    let mut reader = house.viewer(room('a'), "reader");
    let content = "x".repeat(20_000);
    let mut said = 0;
    while house.counters().closed[CloseReason::SlowReader as usize] == 0 {
        house.say(room('a'), &content);
        said += 1;
        assert_eq!(reader.content(), content);
        assert!(said < 2_000, "the kernel's buffers and ours together are far smaller");
        let kept = house.counters().outbox_bytes;
        assert!(kept <= SETTINGS.outbox_bytes as u64 + 20_200, "{kept} bytes kept");
    }
    house.say(room('a'), "done");
    assert_eq!(reader.content(), "done");
    assert_eq!(house.shards.connections(), 1);
    assert_eq!(house.counters().outbox_bytes, 0);
    drop(stuck);
}

#[test]
fn a_viewer_who_stops_reading_for_a_while_misses_nothing() {
    let mut house = House::new(1);
    let mut pauses = house.viewer(room('a'), "pauses");
    let content = |n: usize| format!("{n}:{}", "x".repeat(5_000));
    let mut said = 0;
    // Until the kernel takes no more and the outbox has begun to fill.
    while house.counters().outbox_bytes == 0 {
        house.say(room('a'), &content(said));
        said += 1;
    }
    for n in 0..said {
        assert_eq!(pauses.content(), content(n));
    }
    house.say(room('a'), "and on");
    assert_eq!(pauses.content(), "and on");
}

#[test]
fn a_flood_of_pings_from_one_who_does_not_read_is_bounded() {
    let mut house = House::new(1);
    let mut flood = house.viewer(room('a'), "flood");
    let mut reader = house.viewer(room('a'), "reader");
    let mut ping = Vec::new();
    websocket::encode_client(websocket::OpCode::Ping, &[7; 125], [1, 2, 3, 4], &mut ping);
    let burst = ping.repeat(1_000);
    flood.socket.set_nonblocking(true).unwrap();
    let mut sent = 0;
    while house.counters().closed.iter().sum::<u64>() == 0 {
        // Its own buffers may be full; then the server reads first.
        sent += flood.socket.write(&burst[sent % burst.len()..]).unwrap_or(0);
        assert!(house.counters().outbox_bytes <= 17_000);
    }
    assert_eq!(house.counters().closed[CloseReason::SlowReader as usize], 1);
    house.say(room('a'), "all well");
    assert_eq!(reader.content(), "all well");
}

#[test]
fn what_waits_for_too_long_ends_the_connection() {
    let mut house = House::new(1);
    let stuck = house.viewer(room('a'), "stuck");
    while house.counters().outbox_bytes == 0 {
        house.say(room('a'), &"x".repeat(5_000));
    }
    let closed = || house.counters().closed[CloseReason::Stalled as usize];
    house.pass(SETTINGS.write_stall - Duration::from_millis(1));
    assert_eq!(closed(), 0);
    house.pass(Duration::from_millis(1));
    assert_eq!(closed(), 1);
    drop(stuck);
}
