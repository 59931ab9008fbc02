//! What is asked of a room's sequencer, by a socket or over REST alike, and what it answers.

use crate::{Identity, Refusal};
use model::{Attributes, EventName, Id, Reason, Timestamp, UserId};
use std::fmt;
use std::sync::Arc;

/// One thing asked of a room.
#[derive(Debug)]
pub struct Submission {
    /// The id of the message or event that it may become, or of the error that it may end in.
    pub id: Id,
    /// The client's own id for it; empty over REST.
    pub request_id: Box<str>,
    /// What is asked.
    pub request: Request,
}

/// The kinds of submission.
#[derive(Debug)]
pub enum Request {
    /// A message, from a viewer who may send.
    Message {
        /// Who sends it.
        sender: Arc<Identity>,
        /// Its text.
        content: String,
        /// Its attributes.
        attributes: Option<Attributes>,
    },
    /// An application's event.
    Event {
        /// Its name.
        name: EventName,
        /// Its attributes.
        attributes: Attributes,
    },
    /// That clients take a message off their screens.
    Delete {
        /// Which message; nothing checks that there is one.
        message_id: Id,
        /// Why.
        reason: Option<Reason>,
    },
    /// That all connections of a user to this room end.
    Disconnect {
        /// Which user.
        user_id: UserId,
        /// Why.
        reason: Option<Reason>,
    },
    /// That a token be spent on a connection. Here, because only the sequencer knows which tokens were used.
    Join(Join),
    /// That a viewer who joined is gone.
    Leave {
        /// The shard that had it.
        shard: usize,
    },
}

/// A token at the door.
#[derive(Debug, Clone, Copy)]
pub struct Join {
    /// The token's own random id.
    pub token_id: u128,
    /// When it was issued.
    pub token_issued_at: Timestamp,
    /// Until when it must be remembered as used.
    pub token_expires_at: Timestamp,
    /// The shard that will own the connection.
    pub shard: usize,
}

/// What the sequencer answers; exactly one answer comes for each submission.
#[derive(Debug)]
pub struct Answer {
    /// The submission's own id.
    pub id: Id,
    /// The client's own id for it.
    pub request_id: Box<str>,
    /// Whether it was accepted.
    pub result: Result<(), Refusal>,
}

/// Which connection of which shard; the generation makes an address of a closed connection reach nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionAddress {
    /// The shard that owns the socket.
    pub shard: usize,
    /// The slot within the shard.
    pub slot: u32,
    /// How often the slot was used before.
    pub generation: u32,
}

/// Where an answer goes.
pub enum AnswerTo {
    /// To a connection, through its shard's inbox.
    Connection(ConnectionAddress),
    /// To whoever waits; called at once or later, from any thread, and must not block.
    Caller(Box<dyn FnOnce(Answer) + Send>),
    /// Nobody waits.
    Nobody,
}

impl fmt::Debug for AnswerTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(address) => address.fmt(f),
            Self::Caller(_) => f.write_str("Caller"),
            Self::Nobody => f.write_str("Nobody"),
        }
    }
}
