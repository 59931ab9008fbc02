//! The crowd's clocks: one instant from which all its times count, and the work of the thread that asks. It must not
//! know what is timed.

use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// Times since the crowd's start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { start: instant() }
    }

    /// Since the start.
    pub(crate) fn now(self) -> Duration {
        instant().duration_since(self.start)
    }
}

#[expect(clippy::disallowed_methods, reason = "a crowd measures the real time and nothing else")]
fn instant() -> Instant {
    Instant::now()
}

/// How long the calling thread has computed since it began.
pub(crate) fn thread_work() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Whole microseconds, as the histograms count.
pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
