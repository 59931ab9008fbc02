//! A synthetic crowd: thousands of viewers and a few senders, on a few threads, that measure what reaches them.
//!
//! It speaks the messaging protocol of Amazon IVS Chat as any client would, and knows nothing of the server: tokens
//! come from its caller, bytes go over sockets.
//!
//! **Invariant:** a latency counts from the moment at which the message was due, not from the moment at which the
//! crowd got round to sending it; so a slow crowd or a slow server cannot make its own delays invisible
//! (coordinated omission). How late the crowd itself was is told apart, in [`Effort`].

mod clock;
mod connection;
mod crowd;
mod desk;
mod lane;
mod metronome;
mod opening;
mod outcome;
mod pacing;
mod settling;
mod shared;
mod slots;
mod stamp;
mod tally;
mod transport;
mod worker;

pub use crowd::{Crowd, CrowdSettings, Guest, Progress, Role, SendPlan};
pub use outcome::{Connects, Effort, GroupOutcome, Interval, Outcome};
