//! The one clock of the process; everything below is told the time.

use model::{Monotonic, Now, Timestamp};
use std::sync::OnceLock;
use std::time::Instant;

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Both clocks, read together.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where the time comes from that everyone else is given"
)]
#[must_use]
pub(crate) fn now() -> Now {
    let elapsed = STARTED.get_or_init(Instant::now).elapsed();
    // 584 years of nanoseconds fit; zero is left to mean "never".
    let nanoseconds = u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX).saturating_add(1);
    Now { wall: Timestamp::now(), monotonic: Monotonic::from_nanos(nanoseconds) }
}
