//! How guests get in: who waits, whose handshake is under way, who failed and why.

use super::Worker;
use crate::clock::micros;
use crate::connection::{Connection, Stage};
use crate::crowd::{Guest, Role};
use crate::opening::{Opening, Verdict};
use crate::outcome::histogram;
use crate::slots::Slot;
use crate::transport::{Transport, is_under_way};
use hdrhistogram::Histogram;
use std::collections::VecDeque;
use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;
use websocket::{Decoder, Limits};

/// A chat's frames are far smaller; this is only so that a server gone wrong does not fill the memory.
const LIMITS: Limits = Limits { max_message: 1024 * 1024, hard_max: 1024 * 1024, max_fragments: 256 };

/// A handshake that failed, and when.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) at: Duration,
    pub(crate) reason: String,
}

/// How one thread's guests got in.
pub(crate) struct Entries {
    /// Guests that are in now.
    pub(crate) present: u64,
    pub(crate) connected: u64,
    pub(crate) failed: u64,
    pub(crate) first_failure: Option<Failure>,
    pub(crate) closed: u64,
    pub(crate) closed_stalled: u64,
    /// For each wave of guests, from one [`crate::Crowd::scatter`] to the next: its first connect and its last answer.
    pub(crate) waves: Vec<(Option<Duration>, Option<Duration>)>,
    pub(crate) handshake_us: Histogram<u64>,
}

/// A thread's door.
pub(super) struct Entrance {
    pub(super) entries: Entries,
    waiting: VecDeque<Guest>,
    /// Handshakes under way, and how many there may be.
    under_way: usize,
    share: usize,
    /// Since all have the same time, the first is the next. Some are long in.
    deadlines: VecDeque<(Duration, Slot)>,
}

impl Entrance {
    pub(super) fn new(share: usize) -> Self {
        let entries = Entries {
            present: 0,
            connected: 0,
            failed: 0,
            first_failure: None,
            closed: 0,
            closed_stalled: 0,
            waves: vec![(None, None)],
            handshake_us: histogram(),
        };
        Self { entries, waiting: VecDeque::new(), under_way: 0, share, deadlines: VecDeque::new() }
    }

    pub(super) fn queue(&mut self, guest: Guest) {
        self.waiting.push_back(guest);
    }

    pub(super) fn next_deadline(&self) -> Option<Duration> {
        self.deadlines.front().map(|(at, _)| *at)
    }

    pub(super) const fn one_left(&mut self) {
        self.entries.present -= 1;
    }

    /// Forgets all who wait; the next guest begins a new wave.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.deadlines.clear();
        self.under_way = 0;
        self.entries.waves.push((None, None));
    }

    fn next_guest(&mut self) -> Option<Guest> {
        if self.under_way < self.share { self.waiting.pop_front() } else { None }
    }

    fn began(&mut self, now: Duration) {
        if let Some((first, _)) = self.entries.waves.last_mut() {
            first.get_or_insert(now);
        }
    }

    fn succeeded(&mut self, began: Duration, now: Duration) {
        self.under_way -= 1;
        self.entries.present += 1;
        self.entries.connected += 1;
        self.entries.handshake_us.saturating_record(micros(now.saturating_sub(began)));
        if let Some((_, last)) = self.entries.waves.last_mut() {
            *last = Some(now);
        }
    }

    fn failed(&mut self, at: Duration, reason: String) {
        self.entries.failed += 1;
        self.entries.first_failure.get_or_insert(Failure { at, reason });
    }
}

impl Worker {
    /// Ends the handshakes whose time is over and begins others.
    pub(super) fn let_in(&mut self) {
        let now = self.shared.clock.now();
        while let Some((at, slot)) = self.entrance.deadlines.front().copied() {
            let is_opening = self.connections.get(slot).is_some_and(|connection| !connection.is_in());
            if is_opening && at > now {
                break;
            }
            self.entrance.deadlines.pop_front();
            if is_opening {
                self.judge(slot, true, "no answer in time");
            }
        }
        while let Some(guest) = self.entrance.next_guest() {
            if let Err(error) = self.begin(guest) {
                let now = self.shared.clock.now();
                self.entrance.failed(now, format!("connecting: {error}"));
            }
        }
    }

    fn begin(&mut self, guest: Guest) -> io::Result<()> {
        let (shared, began) = (&self.shared, self.shared.clock.now());
        self.entrance.began(began);
        let number = shared.connections.fetch_add(1, Ordering::Relaxed);
        let transport = Transport::connect(shared.settings.address, number, shared.tls.as_ref())?;
        let settings = &shared.settings;
        let opening = Opening::new(&settings.host, &settings.path, guest.token, rand::random());
        let stage = Stage::Opening { opening: Box::new(opening), began };
        let decoder = Decoder::new(websocket::Role::Client, LIMITS);
        let timeout = settings.handshake_timeout;
        let slot =
            self.connections.insert(Connection::new(transport, guest.role, guest.room, stage, decoder));
        let Some(connection) = self.connections.get(slot) else { return Ok(()) };
        if let Err(error) = connection.transport.register(self.poll.registry(), slot.token()) {
            self.connections.remove(slot);
            return Err(error);
        }
        self.entrance.under_way += 1;
        self.entrance.deadlines.push_back((began + timeout, slot));
        Ok(())
    }

    /// A guest's socket, whose handshake is under way, is ready for something.
    pub(super) fn open(&mut self, slot: Slot) {
        let Some(connection) = self.connections.get(slot) else { return };
        if let Err(error) = connection.stage.ask(&mut connection.transport) {
            return self.judge(slot, true, &format!("connecting: {error}"));
        }
        while let Some(connection) = self.connections.get(slot)
            && let Stage::Opening { opening, .. } = &mut connection.stage
        {
            match connection.transport.read(&mut self.scratch) {
                Ok(0) => return self.judge(slot, true, ""),
                Ok(length) => {
                    opening.answer.extend_from_slice(self.scratch.get(..length).unwrap_or_default());
                    self.judge(slot, false, "");
                }
                Err(error) if is_under_way(&error) => return,
                Err(error) => return self.judge(slot, true, &format!("reading the answer: {error}")),
            }
        }
        // What came behind the answer makes the socket ready no second time.
        self.read(slot, true);
    }

    /// Does what the answer says. When no more of it will come, `reason` says why, unless the answer knows better.
    fn judge(&mut self, slot: Slot, ended: bool, reason: &str) {
        let Some(connection) = self.connections.get(slot) else { return };
        let Stage::Opening { opening, began } = &mut connection.stage else { return };
        let began = *began;
        let verdict = match opening.verdict(ended) {
            Verdict::Refused(_) if !reason.is_empty() && opening.answer.is_empty() => {
                Verdict::Refused(reason.to_owned())
            }
            verdict => verdict,
        };
        match verdict {
            Verdict::Unfinished => {}
            Verdict::Welcome(frames_at) => {
                let mut answer = std::mem::take(&mut opening.answer);
                connection.stage = Stage::In;
                self.enter(slot, began);
                self.receive(slot, answer.get_mut(frames_at..).unwrap_or_default());
            }
            Verdict::Refused(reason) => {
                self.connections.remove(slot);
                self.entrance.under_way -= 1;
                self.entrance.failed(self.shared.clock.now(), reason);
            }
        }
    }

    fn enter(&mut self, slot: Slot, began: Duration) {
        self.entrance.succeeded(began, self.shared.clock.now());
        let Some(connection) = self.connections.get(slot) else { return };
        if let Some(desk) = self.desk.as_mut().filter(|_| connection.role == Role::Sender) {
            desk.seat(connection.room, slot);
        }
    }
}
