//! Handlers that do not do what they should: the room's fallback applies, and the cause is counted.

use crate::house::{FELL_BACK, House, Plan, WORDS, http, out};
use crate::log;
use crate::peer::{Peer, Reply};
use delivery::{ReviewLabel, ReviewSettings};
use std::sync::{Mutex, mpsc};
use std::time::Duration;
use tokio::net::TcpSocket;

/// For tests of the time-out itself.
const SHORT: Duration = Duration::from_millis(50);
const ALLOW: &str = r#"{"ReviewResult":"ALLOW","Content":"ok"}"#;

fn impatient(name: &str, url: &str) -> House {
    let settings = ReviewSettings { time_limit: SHORT, ..ReviewSettings::default() };
    House::new(name, &Plan { file: &http(name, url, ""), settings, ..Plan::default() })
}

/// A message to a handler that says `reply` is counted as `label`.
fn check(name: &str, label: ReviewLabel, reply: impl Fn() -> Reply + Send + Sync + 'static) {
    let peer = Peer::start(move |_| reply());
    let house = House::http(name, &peer.url("/"));
    assert_eq!(house.say(WORDS), FELL_BACK, "{name}");
    assert_eq!(house.results(name), [(label, 1)], "{name}");
    assert_eq!(house.counts(name).decided.latencies.count(), 1, "{name}");
}

#[test]
fn answers_that_are_of_no_use_are_invalid() {
    let invalid = ReviewLabel::FallbackInvalid;
    check("html", invalid, || Reply::with("200 OK", "content-type: text/html\r\n", "<html>Welcome</html>"));
    check("empty", invalid, || Reply::ok(""));
    check("types", invalid, || Reply::ok(r#"{"ReviewResult":"ALLOW","Content":7}"#));
    check("list", invalid, || Reply::ok(r#"["ALLOW","ok"]"#));
    check("long", invalid, || {
        Reply::Ok(format!(r#"{{"ReviewResult":"ALLOW","Content":"{}"}}"#, "x".repeat(101)))
    });
    let house = House::http("validation", &Peer::saying("{}").url("/"));
    assert_eq!(house.say(WORDS), FELL_BACK);
    let counts = house.counts("validation").decided;
    assert_eq!((counts.response_validation_errors(), counts.invocation_errors()), (1, 0));
}

#[test]
fn ten_megabytes_are_not_read() {
    let invalid = ReviewLabel::FallbackInvalid;
    check("ten-megabytes", invalid, || Reply::with("200 OK", "", &" ".repeat(10 << 20)));
    // Whoever read on would hear nothing more, or never come to an end, and run out of time.
    check("announced", invalid, || {
        Reply::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 10485760\r\n\r\n".into())
    });
    check("endless", invalid, || {
        Reply::Endless(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".into())
    });
}

#[test]
fn any_status_but_200_is_an_error_and_no_redirect_is_followed() {
    let error = ReviewLabel::FallbackError;
    for status in ["500 Oops", "404 Not Found", "201 Created", "204 No Content"] {
        check(&status.replace(' ', "-"), error, move || Reply::with(status, "", ""));
    }
    check("status-with-answer", error, || Reply::with("503 Busy", "", ALLOW));
    let elsewhere = Peer::saying(ALLOW);
    let location = format!("location: {}\r\n", elsewhere.url("/"));
    check("redirect", error, move || Reply::with("307 Temporary Redirect", &location, ""));
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn a_connection_that_breaks_is_unreachable() {
    let unreachable = ReviewLabel::FallbackUnreachable;
    check("closes", unreachable, || Reply::Last(Vec::new()));
    check("breaks-head", unreachable, || Reply::Last(b"HTTP/1.1 200 OK\r\nconte".to_vec()));
    check("breaks-body", unreachable, || {
        Reply::Last(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ReviewResult\":".to_vec())
    });
    check("no-http", unreachable, || Reply::Last(b"SSH-2.0-OpenSSH_9.6\r\n\r\n".to_vec()));
}

#[test]
fn a_refused_connection_is_unreachable() {
    // Bound and not listening: nobody else gets the port meanwhile.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let house = House::http("refuses", &format!("http://{}/?key=hush", socket.local_addr().unwrap()));
    assert_eq!(house.say(WORDS), FELL_BACK);
    assert_eq!(house.results("refuses"), [(ReviewLabel::FallbackUnreachable, 1)]);
    assert_eq!(house.counts("refuses").decided.invocation_errors(), 1);
    log::wait_for(&["function:refuses", "a review handler fails", "Connection refused"]);
    assert_eq!(log::lines(&["hush"]), Vec::<String>::new());
}

#[test]
fn a_handler_that_hangs_is_not_waited_for() {
    for (name, said) in [
        ("hangs", ""),
        ("hangs-in-head", "HTTP/1.1 200"),
        ("hangs-in-body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
    ] {
        let peer = Peer::start(move |_| Reply::Stall(said.into()));
        let house = impatient(name, &peer.url("/"));
        assert_eq!(house.say(WORDS), FELL_BACK, "{name}");
        assert_eq!(house.results(name), [(ReviewLabel::FallbackTimeout, 1)], "{name}");
    }
}

#[test]
fn the_limit_of_a_mapping_goes_before_the_general_one() {
    let peer = Peer::start(|_| Reply::Stall(Vec::new()));
    let file = http("own-limit", &peer.url("/"), "time_limit_ms = 50");
    let house = House::new("own-limit", &Plan { file: &file, ..Plan::default() });
    assert_eq!(house.say(WORDS), FELL_BACK);
    assert_eq!(house.results("own-limit"), [(ReviewLabel::FallbackTimeout, 1)]);
}

#[test]
fn a_late_answer_reaches_nobody_and_spoils_nothing() {
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let peer = Peer::start(move |request| {
        if request.json()["Content"] == "late" {
            held.lock().unwrap().recv().unwrap();
            return Reply::ok(r#"{"ReviewResult":"ALLOW","Content":"too late"}"#);
        }
        Reply::ok(ALLOW)
    });
    // The short limit applies to the one mapping only: the other message must not be late on a busy machine.
    let file = http("late", &peer.url("/"), "time_limit_ms = 50");
    let house = House::new("late", &Plan { file: &file, ..Plan::default() });
    assert_eq!(house.say("late"), FELL_BACK);
    release.send(()).unwrap();
    house.handlers.replace(crate::house::compile(&http("late", &peer.url("/"), ""), &[]).unwrap());
    assert_eq!(house.say("next"), out("ok"));
    assert_eq!(house.results("late"), [(ReviewLabel::Changed, 1), (ReviewLabel::FallbackTimeout, 1)]);
}

#[test]
fn when_the_server_stops_what_is_under_review_falls_back() {
    let peer = Peer::start(|_| Reply::Stall(Vec::new()));
    let mut house = House::http("stopping", &peer.url("/"));
    let sent = house.send(crate::house::room(0), WORDS);
    peer.next();
    house.runtime.take().unwrap().shutdown_background();
    assert_eq!(house.fate(&sent), FELL_BACK);
    assert_eq!(house.say(WORDS), FELL_BACK);
}
