//! The one place where the client commands read the clock.

use model::Timestamp;

/// The time on the wall.
#[expect(clippy::disallowed_methods, reason = "a client command is at the edge: here the clock is read")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
