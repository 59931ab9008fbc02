//! When a shard must next look at which connection.

use crate::slots::Slot;
use model::Monotonic;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One pending alarm per connection that matters; older ones of the same connection are left in the heap and ignored
/// when they ring, which the owner sees by their time.
#[derive(Debug, Default)]
pub(crate) struct Alarms(BinaryHeap<Reverse<(Monotonic, Slot)>>);

impl Alarms {
    pub(crate) fn set(&mut self, at: Monotonic, slot: Slot) {
        self.0.push(Reverse((at, slot)));
    }

    pub(crate) fn next(&self) -> Option<Monotonic> {
        self.0.peek().map(|Reverse((at, _))| *at)
    }

    /// The next alarm that is due, taken out.
    pub(crate) fn ring(&mut self, now: Monotonic) -> Option<(Monotonic, Slot)> {
        self.next().filter(|at| *at <= now)?;
        self.0.pop().map(|Reverse(alarm)| alarm)
    }
}
