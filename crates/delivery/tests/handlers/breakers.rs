//! A dead handler is left alone, then probed.

use crate::clock::{clock, pass};
use crate::house::{ARN, FELL_BACK, House, Plan, WORDS, http, out, room, uri};
use crate::lambda::{fixed_key, lambda};
use crate::log;
use crate::peer::{Peer, Reply};
use delivery::{BreakerReading, BreakerState, ReviewLabel};
use model::{FallbackResult, ReviewHandlerUri};
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
    let (endpoint, account) = (peer.url("").into(), Some("123456789012".into()));
    let reading = BreakerReading { endpoint, uri: None, account, state: BreakerState::Open };
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
    assert_eq!(log::lines(&["/here"]), Vec::<String>::new());
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

#[test]
fn what_an_http_handler_makes_of_one_message_opens_nothing_and_its_absence_does() {
    let peer = Peer::start(|request| match request.json()["Content"].as_str().unwrap() {
        "ok" => Reply::ok(ALLOW),
        status => Reply::with(status, "", "Traceback"),
    });
    for (name, status, expected) in [
        ("own-500", "500 Oops", BreakerState::Closed),
        ("own-400", "400 Bad", BreakerState::Closed),
        ("gone-429", "429 Later", BreakerState::Open),
        ("gone-502", "502 Gone", BreakerState::Open),
        ("gone-504", "504 Gone", BreakerState::Open),
    ] {
        let house = House::http(name, &peer.url("/"));
        for _ in 0..5 {
            assert_eq!(house.say(status), FELL_BACK);
        }
        assert_eq!(state(&house), expected, "{name}");
        assert_eq!(house.results(name), [(ReviewLabel::FallbackError, 5)]);
    }
}

#[test]
fn one_account_does_not_switch_off_another_s_moderation() {
    let peer = Peer::start(|request| match request.json()["Content"].as_str() {
        Some("die") => Reply::Last(Vec::new()),
        _ => Reply::ok(ALLOW),
    });
    let file = format!("[[handler]]\nkind = \"http\"\narn = \"*\"\nurl = \"{}\"", peer.url("/"));
    let house = House::new("shared", &Plan { file: &file, ..Plan::default() });
    let theirs = ReviewHandlerUri::parse(&uri("shared").as_str().replace("123456789012", "210987654321"));
    house.set_handler(room(2), &theirs.unwrap(), FallbackResult::Deny);
    for _ in 0..6 {
        assert_eq!(house.say("die"), FELL_BACK);
    }
    assert_eq!(house.say("hello"), FELL_BACK, "its own breaker is open");
    assert_eq!(house.fate(&house.send(room(2), "hello")), out("ok"));
    let read = |reading: &BreakerReading| (reading.account.as_deref().unwrap().to_owned(), reading.state);
    let breakers: Vec<_> = house.handlers.counters().breakers.iter().map(read).collect();
    let expected =
        [("123456789012".into(), BreakerState::Open), ("210987654321".into(), BreakerState::Closed)];
    assert_eq!(breakers, expected);
}

#[test]
fn two_endpoints_of_one_origin_are_shown_as_the_worse_of_them() {
    let peer = Peer::start(|request| match request.target.as_str() {
        "/sick" => Reply::with("503 Gone", "", ""),
        _ => Reply::ok(ALLOW),
    });
    let file = [http("sound", &peer.url("/sound"), ""), http("sick", &peer.url("/sick"), "")].concat();
    let house = House::new("sound", &Plan { file: &file, ..Plan::default() });
    house.set_handler(room(1), &uri("sick"), FallbackResult::Deny);
    assert_eq!(house.say("hello"), out("ok"));
    for _ in 0..5 {
        assert_eq!(house.fate(&house.send(room(1), "hello")), FELL_BACK);
    }
    let breakers = house.handlers.counters().breakers;
    assert_eq!((breakers.len(), breakers[0].state), (1, BreakerState::Open));
}

#[test]
fn our_own_lateness_is_not_the_handler_s() {
    let peer = Peer::start(|request| match request.json()["Content"].as_str() {
        Some("hang") => Reply::Stall(Vec::new()),
        _ => Reply::ok(ALLOW),
    });
    let file = http("hurried", &peer.url("/"), "time_limit_ms = 400");
    let house = House::new("hurried", &Plan { file: &file, ..Plan::default() });
    // No time at all: nobody is asked.
    for _ in 0..6 {
        assert_eq!(house.say_late("late", Duration::from_millis(400)), FELL_BACK);
    }
    assert_eq!((peer.waiting(), house.counts("hurried").decided.latencies.count()), (0, 0));
    // Less than half of it: asked, and not blamed.
    for _ in 0..6 {
        assert_eq!(house.say_late("hang", Duration::from_millis(390)), FELL_BACK);
    }
    assert_eq!(state(&house), BreakerState::Closed);
    assert_eq!(house.results("hurried"), [(ReviewLabel::FallbackTimeout, 12)]);
    // Half of it is enough.
    for _ in 0..5 {
        assert_eq!(house.say_late("hang", Duration::from_millis(200)), FELL_BACK);
    }
    assert_eq!(state(&house), BreakerState::Open);
}

#[test]
fn an_answer_after_the_limit_is_late_even_if_it_lay_there() {
    // The clock passes the limit while the peer thinks; the timer of the call does not.
    let peer = Peer::start(|_| {
        pass::<3>(Duration::from_millis(10_001));
        Reply::ok(ALLOW)
    });
    let file = http("polled", &peer.url("/"), "");
    let house = House::new("polled", &Plan { file: &file, clock: clock::<3>, ..Plan::default() });
    assert_eq!(house.say(WORDS), FELL_BACK);
    assert_eq!(house.results("polled"), [(ReviewLabel::FallbackTimeout, 1)]);
}
