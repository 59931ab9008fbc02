//! The server in this process, from outside: HTTP, handshakes, chat, TLS, restarts.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]
#![expect(unreachable_pub, reason = "one binary; what its modules share is simply public")]

mod access;
mod chat;
mod edges;
mod handshakes;
mod house;
mod process;
mod restarts;
mod reviews;
mod tls;
