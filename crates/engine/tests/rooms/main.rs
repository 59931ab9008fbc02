//! Rooms from outside: what is submitted to the bus, and what comes out at the shards.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]
#![expect(unreachable_pub, reason = "one binary; what its modules share is simply public")]

mod admission;
mod chat_log;
mod joins;
mod order;
mod review_lives;
mod reviews;
mod sessions;
mod stage;
