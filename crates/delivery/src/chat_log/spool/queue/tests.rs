//! What gives way, and what barriers wait for. Without a writer.

use super::*;
use crate::chat_log::spool::samples::{lane, publication};
use std::collections::BTreeMap;
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// A queue with routes to two lanes, and room for `publications` for one lane.
fn queue(publications: usize) -> (Queue, [Arc<Lane>; 2]) {
    let bytes = publication().frame.len() + RECORD_BYTES;
    let queue = Queue::new(2 * publications * bytes);
    let lanes = [0, 1].map(|index| lane(Path::new("nowhere"), index));
    for lane in &lanes {
        queue.route(lane.name.configuration, Some(Route::To(Arc::clone(lane))));
    }
    (queue, lanes)
}

fn say(queue: &Queue, lanes: &[Arc<Lane>]) {
    let to: Vec<Id> = lanes.iter().map(|lane| lane.name.configuration.id).collect();
    queue.say(&Arc::new(publication()), &to);
}

fn is_ready(future: &mut (impl Future<Output = ()> + Unpin)) -> bool {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
}

#[test]
fn the_oldest_give_way_and_what_is_for_several_counts_for_several() {
    let (queue, [one, other]) = queue(10);
    (0..25).for_each(|_| say(&queue, std::slice::from_ref(&one)));
    let round = queue.take(None);
    let numbers: Vec<u64> = round.said.iter().map(|said| said.number).collect();
    assert_eq!((numbers, round.lost, round.end), ((15..25).collect(), 15, 25));
    assert!(round.bytes <= queue.most_bytes());
    (0..25).for_each(|_| say(&queue, &[Arc::clone(&one), Arc::clone(&other)]));
    let round = queue.take(None);
    assert_eq!((round.said.len(), round.lost), (5, 40));
    assert_eq!((one.counters.lost_before_disk.read(), other.counters.lost_before_disk.read()), (35, 20));
}

#[test]
fn a_barrier_waits_for_what_was_before_it_and_for_no_other_lane() {
    let (queue, [one, other]) = queue(10);
    let both = [Arc::clone(&one), Arc::clone(&other)];
    assert!(is_ready(&mut pin!(queue.barrier(&both))), "there is nothing to wait for");
    say(&queue, &both);
    let mut barriers = pin!(queue.barrier(&both));
    let mut of_other = pin!(queue.barrier(&both[1..]));
    say(&queue, &both);
    let mut later = pin!(queue.barrier(&both));
    assert!(!is_ready(&mut barriers) && !is_ready(&mut of_other));
    queue.reached(Progress { end: 1, held: BTreeMap::from([(one.name, 0)]) });
    assert!(!is_ready(&mut barriers) && is_ready(&mut of_other));
    queue.reached(Progress { end: 2, held: BTreeMap::from([(one.name, 1)]) });
    assert!(is_ready(&mut barriers) && !is_ready(&mut later));
    queue.reached(Progress::over());
    assert!(is_ready(&mut later));
}

#[test]
fn barriers_and_ends_of_routes_stay_where_they_are_while_what_was_said_gives_way() {
    let (queue, [one, other]) = queue(10);
    queue.route(other.name.configuration, None);
    let _barriers: Vec<_> = (0..1_000).map(|_| queue.barrier(std::slice::from_ref(&one))).collect();
    (0..25).for_each(|_| say(&queue, std::slice::from_ref(&one)));
    let waiting = queue.lock();
    assert_eq!((waiting.said.len(), waiting.seals.len()), (10, 1));
    drop(waiting);
    let round = queue.take(None);
    assert_eq!((round.lost, round.seals[0].name), (15, other.name));
}
