//! The client's end against frames in memory.

use super::*;
use tokio::io::{DuplexStream, duplex};
use websocket::{close_frame, ping_frame, text_frame};

/// Waits until the socket gives what it should, the stream's other end having said `said`.
async fn exchange(said: &[u8]) -> (Vec<Received>, String, Vec<u8>) {
    let (near, mut far) = duplex(1 << 16);
    far.write_all(said).await.unwrap();
    let mut socket = Socket::new(near);
    socket.send("typed");
    let mut received = Vec::new();
    far.shutdown().await.unwrap();
    let error = loop {
        match socket.receive().await {
            Ok(one) => received.push(one),
            Err(error) => break error.to_string(),
        }
    };
    drop(socket);
    (received, error, read_all(far).await)
}

async fn read_all(mut stream: DuplexStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

/// What a server reads of what the client sent.
fn as_server(mut bytes: Vec<u8>) -> Vec<String> {
    let mut seen = Vec::new();
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    let fed = decoder.feed(&mut bytes, &mut |incoming| {
        seen.push(format!("{incoming:?}"));
        ControlFlow::Continue(())
    });
    fed.unwrap();
    seen
}

#[tokio::test]
async fn text_comes_and_goes_and_pings_are_answered() {
    let said = [&*text_frame(b"one"), &ping_frame(b"p"), &*text_frame("zwö".as_bytes())].concat();
    let (received, error, sent) = exchange(&said).await;
    assert_eq!(received, [Received::Text("one".to_owned()), Received::Text("zwö".to_owned())]);
    assert_eq!(error, "unexpected end of file");
    assert_eq!(as_server(sent), [r#"Text("typed")"#, "Pong([112])"]);
}

#[tokio::test]
async fn a_close_is_answered_and_its_reason_given() {
    let (received, _, sent) = exchange(&close_frame(1000, "rude")).await;
    assert_eq!(received, [Received::Closed("rude".to_owned())]);
    assert_eq!(as_server(sent)[1], r#"Close { code: Some(1000), reason: "" }"#);
}

#[tokio::test]
async fn what_is_no_frame_ends_it() {
    let (received, error, _) = exchange(b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58").await;
    assert_eq!((received.len(), &*error), (0, "server frame with a mask"));
}

#[tokio::test]
async fn who_stops_waiting_loses_nothing() {
    let (near, mut far) = duplex(3);
    let mut socket = Socket::new(near);
    socket.send("a line longer than the pipe");
    let reader = async {
        let mut bytes = vec![0; 33];
        for byte in bytes.chunks_mut(1) {
            far.read_exact(byte).await.unwrap();
            tokio::task::yield_now().await;
        }
        bytes
    };
    tokio::pin!(reader);
    let bytes = loop {
        tokio::select! {
            biased;
            bytes = &mut reader => break bytes,
            _ = socket.receive() => {}
            () = tokio::task::yield_now() => {}
        }
    };
    assert_eq!(as_server(bytes), [r#"Text("a line longer than the pipe")"#]);
}

#[test]
fn reasons() {
    assert_eq!(close_reason(Some(1000), "rude"), "rude");
    assert_eq!(close_reason(Some(1000), ""), "no reason given");
    assert_eq!(close_reason(Some(1008), ""), "code 1008");
    assert_eq!(close_reason(None, ""), "no reason given");
}
