//! Shards from outside: real sockets on the loopback, the real bus, and a clock that is moved by hand.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]
#![expect(unreachable_pub, reason = "one binary; what its modules share is simply public")]

mod delivery;
mod endings;
mod house;
mod slow_readers;
