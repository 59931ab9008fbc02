//! The frame decoder on arbitrary bytes: it never panics, it never keeps more than its limits, and how the input is
//! cut is invisible.
#![no_main]

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use websocket::{
    Decoder, Incoming, Limits, OpCode, ProtocolError, Role, close_payload, encode_client, frame_len,
};

/// Small enough for the fuzzer to cross each of them.
const LIMITS: Limits = Limits { max_message: 200, hard_max: 400, max_fragments: 6 };
/// Heap besides a message's payload: the decoder's books and one control frame.
const BOOKS: usize = 512;

#[derive(Debug, PartialEq)]
struct Seen {
    /// Everything delivered, in its debug form: comparable whatever it borrowed from.
    delivered: Vec<String>,
    outcome: Result<(), ProtocolError>,
}

fn decode(role: Role, input: &[u8], piece: usize) -> Seen {
    let mut decoder = Decoder::new(role, LIMITS);
    let mut seen = Seen { delivered: Vec::new(), outcome: Ok(()) };
    for piece in input.chunks(piece) {
        let outcome = decoder.feed(&mut piece.to_vec(), &mut |incoming| {
            seen.delivered.push(format!("{incoming:?}"));
            ControlFlow::Continue(())
        });
        seen.outcome = seen.outcome.and(outcome);
        assert!(decoder.kept_bytes() <= LIMITS.max_message as usize + BOOKS);
    }
    seen
}

/// What is delivered, written again, is delivered again.
fn rewrite(input: &[u8]) {
    let mut again = Vec::new();
    let mut first = Vec::new();
    let _ = Decoder::new(Role::Server, LIMITS).feed(&mut input.to_vec(), &mut |incoming| {
        let (opcode, payload) = match incoming {
            Incoming::Text(text) => (OpCode::Text, text.as_bytes().to_vec()),
            Incoming::Binary(bytes) => (OpCode::Binary, bytes.to_vec()),
            Incoming::TooLarge { len } => (OpCode::Binary, vec![0; len]),
            Incoming::Ping(payload) => (OpCode::Ping, payload.to_vec()),
            Incoming::Pong(payload) => (OpCode::Pong, payload.to_vec()),
            Incoming::Close { code: None, .. } => (OpCode::Close, vec![]),
            Incoming::Close { code: Some(code), reason } => (OpCode::Close, close_payload(code, reason)),
        };
        encode_client(opcode, &payload, [1, 2, 3, 4], &mut again);
        first.push(format!("{incoming:?}"));
        ControlFlow::Continue(())
    });
    assert_eq!(decode(Role::Server, &again, again.len().max(1)), Seen { delivered: first, outcome: Ok(()) });
}

fuzz_target!(|input: &[u8]| {
    let [selector, input @ ..] = input else { return };
    let role = if selector & 1 == 0 { Role::Server } else { Role::Client };
    let piece = usize::from(selector >> 1) % 40 + 1;
    let whole = decode(role, input, input.len().max(1));
    assert_eq!(decode(role, input, piece), whole);
    rewrite(input);
    let _ = frame_len(input);
});
