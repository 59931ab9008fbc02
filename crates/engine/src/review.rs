//! The door to message review handlers: what is asked about a message, and what may be answered. Knows no handler.
//!
//! Source: user guide, "Chat Message Review Handler".

use crate::Identity;
use model::{Attributes, FallbackResult, Id, Now, ReviewHandlerUri, RoomKey};
use std::fmt;
use std::sync::{Arc, Weak};

/// How handlers are asked, wherever they are.
pub trait Reviewer: Send + Sync {
    /// Asks about a message. Returns at once; the ticket is answered at once or later, from any thread. A ticket that
    /// is dropped is answered with [`ReviewOutcome::NoAnswer`].
    fn review(&self, request: ReviewRequest, ticket: ReviewTicket);
}

/// The reviewer of a house that knows no handlers: every message meets its room's fallback.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHandlers;

impl Reviewer for NoHandlers {
    fn review(&self, _: ReviewRequest, ticket: ReviewTicket) {
        ticket.answer(ReviewOutcome::NoAnswer);
    }
}

/// A room's handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomReview {
    /// Its ARN.
    pub handler: ReviewHandlerUri,
    /// What a message meets when the handler does not answer.
    pub fallback: FallbackResult,
}

/// A message as its sender wrote it. `Debug` shows nothing that somebody said, here and below.
pub struct Draft {
    /// Who sends it.
    pub sender: Arc<Identity>,
    /// Its text.
    pub content: String,
    /// Its attributes.
    pub attributes: Option<Attributes>,
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Draft(***)")
    }
}

/// What is asked about one message.
#[derive(Debug)]
pub struct ReviewRequest {
    /// The room.
    pub room: RoomKey,
    /// The room's handler as it was when the message was admitted.
    pub review: Arc<RoomReview>,
    /// The id that the message will have.
    pub message_id: Id,
    /// The message.
    pub draft: Arc<Draft>,
    /// The longest content that the room takes, in code points; for what the handler makes of it.
    pub maximum_message_length: u32,
    /// How many messages of the room are under review now, this one among them.
    pub under_review: usize,
    /// When the message was admitted.
    pub asked_at: Now,
}

/// What becomes of a message. What a handler answered has been checked before it comes here.
#[derive(Clone, PartialEq, Eq)]
pub enum ReviewOutcome {
    /// It goes out as it was written.
    Unchanged,
    /// It goes out so.
    Changed {
        /// The new text, within the room's limit.
        content: String,
        /// The new attributes; without any the sender's stay.
        attributes: Option<Attributes>,
    },
    /// It does not go out, and its sender is told why, if a reason was given.
    Denied {
        /// The handler's `Reason`.
        reason: Option<Box<str>>,
    },
    /// The room's fallback decides: the handler gave no usable answer in time.
    NoAnswer,
}

impl fmt::Debug for ReviewOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "Unchanged",
            Self::Changed { .. } => "Changed(***)",
            Self::Denied { .. } => "Denied(***)",
            Self::NoAnswer => "NoAnswer",
        })
    }
}

/// Where answers are taken: the bus, as tickets see it.
pub(crate) trait ReviewDesk: Send + Sync {
    fn reviewed(&self, place: TicketPlace, outcome: ReviewOutcome);
}

/// Which message of which room. The epoch makes an answer that comes after the room was forgotten reach nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TicketPlace {
    pub(crate) room: RoomKey,
    pub(crate) epoch: u64,
    pub(crate) number: u64,
}

/// The right to answer once about one message.
pub struct ReviewTicket {
    desk: Weak<dyn ReviewDesk>,
    place: TicketPlace,
    is_answered: bool,
}

impl ReviewTicket {
    pub(crate) fn new(desk: Weak<dyn ReviewDesk>, place: TicketPlace) -> Self {
        Self { desk, place, is_answered: false }
    }

    /// Answers. Must not be called with a lock held that a delivery takes.
    pub fn answer(mut self, outcome: ReviewOutcome) {
        self.is_answered = true;
        self.hand_in(outcome);
    }

    fn hand_in(&self, outcome: ReviewOutcome) {
        if let Some(desk) = self.desk.upgrade() {
            desk.reviewed(self.place, outcome);
        }
    }
}

impl Drop for ReviewTicket {
    fn drop(&mut self) {
        if !self.is_answered {
            self.hand_in(ReviewOutcome::NoAnswer);
        }
    }
}

impl fmt::Debug for ReviewTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReviewTicket({:?})", self.place)
    }
}
