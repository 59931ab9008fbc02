//! How many reviews run at once, and reviews in the shadow.

use crate::clock::{clock, pass};
use crate::house::{ARN, FELL_BACK, House, Plan, WORDS, http, out, room, uri};
use crate::log;
use crate::peer::{Peer, Reply};
use delivery::{ReviewLabel, ReviewSettings};
use model::FallbackResult;
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
fn an_account_has_half_of_what_the_server_may() {
    let (peer, release) = held(ALLOW);
    let house = limited("per-account", &peer, 100, 4);
    let sent = [room(0), room(1), room(1), room(2), room(2), room(2)].map(|room| house.send(room, WORDS));
    (0..4).for_each(|_| release.send(()).unwrap());
    let (ok, none) = (out("ok"), FELL_BACK);
    let fates = sent.each_ref().map(|sent| house.fate(sent));
    assert_eq!(fates.each_ref(), [&ok, &ok, &none, &ok, &ok, &none]);
    release.send(()).unwrap();
    assert_eq!(house.say(WORDS), ok, "what was taken is given back");
}

#[test]
fn a_burst_in_a_room_at_aws_s_limit_is_reviewed() {
    let (peer, release) = held(ALLOW);
    let usual = ReviewSettings::default();
    let house = limited("burst", &peer, usual.at_once_per_room, usual.at_once);
    let sent: Vec<_> = (0..120).map(|_| house.send(room(0), WORDS)).collect();
    sent.iter().for_each(|_| release.send(()).unwrap());
    assert!(sent.iter().all(|sent| house.fate(sent) == out("ok")));
}

#[test]
fn that_nobody_is_asked_is_said_now_and_then() {
    let (peer, release) = held(ALLOW);
    let settings = ReviewSettings { time_limit: Duration::from_secs(60), at_once_per_room: 1, at_once: 9 };
    let file = http("crowded", &peer.url("/"), "");
    let house = House::new("crowded", &Plan { file: &file, settings, clock: clock::<2>, ..Plan::default() });
    let first = house.send(room(0), WORDS);
    house.set_handler(room(1), &uri("nowhere"), FallbackResult::Deny);
    let sent: Vec<_> = (0..3).flat_map(|_| [room(0), room(1)]).map(|room| house.send(room, WORDS)).collect();
    assert!(sent[1..].iter().step_by(2).all(|sent| house.fate(sent) == FELL_BACK));
    let said = |name: &str, cause: &str, messages: &str| {
        log::lines(&["no handler is asked", &format!("function:{name}\""), cause, messages]).len()
    };
    assert_eq!(said("crowded", "fallback_too_many", "messages=1"), 1);
    assert_eq!(said("nowhere", "fallback_unmapped", "messages=1"), 1);
    pass::<2>(Duration::from_secs(10));
    assert_eq!(house.fate(&house.send(room(1), WORDS)), FELL_BACK);
    assert_eq!((said("nowhere", "", ""), said("nowhere", "fallback_unmapped", "messages=3")), (2, 1));
    release.send(()).unwrap();
    assert_eq!(house.fate(&first), out("ok"));
    assert_eq!(log::lines(&[WORDS]), Vec::<String>::new());
}

#[test]
fn in_the_shadow_messages_go_out_at_once_and_the_verdict_is_counted() {
    let (peer, release) = held(r#"{"ReviewResult":"DENY","Attributes":{"Reason":"zanzibar"}}"#);
    let settings = ReviewSettings { time_limit: Duration::from_secs(10), at_once_per_room: 1, at_once: 4 };
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
