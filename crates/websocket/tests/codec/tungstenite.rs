//! Another author's reading of the RFC: what tungstenite writes we read, what we write it reads, and what we accept
//! it understands the same way.

use std::io::{self, Cursor, Read, Write};

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_assume, proptest};
use proptest::{prop_oneof, sample};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role as TheirRole, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, WebSocket};
use websocket::{Limits, OpCode, Role, close_payload, encode_client, encode_server};

use crate::seen::{Seen, decode, flipped, raw};

const LIMITS: Limits = Limits { max_message: 1 << 20, hard_max: 1 << 20, max_fragments: u32::MAX };

/// A socket in memory that ends after `input`.
struct Pipe {
    input: Cursor<Vec<u8>>,
    output: Vec<u8>,
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.input.read(buffer)
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn theirs(role: TheirRole, input: Vec<u8>) -> WebSocket<Pipe> {
    let config = WebSocketConfig::default().max_message_size(Some(1 << 20)).max_frame_size(Some(1 << 20));
    WebSocket::from_raw_socket(Pipe { input: Cursor::new(input), output: Vec::new() }, role, Some(config))
}

/// What tungstenite reads until the input's end or its first complaint.
fn they_read(role: TheirRole, input: Vec<u8>) -> Vec<Seen> {
    let mut socket = theirs(role, input);
    let mut seen = Vec::new();
    while let Ok(message) = socket.read() {
        seen.push(match message {
            Message::Text(text) => Seen::Text(text.to_string()),
            Message::Binary(bytes) => Seen::Binary(bytes.to_vec()),
            Message::Ping(payload) => Seen::Ping(payload.to_vec()),
            Message::Pong(payload) => Seen::Pong(payload.to_vec()),
            Message::Close(None) => Seen::Close(None, String::new()),
            Message::Close(Some(close)) => Seen::Close(Some(close.code.into()), close.reason.to_string()),
            Message::Frame(frame) => panic!("{frame:?}"),
        });
    }
    seen
}

fn messages() -> impl Strategy<Value = Vec<Seen>> {
    let one = prop_oneof![
        4 => ".{0,300}".prop_map(Seen::Text),
        2 => vec(any::<u8>(), 0..400).prop_map(Seen::Binary),
        1 => vec(any::<u8>(), 65_530..65_540).prop_map(Seen::Binary),
        1 => vec(any::<u8>(), 0..=125).prop_map(Seen::Ping),
        1 => vec(any::<u8>(), 0..=125).prop_map(Seen::Pong),
    ];
    let close = prop_oneof![
        Just(None),
        Just(Some(Seen::Close(None, String::new()))),
        (3000..5000_u16, "[ -~é]{0,60}").prop_map(|(code, reason)| Some(Seen::Close(Some(code), reason))),
    ];
    (vec(one, 0..6), close).prop_map(|(messages, close)| messages.into_iter().chain(close).collect())
}

/// The bytes that tungstenite sends for these messages.
fn they_write(role: TheirRole, messages: &[Seen]) -> Vec<u8> {
    let mut socket = theirs(role, Vec::new());
    for message in messages.iter().cloned() {
        let message = match message {
            Seen::Text(text) => Message::text(text),
            Seen::Binary(bytes) => Message::binary(bytes),
            Seen::Ping(payload) => Message::Ping(payload.into()),
            Seen::Pong(payload) => Message::Pong(payload.into()),
            Seen::Close(code, reason) => {
                Message::Close(code.map(|code| CloseFrame { code: code.into(), reason: reason.into() }))
            }
            other => panic!("{other:?}"),
        };
        socket.send(message).unwrap();
    }
    std::mem::take(&mut socket.get_mut().output)
}

/// The bytes that we send for these messages.
fn we_write(role: Role, messages: &[Seen]) -> Vec<u8> {
    let mut out = Vec::new();
    for message in messages {
        let (opcode, payload) = match message {
            Seen::Text(text) => (OpCode::Text, text.clone().into_bytes()),
            Seen::Binary(bytes) => (OpCode::Binary, bytes.clone()),
            Seen::Ping(payload) => (OpCode::Ping, payload.clone()),
            Seen::Pong(payload) => (OpCode::Pong, payload.clone()),
            Seen::Close(None, _) => (OpCode::Close, vec![]),
            Seen::Close(Some(code), reason) => (OpCode::Close, close_payload(*code, reason)),
            other => panic!("{other:?}"),
        };
        match role {
            Role::Server => encode_server(opcode, &payload, &mut out),
            Role::Client => encode_client(opcode, &payload, [0xde, 0xad, 0xbe, 0xef], &mut out),
        }
    }
    out
}

/// Frames of any kind in any order, perhaps with one bit pattern flipped somewhere.
fn doubtful_streams() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![
        30 => sample::select(vec![0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x88, 0x89, 0x8a]),
        1 => any::<u8>(),
    ];
    let payload = prop_oneof![
        6 => "[a-zé€𝄞]{0,8}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..140),
        1 => (990..5010_u16).prop_map(|code| close_payload(code, "why")),
    ];
    let flip = prop_oneof![3 => Just(0), 1 => any::<u8>()];
    (vec((first, payload), 0..10), any::<sample::Index>(), flip).prop_map(|(frames, at, flip)| {
        let frames = frames.iter().flat_map(|(first, payload)| raw(*first, payload, Some([5, 6, 7, 8])));
        flipped(frames.collect(), at, flip)
    })
}

proptest! {
    #[test]
    fn we_read_what_they_write(messages in messages()) {
        let from_client = they_write(TheirRole::Client, &messages);
        prop_assert_eq!(&decode(Role::Server, LIMITS, [&from_client[..]]), &messages);
        let from_server = they_write(TheirRole::Server, &messages);
        prop_assert_eq!(&decode(Role::Client, LIMITS, [&from_server[..]]), &messages);
        prop_assert_eq!(from_server, we_write(Role::Server, &messages), "servers have one way to say it");
    }

    #[test]
    fn they_read_what_we_write(messages in messages()) {
        prop_assert_eq!(&they_read(TheirRole::Server, we_write(Role::Client, &messages)), &messages);
        prop_assert_eq!(&they_read(TheirRole::Client, we_write(Role::Server, &messages)), &messages);
    }

    #[test]
    fn what_we_accept_they_understand_the_same_way(bytes in doubtful_streams()) {
        let mut ours = decode(Role::Server, LIMITS, [&bytes[..]]);
        // IANA registered 1014 after tungstenite made its list.
        prop_assume!(!matches!(ours.last(), Some(Seen::Close(Some(1014), _))));
        let theirs = they_read(TheirRole::Server, bytes);
        if matches!(ours.last(), Some(Seen::Failed(_))) {
            ours.pop();
            prop_assert!(theirs.starts_with(&ours), "ours {ours:?}, theirs {theirs:?}");
        } else {
            prop_assert_eq!(theirs, ours);
        }
    }
}
