//! What happens in rooms: sessions, admission, order. Rules without I/O.
//!
//! A client's frame enters through [`Session`], which checks what one connection may do, and leaves as a
//! [`Submission`] to the [`Bus`]. The room's [`Sequencer`] admits it, stamps it and gives it its place in the room's
//! order; the resulting [`Publication`] goes to every [`Outlet`] that has viewers of the room. In a room with a review
//! handler a message first waits in line for what the [`Reviewer`] says. What is to be kept goes to the [`ChatLog`].
//!
//! **Invariant:** nothing here knows a socket, HTTP, a signature, the store or the configuration, and nothing here
//! reads a clock or draws a random number.

mod account;
mod bus;
mod chat_log;
mod directory;
mod line;
mod local_bus;
mod publication;
mod refusal;
mod review;
mod sequencer;
mod session;
mod submission;
mod used_tokens;

pub use bus::{Bus, Notice, Outlet};
pub use chat_log::{ChatLog, NoChatLog};
pub use directory::{RoomDirectory, RoomSettings};
pub use local_bus::{LocalBus, LocalBusParts};
pub use publication::{Position, Publication, PublicationKind};
pub use refusal::Refusal;
pub use review::{Draft, NoHandlers, ReviewOutcome, ReviewRequest, ReviewTicket, Reviewer, RoomReview};
pub use sequencer::{Admission, Sequencer};
pub use session::{Identity, Moment, Reaction, Session, SessionRules};
pub use submission::{Answer, AnswerTo, ConnectionAddress, Join, Request, Submission};
