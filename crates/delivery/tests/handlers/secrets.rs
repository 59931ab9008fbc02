//! How an HTTP handler knows that it is us.

use crate::house::{House, Plan, http, out};
use crate::log;
use crate::peer::{Peer, Received};
use aws_lc_rs::hmac;
use std::fs;

const ALLOW: &str = r#"{"ReviewResult":"ALLOW","Content":"ok"}"#;

fn ask(name: &str, more: &str, variables: &[(&str, &str)]) -> Received {
    let peer = Peer::saying(ALLOW);
    let file = http(name, &peer.url("/"), more);
    let house = House::new(name, &Plan { file: &file, variables, ..Plan::default() });
    assert_eq!(house.say("hello"), out("ok"));
    peer.next()
}

#[test]
fn the_signature_is_over_timestamp_and_body() {
    let request = ask("signed", "hmac_secret_env = \"SECRET\"", &[("SECRET", "wJalr\n")]);
    let timestamp = request.header("x-hubbub-timestamp").unwrap();
    assert_eq!(timestamp, "1700000000");
    let signature = request.header("x-hubbub-signature-256").unwrap().strip_prefix("sha256=").unwrap();
    assert!(signature.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
    let tag: Vec<u8> =
        (0..32).map(|at| u8::from_str_radix(&signature[2 * at..2 * at + 2], 16).unwrap()).collect();
    let text = [timestamp.as_bytes(), b".", &request.body].concat();
    let verifies = |secret: &str, text: &[u8]| {
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), text, &tag).is_ok()
    };
    assert!(verifies("wJalr", &text));
    assert!(!verifies("other", &text));
    assert!(!verifies("wJalr", &request.body));
}

#[test]
fn the_bearer_secret_comes_from_file_variable_or_the_file_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bearer");
    fs::write(&path, "open-sesame\n").unwrap();
    let of_file = format!("bearer_file = {path:?}");
    for (name, more) in
        [("b1", "bearer = \"open-sesame\""), ("b2", "bearer_env = \"BEARER\""), ("b3", of_file.as_str())]
    {
        let request = ask(name, more, &[("BEARER", "open-sesame")]);
        assert_eq!(request.header("authorization"), Some("Bearer open-sesame"), "{more}");
    }
    assert_eq!(log::lines(&["open-sesame"]), Vec::<String>::new());
}
