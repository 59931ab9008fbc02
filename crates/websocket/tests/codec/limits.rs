//! What a decoder keeps, what it refuses to keep, and what it never copies.

use std::ops::ControlFlow;

use websocket::{Decoder, Incoming, Limits, ProtocolError, Role};

use crate::seen::{BOOKS, Seen, decode, feed, masked};

const SMALL: Limits = Limits { max_message: 10, hard_max: 20, max_fragments: 4 };

/// Frames as (first byte, length of payload) and what a server with [`SMALL`] limits makes of them, however cut.
fn check(frames: &[(u8, usize)], expected: &[Seen]) {
    let bytes: Vec<u8> = frames.iter().flat_map(|(first, len)| masked(*first, &vec![b'a'; *len])).collect();
    for size in [bytes.len(), 1, 3] {
        assert_eq!(
            decode(Role::Server, SMALL, bytes.chunks(size)),
            expected,
            "{frames:?} in pieces of {size}"
        );
    }
}

#[test]
fn size_is_counted_over_fragments() {
    let text = |len| Seen::Text("a".repeat(len));
    let too_large = Seen::Failed(ProtocolError::TooLarge);
    check(&[(0x81, 10)], &[text(10)]);
    check(&[(0x81, 11), (0x81, 1)], &[Seen::TooLarge(11), text(1)]);
    check(&[(0x82, 20), (0x81, 1)], &[Seen::TooLarge(20), text(1)]);
    check(&[(0x81, 21)], std::slice::from_ref(&too_large));
    check(&[(0x01, 5), (0x80, 5)], &[text(10)]);
    check(&[(0x01, 5), (0x89, 2), (0x80, 6)], &[Seen::Ping(b"aa".to_vec()), Seen::TooLarge(11)]);
    check(&[(0x01, 11), (0x00, 0), (0x80, 0), (0x81, 3)], &[Seen::TooLarge(11), text(3)]);
    check(&[(0x01, 15), (0x00, 5), (0x80, 1)], &[too_large]);
    assert_eq!(ProtocolError::TooLarge.close_code(), 1009);
}

#[test]
fn fragments_are_counted_even_when_empty() {
    check(
        &[(0x01, 0), (0x00, 0), (0x00, 0), (0x80, 0), (0x81, 1)],
        &[Seen::Text(String::new()), Seen::Text("a".into())],
    );
    let flood = Seen::Failed(ProtocolError::TooManyFragments);
    check(&[(0x01, 0), (0x00, 0), (0x00, 0), (0x00, 0), (0x00, 0)], std::slice::from_ref(&flood));
    check(&[(0x02, 0), (0x00, 0), (0x00, 0), (0x00, 0), (0x80, 1)], &[flood]);
    assert_eq!(ProtocolError::TooManyFragments.close_code(), 1009);
}

#[test]
fn a_declared_length_allocates_nothing() {
    for declared in [131_073, 1 << 32, 1 << 63, u64::MAX] {
        let mut head = vec![0x82, 0xff];
        head.extend(declared.to_be_bytes());
        head.extend([1, 2, 3, 4]);
        let seen = decode(Role::Server, Limits::default(), [&head[..]]);
        assert_eq!(seen, [Seen::Failed(ProtocolError::TooLarge)], "{declared}");
        let mut after_a_fragment = masked(0x02, b"x");
        after_a_fragment.extend([0x80]);
        after_a_fragment.extend(&head[1..]);
        let seen = decode(Role::Server, Limits::default(), [&after_a_fragment[..]]);
        assert_eq!(seen, [Seen::Failed(ProtocolError::TooLarge)], "{declared}, second fragment");
    }
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    let mut seen = Vec::new();
    feed(&mut decoder, Limits::default(), b"\x82\xfe\x80\x00\x01\x02\x03\x04 few bytes", &mut seen);
    assert!(seen.is_empty() && decoder.kept_bytes() <= BOOKS, "kept {}", decoder.kept_bytes());
}

#[test]
fn an_oversize_message_is_not_kept() {
    let limits = Limits::default();
    let frame = masked(0x81, &[b'a'; 100_000]);
    let mut decoder = Decoder::new(Role::Server, limits);
    let mut seen = Vec::new();
    for piece in frame.chunks(1000) {
        feed(&mut decoder, limits, piece, &mut seen);
        assert!(decoder.kept_bytes() <= BOOKS, "kept {}", decoder.kept_bytes());
    }
    assert_eq!(seen, [Seen::TooLarge(100_000)]);
}

#[test]
fn a_message_that_grows_oversize_is_let_go() {
    let limits = Limits::default();
    let mut decoder = Decoder::new(Role::Server, limits);
    let mut seen = Vec::new();
    feed(&mut decoder, limits, &masked(0x01, &[b'a'; 30_000]), &mut seen);
    assert!(decoder.kept_bytes() >= 30_000);
    let last = masked(0x80, &[b'a'; 5_000]);
    let (head, payload) = last.split_at(8);
    feed(&mut decoder, limits, head, &mut seen);
    assert!(decoder.kept_bytes() <= BOOKS, "kept {}", decoder.kept_bytes());
    feed(&mut decoder, limits, payload, &mut seen);
    assert_eq!(seen, [Seen::TooLarge(35_000)]);
}

#[test]
fn memory_is_kept_only_between_the_pieces_of_a_message() {
    let limits = Limits::default();
    let mut decoder = Decoder::new(Role::Server, limits);
    let mut seen = Vec::new();
    let frame = masked(0x81, &[b'a'; 32 * 1024]);
    let (head, tail) = frame.split_at(frame.len() - 1);
    for piece in head.chunks(1000) {
        feed(&mut decoder, limits, piece, &mut seen);
    }
    assert!(seen.is_empty() && decoder.kept_bytes() > 32_000);
    feed(&mut decoder, limits, tail, &mut seen);
    assert_eq!((seen.len(), decoder.kept_bytes()), (1, 0));
    feed(&mut decoder, limits, &masked(0x01, b"open")[..3], &mut seen);
    assert!(decoder.kept_bytes() > 0);
    feed(&mut decoder, limits, &masked(0x01, b"open")[3..], &mut seen);
    feed(&mut decoder, limits, &masked(0x80, b" and shut"), &mut seen);
    assert_eq!((seen.last(), decoder.kept_bytes()), (Some(&Seen::Text("open and shut".into())), 0));
}

#[test]
fn a_decoder_is_small() {
    assert!(size_of::<Decoder>() <= 24, "{}", size_of::<Decoder>());
}

#[test]
fn a_whole_frame_is_delivered_out_of_the_read_buffer() {
    let mut input = [masked(0x81, b"first"), masked(0x82, b"second"), masked(0x89, b"third")].concat();
    let buffer = input.as_ptr_range();
    let mut delivered = Vec::new();
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    let outcome = decoder.feed(&mut input, &mut |incoming| {
        delivered.push(match incoming {
            Incoming::Text(text) => text.as_bytes().as_ptr_range(),
            Incoming::Binary(bytes) | Incoming::Ping(bytes) => bytes.as_ptr_range(),
            other => panic!("{other:?}"),
        });
        ControlFlow::Continue(())
    });
    assert_eq!((outcome, decoder.kept_bytes(), delivered.len()), (Ok(()), 0, 3));
    assert!(delivered.iter().all(|slice| buffer.start <= slice.start && slice.end <= buffer.end));
}

#[test]
fn a_sink_that_breaks_ends_the_input() {
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    let mut texts = Vec::new();
    for _ in 0..2 {
        let mut input = [masked(0x81, b"one"), masked(0x81, b"two"), masked(0x01, b"thr")].concat();
        let outcome = decoder.feed(&mut input, &mut |incoming| {
            texts.push(Seen::from(incoming));
            ControlFlow::Break(())
        });
        assert_eq!((outcome, decoder.kept_bytes()), (Ok(()), 0));
    }
    assert_eq!(texts, [Seen::Text("one".into())]);
}
