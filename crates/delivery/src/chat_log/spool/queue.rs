//! What was said and waits for the disk: bounded, and never waited for by those who say it.

use crate::chat_log::lane::Lane;
use engine::Publication;
use model::{Id, LoggingConfigurationKey};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// What is counted for a publication beside its frame.
const ENTRY_BYTES: usize = 256;

/// One thing that waits.
#[derive(Debug)]
pub(crate) enum Entry {
    /// A publication, and whose it is.
    Said(Arc<Publication>, Vec<Arc<Lane>>),
    /// Nothing comes for the lane after this.
    Seal(Arc<Lane>),
    /// Somebody wants to know when everything before is on the disk.
    Barrier(oneshot::Sender<()>),
}

/// The queue. The routes are under its lock, so that what is said when a route changes goes one way or the other.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct Waiting {
    routes: HashMap<LoggingConfigurationKey, Arc<Lane>>,
    entries: VecDeque<Entry>,
    bytes: usize,
    /// Publications that gave way since the last round.
    lost: u64,
    is_closed: bool,
}

/// What the writer takes out.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) entries: VecDeque<Entry>,
    /// How many publications gave way since the round before.
    pub(crate) lost: u64,
    /// Nothing will come any more.
    pub(crate) is_last: bool,
}

impl Queue {
    /// A queue for about so many bytes.
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self { waiting: Mutex::default(), filled: Condvar::new(), most_bytes }
    }

    /// Takes a publication for the configurations of its account that have a route. If there is no room for it the
    /// oldest give way.
    pub(crate) fn say(&self, publication: &Arc<Publication>, to: &[Id]) {
        let account = publication.room.account;
        let mut waiting = self.lock();
        let lane =
            |id: &Id| waiting.routes.get(&LoggingConfigurationKey { account, id: *id }).map(Arc::clone);
        let lanes: Vec<Arc<Lane>> = to.iter().filter_map(lane).collect();
        if lanes.is_empty() || waiting.is_closed {
            return;
        }
        for lane in &lanes {
            lane.counters.accepted.add(1);
        }
        waiting.bytes += bytes_of(publication);
        self.push(waiting, Entry::Said(Arc::clone(publication), lanes));
    }

    /// Sets the route of a configuration, or takes it away; answers the one before. That one is sealed behind what it
    /// has got.
    pub(crate) fn route(&self, key: LoggingConfigurationKey, lane: Option<Arc<Lane>>) {
        let mut waiting = self.lock();
        let before = match lane {
            Some(lane) => waiting.routes.insert(key, lane),
            None => waiting.routes.remove(&key),
        };
        if let Some(before) = before {
            self.push(waiting, Entry::Seal(before));
        }
    }

    /// Where what is said goes now.
    pub(crate) fn routed(&self, key: LoggingConfigurationKey) -> Option<Arc<Lane>> {
        self.lock().routes.get(&key).map(Arc::clone)
    }

    /// Resolves when everything that is in the queue now is on the disk, or was given up.
    pub(crate) fn barrier(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.push(self.lock(), Entry::Barrier(sender));
        receiver
    }

    /// Nothing is taken from now on.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.filled.notify_one();
    }

    /// Takes out everything; waits until there is something.
    pub(crate) fn take(&self) -> Round {
        let mut waiting = self.lock();
        while waiting.entries.is_empty() && !waiting.is_closed {
            waiting = self.filled.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.bytes = 0;
        Round {
            entries: std::mem::take(&mut waiting.entries),
            lost: std::mem::take(&mut waiting.lost),
            is_last: waiting.is_closed,
        }
    }

    /// Lets time pass; less of it when the queue is closed meanwhile. Answers whether it is.
    pub(crate) fn rest(&self, time: Duration) -> bool {
        let waiting = self.lock();
        let rested = self.filled.wait_timeout_while(waiting, time, |waiting| !waiting.is_closed);
        rested.unwrap_or_else(PoisonError::into_inner).0.is_closed
    }

    fn push(&self, mut waiting: MutexGuard<'_, Waiting>, entry: Entry) {
        waiting.entries.push_back(entry);
        if waiting.bytes > self.most_bytes {
            waiting.make_room(self.most_bytes);
        }
        drop(waiting);
        self.filled.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Gives up the oldest publications. A seal or a barrier is none.
    fn make_room(&mut self, most_bytes: usize) {
        let mut kept = Vec::new();
        while self.bytes > most_bytes
            && let Some(oldest) = self.entries.pop_front()
        {
            match oldest {
                Entry::Said(publication, lanes) => {
                    self.bytes = self.bytes.saturating_sub(bytes_of(&publication));
                    self.lost += 1;
                    for lane in lanes {
                        lane.counters.lost_before_disk.add(1);
                    }
                }
                other => kept.push(other),
            }
        }
        for entry in kept.into_iter().rev() {
            self.entries.push_front(entry);
        }
    }
}

fn bytes_of(publication: &Publication) -> usize {
    publication.frame.len() + ENTRY_BYTES
}
