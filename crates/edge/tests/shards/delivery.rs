//! Who sees what, and in which order.

use crate::house::{House, Seen, Viewer, room};
use edge::ChatSocket;
use std::time::Duration;
use websocket::OpCode;

#[test]
fn every_viewer_of_the_room_sees_every_message_in_order_and_nobody_else_any() {
    let mut house = House::new(2);
    let mut viewers: Vec<Viewer> = (0..20).map(|n| house.viewer(room('a'), &format!("u{n}"))).collect();
    let mut other = house.viewer(room('b'), "other");
    for n in 0..200 {
        house.say(room('a'), &format!("m{n}"));
    }
    house.say(room('b'), "only here");
    for viewer in &mut viewers {
        for n in 0..200 {
            assert_eq!(viewer.content(), format!("m{n}"));
        }
    }
    assert_eq!(other.content(), "only here");
    let counters = house.counters();
    assert_eq!(counters.deliveries[0], 20 * 200 + 1);
    assert!(counters.writes <= counters.deliveries[0]);
}

#[test]
fn nothing_is_missed_between_the_join_and_the_socket() {
    let mut house = House::new(1);
    let reservation = house.reserve(room('a'), "late");
    house.say(room('a'), "before the socket");
    let (client, server) = house.sockets();
    let mut ahead = Vec::new();
    websocket::encode_client(OpCode::Ping, b"ahead", [9, 9, 9, 9], &mut ahead);
    reservation.attach(ChatSocket::Plain(server), ahead);
    house.say(room('a'), "after it");
    let mut viewer = Viewer::new(client);
    let seen = [viewer.see(), viewer.see(), viewer.see()];
    assert!(seen.contains(&Seen::Pong(b"ahead".to_vec())), "{seen:?}");
    let texts: Vec<&String> =
        seen.iter().filter_map(|seen| if let Seen::Text(text) = seen { Some(text) } else { None }).collect();
    assert!(texts[0].contains("before the socket") && texts[1].contains("after it"), "{texts:?}");
}

#[test]
fn viewers_who_come_and_go_during_passes_disturb_nobody() {
    let mut house = House::new(1);
    let mut stays: Vec<Viewer> = (0..300).map(|n| house.viewer(room('a'), &format!("s{n}"))).collect();
    for round in 0..30 {
        let goes = house.viewer(room('a'), "goes");
        house.say(room('a'), &format!("m{round}"));
        drop(goes);
        let abandoned = house.reserve(room('a'), "never comes");
        drop(abandoned);
    }
    for viewer in &mut stays {
        for round in 0..30 {
            assert_eq!(viewer.content(), format!("m{round}"));
        }
    }
    while house.shards.connections() > 300 {
        house.counters();
    }
    house.say(room('a'), "last");
    assert_eq!(stays[0].content(), "last");
}

#[test]
fn a_sender_s_request_comes_back_as_a_message_or_as_an_error() {
    let mut house = House::new(1);
    let mut ann = house.viewer(room('a'), "ann");
    ann.send(OpCode::Text, br#"{"Action":"SEND_MESSAGE","RequestId":"r1","Content":"hi"}"#);
    assert_eq!(ann.content(), "hi");
    for (opcode, payload, code) in [
        (OpCode::Text, &b"nonsense"[..], "400"),
        (OpCode::Binary, &b"x"[..], "400"),
        (OpCode::Text, &vec![b'x'; 40_000][..], "413"),
    ] {
        ann.send(opcode, payload);
        assert!(matches!(ann.see(), Seen::Text(text) if text.contains(code)), "{code}");
    }
    let counters = house.counters();
    assert_eq!(counters.requests, [1, 0, 0]);
    assert_eq!(counters.refused.iter().sum::<u64>(), 3);
}

#[test]
fn an_idle_connection_is_pinged_and_lives_while_it_answers() {
    let mut house = House::new(1);
    let mut viewer = house.viewer(room('a'), "u");
    viewer.settle();
    for _ in 0..5 {
        house.pass(Duration::from_secs(31));
        assert_eq!(viewer.see(), Seen::Ping);
        viewer.send(OpCode::Pong, b"");
        viewer.settle();
    }
}
