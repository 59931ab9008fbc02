//! How connections end: what the client sees, and what is counted.

use crate::house::{House, Seen, room};
use edge::CloseReason;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use websocket::OpCode;

fn closed(house: &House, reason: CloseReason) -> u64 {
    house.counters().closed[reason as usize]
}

/// Waits until as many connections ended for this reason; the shard needs a moment to see that a socket is gone.
fn await_closed(house: &House, reason: CloseReason, count: u64) {
    while closed(house, reason) < count {
        assert!(house.counters().closed.iter().sum::<u64>() <= count, "closed for another reason");
    }
}

#[test]
fn a_kicked_user_sees_the_event_then_a_clean_close_and_nothing_after() {
    let mut house = House::new(2);
    let mut bobs = [house.viewer(room('a'), "bob"), house.viewer(room('a'), "bob")];
    let mut elsewhere = house.viewer(room('b'), "bob");
    let mut ann = house.viewer(room('a'), "ann");
    house.say(room('a'), "before");
    house.kick(room('a'), "bob", "spam");
    house.say(room('a'), "after");
    for bob in &mut bobs {
        assert_eq!(bob.content(), "before");
        assert!(matches!(bob.see(), Seen::Text(text) if text.contains("aws:DISCONNECT_USER")));
        assert_eq!(bob.see(), Seen::Close(1000, "spam".into()));
        bob.send(OpCode::Close, &websocket::close_payload(1000, ""));
        assert_eq!(bob.see(), Seen::End);
    }
    assert_eq!(ann.content(), "before");
    assert!(matches!(ann.see(), Seen::Text(text) if text.contains("aws:DISCONNECT_USER")));
    assert_eq!(ann.content(), "after");
    house.say(room('b'), "still here");
    assert_eq!(elsewhere.content(), "still here");
    await_closed(&house, CloseReason::Kicked, 2);
    assert_eq!(house.shards.connections(), 2);
}

#[test]
fn a_user_kicked_before_the_socket_came_sees_both_words_as_well() {
    let mut house = House::new(1);
    let reservation = house.reserve(room('a'), "bob");
    house.kick(room('a'), "bob", "spam");
    house.counters();
    let (client, server) = house.sockets();
    reservation.attach(edge::ChatSocket::Plain(server), Vec::new());
    let mut bob = crate::house::Viewer::new(client);
    assert!(matches!(bob.see(), Seen::Text(text) if text.contains("aws:DISCONNECT_USER")));
    assert_eq!(bob.see(), Seen::Close(1000, "spam".into()));
}

#[test]
fn a_user_who_comes_back_after_a_kick_is_not_meant_by_it() {
    let mut house = House::new(1);
    let mut ann = house.viewer(room('a'), "ann");
    ann.settle();
    let gate = Arc::clone(&house.gate);
    let held = gate.lock().unwrap();
    house.kick(room('a'), "bob", "spam");
    let mut bob = house.viewer(room('a'), "bob");
    house.say(room('a'), "welcome back");
    drop(held);
    while bob.content() != "welcome back" {}
    bob.settle();
    assert_eq!(house.shards.connections(), 2);
}

#[test]
fn a_place_that_is_dropped_before_its_socket_comes_is_given_back() {
    let overflow = |house: &mut House| (0..20).for_each(|_| house.say(room('a'), &"x".repeat(8_000)));
    let kick = |house: &mut House| {
        house.kick(room('a'), "late", "spam");
        house.counters();
        house.pass(Duration::from_secs(6));
    };
    let drop_it: [&dyn Fn(&mut House); 3] = [&|_| {}, &overflow, &kick];
    for (case, happens) in drop_it.iter().enumerate() {
        for attached in [false, true] {
            let mut house = House::new(1);
            let reservation = house.reserve(room('a'), "late");
            happens(&mut house);
            let (client, server) = house.sockets();
            if attached {
                reservation.attach(edge::ChatSocket::Plain(server), Vec::new());
            } else {
                drop((reservation, server));
            }
            drop(client);
            while house.shards.connections() > 0 {
                house.counters();
            }
            house.assert_deserted();
            assert_eq!(house.counters().closed.iter().sum::<u64>(), 1, "case {case}, attached {attached}");
        }
    }
}

#[test]
fn who_comes_while_the_shard_drains_is_let_go_of_too() {
    let mut house = House::new(1);
    let reservation = house.reserve(room('a'), "late");
    house.shards.drain(Duration::from_secs(20));
    house.counters();
    let (client, server) = house.sockets();
    reservation.attach(edge::ChatSocket::Plain(server), Vec::new());
    let mut latest = house.viewer(room('a'), "latest");
    latest.settle();
    house.pass(Duration::from_secs(20));
    assert_eq!(crate::house::Viewer::new(client).see(), Seen::End);
    assert_eq!(latest.see(), Seen::End);
    assert_eq!(closed(&house, CloseReason::Drained), 2);
}

#[test]
fn a_client_s_close_is_answered_with_its_own_code() {
    let mut house = House::new(1);
    let mut viewer = house.viewer(room('a'), "u");
    viewer.send(OpCode::Close, &websocket::close_payload(1001, "going"));
    assert_eq!(viewer.see(), Seen::Close(1001, String::new()));
    assert_eq!(viewer.see(), Seen::End);
    await_closed(&house, CloseReason::Client, 1);
}

#[test]
fn a_session_ends_with_a_401_then_a_clean_close() {
    let mut house = House::new(1);
    let mut viewer = house.viewer(room('a'), "u");
    for _ in 0..58 {
        viewer.settle();
        house.pass(Duration::from_secs(62));
    }
    viewer.settle();
    house.pass(Duration::from_secs(10));
    loop {
        match viewer.see() {
            Seen::Ping => {}
            Seen::Text(text) => {
                assert!(text.contains(r#""ErrorCode":401"#), "{text}");
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(viewer.see(), Seen::Close(1000, reason) if reason.contains("401")));
    // The client says nothing: after a while the socket is dropped under it.
    house.pass(Duration::from_secs(6));
    assert_eq!(viewer.see(), Seen::End);
    assert_eq!(closed(&house, CloseReason::Expired), 1);
}

#[test]
fn who_breaks_the_protocol_is_told_the_code_and_disturbs_nobody() {
    let mut house = House::new(1);
    let mut good = house.viewer(room('a'), "good");
    for (bytes, code) in [
        (&b"\x81\x02hi"[..], 1002),
        (b"\xc1\x80\0\0\0\0", 1002),
        (b"\x83\x80\0\0\0\0", 1002),
        (b"\x81\x81\0\0\0\0\xff", 1007),
        (b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 1009),
    ] {
        let mut bad = house.viewer(room('a'), "bad");
        bad.socket.write_all(bytes).unwrap();
        assert_eq!(bad.see(), Seen::Close(code, String::new()), "{bytes:?}");
    }
    house.say(room('a'), "all well");
    assert_eq!(good.content(), "all well");
}

#[test]
fn who_answers_no_ping_is_let_go_of_without_a_close() {
    let mut house = House::new(1);
    let mut viewer = house.viewer(room('a'), "u");
    viewer.settle();
    for _ in 0..3 {
        house.pass(Duration::from_secs(31));
    }
    assert_eq!(viewer.see(), Seen::Ping);
    while let Seen::Ping = viewer.see() {}
    assert_eq!(closed(&house, CloseReason::Idle), 1);
}

#[test]
fn a_drain_lets_go_of_everyone_without_a_close() {
    let mut house = House::new(2);
    let mut viewers: Vec<_> = (0..10).map(|n| house.viewer(room('a'), &format!("u{n}"))).collect();
    viewers.iter_mut().for_each(crate::house::Viewer::settle);
    house.shards.drain(Duration::from_secs(20));
    // The moments are chosen before the clock moves.
    house.counters();
    house.pass(Duration::from_secs(20));
    for viewer in &mut viewers {
        assert_eq!(viewer.see(), Seen::End);
    }
    assert_eq!(closed(&house, CloseReason::Drained), 10);
    assert_eq!(house.shards.connections(), 0);
}
