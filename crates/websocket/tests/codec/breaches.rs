//! Each breach and its close code; each neighbour that is legal.

use websocket::{Limits, ProtocolError, Role};

use crate::seen::{Seen, decode, decode_masked, masked};

/// Frames as (first byte, payload).
type Frames = Vec<(u8, &'static [u8])>;

/// Feeds these frames to a server after one good message.
fn check(name: &str, frames: &[(u8, &[u8])], expected: ProtocolError, code: u16) {
    let mut bytes = masked(0x81, b"before");
    bytes.extend(frames.iter().flat_map(|(first, payload)| masked(*first, payload)));
    bytes.extend(masked(0x81, b"never seen"));
    let seen = decode_masked(&bytes);
    let expected_seen = [Seen::Text("before".into()), Seen::Failed(expected)];
    assert_eq!(seen, expected_seen, "{name}");
    assert_eq!(expected.close_code(), code, "{name}");
}

#[test]
fn breaches_of_framing_are_1002() {
    let mut rows: Vec<(String, Frames, ProtocolError)> = Vec::new();
    for rsv in [0x10, 0x20, 0x40, 0x70] {
        rows.push((format!("rsv {rsv:x}"), vec![(0x81 | rsv, b"x")], ProtocolError::ReservedBits));
    }
    for opcode in (3..=7).chain(0xb..=0xf) {
        rows.push((format!("opcode {opcode:x}"), vec![(0x80 | opcode, b"")], ProtocolError::ReservedOpCode));
        rows.push((format!("part, opcode {opcode:x}"), vec![(opcode, b"")], ProtocolError::ReservedOpCode));
    }
    for opcode in [0x8, 0x9, 0xa] {
        rows.push((format!("part of {opcode:x}"), vec![(opcode, b"")], ProtocolError::FragmentedControl));
        rows.push((format!("long {opcode:x}"), vec![(0x80 | opcode, &[0; 126])], ProtocolError::LongControl));
        rows.push((
            format!("huge {opcode:x}"),
            vec![(0x80 | opcode, &[0; 65_536])],
            ProtocolError::LongControl,
        ));
    }
    rows.push(("orphan".into(), vec![(0x80, b"x")], ProtocolError::OrphanContinuation));
    rows.push(("orphan part".into(), vec![(0x00, b"x")], ProtocolError::OrphanContinuation));
    rows.push(("after the end".into(), vec![(0x02, b""), (0x82, b"")], ProtocolError::UnfinishedMessage));
    rows.push(("text in binary".into(), vec![(0x02, b""), (0x81, b"x")], ProtocolError::UnfinishedMessage));
    rows.push(("text in text".into(), vec![(0x01, b""), (0x01, b"x")], ProtocolError::UnfinishedMessage));
    for (name, frames, expected) in rows {
        check(&name, &frames, expected, 1002);
    }
}

#[test]
fn breaches_of_closing() {
    check("one byte", &[(0x88, b"\x03")], ProtocolError::TruncatedCloseCode, 1002);
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535_u16] {
        check(&code.to_string(), &[(0x88, &code.to_be_bytes())], ProtocolError::InvalidCloseCode, 1002);
    }
    check("reason", &[(0x88, b"\x03\xe8\xff")], ProtocolError::InvalidUtf8, 1007);
    check("cut reason", &[(0x88, b"\x03\xe8\xc3")], ProtocolError::InvalidUtf8, 1007);
}

#[test]
fn breaches_of_utf8_are_1007() {
    for (name, text) in [
        ("stray", &b"ok\x80"[..]),
        ("overlong", b"\xc0\xaf"),
        ("surrogate", b"\xed\xa0\x80"),
        ("beyond U+10FFFF", b"\xf4\x90\x80\x80"),
        ("cut", b"caf\xc3"),
    ] {
        check(name, &[(0x81, text)], ProtocolError::InvalidUtf8, 1007);
        for at in 0..=text.len() {
            let (head, tail) = text.split_at(at);
            check(name, &[(0x01, head), (0x80, tail)], ProtocolError::InvalidUtf8, 1007);
        }
    }
}

#[test]
fn bad_text_fails_before_its_frame_is_complete() {
    let frame = masked(0x81, b"bad \xff and much more that need not be awaited");
    let seen = decode(Role::Server, Limits::default(), [&frame[..14]]);
    assert_eq!(seen, [Seen::Failed(ProtocolError::InvalidUtf8)]);
}

#[test]
fn a_mask_belongs_to_clients_only() {
    let limits = Limits::default();
    let unmasked = decode(Role::Server, limits, [&b"\x81\x01x"[..]]);
    assert_eq!(unmasked, [Seen::Failed(ProtocolError::UnmaskedFrame)]);
    let masked = decode(Role::Client, limits, [&b"\x81\x81\0\0\0\0x"[..]]);
    assert_eq!(masked, [Seen::Failed(ProtocolError::MaskedFrame)]);
    assert_eq!(
        (ProtocolError::UnmaskedFrame.close_code(), ProtocolError::MaskedFrame.close_code()),
        (1002, 1002)
    );
}

#[test]
fn a_length_has_one_spelling() {
    for (head, legal) in [
        (&b"\x82\xfe\x00\x7d"[..], false),
        (b"\x82\xfe\x00\x00", false),
        (b"\x82\xfe\x00\x7e", true),
        (b"\x82\xff\0\0\0\0\0\0\0\x01", false),
        (b"\x82\xff\0\0\0\0\0\0\xff\xff", false),
        (b"\x82\xff\0\0\0\0\0\x01\0\0", true),
    ] {
        let expected = if legal { vec![] } else { vec![Seen::Failed(ProtocolError::LengthNotMinimal)] };
        assert_eq!(decode_masked(head), expected, "{head:x?}");
    }
    assert_eq!(ProtocolError::LengthNotMinimal.close_code(), 1002);
}

#[test]
fn legal_neighbours() {
    let bytes = [
        masked(0x89, &[b'p'; 125]),
        masked(0x01, b""),
        masked(0x8a, b"between"),
        masked(0x00, b"caf\xc3"),
        masked(0x89, b""),
        masked(0x80, b"\xa9"),
        masked(0x82, b"\xff"),
        masked(0x81, b""),
        masked(0x88, b"\x0f\xa0bye"),
        masked(0x81, b"after the close"),
    ];
    let expected = [
        Seen::Ping(vec![b'p'; 125]),
        Seen::Pong(b"between".to_vec()),
        Seen::Ping(vec![]),
        Seen::Text("café".into()),
        Seen::Binary(vec![0xff]),
        Seen::Text(String::new()),
        Seen::Close(Some(4000), "bye".into()),
    ];
    assert_eq!(decode_masked(&bytes.concat()), expected);
    assert_eq!(decode_masked(&masked(0x88, b"")), [Seen::Close(None, String::new())]);
}
