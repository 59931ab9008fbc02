//! Time, as an argument: what the clock on the wall says, and what only ever goes forward.

use crate::Timestamp;
use std::time::Duration;

/// Nanoseconds since the process began; never goes back, whatever happens to the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Monotonic(u64);

impl Monotonic {
    /// The end of time.
    pub const NEVER: Self = Self(u64::MAX);

    /// The moment `nanoseconds` after the process began.
    #[must_use]
    pub const fn from_nanos(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// Nanoseconds since the process began.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// This moment and `duration`; the end of time where that would be later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// How long after `earlier` this is; zero if it is not.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// One reading of both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// What is written into messages and compared with the times in tokens.
    pub wall: Timestamp,
    /// What rates and timers run on.
    pub monotonic: Monotonic,
}

impl Now {
    /// The moment on the monotonic clock at which the wall clock will show `at`; now, if that has passed.
    #[must_use]
    pub fn monotonic_at(&self, at: Timestamp) -> Monotonic {
        let ahead = at.duration_since(self.wall);
        self.monotonic.after(Duration::try_from(ahead).unwrap_or(Duration::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_time_becomes_a_deadline() {
        let now = Now { wall: Timestamp::from_second(1_000).unwrap(), monotonic: Monotonic::from_nanos(5) };
        let in_a_second = Timestamp::from_second(1_001).unwrap();
        assert_eq!(now.monotonic_at(in_a_second), Monotonic::from_nanos(1_000_000_005));
        assert_eq!(now.monotonic_at(Timestamp::from_second(999).unwrap()), Monotonic::from_nanos(5));
    }
}
