//! What clients send: bytes to frames, frames to reactions, reactions to deeds.

use crate::connection::Connection;
use crate::counters::{CloseReason, ShardCounters};
use crate::shard::Shard;
use crate::slots::Slot;
use engine::{AnswerTo, ConnectionAddress, Reaction, Refusal};
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::time::Duration;
use websocket::Incoming;
use wire::ActionKind;

/// How much is read in one turn of all the sockets that hold more than was read of them: who sends without end gets
/// about a millisecond of each turn, however many they are.
const BACKLOG_BYTES_PER_TURN: usize = 4 * 1024;

/// How long after our last word the client may take for its own, before the socket is dropped under it.
const LINGER: Duration = Duration::from_secs(5);

/// What one frame asks of the shard.
#[derive(Debug)]
pub(crate) enum Heard {
    Request(Reaction, Option<ActionKind>),
    Ping(Vec<u8>),
    Goodbye(Option<u16>),
    Breach(u16),
}

impl Shard {
    pub(crate) fn on_ready(&mut self, slot: Slot, writable: bool, readable: bool, ended: bool) {
        if writable {
            self.flush(slot);
        }
        // One that is read later anyway waits for its turn.
        let waits = self.connections.get_mut(slot).is_none_or(|connection| connection.unread);
        if (readable || ended) && !waits {
            let most = self.scratch.len();
            self.read(slot, most, ended);
        }
    }

    /// Reads on where earlier turns stopped, as far as this turn's share goes.
    pub(crate) fn read_on(&mut self) {
        let mut left = BACKLOG_BYTES_PER_TURN;
        for _ in 0..self.unread.len() {
            if left == 0 {
                return;
            }
            let Some(slot) = self.unread.pop_front() else { return };
            if let Some(connection) = self.connections.get_mut(slot) {
                connection.unread = false;
                left -= self.read(slot, left, true).min(left);
            }
        }
    }

    /// Remembers that the socket may hold more, since readiness is reported but once.
    pub(crate) fn read_later(&mut self, slot: Slot) {
        if let Some(connection) = self.connections.get_mut(slot)
            && !std::mem::replace(&mut connection.unread, true)
        {
            self.unread.push_back(slot);
        }
    }

    /// Reads once, at most `most` bytes; answers how many came. A short read of a plain socket means that it is empty,
    /// unless its end was reported with the bytes.
    fn read(&mut self, slot: Slot, most: usize, to_the_end: bool) -> usize {
        let Some(connection) = self.connections.get_mut(slot) else { return 0 };
        let Some(transport) = &mut connection.transport else { return 0 };
        let until_blocked = to_the_end || transport.reads_until_blocked();
        let mut scratch = std::mem::take(&mut self.scratch);
        let came = match transport.read(scratch.get_mut(..most).unwrap_or_default()) {
            Ok(0) => {
                self.drop_connection(slot, CloseReason::Lost);
                0
            }
            Ok(came) => {
                self.on_bytes(slot, scratch.get_mut(..came).unwrap_or_default());
                if came == most || until_blocked {
                    self.read_later(slot);
                }
                came
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            Err(_) => {
                self.drop_connection(slot, CloseReason::Lost);
                0
            }
        };
        self.scratch = scratch;
        came
    }

    pub(crate) fn on_bytes(&mut self, slot: Slot, bytes: &mut [u8]) {
        let (now, random, rules) = (self.now, self.parts.random, self.parts.settings.rules);
        let Some(connection) = self.connections.get_mut(slot) else { return };
        let mut heard = std::mem::take(&mut self.heard);
        connection.heard_at = now.monotonic;
        let ending = connection.ending.is_some();
        let session = &mut connection.session;
        let moment = || engine::Moment { now, id: model::Id::from_random(random()) };
        let fed = connection.decoder.feed(bytes, &mut |incoming| {
            match incoming {
                Incoming::Close { code, .. } => heard.push(Heard::Goodbye(code)),
                _ if ending => {}
                Incoming::Text(text) => {
                    let (reaction, kind) = session.on_text(text, moment(), rules);
                    heard.push(Heard::Request(reaction, kind));
                }
                Incoming::Binary(_) => {
                    heard.push(Heard::Request(session.on_unreadable(Refusal::Binary, moment(), rules), None));
                }
                Incoming::TooLarge { .. } => {
                    let reaction = session.on_unreadable(Refusal::FrameTooLarge, moment(), rules);
                    heard.push(Heard::Request(reaction, None));
                }
                Incoming::Ping(payload) => heard.push(Heard::Ping(websocket::pong_frame(payload))),
                Incoming::Pong(_) => {}
            }
            ControlFlow::Continue(())
        });
        if let Err(breach) = fed {
            heard.push(Heard::Breach(breach.close_code()));
        }
        heard.drain(..).for_each(|heard| self.on_heard(slot, heard));
        self.heard = heard;
        self.flush(slot);
    }

    fn on_heard(&mut self, slot: Slot, heard: Heard) {
        match heard {
            Heard::Request(reaction, kind) => {
                if let Some(kind) = kind {
                    ShardCounters::count(&mut self.counters.requests, kind as usize, 1);
                }
                self.react(slot, reaction);
            }
            Heard::Ping(pong) => self.say(slot, &pong),
            Heard::Goodbye(code) => self.on_goodbye(slot, code),
            Heard::Breach(code) => self.end(slot, CloseReason::Protocol, &websocket::close_frame(code, "")),
        }
    }

    /// Does what the session wants done. What it says goes out with the next flush.
    pub(crate) fn react(&mut self, slot: Slot, reaction: Reaction) {
        let Some(connection) = self.connections.get_mut(slot).filter(|c| c.ending.is_none()) else { return };
        match reaction {
            Reaction::Nothing => {}
            Reaction::Submit(submission) => {
                let address = ConnectionAddress {
                    shard: self.parts.number,
                    slot: slot.index,
                    generation: slot.generation,
                };
                let room = connection.session.room();
                self.parts.bus.submit(room, submission, AnswerTo::Connection(address), self.now);
            }
            Reaction::Refuse(refusal, text) => {
                ShardCounters::count(&mut self.counters.refused, refusal.index(), 1);
                self.say(slot, &websocket::text_frame(&text));
            }
            Reaction::End(text, close) => {
                let mut last_words = websocket::text_frame(&text).into_vec();
                last_words.extend(websocket::close_frame(close.code, &close.reason));
                self.end(slot, CloseReason::Expired, &last_words);
            }
        }
    }

    /// The client's close: the answer to ours, or its own, which is answered with the same code (RFC 6455 §5.5.1).
    fn on_goodbye(&mut self, slot: Slot, code: Option<u16>) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        if connection.ending.is_some() {
            return self.drop_connection(slot, CloseReason::Client);
        }
        self.end(slot, CloseReason::Client, &websocket::close_frame(code.unwrap_or(1000), ""));
        let said = self.connections.get_mut(slot).is_some_and(Connection::is_flushed);
        if said {
            self.drop_connection(slot, CloseReason::Client);
        }
    }

    /// Says a frame ahead of all data, with the next flush.
    pub(crate) fn say(&mut self, slot: Slot, frame: &[u8]) {
        let now = self.now.monotonic;
        let Some(connection) = self.connections.get_mut(slot).filter(|c| c.ending.is_none()) else { return };
        if let Err(reason) = connection.say(frame, now) {
            self.drop_connection(slot, reason);
        }
    }

    /// Says the last words ahead of all data, then waits for the client to go: a socket dropped with bytes unread would
    /// take the last words back.
    fn end(&mut self, slot: Slot, reason: CloseReason, last_words: &[u8]) {
        self.leave_room(slot);
        let now = self.now.monotonic;
        let Some(connection) = self.connections.get_mut(slot).filter(|c| c.ending.is_none()) else { return };
        connection.outbox.drop_data();
        match connection
            .say(last_words, now)
            .and_then(|()| connection.flush(now).map_err(|_| CloseReason::Lost))
        {
            Ok(_) => self.linger(slot, reason),
            Err(lost) => self.drop_connection(slot, lost),
        }
    }

    /// From now on nothing more is said to the connection.
    pub(crate) fn linger(&mut self, slot: Slot, reason: CloseReason) {
        let at = self.now.monotonic.after(LINGER);
        if let Some(connection) = self.connections.get_mut(slot) {
            connection.ending = Some(reason);
            connection.drop_at = at;
            self.set_alarm(slot, at);
        }
    }

    /// Writes what waits, as far as the socket takes it.
    pub(crate) fn flush(&mut self, slot: Slot) {
        let now = self.now.monotonic;
        let Some(connection) = self.connections.get_mut(slot) else { return };
        match connection.flush(now) {
            Ok(bytes) => self.counters.bytes_written += bytes as u64,
            Err(_) => return self.drop_connection(slot, CloseReason::Lost),
        }
        if !connection.outbox.is_empty() {
            self.set_next_alarm(slot);
        }
    }
}
