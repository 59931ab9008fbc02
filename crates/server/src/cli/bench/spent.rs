//! What a server spent over a stretch of time.

use super::usage::{Gauge, Usage};
use std::time::Duration;
use tokio::time::Instant;

/// A stretch of time, and what the server spent in it; none where that could not be read.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Spent {
    /// The time that passed.
    pub(super) wall: Duration,
    /// What the server computed.
    pub(super) cpu: Option<Duration>,
    /// By how much its memory grew.
    pub(super) grown_bytes: Option<u64>,
}

/// Measures a stretch.
#[derive(Debug)]
pub(super) struct Meter {
    gauge: Gauge,
    began: Instant,
    before: Option<Usage>,
}

impl Meter {
    /// The stretch begins.
    pub(super) fn start(gauge: Gauge) -> Self {
        Self { gauge, began: Instant::now(), before: gauge.read() }
    }

    /// It ends.
    pub(super) fn stop(self) -> Spent {
        between(self.before, self.gauge.read(), self.began.elapsed())
    }
}

impl Spent {
    /// A further stretch; memory counts from the first one, as it is not given back.
    pub(super) fn add(&mut self, further: Self) {
        if self.wall.is_zero() {
            *self = further;
            return;
        }
        self.wall += further.wall;
        self.cpu = self.cpu.zip(further.cpu).map(|(a, b)| a + b);
    }
}

fn between(before: Option<Usage>, after: Option<Usage>, wall: Duration) -> Spent {
    let both = before.zip(after);
    Spent {
        wall,
        cpu: both.map(|(before, after)| after.cpu.saturating_sub(before.cpu)),
        grown_bytes: both.map(|(before, after)| after.resident_bytes.saturating_sub(before.resident_bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(ms: u64, resident_bytes: u64) -> Usage {
        Usage { cpu: Duration::from_millis(ms), resident_bytes }
    }

    #[test]
    fn what_was_spent_is_the_difference() {
        let second = Duration::from_secs(1);
        let spent = between(Some(usage(100, 1000)), Some(usage(150, 4000)), second);
        assert_eq!((spent.cpu, spent.grown_bytes), (Some(Duration::from_millis(50)), Some(3000)));
        assert_eq!(between(Some(usage(1, 9)), Some(usage(1, 8)), second).grown_bytes, Some(0));
        assert_eq!(between(None, Some(usage(1, 8)), second).cpu, None);
    }

    #[test]
    fn rounds_add_up_but_for_memory() {
        let round =
            Spent { wall: Duration::from_secs(2), cpu: Some(Duration::from_secs(1)), grown_bytes: Some(7) };
        let mut all = Spent::default();
        all.add(round);
        all.add(round);
        assert_eq!(
            (all.wall.as_secs(), all.cpu.map(|cpu| cpu.as_secs()), all.grown_bytes),
            (4, Some(2), Some(7))
        );
        all.add(Spent { cpu: None, ..round });
        assert_eq!(all.cpu, None);
    }
}
