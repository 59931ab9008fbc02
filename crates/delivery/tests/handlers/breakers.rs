//! A dead handler is left alone, then probed.

use crate::clock::{clock, pass};
use crate::house::{ARN, FELL_BACK, House, Plan, WORDS, http, out, room, uri};
use crate::lambda::{fixed_key, lambda};
use crate::log;
use crate::peer::{Peer, Reply};
use delivery::{BreakerReading, BreakerState, ReviewLabel};
use model::FallbackResult;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const ALLOW: &str = r#"{"ReviewResult":"ALLOW","Content":"ok"}"#;

fn state(house: &House) -> BreakerState {
    house.handlers.counters().breakers[0].state
}

/// A peer that is ill until it is told otherwise.
fn patient() -> (Peer, Arc<AtomicBool>) {
    let is_well = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_well);
    let peer = Peer::start(move |_| match told.load(Ordering::SeqCst) {
        true => Reply::ok(ALLOW),
        false => Reply::with("503 Service Unavailable", "", ""),
    });
    (peer, is_well)
}

#[test]
fn it_opens_probes_and_closes() {
    let (peer, is_well) = patient();
    let file = http("breaks", &peer.url("/here?code=hush"), "");
    let house = House::new("breaks", &Plan { file: &file, clock: clock::<1>, ..Plan::default() });
    for _ in 0..8 {
        assert_eq!(house.say(WORDS), FELL_BACK);
    }
    assert_eq!(peer.waiting(), 5, "five failures in a row");
    let expected = [(ReviewLabel::FallbackError, 5), (ReviewLabel::FallbackBreaker, 3)];
    assert_eq!(house.results("breaks"), expected);
    let reading = BreakerReading { endpoint: peer.url("/here").into(), uri: None, state: BreakerState::Open };
    assert_eq!(house.handlers.counters().breakers, [reading]);
    log::wait_for(&["the breaker of a review handler opens", "function:breaks", "probe_in_ms=1000"]);

    pass::<1>(Duration::from_millis(1_000));
    assert_eq!([house.say(WORDS), house.say(WORDS)], [FELL_BACK, FELL_BACK]);
    assert_eq!(peer.waiting(), 1, "one probe, which failed");
    log::wait_for(&["the breaker of a review handler opens", "function:breaks", "probe_in_ms=2000"]);

    is_well.store(true, Ordering::SeqCst);
    pass::<1>(Duration::from_millis(1_999));
    assert_eq!(house.say(WORDS), FELL_BACK);
    pass::<1>(Duration::from_millis(1));
    assert_eq!([house.say("a"), house.say("b")], [out("ok"), out("ok")]);
    assert_eq!(state(&house), BreakerState::Closed);
    log::wait_for(&["the breaker of a review handler closes", "function:breaks"]);
    assert_eq!(
        log::lines(&["a review handler fails", "function:breaks"]).len(),
        1,
        "one line in ten seconds"
    );
    assert_eq!(log::lines(&["code=hush"]), Vec::<String>::new());
    assert_eq!(log::lines(&[WORDS]), Vec::<String>::new());
}

#[test]
fn a_function_behind_a_lambda_api_dies_alone() {
    let peer = Peer::start(|request| match request.target.contains("/sick/") {
        true => Reply::with("500 Internal Server Error", "", ""),
        false => Reply::ok(ALLOW),
    });
    let house = House::new("sick", &Plan { file: &lambda("", &peer, &fixed_key()), ..Plan::default() });
    for _ in 0..6 {
        assert_eq!(house.say(WORDS), FELL_BACK);
    }
    house.set_handler(room(0), &uri("sound"), FallbackResult::Deny);
    assert_eq!(house.say(WORDS), out("ok"));
    let read = |reading: &BreakerReading| (reading.uri.as_deref().unwrap().to_owned(), reading.state);
    let breakers: Vec<_> = house.handlers.counters().breakers.iter().map(read).collect();
    let expected =
        [(format!("{ARN}sick"), BreakerState::Open), (format!("{ARN}sound"), BreakerState::Closed)];
    assert_eq!(breakers, expected);
}

#[test]
fn what_depends_on_the_message_does_not_open_it() {
    let peer = Peer::start(|request| match request.json()["Content"].as_str() {
        Some("nonsense") => Reply::ok("nonsense"),
        _ => Reply::with("200 OK", "X-Amz-Function-Error: Unhandled\r\n", "{}"),
    });
    let house =
        House::new("crashes", &Plan { file: &lambda("crashes", &peer, &fixed_key()), ..Plan::default() });
    for content in ["crash", "nonsense"] {
        for _ in 0..10 {
            assert_eq!(house.say(content), FELL_BACK);
        }
    }
    assert_eq!(peer.waiting(), 20);
    assert_eq!(state(&house), BreakerState::Closed);
}
