//! Another map, while messages come.

use crate::house::{FELL_BACK, Fate, House, Plan, WORDS, compile, http, out, room, uri};
use crate::peer::{Peer, Reply};
use delivery::{BreakerState, ReviewLabel, ReviewMap};
use serde_json::json;
use std::sync::{Mutex, mpsc};

const ALLOW: &str = r#"{"ReviewResult":"ALLOW","Content":"ok"}"#;

#[test]
fn an_endpoint_that_did_not_change_keeps_its_connections() {
    let peer = Peer::saying(ALLOW);
    let house = House::http("kept", &peer.url("/"));
    let say = || assert_eq!(house.say("hello"), out("ok"));
    say();
    // Another time limit and another mapping before it do not make it another endpoint.
    let file = [http("new", "http://127.0.0.1:9/", ""), http("kept", &peer.url("/"), "time_limit_ms = 9999")];
    house.handlers.replace(compile(&file.concat(), &[]).unwrap());
    say();
    assert_eq!(peer.connections(), 1);
    assert!(house.handlers.covers(&uri("new")));
    // Another secret does.
    house.handlers.replace(compile(&http("kept", &peer.url("/"), "bearer = \"b\""), &[]).unwrap());
    say();
    assert_eq!(peer.connections(), 2);
    assert!(!house.handlers.covers(&uri("new")));
}

#[test]
fn an_endpoint_that_is_given_more_time_is_another() {
    let peer = Peer::saying(ALLOW);
    let file = |limit| http("patient", &peer.url("/"), &format!("time_limit_ms = {limit}"));
    let house = House::new("patient", &Plan { file: &file(9_000), ..Plan::default() });
    for (limit, connections) in [(9_000, 1), (8_000, 1), (9_000, 1), (9_001, 2)] {
        house.handlers.replace(compile(&file(limit), &[]).unwrap());
        assert_eq!(house.say("hello"), out("ok"));
        assert_eq!(peer.connections(), connections, "{limit}");
    }
}

#[test]
fn two_mappings_to_one_endpoint_share_it() {
    let peer = Peer::saying(ALLOW);
    let file = [http("one", &peer.url("/"), ""), http("two", &peer.url("/"), "")].concat();
    let house = House::new("one", &Plan { file: &file, ..Plan::default() });
    assert_eq!(house.say("hello"), out("ok"));
    house.set_handler(room(0), &uri("two"), model::FallbackResult::Deny);
    assert_eq!(house.say("hello"), out("ok"));
    assert_eq!(peer.connections(), 1);
    assert_eq!(house.handlers.counters().breakers.len(), 1);
}

#[test]
fn an_open_breaker_stays_open_until_its_endpoint_changes() {
    let peer = Peer::start(|_| Reply::with("503 Gone", "", ""));
    let file = http("open", &peer.url("/"), "");
    let house = House::new("open", &Plan { file: &file, ..Plan::default() });
    for _ in 0..5 {
        house.say(WORDS);
    }
    house.handlers.replace(compile(&file, &[]).unwrap());
    assert_eq!(house.handlers.counters().breakers[0].state, BreakerState::Open);
    house.handlers.replace(compile(&http("open", &peer.url("/other"), ""), &[]).unwrap());
    assert_eq!(house.say(WORDS), FELL_BACK);
    let expected = [(ReviewLabel::FallbackError, 6)];
    assert_eq!(house.results("open"), expected);
}

#[test]
fn a_change_holds_for_the_next_message_and_not_for_the_last() {
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let peer = Peer::start(move |_| {
        held.lock().unwrap().recv().unwrap();
        Reply::ok(r#"{"ReviewResult":"ALLOW","Content":"from the old"}"#)
    });
    let house = House::http("moving", &peer.url("/"));
    let before = house.send(room(0), "before");
    peer.next();
    house.handlers.replace(ReviewMap::empty());
    let after = house.send(room(0), "after");
    release.send(()).unwrap();
    assert_eq!(house.fate(&before), Fate::Out("from the old".into(), json!({})));
    assert_eq!(house.fate(&after), FELL_BACK);
    assert_eq!(house.results("moving"), [(ReviewLabel::Changed, 1), (ReviewLabel::FallbackUnmapped, 1)]);
}

#[test]
fn the_first_mapping_that_fits_wins() {
    let saying =
        |content: &str| Peer::saying(&format!(r#"{{"ReviewResult":"ALLOW","Content":"{content}"}}"#));
    let (exact, wide) = (saying("exact"), saying("wide"));
    let file = [http("chat-eu", &exact.url("/"), ""), http("chat-*", &wide.url("/"), "")];
    let house = House::new("chat-eu", &Plan { file: &file.concat(), ..Plan::default() });
    assert_eq!(house.say("hello"), out("exact"));
    house.set_handler(room(0), &uri("chat-us"), model::FallbackResult::Deny);
    assert_eq!(house.say("hello"), out("wide"));
    let turned = [file[1].as_str(), file[0].as_str()].concat();
    house.handlers.replace(compile(&turned, &[]).unwrap());
    house.set_handler(room(0), &uri("chat-eu"), model::FallbackResult::Deny);
    assert_eq!(house.say("hello"), out("wide"));
}
