//! Who is let in, and what the others are told.

use crate::house::House;
use serde_json::json;
use std::io::{Read as _, Write as _};

#[tokio::test]
async fn a_token_opens_one_connection() {
    let house = House::new(&[]).await;
    let room = house.room().await;
    let token = house.token(&room, "ann").await;
    let _first = house.connect(&token, &[]).await.unwrap();
    let (status, body) = house.connect(&token, &[]).await.unwrap_err();
    assert_eq!(status, 401);
    assert!(body.starts_with(r#"{"message":"#), "{body}");
}

#[tokio::test]
async fn who_has_no_right_token_is_refused() {
    let house = House::new(&[("allowed_origins", "https://good.example")]).await;
    let room = house.room().await;
    let mut forged = house.token(&room, "ann").await;
    let last = if forged.pop() == Some('A') { 'Q' } else { 'A' };
    forged.push(last);
    for (token, status) in [("", 401), ("nonsense", 401), (forged.as_str(), 401), ("a, b", 401)] {
        assert_eq!(house.connect(token, &[]).await.unwrap_err().0, status, "{token}");
    }
    let token = house.token(&room, "ann").await;
    let evil = [("origin", "https://evil.example")];
    assert_eq!(house.connect(&token, &evil).await.unwrap_err().0, 403);
    assert!(house.connect(&token, &[("origin", "https://good.example")]).await.is_ok());
    let token = house.token(&room, "ann").await;
    house.call("DeleteRoom", json!({"identifier": room})).await;
    assert_eq!(house.connect(&token, &[]).await.unwrap_err().0, 404);
}

#[tokio::test]
async fn an_account_has_as_many_connections_as_it_may_and_gets_them_back() {
    let house = House::new(&[("limits.concurrent_connections", "1")]).await;
    let room = house.room().await;
    let first = house.viewer(&room, "ann").await;
    let token = house.token(&room, "bob").await;
    assert_eq!(house.connect(&token, &[]).await.unwrap_err().0, 429);
    drop(first);
    loop {
        let token = house.token(&room, "bob").await;
        match house.connect(&token, &[]).await {
            Ok(_) => break,
            Err((status, _)) => assert_eq!(status, 429),
        }
    }
}

#[tokio::test]
async fn a_pending_account_may_look_but_not_chat() {
    let house = House::new(&[("pending_verification", "true")]).await;
    assert_eq!(house.call("CreateRoom", json!({})).await.0, 403);
    assert_eq!(house.call("ListRooms", json!({})).await.0, 200);
    let house = House::new(&[]).await;
    let room = house.room().await;
    let token = house.token(&room, "ann").await;
    let pending = json!({"accountId": "123456789012", "pendingVerification": true});
    house.admin("UpdateAccount", pending).await;
    assert_eq!(house.connect(&token, &[]).await.unwrap_err().0, 403);
    let verified = json!({"accountId": "123456789012", "pendingVerification": false});
    house.admin("UpdateAccount", verified).await;
    house.connect(&token, &[]).await.unwrap();
}

/// What comes back for raw bytes.
fn raw(house: &House, request: &str) -> String {
    let mut socket = std::net::TcpStream::connect(house.server.local_addr()).unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = vec![0; 4096];
    let read = socket.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).to_ascii_lowercase()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_handshake_is_told_so() {
    let house = House::new(&[]).await;
    let upgrade = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    let key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    let version = "Sec-WebSocket-Version: 13\r\n";
    for (request, status) in [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "426"),
        (format!("{upgrade}{key}Sec-WebSocket-Version: 8\r\n\r\n"), "426"),
        (format!("{upgrade}{version}Sec-WebSocket-Key: short\r\n\r\n"), "400"),
        (format!("{upgrade}{version}{key}\r\n"), "401"),
    ] {
        let answer = raw(&house, &request);
        assert!(answer.starts_with(&format!("http/1.1 {status}")), "{request}\n{answer}");
        assert_eq!(answer.contains("sec-websocket-version: 13"), status == "426", "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oversized_heads_are_refused() {
    let house = House::new(&[]).await;
    let many: String = (0..101).map(|n| format!("x-{n}: y\r\n")).collect();
    assert!(
        raw(&house, &format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}\r\n")).starts_with("http/1.1 431")
    );
    let long = "y".repeat(20_000);
    assert!(
        raw(&house, &format!("GET /healthz HTTP/1.1\r\nHost: x\r\nx: {long}\r\n\r\n"))
            .starts_with("http/1.1 431")
    );
    assert!(raw(&house, "nonsense\r\n\r\n").starts_with("http/1.1 400"));
    assert_eq!(house.get("/healthz").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_too_slow_is_not_waited_for() {
    let house =
        House::new(&[("http.header_read_timeout_ms", "50"), ("http.body_read_timeout_ms", "50")]).await;
    let slow_body = "POST /CreateRoom HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{";
    assert!(raw(&house, slow_body).starts_with("http/1.1 408"));
    assert_eq!(raw(&house, "GET /healthz HTTP/1.1\r\nHost:"), "");
}
