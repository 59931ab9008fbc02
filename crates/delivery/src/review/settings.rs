//! The limits of reviews.

use std::time::Duration;

/// The limits that hold for all handlers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewSettings {
    /// How long a message waits for its review, connection set-up included, where the mapping does not say otherwise.
    pub time_limit: Duration,
    /// How many messages of one room may be under review at once.
    pub at_once_per_room: usize,
    /// How many calls of handlers may be under way at once on this server, of one account half as many; as many again
    /// in shadow mode.
    pub at_once: usize,
}

impl Default for ReviewSettings {
    /// The time limit is AWS's (user guide, "Chat Message Review Handler"). A room at AWS's limit of 100 messages a
    /// second may get a second's worth in one burst and 20 more while that is under review for the whole of 200 ms:
    /// 120, twice which leaves room for a longer limit. Of the server's 2,048 one account has 1,024, enough for eight
    /// such rooms at the worst moment, and for 5,000 reviews a second which take 200 ms each.
    fn default() -> Self {
        Self { time_limit: Duration::from_millis(200), at_once_per_room: 256, at_once: 2_048 }
    }
}
