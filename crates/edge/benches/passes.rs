//! What a pass costs: from a publication to the moment when each of a thousand viewers has been written to, beside a
//! plain loop of writes of the same bytes to as many sockets. Readers drain while the clock stands.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]
#![expect(unreachable_pub, reason = "one binary; what its modules share is simply public")]

#[path = "../tests/counted_work/house.rs"]
mod house;

use criterion::{Bencher, BenchmarkId, Criterion, SamplingMode, Throughput};
use house::{House, read_frame};
use std::io::Write;
use std::net::TcpStream;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

const VIEWERS: usize = 1_000;

/// As the rest of a JSON frame is about 200 bytes long, 300 in all.
const CONTENT: &str =
    "Hello everybody, how are you? What a goal that was! Once more in slow motion, please. So long.";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group(format!("a pass over {VIEWERS} viewers"));
    // A round takes milliseconds: as many in each sample.
    group.sampling_mode(SamplingMode::Flat);
    for burst in [1, 10] {
        group.throughput(Throughput::Elements((VIEWERS * burst) as u64));
        let id = |name: &str| BenchmarkId::new(name, format_args!("publications: {burst}"));
        group.bench_function(id("shard"), |bencher| through_a_shard(bencher, burst));
        group.bench_function(id("reference: loop of writes"), |bencher| through_a_loop(bencher, burst));
    }
    group.finish();
    criterion.final_summary();
}

fn frame(text: &[u8]) -> std::sync::Arc<[u8]> {
    websocket::text_frame(text).into()
}

/// A pass goes through the viewers in the order in which they came, so that the last one's frame says that it is over.
fn through_a_shard(bencher: &mut Bencher<'_>, burst: usize) {
    let mut house = House::new(1, frame, || ());
    let mut viewers = house.viewers(VIEWERS);
    let mut rounds = 0;
    bencher.iter_custom(|iterations| {
        rounds += iterations;
        timed(iterations, burst, &mut viewers, || (0..burst).for_each(|_| house.say(CONTENT)))
    });
    let delivered: u64 = house.counters().deliveries.iter().sum();
    assert_eq!(delivered, rounds * (burst * VIEWERS) as u64);
}

/// On a thread of its own, as a shard is, so that the sockets change between the same two cores.
fn through_a_loop(bencher: &mut Bencher<'_>, burst: usize) {
    let mut house = House::new(1, frame, || ());
    let mut viewer = house.viewers(1);
    house.say(CONTENT);
    let text = read_frame(viewer.last_mut().unwrap());
    let frame = frame(text.as_bytes());
    let (mut readers, mut sockets): (Vec<_>, Vec<_>) = (0..VIEWERS).map(|_| house.sockets()).unzip();
    let (go, goes) = sync_channel::<()>(1);
    let writer = std::thread::spawn(move || {
        let write = |socket: &mut TcpStream| assert_eq!(socket.write(&frame).unwrap(), frame.len());
        goes.iter().for_each(|()| (0..burst).for_each(|_| sockets.iter_mut().for_each(write)));
    });
    bencher.iter_custom(|iterations| timed(iterations, burst, &mut readers, || go.send(()).unwrap()));
    drop(go);
    writer.join().unwrap();
}

/// The sum of the times from `publish` until the last reader has everything.
#[expect(clippy::disallowed_methods, reason = "a benchmark looks at the clock, and nothing else here does")]
fn timed(iterations: u64, burst: usize, readers: &mut [TcpStream], mut publish: impl FnMut()) -> Duration {
    let mut sum = Duration::ZERO;
    let (last, others) = readers.split_last_mut().unwrap();
    for _ in 0..iterations {
        let start = Instant::now();
        publish();
        (0..burst).for_each(|_| drop(read_frame(last)));
        sum += start.elapsed();
        for reader in &mut *others {
            (0..burst).for_each(|_| drop(read_frame(reader)));
        }
    }
    sum
}
