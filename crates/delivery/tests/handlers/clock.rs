//! Clocks that stand until they are moved by hand. A clock is a function, so each test that moves one has its own.

use model::{Monotonic, Now, Timestamp};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

static MOVED: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];

/// What clock `N` shows; nobody moves the first one.
pub fn clock<const N: usize>() -> Now {
    let moved = Duration::from_nanos(MOVED[N].load(Ordering::SeqCst));
    let began = Timestamp::from_second(1_700_000_000).unwrap();
    Now {
        wall: began.checked_add(moved).unwrap(),
        monotonic: Monotonic::from_nanos(1_000_000_000).after(moved),
    }
}

/// Moves clock `N`.
pub fn pass<const N: usize>(time: Duration) {
    assert!(N > 0, "the first clock stands");
    MOVED[N].fetch_add(u64::try_from(time.as_nanos()).unwrap(), Ordering::SeqCst);
}
