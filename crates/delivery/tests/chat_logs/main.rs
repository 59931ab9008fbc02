//! Chat logging from outside: what is published goes in, destinations in memory take it or fail as they are told, and
//! the spool lies on a real disk.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]
#![expect(unreachable_pub, reason = "one binary; what its modules share is simply public")]

mod destinations;
mod faults;
mod house;
mod limits;
mod mishaps;
mod routes;
