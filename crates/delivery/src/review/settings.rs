//! The limits of reviews.

use std::time::Duration;

/// The limits that hold for all handlers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewSettings {
    /// How long a message waits for its review, connection set-up included, where the mapping does not say otherwise.
    pub time_limit: Duration,
    /// How many messages of one room may be under review at once.
    pub at_once_per_room: usize,
    /// How many calls of handlers may be under way at once on this server; as many again in shadow mode.
    pub at_once: usize,
}

impl Default for ReviewSettings {
    /// The time limit is AWS's (user guide, "Chat Message Review Handler"). A room at AWS's limit of 100 messages a
    /// second has 20 under review when each takes all of it.
    fn default() -> Self {
        Self { time_limit: Duration::from_millis(200), at_once_per_room: 64, at_once: 1_024 }
    }
}
