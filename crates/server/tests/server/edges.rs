//! The HTTP edge: health, metrics, and requests that no SDK sends.

use crate::house::{House, config};
use hubbub::serve::Server;
use serde_json::json;

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
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        let mut answer = [0; 16];
        let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, request).await;
        match tokio::io::AsyncReadExt::read(&mut socket, &mut answer).await {
            Ok(0) | Err(_) => break open.len(),
            Ok(_) => open.push(socket),
        }
    };
    assert!(cut_off <= 2, "{cut_off} more were let in beside two viewers");
    drop(viewers);
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
