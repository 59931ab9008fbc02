//! Properties: how input is cut is invisible, what is written is read, and no input panics.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, proptest};
use proptest::{prop_oneof, sample};
use websocket::{Limits, OpCode, Role, close_payload, encode_client, encode_server, frame_len};

use crate::seen::{Seen, decode, flipped, raw};

/// Small enough that random messages cross each of them.
const LIMITS: Limits = Limits { max_message: 150, hard_max: 400, max_fragments: 5 };

fn roles() -> impl Strategy<Value = Role> {
    sample::select(vec![Role::Server, Role::Client])
}

fn first_bytes() -> impl Strategy<Value = u8> {
    let legal = vec![0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x88, 0x89, 0x8a];
    prop_oneof![20 => sample::select(legal), 1 => any::<u8>()]
}

fn payloads() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => "[a-zé€𝄞]{0,8}".prop_map(String::into_bytes),
        2 => vec(Just(b'a'), 100..200),
        1 => vec(any::<u8>(), 0..140),
        1 => (3000..5000_u16).prop_map(|code| close_payload(code, "why")),
    ]
}

/// Streams that are legal for a while, mostly.
fn streams() -> impl Strategy<Value = (Role, Vec<u8>)> {
    let frames = vec((first_bytes(), payloads(), any::<[u8; 4]>()), 0..12);
    let stream = (roles(), frames, any::<sample::Index>(), prop_oneof![4 => Just(0), 1 => any::<u8>()]);
    stream.prop_map(|(role, frames, at, flip)| {
        let key = |key| (role == Role::Server).then_some(key);
        let bytes = frames.iter().flat_map(|(first, payload, k)| raw(*first, payload, key(*k))).collect();
        (role, flipped(bytes, at, flip))
    })
}

/// Cuts `bytes` into pieces of these sizes, over and over.
fn cut<'a>(mut bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (piece, rest) = bytes.split_at((*size).min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

/// A message's fragments, each with whether a ping follows it.
type Fragments = Vec<(String, bool)>;

/// Messages, each with whether it is text.
fn conversations() -> impl Strategy<Value = Vec<(bool, Fragments)>> {
    vec((any::<bool>(), vec(("[a-zé€𝄞]{0,9}", any::<bool>()), 1..5)), 0..6)
}

/// The frames of one message, cut `late` bytes after each fragment's end and so perhaps inside a character; and what
/// shall be seen of them.
fn written(text: bool, fragments: &Fragments, late: usize) -> (Vec<u8>, Vec<Seen>) {
    let whole: String = fragments.iter().map(|(piece, _)| piece.as_str()).collect();
    let (mut bytes, mut expected) = (Vec::new(), Vec::new());
    let (mut start, mut end) = (0, 0);
    for (i, (piece, ping)) in fragments.iter().enumerate() {
        let last = i + 1 == fragments.len();
        end += piece.len();
        let stop = (end + late).min(whole.len());
        let opcode = match (i, text) {
            (0, true) => 1,
            (0, false) => 2,
            _ => 0,
        };
        let fin = if last { 0x80 } else { 0 };
        bytes.extend(raw(fin | opcode, &whole.as_bytes()[start..stop], Some([9, 8, 7, i as u8])));
        start = stop;
        if last {
            let payload = whole.clone();
            expected.push(if text { Seen::Text(payload) } else { Seen::Binary(payload.into_bytes()) });
        }
        if *ping {
            bytes.extend(raw(0x89, piece.as_bytes(), Some([1, 2, 3, 4])));
            expected.push(Seen::Ping(piece.clone().into_bytes()));
        }
    }
    (bytes, expected)
}

proptest! {
    #[test]
    fn a_cut_is_invisible((role, bytes) in streams(), sizes in vec(1..40_usize, 1..8)) {
        let whole = decode(role, LIMITS, [&bytes[..]]);
        prop_assert_eq!(decode(role, LIMITS, cut(&bytes, &sizes)), whole.clone());
        prop_assert_eq!(decode(role, LIMITS, bytes.chunks(1)), whole);
    }

    #[test]
    fn arbitrary_bytes_never_panic(role in roles(), bytes in vec(any::<u8>(), 0..300), sizes in vec(1..9_usize, 1..5)) {
        let whole = decode(role, Limits::default(), [&bytes[..]]);
        prop_assert_eq!(decode(role, Limits::default(), cut(&bytes, &sizes)), whole);
        let _ = frame_len(&bytes);
    }

    #[test]
    fn conversations_are_understood(
        conversation in conversations(),
        sizes in vec(1..60_usize, 1..5),
        late in 0..3_usize,
    ) {
        let (bytes, expected): (Vec<_>, Vec<_>) =
            conversation.iter().map(|(text, fragments)| written(*text, fragments, late)).unzip();
        let (bytes, expected) = (bytes.concat(), expected.concat());
        prop_assert_eq!(&decode(Role::Server, Limits::default(), cut(&bytes, &sizes)), &expected);
        prop_assert_eq!(&decode(Role::Server, Limits::default(), [&bytes[..]]), &expected);
    }

    #[test]
    fn what_is_written_is_read(
        texts in vec(".{0,200}", 0..6),
        bytes in vec(any::<u8>(), 0..400),
        key in any::<[u8; 4]>(),
        sizes in vec(1..90_usize, 1..5),
    ) {
        let (mut client, mut server) = (Vec::new(), Vec::new());
        let mut encode = |opcode, payload: &[u8]| {
            encode_client(opcode, payload, key, &mut client);
            encode_server(opcode, payload, &mut server);
        };
        let mut expected: Vec<Seen> = texts.iter().cloned().map(Seen::Text).collect();
        texts.iter().for_each(|text| encode(OpCode::Text, text.as_bytes()));
        encode(OpCode::Binary, &bytes);
        encode(OpCode::Pong, &bytes);
        encode(OpCode::Close, &close_payload(4002, "étrange"));
        expected.push(Seen::Binary(bytes.clone()));
        expected.push(Seen::Pong(bytes[..bytes.len().min(125)].to_vec()));
        expected.push(Seen::Close(Some(4002), "étrange".into()));
        for (role, written) in [(Role::Server, &client), (Role::Client, &server)] {
            prop_assert_eq!(&decode(role, Limits::default(), [&written[..]]), &expected);
            prop_assert_eq!(&decode(role, Limits::default(), cut(written, &sizes)), &expected);
        }
    }

    #[test]
    fn frame_len_finds_every_boundary(payloads in vec(vec(any::<u8>(), 0..300), 0..8)) {
        let frames: Vec<_> = payloads.iter().map(|payload| websocket::text_frame(payload)).collect();
        let gathered = frames.concat();
        let mut at = 0;
        for frame in &frames {
            prop_assert_eq!(frame_len(&gathered[at..]), Some(frame.len()));
            at += frame.len();
        }
    }
}
