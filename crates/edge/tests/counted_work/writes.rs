//! What is published while a pass is under way is gathered: the next pass writes it to each viewer at once.

use crate::house::{House, read_frame};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// More than a shard serves in one turn, so that a turn can begin within a pass.
const VIEWERS: usize = 300;

const BURST: usize = 40;

#[test]
fn a_burst_during_a_pass_takes_one_write_per_viewer_and_each_sees_all_of_it_in_order() {
    let gate = Arc::new(Gate::default());
    let at_shard = Arc::clone(&gate);
    let mut house = House::new(1, |text| websocket::text_frame(text).into(), move || at_shard.pass());
    let mut viewers = house.viewers(VIEWERS);

    let shut = gate.shut();
    house.say("m0");
    // The shard stood before its wait or after it. If the network is late to show that the pass has begun, it is over
    // when the burst comes; then the burst is gathered all the same.
    for _ in 0..2 {
        if !has_something(&viewers) {
            gate.let_one_pass();
        }
    }
    (1..=BURST).for_each(|n| house.say(&format!("m{n}")));
    drop(shut);

    for viewer in &mut viewers {
        for n in 0..=BURST {
            assert!(read_frame(viewer).contains(&format!(r#""Content":"m{n}""#)));
        }
    }
    let counters = house.counters();
    let (viewers, publications) = (VIEWERS as u64, 1 + BURST as u64);
    assert_eq!(counters.passes, 2, "the first message's, and the burst's");
    assert_eq!(counters.writes, 2 * viewers);
    assert_eq!(counters.deliveries.iter().sum::<u64>(), publications * viewers);
}

/// Whether the pass has reached the first viewer.
fn has_something(viewers: &[TcpStream]) -> bool {
    let viewer = viewers.first().unwrap();
    viewer.set_nonblocking(true).unwrap();
    let peeked = viewer.peek(&mut [0]);
    viewer.set_nonblocking(false).unwrap();
    peeked.is_ok()
}

/// Where a shard's thread waits between two turns while it is shut.
#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_shut: bool,
    /// Whether one may pass although it is shut.
    is_let: bool,
    is_waiting: bool,
}

/// Shut while it lives, so that a test that fails lets the shard end.
struct Shut<'a>(&'a Gate);

impl Gate {
    fn shut(&self) -> Shut<'_> {
        self.state.lock().unwrap().is_shut = true;
        Shut(self)
    }

    /// Called by the shard.
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.is_waiting = true;
        self.changed.notify_all();
        state = self.changed.wait_while(state, |state| state.is_shut && !state.is_let).unwrap();
        state.is_waiting = false;
        state.is_let = false;
    }

    /// Lets the shard pass once, and waits until it stands here again: after at least a part of a turn.
    fn let_one_pass(&self) {
        self.wait_while(|state| !state.is_waiting).is_let = true;
        self.changed.notify_all();
        drop(self.wait_while(|state| state.is_let || !state.is_waiting));
    }

    fn wait_while(&self, condition: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let state = self.state.lock().unwrap();
        let limit = Duration::from_secs(20);
        let (state, waited) =
            self.changed.wait_timeout_while(state, limit, |state| condition(state)).unwrap();
        if waited.timed_out() {
            // Not held while panicking: the gate has still to be opened.
            drop(state);
            panic!("a shard that has something to do asks for the time");
        }
        state
    }
}

impl Drop for Shut<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().is_shut = false;
        self.0.changed.notify_all();
    }
}
