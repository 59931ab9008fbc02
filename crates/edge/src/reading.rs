//! What clients send: bytes to frames, frames to reactions, reactions to deeds.

use crate::counters::{CloseReason, ShardCounters};
use crate::shard::Shard;
use crate::slots::Slot;
use engine::{AnswerTo, ConnectionAddress, Reaction, Refusal};
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::time::Duration;
use websocket::Incoming;
use wire::ActionKind;

/// How often one socket is read before the others have their turn.
const READS_PER_TURN: usize = 4;

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
        if readable || ended {
            self.read(slot, ended);
        }
    }

    /// Reads on where the last turn stopped.
    pub(crate) fn read_on(&mut self) {
        for _ in 0..self.unread.len() {
            if let Some(slot) = self.unread.pop_front() {
                self.read(slot, true);
            }
        }
    }

    /// Readiness is reported once, so a socket is read until it is empty, or remembered. A short read of a plain socket
    /// means that it is empty, unless its end was reported with the bytes.
    fn read(&mut self, slot: Slot, to_the_end: bool) {
        let mut scratch = std::mem::take(&mut self.scratch);
        for _ in 0..READS_PER_TURN {
            let Some(connection) = self.connections.get_mut(slot) else { break };
            let Some(transport) = &mut connection.transport else { break };
            let more = to_the_end || transport.reads_until_blocked();
            match transport.read(&mut scratch) {
                Ok(0) => self.drop_connection(slot, CloseReason::Lost),
                Ok(read) => {
                    self.on_bytes(slot, scratch.get_mut(..read).unwrap_or_default());
                    if read == scratch.len() || more {
                        continue;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => self.drop_connection(slot, CloseReason::Lost),
            }
            self.scratch = scratch;
            return;
        }
        self.scratch = scratch;
        if self.connections.get_mut(slot).is_some() {
            self.unread.push_back(slot);
        }
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
    }

    fn on_heard(&mut self, slot: Slot, heard: Heard) {
        match heard {
            Heard::Request(reaction, kind) => {
                if let Some(kind) = kind {
                    ShardCounters::count(&mut self.counters.requests, kind as usize, 1);
                }
                self.react(slot, reaction);
            }
            Heard::Ping(pong) => self.send_urgent(slot, &pong),
            Heard::Goodbye(code) => self.on_goodbye(slot, code),
            Heard::Breach(code) => self.end(slot, CloseReason::Protocol, &websocket::close_frame(code, "")),
        }
    }

    /// Does what the session wants done.
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
                self.send_urgent(slot, &websocket::text_frame(&text));
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
        let said = self.connections.get_mut(slot).is_some_and(|connection| connection.outbox.is_empty());
        if said {
            self.drop_connection(slot, CloseReason::Client);
        }
    }

    pub(crate) fn send_urgent(&mut self, slot: Slot, frame: &[u8]) {
        let now = self.now.monotonic;
        let Some(connection) = self.connections.get_mut(slot).filter(|c| c.ending.is_none()) else { return };
        if let Err(reason) = connection.send_urgent(frame, now) {
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
        match connection.send_urgent(last_words, now) {
            Ok(()) => self.linger(slot, reason),
            Err(lost) => self.drop_connection(slot, lost),
        }
    }

    /// From now on nothing more is said to the connection.
    pub(crate) fn linger(&mut self, slot: Slot, reason: CloseReason) {
        let at = self.now.monotonic.after(LINGER);
        if let Some(connection) = self.connections.get_mut(slot) {
            connection.ending = Some(reason);
            connection.drop_at = Some((at, reason));
            self.set_alarm(slot, at);
        }
    }

    /// Writes what waits, as far as the socket takes it.
    pub(crate) fn flush(&mut self, slot: Slot) {
        let now = self.now.monotonic;
        let Some(connection) = self.connections.get_mut(slot) else { return };
        match connection.flush(now) {
            Ok(bytes) => self.counters.bytes_written += bytes as u64,
            Err(_) => self.drop_connection(slot, CloseReason::Lost),
        }
    }
}
