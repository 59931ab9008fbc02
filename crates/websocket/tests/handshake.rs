//! The opening handshake, header by header.

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use websocket::{
    Accepted, HandshakeError, Request, SubprotocolError, accept_key, check_accept, check_request,
    request_key, single_subprotocol,
};

/// The example of RFC 6455 §1.3.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const GOOD: Request<'static> = Request {
    method: "GET",
    version_11: true,
    upgrade: Some("websocket"),
    connection: &["Upgrade"],
    key: Some(KEY),
    version: Some("13"),
};

#[test]
fn legal_requests() {
    let accepted = Ok(Accepted { accept: ACCEPT.into() });
    assert_eq!(check_request(GOOD), accepted);
    for connection in [&["keep-alive, Upgrade"][..], &["keep-alive", "upgrade"], &[" , UPGRADE ,"]] {
        assert_eq!(check_request(Request { connection, ..GOOD }), accepted, "{connection:?}");
    }
    for upgrade in ["WebSocket", "h2c, websocket", " websocket "] {
        assert_eq!(check_request(Request { upgrade: Some(upgrade), ..GOOD }), accepted, "{upgrade}");
    }
    assert_eq!(check_request(Request { version: Some(" 13 "), ..GOOD }), accepted);
}

#[test]
fn illegal_requests() {
    let check = |request: Request<'_>, error: HandshakeError, status: u16| {
        assert_eq!(check_request(request), Err(error), "{request:?}");
        assert_eq!(error.status(), status);
    };
    for upgrade in [None, Some(""), Some("h2c"), Some("websockets"), Some("websocket/13")] {
        check(Request { upgrade, ..GOOD }, HandshakeError::NotAnUpgrade, 426);
    }
    check(Request { version_11: false, ..GOOD }, HandshakeError::NotAnUpgrade, 426);
    for method in ["POST", "get", ""] {
        check(Request { method, ..GOOD }, HandshakeError::BadMethod, 400);
    }
    for connection in [&[][..], &["keep-alive"], &["up grade"], &["upgraded"]] {
        check(Request { connection, ..GOOD }, HandshakeError::BadConnection, 400);
    }
    for version in [None, Some(""), Some("8"), Some("12"), Some("013"), Some("13, 8")] {
        check(Request { version, ..GOOD }, HandshakeError::BadVersion, 426);
    }
    for key in [
        None,
        Some(""),
        Some("dGhlIHNhbXBsZSBub25jZQ"),
        Some("dGhlIHNhbXBsZSBub25jZQ= "),
        Some("dGhlIHNhbXBsZSBub25jZTE="),
        Some("dGhlIHNhbXBsZSBub24="),
        Some("dGhlIHNhbXBsZSBub25jZTEx"),
        Some("dGhlIHNhbXBsZSBub25jZ!=="),
        Some("ééééééééééé=="),
    ] {
        check(Request { key, ..GOOD }, HandshakeError::BadKey, 400);
    }
}

#[test]
fn a_client_checks_the_servers_answer() {
    assert_eq!(request_key(*b"the sample nonce"), KEY);
    assert_eq!(accept_key(KEY), ACCEPT);
    assert!(check_accept(KEY, ACCEPT));
    assert!(check_accept(KEY, " s3pPLMBiTxaQ9kYGzzhZRbK+xOo= "));
    for wrong in ["", KEY, "s3pPLMBiTxaQ9kYGzzhZRbK+xOO=", "S3PPLMBITXAQ9KYGZZHZRBK+XOO="] {
        assert!(!check_accept(KEY, wrong), "{wrong}");
    }
}

#[test]
fn the_only_subprotocol() {
    for (values, expected) in [
        (&[][..], Err(SubprotocolError::Missing)),
        (&[""], Err(SubprotocolError::Missing)),
        (&[" ,", ","], Err(SubprotocolError::Missing)),
        (&["chat"], Ok("chat")),
        (&[" chat\t"], Ok("chat")),
        (&["chat,"], Ok("chat")),
        (&["a!#$%&'*+-.^_`|~Z09"], Ok("a!#$%&'*+-.^_`|~Z09")),
        (&["chat, superchat"], Err(SubprotocolError::Several)),
        (&["chat", "superchat"], Err(SubprotocolError::Several)),
        (&["chat, chat"], Err(SubprotocolError::Several)),
        (&["two words"], Err(SubprotocolError::IllegalCharacter)),
        (&["a=b"], Err(SubprotocolError::IllegalCharacter)),
        (&["a/b"], Err(SubprotocolError::IllegalCharacter)),
        (&["\"quoted\""], Err(SubprotocolError::IllegalCharacter)),
        (&["é"], Err(SubprotocolError::IllegalCharacter)),
        (&["a\u{7f}"], Err(SubprotocolError::IllegalCharacter)),
    ] {
        assert_eq!(single_subprotocol(values), expected, "{values:?}");
    }
}

proptest! {
    #[test]
    fn every_nonce_makes_a_legal_key(nonce in any::<[u8; 16]>()) {
        let key = request_key(nonce);
        let accepted = check_request(Request { key: Some(&key), ..GOOD });
        prop_assert_eq!(accepted, Ok(Accepted { accept: derive_accept_key(key.as_bytes()) }));
        prop_assert!(check_accept(&key, &derive_accept_key(key.as_bytes())));
    }

    #[test]
    fn arbitrary_values_never_panic(key in ".{0,30}", upgrade in ".{0,20}", offered in ".{0,20}") {
        let _ = check_request(Request { key: Some(&key), ..GOOD });
        let _ = check_request(Request { upgrade: Some(&upgrade), connection: &[&offered], ..GOOD });
        let _ = single_subprotocol(&[&offered, &upgrade]);
    }
}
