//! A crowd against a small chat server that does wrong on purpose: what it does must be what the crowd tells.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod server;

use loadgen::{Crowd, CrowdSettings, GroupOutcome, Guest, Outcome, Role, SendPlan};
use rustls::ClientConfig;
use server::{Fault, Server};
use std::cell::Cell;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use websocket::{OpCode, accept_key, encode_server};

/// Messages in a run of a tenth of a second.
const MESSAGES: u64 = 20;

const RUN: Duration = Duration::from_millis(100);

const LONG: Duration = Duration::from_secs(3600);

fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..20_000 {
        if is_so() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
    panic!("it never came about that {what}");
}

fn settings(address: SocketAddr) -> CrowdSettings {
    CrowdSettings {
        address,
        host: format!("localhost:{}", address.port()),
        path: "/".into(),
        tls: None,
        threads: 2,
        connecting_at_once: 8,
        handshake_timeout: Duration::from_secs(20),
        rooms: vec![0, 1],
        longest: Duration::from_secs(60),
    }
}

fn start(server: &Server) -> Crowd {
    Crowd::start(settings(server.address)).unwrap()
}

fn plan(room: u32) -> SendPlan {
    SendPlan { room, per_second: 200.0, bytes: 100 }
}

fn admit(crowd: &Crowd, room: u32, role: Role, name: &str) {
    crowd.admit(Guest { room, role, token: format!("{room}.{name}").into() });
}

/// Lets in a sender and some more for room 0, among them `odd`, and waits until they are in.
fn gather(crowd: &Crowd, viewers: u64, odd: Option<Role>) {
    let before = crowd.progress().connected;
    admit(crowd, 0, Role::Sender, "sender");
    (0..viewers).for_each(|_| admit(crowd, 0, Role::Viewer, "viewer"));
    odd.into_iter().for_each(|role| admit(crowd, 0, role, "odd"));
    let all = before + 1 + viewers + u64::from(odd.is_some());
    until("all are in", || crowd.progress().connected == all);
}

/// A run in which the odd one, of this role, meets the server's fault and all others get everything.
fn run(fault: Fault, odd: Role, odd_gets: u64) -> Outcome {
    let server = Server::start(fault);
    let crowd = start(&server);
    gather(&crowd, 3, Some(odd));
    crowd.send(&[plan(0)], RUN);
    let delivered = 4 * MESSAGES + odd_gets;
    until("all is said", || crowd.progress().sent == MESSAGES);
    until("what comes has come", || crowd.progress().delivered == delivered);
    crowd.finish()
}

#[track_caller]
fn check(group: &GroupOutcome, expected: u64, wrong: [u64; 4]) {
    assert_eq!(group.expected, expected, "expected");
    let found = [group.refused, group.lost, group.doubled, group.disordered];
    assert_eq!(found, wrong, "refused, lost, doubled, disordered");
    assert_eq!(group.delivered, expected - group.lost + group.doubled);
    assert_eq!(group.latency_us.len(), group.delivered);
    assert_eq!(group.timeline.iter().map(|interval| interval.delivered).sum::<u64>(), group.delivered);
}

#[test]
fn two_rooms_where_all_goes_well() {
    let server = Server::start(Fault::None);
    let crowd = start(&server);
    for (room, senders, viewers) in [(0, 2, 5), (1, 1, 3)] {
        (0..senders).for_each(|_| admit(&crowd, room, Role::Sender, "sender"));
        (0..viewers).for_each(|_| admit(&crowd, room, Role::Viewer, "viewer"));
    }
    until("all are in", || crowd.progress().connected == 11);
    until("all pings are answered", || server.pongs() == 11);
    assert!(crowd.is_quiet());
    crowd.send(&[plan(0), plan(1)], RUN);
    until("it is quiet", || crowd.is_quiet());
    let progress = crowd.progress();
    assert_eq!((progress.sent, progress.delivered), (2 * MESSAGES, 11 * MESSAGES));
    let outcome = crowd.finish();
    assert_eq!(outcome.groups.len(), 2);
    for (group, viewers) in outcome.groups.iter().zip([7, 4]) {
        assert_eq!(group.sent, MESSAGES);
        check(group, viewers * MESSAGES, [0; 4]);
    }
    let connects = outcome.connects;
    assert_eq!((connects.connected, connects.failed, connects.closed), (11, 0, 0));
    assert_eq!((connects.handshake_us.len(), outcome.effort.lag_us.len()), (11, 2 * MESSAGES));
    assert!(connects.lasting > Duration::ZERO);
    assert!(outcome.effort.busiest_thread > 0.0 && outcome.effort.busiest_thread <= 1.0);
    until("all have gone", || server.present() == 0);
}

#[test]
fn a_message_that_one_viewer_does_not_get_is_lost() {
    let outcome = run(Fault::Drop, Role::Viewer, MESSAGES - 1);
    check(&outcome.groups[0], 5 * MESSAGES, [0, 1, 0, 0]);
}

#[test]
fn a_message_that_comes_twice_is_doubled() {
    let outcome = run(Fault::Double, Role::Viewer, MESSAGES + 1);
    check(&outcome.groups[0], 5 * MESSAGES, [0, 0, 1, 0]);
}

#[test]
fn a_viewer_that_sees_another_order_is_told() {
    let outcome = run(Fault::Swap, Role::Viewer, MESSAGES);
    check(&outcome.groups[0], 5 * MESSAGES, [0, 0, 0, 1]);
}

#[test]
fn a_viewer_whom_the_server_closes_loses_the_rest() {
    let outcome = run(Fault::Close, Role::Viewer, 2);
    check(&outcome.groups[0], 5 * MESSAGES, [0, MESSAGES - 2, 0, 0]);
    assert_eq!((outcome.connects.closed, outcome.connects.closed_stalled), (1, 0));
}

#[test]
fn nobody_waits_for_a_viewer_that_has_gone() {
    let server = Server::start(Fault::Close);
    let crowd = start(&server);
    gather(&crowd, 1, Some(Role::Viewer));
    crowd.send(&[plan(0)], RUN);
    until("it is quiet", || crowd.is_quiet());
    assert_eq!(crowd.progress().closed, 1);
    check(&crowd.finish().groups[0], 3 * MESSAGES, [0, MESSAGES - 2, 0, 0]);
}

#[test]
fn what_is_refused_is_expected_of_nobody() {
    let server = Server::start(Fault::Refuse);
    let crowd = start(&server);
    (0..4).for_each(|_| admit(&crowd, 0, Role::Viewer, "viewer"));
    admit(&crowd, 0, Role::Sender, "odd");
    until("all are in", || crowd.progress().connected == 5);
    crowd.send(&[plan(0)], RUN);
    until("all is heard", || server.heard() == 20);
    until("it is quiet", || crowd.is_quiet());
    let outcome = crowd.finish();
    assert_eq!(outcome.groups[0].sent, MESSAGES);
    check(&outcome.groups[0], 5 * (MESSAGES - 1), [1, 0, 0, 0]);
    assert!(outcome.groups[0].first_refusal.as_ref().unwrap().contains("slower"));
}

#[test]
fn a_stalled_guest_is_expected_to_get_nothing_and_its_end_is_seen() {
    for (fault, closed_at_once) in [(Fault::None, 0), (Fault::Close, 1)] {
        let server = Server::start(fault);
        let crowd = start(&server);
        gather(&crowd, 3, Some(Role::Stalled));
        crowd.send(&[plan(0)], RUN);
        until("it is quiet", || crowd.is_quiet());
        until("its end is seen", || crowd.progress().closed == closed_at_once);
        let outcome = crowd.finish();
        check(&outcome.groups[0], 4 * MESSAGES, [0; 4]);
        assert_eq!(outcome.connects.closed_stalled, closed_at_once, "{fault:?}");
        assert_eq!(outcome.connects.closed, closed_at_once);
    }
}

#[test]
fn the_end_behind_all_that_a_stalled_guest_has_not_read_is_seen_when_the_crowd_ends() {
    let outcome = run(Fault::FloodAndClose, Role::Stalled, 0);
    check(&outcome.groups[0], 4 * MESSAGES, [0; 4]);
    assert_eq!(outcome.connects.closed_stalled, 1);
}

#[test]
fn who_is_not_let_in_fails_for_the_reason_given_and_without_the_token() {
    let server = Server::start(Fault::None);
    let crowd = start(&server);
    admit(&crowd, 0, Role::Viewer, "barred");
    until("one has failed", || crowd.progress().failed == 1);
    gather(&crowd, 1, None);
    let connects = crowd.finish().connects;
    assert_eq!((connects.connected, connects.failed), (2, 1));
    assert_eq!(connects.first_failure.unwrap(), "403 Forbidden: the token *** is barred");
    let guest = Guest { room: 0, role: Role::Viewer, token: "secret".into() };
    assert!(!format!("{guest:?}").contains("secret"));
}

#[test]
fn who_gets_no_answer_fails_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = CrowdSettings {
        handshake_timeout: Duration::from_millis(5),
        ..settings(silent.local_addr().unwrap())
    };
    let crowd = Crowd::start(settings).unwrap();
    (0..20).for_each(|_| admit(&crowd, 0, Role::Viewer, "viewer"));
    until("all have failed", || crowd.progress().failed == 20);
    assert_eq!(crowd.finish().connects.first_failure.unwrap(), "no answer in time");
}

#[test]
fn who_finds_no_server_fails_at_once() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let crowd = Crowd::start(settings(address)).unwrap();
    admit(&crowd, 0, Role::Viewer, "viewer");
    until("it has failed", || crowd.progress().failed == 1);
    assert!(crowd.finish().connects.first_failure.unwrap().starts_with("connecting: "));
}

#[test]
fn frames_right_behind_the_answer_are_heard_however_they_are_cut() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let crowd = Crowd::start(settings(listener.local_addr().unwrap())).unwrap();
    admit(&crowd, 0, Role::Viewer, "viewer");
    let (mut socket, _) = listener.accept().unwrap();
    let (mut request, mut byte) = (String::new(), [0]);
    while !request.ends_with("\r\n\r\n") {
        socket.read_exact(&mut byte).unwrap();
        request.push(char::from(byte[0]));
    }
    assert!(request.contains("\r\nSec-WebSocket-Protocol: 0.viewer\r\n"));
    let (_, key) = request.split_once("Sec-WebSocket-Key: ").unwrap();
    let accept = accept_key(key.lines().next().unwrap());
    let answer = format!("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
    let mut bytes = answer.into_bytes();
    encode_server(OpCode::Ping, b"a", &mut bytes);
    encode_server(OpCode::Ping, b"b", &mut bytes);
    let (first, last) = bytes.split_at(bytes.len() - 1);
    socket.write_all(first).unwrap();
    let mut pong = [0; 7];
    socket.read_exact(&mut pong).unwrap();
    assert_eq!((pong[0], pong[1], pong[6] ^ pong[2]), (0x8a, 0x81, b'a'));
    socket.write_all(last).unwrap();
    socket.read_exact(&mut pong).unwrap();
    assert_eq!((pong[0], pong[1], pong[6] ^ pong[2]), (0x8a, 0x81, b'b'));
    assert_eq!(crowd.finish().connects.connected, 1);
}

#[test]
fn a_crowd_that_is_scattered_comes_again() {
    let server = Server::start(Fault::None);
    let crowd = start(&server);
    for wave in 1..=2 {
        gather(&crowd, 3, None);
        crowd.send(&[plan(0)], RUN);
        until("it is quiet", || crowd.is_quiet() && crowd.progress().sent == wave * MESSAGES);
        crowd.scatter();
        assert_eq!(crowd.progress().connected, 0);
        until("the server sees it", || server.present() == 0);
    }
    let outcome = crowd.finish();
    assert_eq!(outcome.groups[0].sent, 2 * MESSAGES);
    check(&outcome.groups[0], 2 * 4 * MESSAGES, [0; 4]);
    assert_eq!((outcome.connects.connected, outcome.connects.closed), (8, 0));
}

#[test]
fn nothing_is_lost_on_those_who_are_scattered_while_messages_are_sent() {
    let server = Server::start(Fault::None);
    let crowd = start(&server);
    gather(&crowd, 3, None);
    crowd.send(&[plan(0)], LONG);
    until("messages arrive", || crowd.progress().delivered > 8);
    crowd.scatter();
    gather(&crowd, 3, None);
    let delivered = crowd.progress().delivered;
    until("messages arrive again", || crowd.progress().delivered > delivered + 8);
    assert!(!crowd.is_quiet());
    crowd.hush();
    until("it is quiet", || crowd.is_quiet());
    let outcome = crowd.finish();
    let group = &outcome.groups[0];
    assert_eq!((group.lost, group.doubled, group.disordered), (0, 0, 0));
    assert!(group.delivered > group.expected, "who came later was not counted on, but heard");
    assert_eq!((outcome.connects.connected, outcome.connects.closed), (8, 0));
}

#[test]
fn a_message_that_no_socket_takes_is_not_called_sent() {
    let server = Server::start(Fault::Unheard);
    let crowd = start(&server);
    admit(&crowd, 0, Role::Viewer, "viewer");
    admit(&crowd, 0, Role::Sender, "odd");
    until("all are in", || crowd.progress().connected == 2);
    // Forty megabytes: more than the system keeps for a socket.
    crowd.send(&[SendPlan { room: 0, per_second: 2000.0, bytes: 200_000 }], RUN);
    until("some are sent", || crowd.progress().sent > 0);
    assert!(!crowd.is_quiet());
    let unchanged = Cell::new((0, 0));
    until("the socket is full", || {
        let (sent, (before, times)) = (crowd.progress().sent, unchanged.get());
        unchanged.set((sent, if sent == before { times + 1 } else { 0 }));
        times == 500
    });
    server.open_gate();
    until("it is quiet", || crowd.is_quiet());
    let outcome = crowd.finish();
    let group = &outcome.groups[0];
    assert_eq!(group.sent, u64::try_from(server.heard()).unwrap());
    assert!(group.sent < 200, "{} sent", group.sent);
    check(group, 2 * group.sent, [0; 4]);
}

#[test]
fn a_crowd_that_is_dropped_ends() {
    let server = Server::start(Fault::None);
    let crowd = start(&server);
    gather(&crowd, 3, None);
    crowd.send(&[plan(0)], LONG);
    until("messages arrive", || crowd.progress().delivered > 0);
    drop(crowd);
    until("all have gone", || server.present() == 0);
}

#[test]
fn under_tls_all_is_the_same() {
    let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let server = Server::start_tls(&certificate);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = Arc::new(tls.with_root_certificates(roots).with_no_client_auth());
    let crowd = Crowd::start(CrowdSettings { tls: Some(tls.clone()), ..settings(server.address) }).unwrap();
    gather(&crowd, 3, None);
    until("all pings are answered", || server.pongs() == 4);
    crowd.send(&[SendPlan { bytes: 20_000, ..plan(0) }], RUN);
    until("it is quiet", || crowd.is_quiet());
    check(&crowd.finish().groups[0], 4 * MESSAGES, [0; 4]);
    let other = CrowdSettings { tls: Some(tls), host: "other.example".into(), ..settings(server.address) };
    let crowd = Crowd::start(other).unwrap();
    admit(&crowd, 0, Role::Viewer, "viewer");
    until("it has failed", || crowd.progress().failed == 1);
    let reason = crowd.finish().connects.first_failure.unwrap();
    assert!(reason.contains("certificate"), "{reason}");
}
