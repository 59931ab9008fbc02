//! How many reviews run at once, and reviews in the shadow.

use crate::house::{ARN, FELL_BACK, House, Plan, WORDS, http, out, room};
use crate::log;
use crate::peer::{Peer, Reply};
use delivery::{ReviewLabel, ReviewSettings};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

const ALLOW: &str = r#"{"ReviewResult":"ALLOW","Content":"ok"}"#;

/// A peer that answers each request when it is told to.
fn held(body: &'static str) -> (Peer, mpsc::Sender<()>) {
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let peer = Peer::start(move |_| {
        held.lock().unwrap().recv().unwrap();
        Reply::ok(body)
    });
    (peer, release)
}

fn limited(name: &str, peer: &Peer, at_once_per_room: usize, at_once: usize) -> House {
    let settings = ReviewSettings { time_limit: Duration::from_secs(10), at_once_per_room, at_once };
    House::new(name, &Plan { file: &http(name, &peer.url("/"), ""), settings, ..Plan::default() })
}

#[test]
fn a_room_has_as_many_reviews_at_once_as_it_may() {
    let (peer, release) = held(ALLOW);
    let house = limited("per-room", &peer, 2, 100);
    let sent = [1, 2, 3].map(|_| house.send(room(0), WORDS));
    let elsewhere = house.send(room(1), WORDS);
    for _ in 0..3 {
        peer.next();
    }
    assert_eq!(house.results("per-room"), [(ReviewLabel::FallbackTooMany, 1)]);
    for _ in 0..3 {
        release.send(()).unwrap();
    }
    assert_eq!(sent.each_ref().map(|sent| house.fate(sent)), [out("ok"), out("ok"), FELL_BACK]);
    assert_eq!(house.fate(&elsewhere), out("ok"));
    release.send(()).unwrap();
    assert_eq!(house.say(WORDS), out("ok"), "there is room again");
    assert_eq!(house.results("per-room"), [(ReviewLabel::Changed, 4), (ReviewLabel::FallbackTooMany, 1)]);
}

#[test]
fn the_server_has_as_many_reviews_at_once_as_it_may() {
    let (peer, release) = held(ALLOW);
    let house = limited("per-server", &peer, 100, 1);
    let first = house.send(room(0), WORDS);
    assert_eq!(house.fate(&house.send(room(1), WORDS)), FELL_BACK);
    release.send(()).unwrap();
    assert_eq!(house.fate(&first), out("ok"));
    release.send(()).unwrap();
    assert_eq!(house.fate(&house.send(room(1), WORDS)), out("ok"));
    assert_eq!(house.results("per-server"), [(ReviewLabel::Changed, 2), (ReviewLabel::FallbackTooMany, 1)]);
}

#[test]
fn in_the_shadow_messages_go_out_at_once_and_the_verdict_is_counted() {
    let (peer, release) = held(r#"{"ReviewResult":"DENY","Attributes":{"Reason":"zanzibar"}}"#);
    let settings = ReviewSettings { time_limit: Duration::from_secs(10), at_once_per_room: 1, at_once: 2 };
    let file = http("shadow", &peer.url("/"), "shadow = true");
    let house = House::new("shadow", &Plan { file: &file, settings, ..Plan::default() });
    let sent = [1, 2, 3].map(|_| house.send(room(0), WORDS));
    assert_eq!(sent.each_ref().map(|sent| house.fate(sent)), [out(WORDS), out(WORDS), out(WORDS)]);
    for _ in 0..2 {
        release.send(()).unwrap();
    }
    for sent in &sent[..2] {
        log::wait_for(&[
            "reviewed in the shadow",
            &format!("{ARN}shadow"),
            sent.id.as_str(),
            "would_be=\"deny\"",
        ]);
    }
    let counts = house.counts("shadow");
    assert_eq!(house.results("shadow"), []);
    assert_eq!(counts.shadow.result(ReviewLabel::Deny), 2);
    assert_eq!(counts.shadow.result(ReviewLabel::FallbackTooMany), 1, "the background is bounded");
    assert_eq!((counts.decided.invocation_errors(), counts.shadow.latencies.count()), (0, 2));
    assert_eq!(log::lines(&[WORDS]), Vec::<String>::new());
}
