//! What is asked over HTTP, and what becomes of the answers.

use crate::house::{Fate, House, WORDS, out, room, uri};
use crate::peer::{Peer, Reply};
use delivery::ReviewLabel;
use engine::Refusal;
use model::{Attributes, FallbackResult};
use serde_json::json;

#[test]
fn a_handler_is_asked_as_aws_asks() {
    let peer = Peer::saying(r#"{"ReviewResult":"DENY"}"#);
    let house = House::http("asked", &peer.url("/review?code=1"));
    let attributes = Attributes::parse([("k", "v")], 1024).unwrap();
    let sent = house.send_with(room(0), "hello", Some(attributes));
    house.fate(&sent);
    let request = peer.next();
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/review?code=1"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("host"), Some(peer.address.to_string().as_str()));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("x-hubbub-signature-256"), None);
    let expected = json!({
        "Content": "hello", "MessageId": sent.id.as_str(),
        "RoomArn": "arn:aws:ivschat:us-west-2:123456789012:room/AAAAAAAAAAAA",
        "Attributes": {"k": "v"},
        "Sender": {"Attributes": {"team": "red"}, "UserId": "ann", "Ip": "203.0.113.7"},
    });
    assert_eq!(request.json(), expected);
}

#[test]
fn a_handler_allows_changes_and_denies_over_one_connection() {
    let peer = Peer::start(|request| {
        let content = request.json()["Content"].as_str().unwrap().to_owned();
        Reply::Ok(match content.as_str() {
            "rude" => json!({"ReviewResult": "DENY", "Content": "", "Attributes": {"Reason": "be kind"}})
                .to_string(),
            "ruder" => json!({"ReviewResult": "DENY", "Content": ""}).to_string(),
            "loud" => {
                json!({"ReviewResult": "ALLOW", "Content": "calm", "Attributes": {"was": "loud"}}).to_string()
            }
            _ => json!({"ReviewResult": "ALLOW", "Content": content}).to_string(),
        })
    });
    let house = House::http("judge", &peer.url("/"));
    assert_eq!(house.say("hello"), out("hello"));
    assert_eq!(house.say("loud"), Fate::Out("calm".into(), json!({"was": "loud"})));
    assert_eq!(house.say("rude"), Fate::Refused(Refusal::DeniedByHandler(Some("be kind".into()))));
    assert_eq!(house.say("ruder"), Fate::Refused(Refusal::DeniedByHandler(None)));
    let expected = [(ReviewLabel::Allow, 1), (ReviewLabel::Changed, 1), (ReviewLabel::Deny, 2)];
    assert_eq!(house.results("judge"), expected);
    let latencies = house.counts("judge").decided.latencies;
    assert_eq!((latencies.buckets[0], latencies.count()), (4, 4), "the clock stands");
    assert_eq!(peer.connections(), 1);
}

#[test]
fn chunked_answers_are_read() {
    let peer = Peer::start(|_| {
        let chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
            16\r\n{\"ReviewResult\":\"ALLOW\r\n10\r\n\",\"Content\":\"ok\"\r\n1\r\n}\r\n0\r\n\r\n";
        Reply::Raw(chunks.into())
    });
    let house = House::http("chunked", &peer.url("/"));
    assert_eq!([house.say("a"), house.say("b")], [out("ok"), out("ok")]);
    assert_eq!(peer.connections(), 1);
}

#[test]
fn what_is_not_mapped_falls_back_at_once() {
    let house = House::http("mapped", "http://127.0.0.1:9/");
    assert!(house.handlers.covers(&uri("mapped")));
    assert!(!house.handlers.covers(&uri("unmapped")));
    for (fallback, fate) in
        [(FallbackResult::Deny, crate::house::FELL_BACK), (FallbackResult::Allow, out(WORDS))]
    {
        house.set_handler(room(0), &uri("unmapped"), fallback);
        assert_eq!(house.say(WORDS), fate);
    }
    assert_eq!(house.results("unmapped"), [(ReviewLabel::FallbackUnmapped, 2)]);
    assert_eq!(house.counts("unmapped").decided.invocation_errors(), 2);
    assert_eq!(house.counts("unmapped").decided.latencies.count(), 0);
}
