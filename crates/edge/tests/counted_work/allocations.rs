//! A delivery allocates nothing: a publication costs its shard the same few allocations, however many see it.

use crate::house::{House, read_frame};
use alloc_tracker::{Allocator, Operation, Session, ThreadSpan};
use std::alloc::System;
use std::cell::RefCell;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

const PUBLICATIONS: u64 = 10;

/// What a shard may allocate for a publication, whoever sees it; today it is the list of what a pass gathers.
const MOST_PER_PUBLICATION: u64 = 4;

thread_local! {
    /// A span counts what its own thread allocates, and so lives there.
    static SPAN: RefCell<Option<ThreadSpan>> = const { RefCell::new(None) };
}

#[test]
fn a_publication_costs_the_same_few_allocations_for_a_hundred_viewers_as_for_a_thousand() {
    let (hundred, thousand) = (allocations_with(100), allocations_with(1_000));
    assert_eq!(hundred, thousand);
    assert!(hundred <= MOST_PER_PUBLICATION * PUBLICATIONS, "{hundred} for {PUBLICATIONS} publications");
}

#[test]
fn the_count_sees_allocations() {
    let session = Session::new().no_stdout().no_file();
    let span = session.operation("three").measure_thread().iterations(1);
    (0..3).for_each(|n| drop(black_box(Box::new(n))));
    drop(span);
    assert_eq!(counted(&session), 3);
}

/// How much the shard's thread allocates for [`PUBLICATIONS`], one after the other.
fn allocations_with(viewers: usize) -> u64 {
    let session = Session::new().no_stdout().no_file();
    let counting = Arc::new(AtomicBool::new(false));
    let operation = session.operation("deliver");
    let on_shard = Arc::clone(&counting);
    let on_turn = move || count_while(on_shard.load(Ordering::SeqCst), &operation);
    let mut house = House::new(1, |text| websocket::text_frame(text).into(), on_turn);
    let mut viewers = house.viewers(viewers);
    // Queues grow to their size once, on the first publications.
    (0..3).for_each(|_| publish(&mut house, &mut viewers));
    house.counters();

    counting.store(true, Ordering::SeqCst);
    (0..PUBLICATIONS).for_each(|_| publish(&mut house, &mut viewers));
    counting.store(false, Ordering::SeqCst);
    // The turn that answers has ended the count first; what the answer allocates is not in it.
    assert_eq!(house.counters().passes, 3 + PUBLICATIONS);
    counted(&session)
}

fn publish(house: &mut House, viewers: &mut [std::net::TcpStream]) {
    house.say("hello");
    viewers.iter_mut().for_each(|viewer| drop(read_frame(viewer)));
}

/// Begins and ends the count on the thread that calls it.
fn count_while(counting: bool, operation: &Operation) {
    SPAN.with_borrow_mut(|span| match (counting, &span) {
        (true, None) => *span = Some(operation.measure_thread().iterations(1)),
        (false, Some(_)) => *span = None,
        _ => {}
    });
}

fn counted(session: &Session) -> u64 {
    session.to_report().operations().map(|(_, operation)| operation.total_allocations_count()).sum()
}
