//! Sinks of chat logs from outside: batches go in, and what arrives is looked at in stand-ins with real sockets that
//! check signatures, and in files.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]
#![expect(unreachable_pub, reason = "one binary; what its modules share is simply public")]

mod contract;
mod fake;
mod files;
mod local;
#[expect(dead_code, reason = "review's tests use the rest")]
#[path = "../handlers/peer.rs"]
mod peer;
mod services;
mod stage;
mod troubles;
