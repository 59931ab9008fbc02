//! What guests hear: bytes become frames, frames become deliveries, refusals and pongs.

use super::Worker;
use crate::crowd::Role;
use crate::desk::Desk;
use crate::shared::Shared;
use crate::slots::Slot;
use crate::stamp::StampReader;
use crate::tally::{Account, Tally};
use crate::transport::is_under_way;
use mio::event::Event;
use std::ops::ControlFlow;
use std::time::Duration;
use websocket::{Incoming, OpCode, encode_client};

/// How often one socket is read before the others have their turn.
const READS_PER_TURN: usize = 16;

impl Worker {
    /// A socket is ready for something.
    pub(super) fn on_ready(&mut self, slot: Slot, event: &Event) {
        let is_over = event.is_read_closed() || event.is_error();
        let Some(connection) = self.connections.get(slot) else { return };
        if !connection.is_in() {
            return self.open(slot);
        }
        if connection.role == Role::Stalled {
            if is_over {
                self.lose(slot);
            }
            return;
        }
        if event.is_writable() {
            self.flush(slot);
        }
        if event.is_readable() || is_over {
            self.read(slot, is_over);
        }
    }

    /// Goes on with the sockets that had more than their turn.
    pub(super) fn read_on(&mut self) {
        for slot in std::mem::take(&mut self.unread) {
            self.read(slot, true);
        }
    }

    /// Reads a socket, as far as its turn goes. A short read is the end of what there is, unless `until_blocked`.
    pub(super) fn read(&mut self, slot: Slot, until_blocked: bool) {
        let mut scratch = std::mem::take(&mut self.scratch);
        if self.read_turn(slot, until_blocked, &mut scratch).is_continue() {
            self.unread.push(slot);
        }
        self.scratch = scratch;
    }

    /// Continues when the socket may hold more.
    fn read_turn(&mut self, slot: Slot, until_blocked: bool, scratch: &mut [u8]) -> ControlFlow<()> {
        for _ in 0..READS_PER_TURN {
            let Some(connection) = self.connections.get(slot) else { return ControlFlow::Break(()) };
            if connection.role == Role::Stalled {
                return ControlFlow::Break(());
            }
            let until_blocked = until_blocked || connection.transport.reads_until_blocked();
            match connection.transport.read(scratch) {
                Err(error) if is_under_way(&error) => return ControlFlow::Break(()),
                Ok(0) | Err(_) => {
                    self.lose(slot);
                    return ControlFlow::Break(());
                }
                Ok(length) => {
                    let is_short = length < scratch.len();
                    self.receive(slot, scratch.get_mut(..length).unwrap_or_default());
                    if is_short && !until_blocked {
                        return ControlFlow::Break(());
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Bytes of frames have come.
    pub(super) fn receive(&mut self, slot: Slot, bytes: &mut [u8]) {
        let Some(connection) = self.connections.get(slot) else { return };
        if connection.role == Role::Stalled {
            return;
        }
        let mut listener = Listener {
            room: connection.room,
            group: self.shared.group(connection.room),
            account: &mut connection.account,
            tally: &mut self.tally,
            desk: self.desk.as_mut().filter(|_| connection.role == Role::Sender),
            stamps: &self.stamps,
            shared: &self.shared,
            reply: &mut self.reply,
            now: self.shared.clock.now(),
            ended: false,
        };
        let fed = connection.decoder.feed(bytes, &mut |incoming| listener.hear(incoming));
        if fed.is_err() || listener.ended {
            self.reply.clear();
            return self.lose(slot);
        }
        if !self.reply.is_empty() {
            let reply = std::mem::take(&mut self.reply);
            self.hand(slot, &reply);
            self.reply = reply;
            self.reply.clear();
        }
    }
}

/// Takes one connection's frames of one read.
struct Listener<'a> {
    room: u32,
    group: u8,
    account: &'a mut Option<Account>,
    tally: &'a mut Tally,
    /// If the connection is a sender's.
    desk: Option<&'a mut Desk>,
    stamps: &'a StampReader,
    shared: &'a Shared,
    reply: &'a mut Vec<u8>,
    now: Duration,
    ended: bool,
}

impl Listener<'_> {
    fn hear(&mut self, incoming: Incoming<'_>) -> ControlFlow<()> {
        match incoming {
            Incoming::Text(frame) => self.hear_text(frame),
            Incoming::Ping(payload) => encode_client(OpCode::Pong, payload, rand::random(), self.reply),
            Incoming::Close { .. } => self.ended = true,
            Incoming::Binary(_) | Incoming::TooLarge { .. } | Incoming::Pong(_) => {}
        }
        ControlFlow::Continue(())
    }

    fn hear_text(&mut self, frame: &str) {
        if let Some(stamp) = self.stamps.stamp(frame.as_bytes()) {
            self.tally.arrived(stamp, self.group, self.account, self.now);
        } else if let Some(desk) = &mut self.desk
            && self.stamps.is_error(frame.as_bytes())
        {
            desk.was_refused(self.room, frame, self.shared);
        }
    }
}
