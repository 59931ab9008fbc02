//! What a decoder delivers, as owned values, and raw frames of any shape to feed it with.

use std::ops::ControlFlow;

use proptest::sample;
use websocket::{Decoder, Incoming, Limits, ProtocolError, Role};

/// An owned [`Incoming`], or the error that ended the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Text(String),
    Binary(Vec<u8>),
    TooLarge(usize),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<u16>, String),
    Failed(ProtocolError),
}

impl From<Incoming<'_>> for Seen {
    fn from(incoming: Incoming<'_>) -> Self {
        match incoming {
            Incoming::Text(text) => Self::Text(text.to_owned()),
            Incoming::Binary(bytes) => Self::Binary(bytes.to_vec()),
            Incoming::TooLarge { len } => Self::TooLarge(len),
            Incoming::Ping(payload) => Self::Ping(payload.to_vec()),
            Incoming::Pong(payload) => Self::Pong(payload.to_vec()),
            Incoming::Close { code, reason } => Self::Close(code, reason.to_owned()),
        }
    }
}

/// Heap that a decoder may hold besides a message's payload: its own books and one control frame.
pub(crate) const BOOKS: usize = 512;

/// Feeds one piece to a decoder; checks on the way that what it keeps is within its limits.
pub(crate) fn feed(decoder: &mut Decoder, limits: Limits, piece: &[u8], seen: &mut Vec<Seen>) {
    let outcome = decoder.feed(&mut piece.to_vec(), &mut |incoming| {
        seen.push(incoming.into());
        ControlFlow::Continue(())
    });
    if let Err(error) = outcome {
        seen.push(Seen::Failed(error));
        assert_eq!(decoder.kept_bytes(), 0, "nothing is kept after an error");
    }
    assert!(decoder.kept_bytes() <= limits.max_message as usize + BOOKS, "kept {}", decoder.kept_bytes());
}

/// Everything that a fresh decoder makes of these pieces.
pub(crate) fn decode<'a>(
    role: Role,
    limits: Limits,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Seen> {
    let mut decoder = Decoder::new(role, limits);
    let mut seen = Vec::new();
    for piece in pieces {
        feed(&mut decoder, limits, piece, &mut seen);
    }
    seen
}

/// What a server with default limits makes of `bytes`, which must not depend on how they are cut.
pub(crate) fn decode_masked(bytes: &[u8]) -> Vec<Seen> {
    let whole = decode(Role::Server, Limits::default(), [bytes]);
    assert_eq!(decode(Role::Server, Limits::default(), bytes.chunks(1)), whole);
    assert_eq!(decode(Role::Server, Limits::default(), bytes.chunks(7)), whole);
    whole
}

/// One frame with this first byte (FIN, RSV, opcode), masked when there is a key.
pub(crate) fn raw(first: u8, payload: &[u8], key: Option<[u8; 4]>) -> Vec<u8> {
    let masked = if key.is_some() { 0x80 } else { 0 };
    let mut out = vec![first];
    match payload.len() {
        len @ 0..=125 => out.push(masked | len as u8),
        len @ 126..=65_535 => {
            out.push(masked | 126);
            out.extend((len as u16).to_be_bytes());
        }
        len => {
            out.push(masked | 127);
            out.extend((len as u64).to_be_bytes());
        }
    }
    out.extend(key.into_iter().flatten());
    let keys = key.unwrap_or_default();
    out.extend(payload.iter().zip(keys.iter().cycle()).map(|(byte, key)| byte ^ key));
    out
}

/// One client frame.
pub(crate) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    raw(first, payload, Some([0xa1, 0x02, 0x7f, 0xe4]))
}

/// `bytes` with the bits of `flip` turned over in one byte.
pub(crate) fn flipped(mut bytes: Vec<u8>, at: sample::Index, flip: u8) -> Vec<u8> {
    if !bytes.is_empty() {
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
    }
    bytes
}
