//! Work that is counted and not timed: what a delivery allocates, how often a message is encoded, and how often a
//! socket is written to. So the promises hold on every machine, however busy it is.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]
#![expect(unreachable_pub, reason = "one binary; what its modules share is simply public")]

mod allocations;
mod encodes;
mod house;
mod writes;
