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
    pub(crate) session: Box<Session>,
    pub(crate) decoder: Decoder,
    pub(crate) outbox: Outbox,
    /// Where it stands in its room; `None` once it has left.
    pub(crate) place: Option<Place>,
    /// Whether the sequencer counts it as a viewer, so that its leaving must be said.
    pub(crate) joined: bool,
    /// Set once the last word has been said: nothing more goes out, and only the client's own close is listened to.
    pub(crate) ending: Option<CloseReason>,
    /// When it is dropped without further ado, and why.
    pub(crate) drop_at: Option<(Monotonic, CloseReason)>,
    pub(crate) heard_at: Monotonic,
    pub(crate) pinged_at: Monotonic,
    /// Dropped with the connection.
    pub(crate) held: Option<Held>,
    /// The alarm that counts; others of this connection are stale.
    pub(crate) alarm_at: Monotonic,
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The room, within the shard.
    pub(crate) room: u32,
    /// The index among the room's members.
    pub(crate) member: u32,
}

impl Connection {
    /// Hands over frames: to the socket if it is free, else to the outbox. Answers how many bytes the socket took.
    pub(crate) fn deliver(
        &mut self,
        frames: &Arc<[u8]>,
        outbox_bytes: usize,
        now: Monotonic,
    ) -> Result<usize, CloseReason> {
        let mut taken = 0;
        if self.outbox.is_empty()
            && let Some(transport) = &mut self.transport
        {
            match transport.write(frames) {
                Ok(all) if all == frames.len() => return Ok(all),
                Ok(some) => taken = some,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Err(CloseReason::Lost),
            }
        }
        self.outbox.keep(frames, taken, outbox_bytes, now).map_err(|_| CloseReason::SlowReader)?;
        Ok(taken)
    }

    /// Sends a frame ahead of all data that has not been begun.
    pub(crate) fn send_urgent(&mut self, frame: &[u8], now: Monotonic) -> Result<(), CloseReason> {
        self.outbox.keep_urgent(frame, URGENT_BYTES, now).map_err(|_| CloseReason::SlowReader)?;
        self.flush(now).map(drop).map_err(|_| CloseReason::Lost)
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
