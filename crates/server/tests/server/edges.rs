//! The HTTP edge: health, metrics, and requests that no SDK sends.

use crate::house::{House, config};
use hubbub::serve::Server;
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn health_readiness_and_metrics_are_there() {
    let house = House::new(&[]).await;
    assert_eq!(house.get("/healthz").await, (200, "ok\n".into()));
    assert_eq!(house.get("/readyz").await, (200, "ready\n".into()));
    let room = house.room().await;
    let mut ann = house.viewer(&room, "ann").await;
    ann.send(json!({"Action": "SEND_MESSAGE", "Content": "hi"})).await;
    ann.frame().await;
    ann.send(json!({"Action": "SEND_MESSAGE"})).await;
    ann.frame().await;
    let _ = house.connect("nonsense", &[]).await;
    let (status, text) = house.get("/metrics").await;
    assert_eq!(status, 200);
    for line in [
        "ConcurrentChatConnections 1",
        r#"Deliveries_total{Action="SendMessage"} 1"#,
        r#"Requests_total{Action="SendMessage"} 2"#,
        r#"Requests_total{Action="CreateRoom"} 1"#,
        "MessagingDeliveries_total 1",
        "MessagingRequests_total 2",
        r#"hubbub_requests_refused_total{reason="malformed"} 1"#,
        r#"hubbub_handshakes_refused_total{reason="token"} 1"#,
        r#"hubbub_calls_total{operation="CreateRoom",status="200",error="none"} 1"#,
        concat!(r#"hubbub_build_info{version=""#, env!("CARGO_PKG_VERSION"), r#""} 1"#),
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn who_does_not_sign_learns_nothing_about_routes() {
    let house = House::new(&[]).await;
    let client = reqwest::Client::new();
    for path in ["/CreateRoom", "/NoSuchOperation", "/tags/x"] {
        let response = client.post(house.url(path)).body("{}").send().await.unwrap();
        assert_eq!(response.status(), 403, "{path}");
        assert_eq!(response.headers()["x-amzn-errortype"], "MissingAuthenticationTokenException");
        assert!(response.headers().contains_key("x-amzn-requestid"));
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert!(!response.headers().contains_key("strict-transport-security"));
    }
    assert_eq!(house.call("NoSuchOperation", json!({})).await.0, 404);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_hashed() {
    let house = House::new(&[]).await;
    let big = "x".repeat(300 * 1024);
    let response = reqwest::Client::new().post(house.url("/CreateRoom")).body(big).send().await.unwrap();
    assert_eq!(response.status(), 413);
    assert_eq!(response.headers()["x-amzn-errortype"], "RequestEntityTooLargeException");
}

#[tokio::test]
async fn connections_of_one_address_are_bounded_chat_included() {
    let house = House::new(&[("http.max_connections_per_ip", "4")]).await;
    let room = house.room().await;
    let viewers = [house.viewer(&room, "a").await, house.viewer(&room, "b").await];
    // The caller keeps connections of its own; somewhere before the bound one more is cut off.
    let address = house.server.local_addr();
    let mut open = Vec::new();
    let cut_off = loop {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        let mut answer = [0; 16];
        let _ = socket.write_all(request).await;
        match socket.read(&mut answer).await {
            Ok(0) | Err(_) => break open.len(),
            Ok(_) => open.push(socket),
        }
    };
    assert!(cut_off <= 2, "{cut_off} more were let in beside two viewers");
    drop(viewers);
}

#[tokio::test]
async fn a_client_that_takes_no_answer_is_dropped() {
    let house = House::new(&[("http.idle_timeout_seconds", "1")]).await;
    let mut socket = TcpStream::connect(house.server.local_addr()).await.unwrap();
    // Many answers are asked for and none is read, until the server is stuck with them.
    let dropped =
        async { while socket.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await.is_ok() {} };
    tokio::time::timeout(PATIENCE, dropped).await.expect("dropped in time");
    house.dropped_for("too_slow", 1).await;
}

#[tokio::test]
async fn each_head_has_its_time_and_so_has_the_silence_between_requests() {
    let house =
        House::new(&[("http.idle_timeout_seconds", "3600"), ("http.header_read_timeout_ms", "100")]).await;
    let silent = TcpStream::connect(house.server.local_addr()).await.unwrap();
    assert_eq!(rest_of(silent).await, "");
    let mut slow = answered_once(&house).await;
    slow.write_all(b"GET /heal").await.unwrap();
    assert_eq!(rest_of(slow).await, "");
    house.dropped_for("too_slow", 2).await;

    let house =
        House::new(&[("http.idle_timeout_seconds", "1"), ("http.header_read_timeout_ms", "600000")]).await;
    let idle = answered_once(&house).await;
    assert_eq!(rest_of(idle).await, "");
    house.dropped_for("too_slow", 0).await;
}

/// A kept-alive connection after its first answer.
async fn answered_once(house: &House) -> TcpStream {
    let mut socket = TcpStream::connect(house.server.local_addr()).await.unwrap();
    socket.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\nok\n") {
        assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0);
    }
    socket
}

/// What still comes before the server closes.
async fn rest_of(mut socket: TcpStream) -> String {
    let mut rest = String::new();
    tokio::time::timeout(PATIENCE, socket.read_to_string(&mut rest)).await.expect("closed in time").unwrap();
    rest
}

#[tokio::test]
async fn what_keeps_the_server_from_starting_is_said_in_one_sentence() {
    let house = House::new(&[]).await;
    let address = house.server.local_addr().to_string();
    let folder = tempfile::tempdir().unwrap();
    let busy = config(folder.path(), &[("listen", &address)]);
    let text = Server::start(busy).await.map(drop).unwrap_err().to_string();
    assert!(text.contains(&address) && text.contains("--listen"), "{text}");

    let in_use = Server::start(config(house.data.path(), &[])).await.map(drop).unwrap_err().to_string();
    assert!(!in_use.contains('\n') && in_use.contains(house.data.path().to_str().unwrap()), "{in_use}");

    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let unwritable = Server::start(config(&file, &[])).await.map(drop).unwrap_err().to_string();
    assert!(unwritable.contains(file.to_str().unwrap()), "{unwritable}");
}
