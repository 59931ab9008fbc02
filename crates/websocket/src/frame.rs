//! Frames to send, always whole ones with FIN (RFC 6455 §5.2). Must not know the connection they are for.

use crate::close::close_payload;
use crate::decode::Role;
use crate::header::Header;
use crate::mask;

/// The most a control frame may carry (RFC 6455 §5.5).
pub const MAX_CONTROL: usize = 125;

/// What a frame is (RFC 6455 §11.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OpCode {
    /// A further fragment of a message.
    Continuation = 0x0,
    /// A message of UTF-8 text, or its first fragment.
    Text = 0x1,
    /// A message of bytes, or its first fragment.
    Binary = 0x2,
    /// The end of the connection.
    Close = 0x8,
    /// A question that a pong answers.
    Ping = 0x9,
    /// An answer to a ping, or a sign of life.
    Pong = 0xa,
}

impl OpCode {
    /// The opcode of these four bits, unless it is a reserved one.
    pub(crate) fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xa => Self::Pong,
            _ => return None,
        })
    }

    /// Whether it may stand between the fragments of a message (RFC 6455 §5.5).
    pub fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// Appends one unmasked frame. A control payload is cut to [`MAX_CONTROL`] bytes.
pub fn encode_server(opcode: OpCode, payload: &[u8], out: &mut Vec<u8>) {
    encode(opcode, payload, None, out);
}

/// Appends one masked frame. A control payload is cut to [`MAX_CONTROL`] bytes. The key must be unforeseeable to
/// whoever chose the payload (RFC 6455 §10.3).
pub fn encode_client(opcode: OpCode, payload: &[u8], mask_key: [u8; 4], out: &mut Vec<u8>) {
    encode(opcode, payload, Some(mask_key), out);
}

/// A server's text frame. `payload` must be UTF-8.
pub fn text_frame(payload: &[u8]) -> Box<[u8]> {
    server_frame(OpCode::Text, payload).into_boxed_slice()
}

/// A server's close frame; see [`close_payload`].
pub fn close_frame(code: u16, reason: &str) -> Vec<u8> {
    server_frame(OpCode::Close, &close_payload(code, reason))
}

/// A server's ping. The payload is cut to [`MAX_CONTROL`] bytes.
pub fn ping_frame(payload: &[u8]) -> Vec<u8> {
    server_frame(OpCode::Ping, payload)
}

/// A server's answer to a ping, whose payload it repeats (RFC 6455 §5.5.3).
pub fn pong_frame(payload: &[u8]) -> Vec<u8> {
    server_frame(OpCode::Pong, payload)
}

/// The length in bytes, header and payload, of the server frame that starts at `bytes[0]`, from its header alone.
/// `None` when the header is incomplete or no legal server header.
pub fn frame_len(bytes: &[u8]) -> Option<usize> {
    let (header, head_len) = Header::parse(bytes, Role::Client).ok().flatten()?;
    head_len.checked_add(usize::try_from(header.len).ok()?)
}

fn server_frame(opcode: OpCode, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    encode(opcode, payload, None, &mut out);
    out
}

fn encode(opcode: OpCode, payload: &[u8], mask: Option<[u8; 4]>, out: &mut Vec<u8>) {
    let longest = if opcode.is_control() { MAX_CONTROL } else { usize::MAX };
    let payload = payload.get(..longest).unwrap_or(payload);
    let header = Header { fin: true, opcode, mask, len: payload.len() as u64 };
    out.reserve(header.written_len() + payload.len());
    header.write(out);
    let start = out.len();
    out.extend_from_slice(payload);
    if let (Some(key), Some(written)) = (mask, out.get_mut(start..)) {
        mask::apply(written, key, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        OpCode, close_frame, encode_client, encode_server, frame_len, ping_frame, pong_frame, text_frame,
    };

    #[test]
    fn the_examples_of_rfc_6455_section_5_7() {
        assert_eq!(*text_frame(b"Hello"), *b"\x81\x05Hello");
        assert_eq!(ping_frame(b"Hello"), b"\x89\x05Hello");
        assert_eq!(pong_frame(b""), b"\x8a\x00");
        let mut masked = Vec::new();
        encode_client(OpCode::Text, b"Hello", [0x37, 0xfa, 0x21, 0x3d], &mut masked);
        assert_eq!(masked, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    }

    #[test]
    fn each_length_takes_its_shortest_form_and_frame_len_sees_it() {
        for (payload, head) in [
            (0, &b"\x82\x00"[..]),
            (125, b"\x82\x7d"),
            (126, b"\x82\x7e\x00\x7e"),
            (65_535, b"\x82\x7e\xff\xff"),
            (65_536, b"\x82\x7f\0\0\0\0\0\x01\0\0"),
        ] {
            let mut out = Vec::new();
            encode_server(OpCode::Binary, &vec![7; payload], &mut out);
            assert!(out.starts_with(head), "{payload}");
            assert_eq!(out.len(), head.len() + payload);
            assert!(out.capacity() <= out.len().max(8), "one exact allocation for a frame of its own");
            assert_eq!(frame_len(head), Some(out.len()));
            assert_eq!(frame_len(&out), Some(out.len()));
            assert_eq!(frame_len(&head[..head.len() - 1]), None);
        }
    }

    #[test]
    fn frame_len_refuses_what_no_server_sends() {
        for bytes in
            [&b"\x81\x85\x37\xfa\x21\x3d"[..], b"\xf1\x00", b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff"]
        {
            assert_eq!(frame_len(bytes), None, "{bytes:x?}");
        }
    }

    #[test]
    fn frame_len_walks_a_gathered_buffer() {
        let mut gathered = Vec::new();
        for len in [0, 130, 70_000, 5] {
            gathered.extend(text_frame(&vec![b'x'; len]));
        }
        let mut rest = &gathered[..];
        let mut frames = 0;
        while let Some(len) = frame_len(rest) {
            rest = &rest[len..];
            frames += 1;
        }
        assert_eq!((frames, rest.len()), (4, 0));
    }

    #[test]
    fn control_payloads_are_cut() {
        assert_eq!(ping_frame(&[1; 200]).len(), 2 + 125);
        assert_eq!(pong_frame(&[1; 125]).len(), 2 + 125);
        assert_eq!(close_frame(1000, &"é".repeat(100)).len(), 2 + 2 + 122);
        assert_eq!(close_frame(1001, "bye"), b"\x88\x05\x03\xe9bye");
    }
}
