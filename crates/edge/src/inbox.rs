//! A shard's inbox: what other threads want of it, taken in order and in one go.

use crate::counters::ShardCounters;
use crate::reservation::Held;
use crate::transport::ChatSocket;
use engine::{Answer, ConnectionAddress, Outlet, Publication, Session};
use mio::Waker;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A reserved place, until its socket comes; unique within a shard.
pub(crate) type Ticket = u64;

/// One thing for a shard to do.
pub(crate) enum Event {
    Deliver(Arc<Publication>),
    Answer(ConnectionAddress, Answer),
    Reserve(Ticket, Session),
    Attach { ticket: Ticket, socket: ChatSocket, read_ahead: Vec<u8>, held: Option<Held> },
    Abandon { ticket: Ticket, joined: bool },
    Report(SyncSender<ShardCounters>),
    Drain(Duration),
    Stop,
}

/// How many undelivered bytes make a shard overloaded. Bytes of publications, each counted once however many viewers
/// it has; gathering makes a backlog cheaper the longer it is, so only a stuck shard gets here.
const OVERLOADED_BYTES: usize = 64 * 1024 * 1024;

pub(crate) struct Inbox {
    queue: Mutex<Vec<Event>>,
    waker: Waker,
    /// Whether the shard will look into the queue without being woken.
    awake: AtomicBool,
    /// Bytes of publications that no pass has taken up yet.
    backlog: AtomicUsize,
    /// Places taken, for choosing the emptiest shard.
    places: AtomicUsize,
}

impl Inbox {
    pub(crate) fn new(waker: Waker) -> Self {
        Self {
            queue: Mutex::new(Vec::new()),
            waker,
            awake: AtomicBool::new(true),
            backlog: AtomicUsize::new(0),
            places: AtomicUsize::new(0),
        }
    }

    pub(crate) fn post(&self, event: Event) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        if !self.awake.swap(true, Ordering::SeqCst) {
            // An eventfd's counter cannot run full with one wake per sleep.
            let _ = self.waker.wake();
        }
    }

    /// Swaps the queue for `into`, which is empty and keeps its capacity in turn.
    pub(crate) fn take(&self, into: &mut Vec<Event>) {
        std::mem::swap(&mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner), into);
    }

    /// Announces that the shard goes to sleep. Answers whether it may: not if something came meanwhile.
    pub(crate) fn may_sleep(&self) -> bool {
        self.awake.store(false, Ordering::SeqCst);
        let empty = self.queue.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        if !empty {
            self.awake.store(true, Ordering::SeqCst);
        }
        empty
    }

    pub(crate) fn woke_up(&self) {
        self.awake.store(true, Ordering::SeqCst);
    }

    pub(crate) fn taken_up(&self, bytes: usize) {
        self.backlog.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(crate) fn take_place(&self) {
        self.places.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn free_place(&self) {
        self.places.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn places(&self) -> usize {
        self.places.load(Ordering::Relaxed)
    }
}

impl Outlet for Inbox {
    fn deliver(&self, publication: Arc<Publication>) {
        self.backlog.fetch_add(publication.frame.len(), Ordering::Relaxed);
        self.post(Event::Deliver(publication));
    }

    fn answer(&self, address: ConnectionAddress, answer: Answer) {
        self.post(Event::Answer(address, answer));
    }

    fn is_overloaded(&self) -> bool {
        self.backlog.load(Ordering::Relaxed) > OVERLOADED_BYTES
    }
}
