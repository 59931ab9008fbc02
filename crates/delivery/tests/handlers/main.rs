//! Review handlers from outside: messages go through a bus as the server has it, and what is asked arrives at peers
//! with real sockets.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]
#![expect(unreachable_pub, reason = "one binary; what its modules share is simply public")]

mod answers;
mod breakers;
mod built_in;
mod clock;
mod credentials;
mod failures;
mod house;
mod lambda;
mod limits;
mod log;
mod maps;
mod peer;
mod reloads;
mod secrets;
mod tls;
