//! A place in a shard that has no socket yet. It already gathers what its room publishes.

use crate::inbox::{Event, Inbox, Ticket};
use crate::transport::ChatSocket;
use std::fmt;
use std::sync::Arc;

/// Whatever is dropped when a connection ends.
pub type Held = Box<dyn Send>;

/// A reserved place. Dropped without a socket, it is given up, and its viewer leaves the room if it had joined.
pub struct Reservation {
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) shard: usize,
    pub(crate) ticket: Ticket,
    pub(crate) joined: bool,
    pub(crate) attached: bool,
    pub(crate) held: Option<Held>,
}

impl Reservation {
    /// The shard that holds the place; a join must name it.
    #[must_use]
    pub const fn shard(&self) -> usize {
        self.shard
    }

    /// The room's sequencer has accepted the join.
    pub const fn joined(&mut self) {
        self.joined = true;
    }

    /// Hands the socket over, with the bytes after the handshake that were read already. From now on the shard owns it.
    pub fn attach(mut self, socket: ChatSocket, read_ahead: Vec<u8>) {
        self.attached = true;
        self.inbox.post(Event::Attach { ticket: self.ticket, socket, read_ahead, held: self.held.take() });
    }

    /// Something that must live as long as the connection, such as what counts it for its client's address.
    pub fn hold(&mut self, held: Held) {
        self.held = Some(held);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.attached {
            self.inbox.post(Event::Abandon { ticket: self.ticket, joined: self.joined });
        }
    }
}

impl fmt::Debug for Reservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reservation({}/{})", self.shard, self.ticket)
    }
}
