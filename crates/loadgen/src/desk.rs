//! The senders' side of the senders' thread: whose turn it is, and what was sent, refused and late. Must not know
//! sockets.

use crate::clock::micros;
use crate::metronome::Metronome;
use crate::outcome::histogram;
use crate::pacing::Pacing;
use crate::shared::Shared;
use crate::slots::Slot;
use hdrhistogram::Histogram;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How much of the first refusal is kept, in characters.
const TOLD_CHARACTERS: usize = 300;

/// One room's messages in one campaign.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ledger {
    pub(crate) sent: u64,
    pub(crate) refused: u64,
}

/// What was sent: what is left of the desk at the end.
#[derive(Debug)]
pub(crate) struct Books {
    /// By campaign and room.
    pub(crate) ledgers: Vec<Vec<Ledger>>,
    /// By group.
    pub(crate) first_refusals: Vec<Option<String>>,
    pub(crate) lag_us: Histogram<u64>,
}

#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) metronome: Metronome,
    /// What is being sent.
    pub(crate) pacing: Option<Pacing>,
    /// Each room's senders; who is in front is the next.
    senders: HashMap<u32, VecDeque<Slot>>,
    /// By room: the number of its next message.
    numbers: HashMap<u32, u32>,
    pub(crate) books: Books,
    pub(crate) sent: u64,
    /// Messages that wait for a socket.
    pub(crate) queued: u64,
    /// A message in the making, and its frame.
    pub(crate) text: String,
    pub(crate) frame: Vec<u8>,
}

impl Desk {
    pub(crate) fn new(metronome: Metronome, groups: usize) -> Self {
        let books = Books { ledgers: Vec::new(), first_refusals: vec![None; groups], lag_us: histogram() };
        Self {
            metronome,
            pacing: None,
            senders: HashMap::new(),
            numbers: HashMap::new(),
            books,
            sent: 0,
            queued: 0,
            text: String::new(),
            frame: Vec::new(),
        }
    }

    /// Opens new books for a campaign.
    pub(crate) fn begin(&mut self, shared: &Shared) {
        self.books.ledgers.push(vec![Ledger::default(); shared.settings.rooms.len()]);
        shared.due.iter().for_each(|due| due.store(0, Ordering::Release));
    }

    pub(crate) fn seat(&mut self, room: u32, sender: Slot) {
        self.senders.entry(room).or_default().push_back(sender);
    }

    /// A sender goes, and with it the messages that it has not written.
    pub(crate) fn leave(&mut self, room: u32, sender: Slot, unwritten: usize) {
        if let Some(senders) = self.senders.get_mut(&room) {
            senders.retain(|other| *other != sender);
        }
        self.queued = self.queued.saturating_sub(unwritten as u64);
    }

    /// How many senders a room has.
    pub(crate) fn seated(&self, room: u32) -> usize {
        self.senders.get(&room).map_or(0, VecDeque::len)
    }

    /// Whose turn it is; who was, is last in the queue then.
    pub(crate) fn next_sender(&mut self, room: u32) -> Option<Slot> {
        let senders = self.senders.get_mut(&room)?;
        senders.rotate_left(1.min(senders.len()));
        senders.back().copied()
    }

    pub(crate) fn next_number(&mut self, room: u32) -> u32 {
        let next = self.numbers.entry(room).or_default();
        let number = *next;
        *next = next.wrapping_add(1);
        number
    }

    /// A socket has taken a message.
    pub(crate) fn was_sent(&mut self, room: u32, due: Duration, shared: &Shared) {
        self.sent += 1;
        self.books.lag_us.saturating_record(micros(shared.clock.now().saturating_sub(due)));
        if let Some(ledger) = self.ledger(room) {
            ledger.sent += 1;
            publish(*ledger, room, shared);
        }
    }

    /// The server refuses a message.
    pub(crate) fn was_refused(&mut self, room: u32, answer: &str, shared: &Shared) {
        if let Some(ledger) = self.ledger(room) {
            ledger.refused += 1;
            publish(*ledger, room, shared);
        }
        if let Some(first) = self.books.first_refusals.get_mut(usize::from(shared.group(room))) {
            first.get_or_insert_with(|| answer.chars().take(TOLD_CHARACTERS).collect());
        }
    }

    fn ledger(&mut self, room: u32) -> Option<&mut Ledger> {
        self.books.ledgers.last_mut()?.get_mut(room as usize)
    }
}

impl Ledger {
    /// How many messages viewers should get.
    pub(crate) const fn due(self) -> u64 {
        self.sent.saturating_sub(self.refused)
    }
}

fn publish(ledger: Ledger, room: u32, shared: &Shared) {
    if let Some(due) = shared.due.get(room as usize) {
        due.store(ledger.due(), Ordering::Release);
    }
}
