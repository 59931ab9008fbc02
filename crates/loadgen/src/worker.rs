//! One thread of the crowd: its poll, its connections, its numbers. It shares nothing but its lane.

mod entrance;
mod leaving;
mod listening;
mod speaking;

use crate::clock::thread_work;
use crate::connection::Connection;
use crate::crowd::Role;
use crate::desk::{Books, Desk};
use crate::lane::{Lane, Word};
use crate::shared::Shared;
use crate::slots::{Slot, Slots};
use crate::stamp::StampReader;
use crate::tally::{Account, Campaign, Tally};
use entrance::Entrance;
use mio::{Events, Poll, Token};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub(crate) use entrance::Entries;

/// The poll's name for the lane's waker.
pub(crate) const WAKER: Token = Token(usize::MAX);

/// Sockets whose readiness is taken from the kernel at once.
const EVENTS_PER_TURN: usize = 1024;

/// The thread's one read buffer.
const SCRATCH_BYTES: usize = 64 * 1024;

pub(crate) struct Worker {
    poll: Poll,
    shared: Arc<Shared>,
    lane: usize,
    connections: Slots<Connection>,
    entrance: Entrance,
    tally: Tally,
    stamps: StampReader,
    /// Only the senders' thread has one.
    desk: Option<Desk>,
    /// Sockets that may hold more than was read of them.
    unread: Vec<Slot>,
    scratch: Box<[u8]>,
    /// Pongs in the making.
    reply: Vec<u8>,
    /// The rooms of viewers that counted and have gone in this turn.
    departed: Vec<u32>,
    effort: ThreadEffort,
    stopped: bool,
}

/// What a thread leaves behind.
pub(crate) struct Report {
    pub(crate) entries: Entries,
    pub(crate) tally: Tally,
    pub(crate) books: Option<Books>,
    /// The share of the time while messages were sent that it computed.
    pub(crate) busy: f64,
}

/// How much of the time while messages were sent the thread computed.
#[derive(Default)]
struct ThreadEffort {
    /// Since when, and how long it had computed by then.
    since: Option<(Duration, Duration)>,
    most: f64,
}

impl ThreadEffort {
    fn begin(&mut self, now: Duration) {
        self.since = Some((now, thread_work()));
    }

    fn end(&mut self, now: Duration) {
        if let Some((began, work)) = self.since.take() {
            let lasting = now.saturating_sub(began).max(Duration::from_nanos(1));
            let share = thread_work().saturating_sub(work).div_duration_f64(lasting);
            self.most = self.most.max(share.min(1.0));
        }
    }
}

impl Worker {
    pub(crate) fn new(poll: Poll, shared: Arc<Shared>, lane: usize, desk: Option<Desk>) -> Self {
        let share = (shared.settings.connecting_at_once / shared.lanes.len()).max(1);
        Self {
            poll,
            lane,
            connections: Slots::new(),
            entrance: Entrance::new(share),
            tally: Tally::new(shared.groups(), shared.settings.longest),
            stamps: StampReader::new(),
            desk,
            unread: Vec::new(),
            scratch: vec![0; SCRATCH_BYTES].into_boxed_slice(),
            reply: Vec::new(),
            departed: Vec::new(),
            effort: ThreadEffort::default(),
            stopped: false,
            shared,
        }
    }

    /// Turns until told to stop.
    pub(crate) fn run(mut self) -> Report {
        let shared = Arc::clone(&self.shared);
        let closing = shared.lanes.get(self.lane).map(Closing);
        let mut ready = Events::with_capacity(EVENTS_PER_TURN);
        let mut words = Vec::new();
        while !self.stopped && self.wait(&mut ready) {
            if let Some(Closing(lane)) = &closing {
                lane.take(&mut words);
            }
            words.drain(..).for_each(|word| self.obey(word));
            for event in ready.iter().filter(|event| event.token() != WAKER) {
                self.on_ready(Slot::of(event.token()), event);
            }
            self.read_on();
            self.speak();
            self.let_in();
            self.publish();
        }
        self.end(&mut ready)
    }

    /// Waits for something to do. Answers whether that is possible.
    fn wait(&mut self, ready: &mut Events) -> bool {
        let now = self.shared.clock.now();
        let pacing = self.desk.as_ref().and_then(|desk| desk.pacing.as_ref());
        let is_behind = pacing.is_some_and(|pacing| pacing.wake_at() <= now);
        let wait = if is_behind || !self.unread.is_empty() {
            Some(Duration::ZERO)
        } else {
            // The kernel counts in milliseconds; rounded down, the last one would be spun through.
            self.entrance.next_deadline().map(|at| at.saturating_sub(now) + Duration::from_millis(1))
        };
        match self.poll.poll(ready, wait) {
            Err(error) => error.kind() == ErrorKind::Interrupted,
            Ok(()) => true,
        }
    }

    fn obey(&mut self, word: Word) {
        match word {
            Word::Admit(guest) => self.entrance.queue(guest),
            Word::Count(campaign, done) => {
                self.count(campaign);
                // Who asked may have gone.
                let _ = done.send(());
            }
            Word::Send { plans, lasting } => self.begin_to_speak(&plans, lasting),
            Word::Hush => self.end_speaking(),
            Word::SendingIsOver => self.effort.end(self.shared.clock.now()),
            Word::Scatter(done) => {
                self.scatter();
                self.publish();
                let _ = done.send(());
            }
            Word::Stop => self.stopped = true,
        }
    }

    /// From now on each message counts for each viewer that is in.
    fn count(&mut self, campaign: Campaign) {
        self.departed.clear();
        let mut counted = vec![0; self.shared.settings.rooms.len()];
        for connection in self.connections.values() {
            if let Some(account) = connection.account.take() {
                self.tally.close_account(account);
            }
            if connection.is_in() && connection.role != Role::Stalled {
                connection.account = Some(Account::new(campaign.number, connection.room));
                if let Some(viewers) = counted.get_mut(connection.room as usize) {
                    *viewers += 1;
                }
            }
        }
        for (gauge, viewers) in self.lane().map_or(&[][..], |lane| &lane.counted).iter().zip(counted) {
            gauge.store(viewers, Ordering::Release);
        }
        self.tally.campaign = Some(campaign);
        if let Some(desk) = &mut self.desk {
            desk.pacing = None;
            desk.begin(&self.shared);
        }
        self.effort.begin(self.shared.clock.now());
        self.publish();
    }

    fn lane(&self) -> Option<&Lane> {
        self.shared.lanes.get(self.lane)
    }

    fn publish(&mut self) {
        let Some(lane) = self.shared.lanes.get(self.lane) else { return };
        let (meter, entries) = (&lane.meter, &self.entrance.entries);
        meter.connected.store(entries.present, Ordering::Relaxed);
        meter.failed.store(entries.failed, Ordering::Relaxed);
        meter.closed.store(entries.closed, Ordering::Relaxed);
        meter.delivered.store(self.tally.delivered, Ordering::Relaxed);
        meter.settled.store(self.tally.settled, Ordering::Release);
        if let Some(desk) = &self.desk {
            meter.sent.store(desk.sent, Ordering::Relaxed);
            meter.queued.store(desk.queued, Ordering::Release);
        }
        // After the deliveries that they take with them: see `Shared::is_quiet`.
        for room in self.departed.drain(..) {
            if let Some(viewers) = lane.counted.get(room as usize) {
                viewers.fetch_sub(1, Ordering::Release);
            }
        }
    }
}

/// However a thread ends, nobody waits for it any longer.
struct Closing<'a>(&'a Lane);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
