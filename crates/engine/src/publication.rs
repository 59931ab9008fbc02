//! What every viewer of a room receives: encoded once, shared from then on.

use model::{RoomKey, Timestamp, UserId};
use std::sync::Arc;

/// A place in a room's order. A new sequencer takes a new epoch, so positions of two of them cannot be mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Which sequencer gave it.
    pub epoch: u64,
    /// The how-manieth publication of that sequencer.
    pub seq: u64,
}

/// What a publication is; the label of the metric `Deliveries`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicationKind {
    /// A message.
    Message,
    /// An application's event.
    Event,
    /// `aws:DELETE_MESSAGE`
    Delete,
    /// `aws:DISCONNECT_USER`: after it, the user's connections are closed.
    Disconnect {
        /// Whose.
        user_id: UserId,
        /// What the close frame says.
        reason: Box<str>,
    },
}

impl PublicationKind {
    /// The labels, in the order of [`PublicationKind::index`]; AWS's dimension `Action`.
    pub const ACTIONS: [&'static str; 4] = ["SendMessage", "SendEvent", "DeleteMessage", "DisconnectUser"];

    /// Where its deliveries are counted.
    #[must_use]
    pub const fn index(&self) -> usize {
        match self {
            Self::Message => 0,
            Self::Event => 1,
            Self::Delete => 2,
            Self::Disconnect { .. } => 3,
        }
    }
}

/// One publication of one room.
#[derive(Debug)]
pub struct Publication {
    /// The room.
    pub room: RoomKey,
    /// Its place in the room's order.
    pub position: Position,
    /// What it is.
    pub kind: PublicationKind,
    /// The time that it carries.
    pub sent_at: Timestamp,
    /// The whole frame, as every socket is sent it.
    pub frame: Arc<[u8]>,
    /// Where in the frame its text begins, which goes to the frame's end.
    pub text_at: usize,
}

impl Publication {
    /// The JSON that clients see.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.frame.get(self.text_at..).unwrap_or_default()
    }
}
