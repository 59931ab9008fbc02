//! How much of the disk each lane may have, where there are so many that not all can have what one may.

use std::sync::atomic::{AtomicU64, Ordering};

/// The even share of one lane.
#[derive(Debug)]
pub(super) struct Share {
    all: u64,
    one: AtomicU64,
}

impl Share {
    /// Of so many bytes for all lanes together.
    pub(super) const fn new(all: u64) -> Self {
        Self { all, one: AtomicU64::new(all) }
    }

    /// There are so many lanes now.
    pub(super) fn divide(&self, lanes: usize) {
        let lanes = u64::try_from(lanes).unwrap_or(u64::MAX).max(1);
        self.one.store(self.all / lanes, Ordering::Relaxed);
    }

    /// Bytes of one lane.
    pub(super) fn bytes(&self) -> u64 {
        self.one.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lanes_together_have_no_more_than_there_is() {
        let share = Share::new(1_000);
        assert_eq!(share.bytes(), 1_000);
        for (lanes, bytes) in [(0, 1_000), (1, 1_000), (3, 333), (2_000, 0), (4, 250)] {
            share.divide(lanes);
            assert_eq!(share.bytes(), bytes, "{lanes}");
        }
    }
}
