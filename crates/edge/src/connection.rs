//! One connection: its socket, its session and what waits for it.

use crate::counters::CloseReason;
use crate::outbox::Outbox;
use crate::reservation::Held;
use crate::transport::Transport;
use engine::Session;
use model::Monotonic;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use websocket::Decoder;

/// How many bytes of errors and pongs are kept for a client that does not read them.
const URGENT_BYTES: usize = 16 * 1024;

pub(crate) struct Connection {
    /// Absent while the place is only reserved.
    pub(crate) transport: Option<Transport>,
    pub(crate) session: Session,
    pub(crate) decoder: Decoder,
    pub(crate) outbox: Outbox,
    /// Where it stands in its room; `None` once it has left.
    pub(crate) place: Option<Place>,
    /// Whether the sequencer counts it as a viewer, so that its leaving must be said.
    pub(crate) joined: bool,
    /// Set once the last word has been said: nothing more goes out, and only the client's own close is listened to.
    pub(crate) ending: Option<CloseReason>,
    /// When it is dropped without further ado; why, is what it is ending for, or else the drain.
    pub(crate) drop_at: Monotonic,
    pub(crate) heard_at: Monotonic,
    pub(crate) pinged_at: Monotonic,
    /// Dropped with the connection. Boxed once more, because few hold anything and all pay for the room.
    pub(crate) held: Option<Box<Held>>,
    /// The pending alarm; others of this connection are stale.
    pub(crate) alarm_at: Monotonic,
    /// How many publications the shard had taken in when the place was reserved; those before are not meant for it.
    pub(crate) entered_at: u64,
    /// Whether it stands in the queue of sockets that may hold more than was read of them.
    pub(crate) unread: bool,
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The room, within the shard.
    pub(crate) room: u32,
    /// The index among the room's members.
    pub(crate) member: u32,
}

/// What became of frames that were handed over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delivered {
    /// How many bytes the socket took at once.
    pub(crate) bytes: usize,
    /// Whether the rest is the first that has to wait.
    pub(crate) begins_to_wait: bool,
}

impl Connection {
    /// Hands over frames: to the socket if it is free, else to the outbox.
    pub(crate) fn deliver(
        &mut self,
        frames: &Arc<[u8]>,
        outbox_bytes: usize,
        now: Monotonic,
    ) -> Result<Delivered, CloseReason> {
        let mut taken = 0;
        let begins_to_wait = self.outbox.is_empty();
        if begins_to_wait && let Some(transport) = &mut self.transport {
            match transport.write(frames) {
                Ok(bytes) if bytes == frames.len() => return Ok(Delivered { bytes, begins_to_wait: false }),
                Ok(some) => taken = some,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Err(CloseReason::Lost),
            }
        }
        self.outbox.keep(frames, taken, outbox_bytes, now).map_err(|_| CloseReason::SlowReader)?;
        Ok(Delivered { bytes: taken, begins_to_wait })
    }

    /// Says a frame ahead of all data that has not been begun. It goes out with the next flush, together with others.
    pub(crate) fn say(&mut self, frame: &[u8], now: Monotonic) -> Result<(), CloseReason> {
        if self.outbox.keep_urgent(frame, URGENT_BYTES, now).is_ok() {
            return Ok(());
        }
        self.flush(now).map_err(|_| CloseReason::Lost)?;
        self.outbox.keep_urgent(frame, URGENT_BYTES, now).map_err(|_| CloseReason::SlowReader)
    }

    /// Whether the socket has taken everything.
    pub(crate) fn is_flushed(&mut self) -> bool {
        self.outbox.is_empty() && self.transport.as_mut().is_none_or(|transport| transport.flush().is_ok())
    }

    /// Writes what waits, as far as the socket takes it. Answers how many bytes it took.
    pub(crate) fn flush(&mut self, now: Monotonic) -> io::Result<usize> {
        let Some(transport) = &mut self.transport else { return Ok(0) };
        match transport.flush() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
            done => done?,
        }
        self.outbox.flush(now, |bytes| transport.write(bytes))
    }
}
