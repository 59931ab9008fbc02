//! Where the keys come from that calls to Lambda are signed with.

use crate::house::{FELL_BACK, House, Plan, WORDS, out};
use crate::lambda::{SECRET, lambda, verify};
use crate::log;
use crate::peer::{Peer, Reply};
use delivery::{BreakerState, ReviewLabel};
use std::fs;

const ALLOW: &str = r#"{"ReviewResult":"ALLOW","Content":"ok"}"#;

fn credentials(key_id: &str) -> String {
    format!(
        r#"{{"AccessKeyId":"{key_id}","SecretAccessKey":"{SECRET}","Token":"t","Expiration":"2999-01-01T00:00:00Z"}}"#
    )
}

#[test]
fn a_key_in_the_environment_goes_first() {
    let peer = Peer::saying(ALLOW);
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/"),
    ];
    let file = lambda("of-environment", &peer, "credentials = \"default\"");
    let house = House::new("of-environment", &Plan { file: &file, variables: &variables, ..Plan::default() });
    assert_eq!(house.say("hello"), out("ok"));
    assert_eq!(verify(&peer.next(), "us-west-2", SECRET, Some("token")), "AKIDENV");
}

#[test]
fn a_container_s_role_is_fetched_once_and_the_first_message_waits_for_it() {
    let peer = Peer::saying(ALLOW);
    let role = Peer::start(|_| Reply::Ok(credentials("ASIACONTAINER")));
    let folder = tempfile::tempdir().unwrap();
    let token_file = folder.path().join("token");
    fs::write(&token_file, "pod-token").unwrap();
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", role.url("/v1/credentials")),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token_file.to_str().unwrap().to_owned()),
    ];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    // Two mappings, one fetch.
    let file = [lambda("container", &peer, ""), lambda("another", &peer, "region = \"eu-west-1\"")].concat();
    let house = House::new("container", &Plan { file: &file, variables: &variables, ..Plan::default() });
    assert_eq!([house.say("a"), house.say("b")], [out("ok"), out("ok")]);
    assert_eq!(verify(&peer.next(), "us-west-2", SECRET, Some("t")), "ASIACONTAINER");
    assert_eq!(role.next().header("authorization"), Some("pod-token"));
    assert_eq!(role.waiting(), 0);
    assert_eq!(log::lines(&["pod-token"]), Vec::<String>::new());
}

#[test]
fn an_instance_s_role_comes_last() {
    let peer = Peer::saying(ALLOW);
    let instance = Peer::start(|request| match (request.method.as_str(), request.target.as_str()) {
        ("PUT", "/latest/api/token") => Reply::ok("imds-token"),
        ("GET", "/latest/meta-data/iam/security-credentials/") => Reply::ok("chat-role"),
        ("GET", "/latest/meta-data/iam/security-credentials/chat-role") => {
            Reply::Ok(credentials("ASIAINSTANCE"))
        }
        _ => Reply::with("404 Not Found", "", ""),
    });
    let url = instance.url("");
    let variables = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str()), ("AWS_ACCESS_KEY_ID", "")];
    let file = lambda("instance", &peer, "");
    let house = House::new("instance", &Plan { file: &file, variables: &variables, ..Plan::default() });
    assert_eq!(house.say("hello"), out("ok"));
    assert_eq!(verify(&peer.next(), "us-west-2", SECRET, Some("t")), "ASIAINSTANCE");
}

#[test]
fn without_a_key_nothing_is_sent_and_the_handler_is_not_blamed() {
    let peer = Peer::saying(ALLOW);
    let instance = Peer::start(|_| Reply::with("404 Not Found", "", ""));
    let url = instance.url("");
    let variables = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str())];
    let file = lambda("keyless", &peer, "");
    let house = House::new("keyless", &Plan { file: &file, variables: &variables, ..Plan::default() });
    for _ in 0..10 {
        assert_eq!(house.say(WORDS), FELL_BACK);
    }
    assert_eq!(house.results("keyless"), [(ReviewLabel::FallbackError, 10)]);
    assert_eq!(house.handlers.counters().breakers[0].state, BreakerState::Closed);
    assert_eq!(peer.connections(), 0);
    log::wait_for(&["no AWS credentials could be fetched"]);
}
