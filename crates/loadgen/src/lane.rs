//! What stands between the crowd's owner and one of its threads: a queue of words one way, numbers the other way. Must
//! not know what the thread does with them.

use crate::crowd::{Guest, SendPlan};
use crate::tally::Campaign;
use mio::Waker;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// One thing for a thread to do.
#[derive(Debug)]
pub(crate) enum Word {
    Admit(Guest),
    /// From now on each message counts for each viewer that is in; then say so.
    Count(Campaign, SyncSender<()>),
    Send {
        plans: Vec<SendPlan>,
        lasting: Duration,
    },
    Hush,
    SendingIsOver,
    /// Drop everyone; then say so.
    Scatter(SyncSender<()>),
    Stop,
}

/// One thread, from outside.
#[derive(Debug)]
pub(crate) struct Lane {
    /// `None` once the thread has ended: whoever waits for its answer then learns that none will come.
    queue: Mutex<Option<Vec<Word>>>,
    waker: Waker,
    pub(crate) meter: Meter,
    /// By room: the viewers for which each message counts and that are still there. Only the thread writes.
    pub(crate) counted: Box<[AtomicU32]>,
}

/// A thread's numbers, written by it once per turn.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    pub(crate) connected: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) closed: AtomicU64,
    pub(crate) sent: AtomicU64,
    pub(crate) delivered: AtomicU64,
    /// Deliveries to viewers that count and are still there.
    pub(crate) settled: AtomicU64,
    /// Messages that wait for a sender's socket.
    pub(crate) queued: AtomicU64,
}

impl Lane {
    pub(crate) fn new(waker: Waker, rooms: usize) -> Self {
        Self {
            queue: Mutex::new(Some(Vec::new())),
            waker,
            meter: Meter::default(),
            counted: (0..rooms).map(|_| AtomicU32::new(0)).collect(),
        }
    }

    pub(crate) fn post(&self, word: Word) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(words) = &mut *queue else { return };
        words.push(word);
        // The thread takes all words at once; so a wake for an earlier one is still on its way.
        if words.len() == 1 {
            drop(queue);
            self.wake();
        }
    }

    pub(crate) fn wake(&self) {
        // An eventfd's counter does not run full with one wake per sleep.
        let _ = self.waker.wake();
    }

    /// Swaps the queue for `into`, which is empty and keeps its capacity in turn.
    pub(crate) fn take(&self, into: &mut Vec<Word>) {
        if let Some(words) = &mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner) {
            std::mem::swap(words, into);
        }
    }

    /// The thread will take no more words.
    pub(crate) fn close(&self) {
        *self.queue.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn counted(&self, room: usize) -> u64 {
        self.counted.get(room).map_or(0, |counted| counted.load(Ordering::Acquire).into())
    }
}
