//! What a frame costs: decoding, encoding and unmasking, each beside a plain loop over the same bytes.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]

use criterion::{BenchmarkId, Criterion, Throughput};
use std::hint::black_box;
use std::ops::ControlFlow;
use websocket::{Decoder, Incoming, Limits, OpCode, Role, encode_client, text_frame};

/// A chat message with its JSON around it.
const TEXT_BYTES: usize = 300;

/// A usual read buffer.
const BUFFER_BYTES: usize = 16 * 1024;

/// Unmasking in place turns a frame that is fed twice back into its masked form. With a key of small numbers both
/// forms are ASCII, so that one buffer can be fed for ever and nothing has to be copied while the clock runs.
const KEY: [u8; 4] = [1, 2, 3, 4];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    decode(&mut criterion);
    encode(&mut criterion);
    unmask(&mut criterion);
    criterion.final_summary();
}

fn masked(opcode: OpCode, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    encode_client(opcode, payload, KEY, &mut frame);
    frame
}

fn feed(decoder: &mut Decoder, input: &mut [u8]) {
    let sink = &mut |incoming: Incoming<'_>| {
        black_box(&incoming);
        ControlFlow::Continue(())
    };
    decoder.feed(input, sink).unwrap();
}

fn work(frames: usize) -> Throughput {
    Throughput::ElementsAndBytes { elements: frames as u64, bytes: (frames * TEXT_BYTES) as u64 }
}

fn decode(criterion: &mut Criterion) {
    let frame = masked(OpCode::Text, &[b'x'; TEXT_BYTES]);
    let mut group = criterion.benchmark_group("decode 300 B text");
    let mut decoder = Decoder::new(Role::Server, Limits::default());

    group.throughput(work(1));
    let mut one = frame.clone();
    group.bench_function("whole", |bencher| bencher.iter(|| feed(&mut decoder, &mut one)));

    let (mut first, mut second) = (frame.clone(), frame.clone());
    first.truncate(TEXT_BYTES / 2);
    second.drain(..TEXT_BYTES / 2);
    group.bench_function("cut in two", |bencher| {
        bencher.iter(|| {
            feed(&mut decoder, &mut first);
            feed(&mut decoder, &mut second);
        });
    });
    group.bench_function("reference: bytewise XOR, from_utf8", |bencher| {
        bencher.iter(|| {
            let payload = one.get_mut(8..).unwrap();
            xor_bytewise(payload);
            black_box(str::from_utf8(payload).unwrap());
        });
    });

    let frames = BUFFER_BYTES / frame.len();
    group.throughput(work(frames));
    let mut many = frame.repeat(frames);
    group.bench_function("a buffer of 16 KiB", |bencher| bencher.iter(|| feed(&mut decoder, &mut many)));
    group.finish();
}

fn encode(criterion: &mut Criterion) {
    let text = [b'x'; TEXT_BYTES];
    let mut group = criterion.benchmark_group("encode 300 B text");
    group.throughput(work(1));
    group.bench_function("frame", |bencher| bencher.iter(|| text_frame(black_box(&text))));
    group.bench_function("reference: copy", |bencher| bencher.iter(|| black_box(&text).to_vec()));
    group.finish();
}

/// A binary frame is unmasked and not looked at any further.
fn unmask(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("unmask");
    for kibibytes in [1, 64] {
        let payload = vec![b'x'; kibibytes * 1024];
        let limits =
            Limits { max_message: payload.len() as u32, hard_max: payload.len() as u32, max_fragments: 1 };
        let mut decoder = Decoder::new(Role::Server, limits);
        let mut frame = masked(OpCode::Binary, &payload);
        let mut copy = payload.clone();
        group.throughput(Throughput::Bytes(payload.len() as u64));
        let id = |name: &str| BenchmarkId::new(name, format_args!("{kibibytes} KiB"));
        group.bench_function(id("frame"), |bencher| bencher.iter(|| feed(&mut decoder, &mut frame)));
        group.bench_function(id("reference: bytewise XOR"), |bencher| {
            bencher.iter(|| xor_bytewise(black_box(&mut copy)));
        });
        group.bench_function(id("reference: copy"), |bencher| {
            bencher.iter(|| black_box(&mut copy).copy_from_slice(black_box(&payload)));
        });
    }
    group.finish();
}

/// RFC 6455, section 5.3, to the letter.
fn xor_bytewise(bytes: &mut [u8]) {
    for (byte, key) in bytes.iter_mut().zip(KEY.iter().cycle()) {
        *byte ^= key;
    }
}
