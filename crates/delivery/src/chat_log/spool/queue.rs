//! What was said and waits for the disk: bounded, and never waited for by those who say it.

use super::progress::Progress;
use crate::chat_log::counters::LogCounters;
use crate::chat_log::lane::Lane;
use engine::Publication;
use model::{Id, LoggingConfigurationKey};
use std::collections::{HashMap, VecDeque};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// What is counted for a record beside its publication's frame: more than its form on the disk has.
const RECORD_BYTES: usize = 256;

/// Where what is said for a configuration goes.
#[derive(Debug)]
pub(crate) enum Route {
    /// To this lane.
    To(Arc<Lane>),
    /// The disk had no place for a lane: it is lost.
    Nowhere(Arc<LogCounters>),
}

/// A publication that waits.
#[derive(Debug)]
pub(crate) struct Said {
    /// Its place in the queue's order.
    pub(crate) number: u64,
    pub(crate) publication: Arc<Publication>,
    /// Whose it is.
    pub(crate) lanes: Vec<Arc<Lane>>,
}

/// The queue. The routes are under its lock, so that what is said when a route changes goes one way or the other.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    /// For a writer that waits for something to do.
    filled: Condvar,
    /// For a writer that lets time pass.
    closed: Condvar,
    /// How far the writer is.
    progress: watch::Sender<Progress>,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct Waiting {
    routes: HashMap<LoggingConfigurationKey, Route>,
    said: VecDeque<Said>,
    /// Lanes to which nothing comes after what is here.
    seals: Vec<Arc<Lane>>,
    /// The number of what comes next.
    next: u64,
    bytes: usize,
    /// Records that gave way since the last round.
    lost: u64,
    /// The writer has nothing to do.
    is_idle: bool,
    is_closed: bool,
}

/// What the writer takes out.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) said: VecDeque<Said>,
    /// Lanes to which nothing comes after this.
    pub(crate) seals: Vec<Arc<Lane>>,
    /// All that has a lower number was taken out.
    pub(crate) end: u64,
    /// What it is counted for; encoded it is less.
    pub(crate) bytes: usize,
    /// How many records gave way since the round before.
    pub(crate) lost: u64,
    /// Nothing will come any more.
    pub(crate) is_last: bool,
}

impl Queue {
    /// A queue, and a writer behind it, that have room for about so many bytes: half for what waits, half for what the
    /// writer has.
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self {
            waiting: Mutex::default(),
            filled: Condvar::new(),
            closed: Condvar::new(),
            progress: watch::Sender::default(),
            most_bytes: most_bytes / 2,
        }
    }

    /// How much the writer may have.
    pub(crate) const fn most_bytes(&self) -> usize {
        self.most_bytes
    }

    /// Takes a publication for the configurations of its account that have a route. If there is no room for it the
    /// oldest give way.
    pub(crate) fn say(&self, publication: &Arc<Publication>, to: &[Id]) {
        let account = publication.room.account;
        let mut waiting = self.lock();
        if waiting.is_closed {
            return;
        }
        let lane = |id: &Id| match waiting.routes.get(&LoggingConfigurationKey { account, id: *id })? {
            Route::To(lane) => {
                lane.counters.accepted.add(1);
                Some(Arc::clone(lane))
            }
            Route::Nowhere(counters) => {
                counters.accepted.add(1);
                counters.lost_before_disk.add(1);
                None
            }
        };
        let lanes: Vec<Arc<Lane>> = to.iter().filter_map(lane).collect();
        if lanes.is_empty() {
            return;
        }
        let said = Said { number: waiting.next, publication: Arc::clone(publication), lanes };
        waiting.next += 1;
        waiting.bytes += said.bytes();
        waiting.said.push_back(said);
        waiting.make_room(self.most_bytes);
        self.wake(waiting);
    }

    /// Sets the route of a configuration, or takes it away. The lane of the one before is sealed behind what it has
    /// got.
    pub(crate) fn route(&self, key: LoggingConfigurationKey, route: Option<Route>) {
        let mut waiting = self.lock();
        let before = match route {
            Some(route) => waiting.routes.insert(key, route),
            None => waiting.routes.remove(&key),
        };
        if let Some(Route::To(before)) = before {
            before.retire();
            waiting.seals.push(before);
            waiting.next += 1;
            self.wake(waiting);
        }
    }

    /// The lane to which what is said goes now.
    pub(crate) fn routed(&self, key: LoggingConfigurationKey) -> Option<Arc<Lane>> {
        match self.lock().routes.get(&key)? {
            Route::To(lane) => Some(Arc::clone(lane)),
            Route::Nowhere(_) => None,
        }
    }

    /// Resolves when everything that is in the queue now for these lanes is on the disk, or was given up. Costs the
    /// queue nothing.
    pub(crate) fn barrier(&self, lanes: &[Arc<Lane>]) -> impl Future<Output = ()> + Send + use<> {
        let lanes: Vec<_> = lanes.iter().map(|lane| lane.name).collect();
        let end = self.lock().next;
        let mut progress = self.progress.subscribe();
        async move {
            // There is no queue any more, and nothing in it.
            let _ = progress.wait_for(|progress| progress.has_passed(end, &lanes)).await;
        }
    }

    /// The writer says how far it is.
    pub(crate) fn reached(&self, progress: Progress) {
        self.progress.send_replace(progress);
    }

    /// Nothing is taken from now on.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.filled.notify_one();
        self.closed.notify_one();
    }

    /// Takes out everything; waits as long for something, or for ever.
    pub(crate) fn take(&self, patience: Option<Duration>) -> Round {
        let mut waiting = self.lock();
        waiting.is_idle = true;
        let is_empty =
            |waiting: &mut Waiting| waiting.said.is_empty() && waiting.seals.is_empty() && !waiting.is_closed;
        let mut waiting = match patience {
            None => self.filled.wait_while(waiting, is_empty).unwrap_or_else(PoisonError::into_inner),
            Some(time) => {
                let waited = self.filled.wait_timeout_while(waiting, time, is_empty);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        waiting.is_idle = false;
        Round {
            said: mem::take(&mut waiting.said),
            seals: mem::take(&mut waiting.seals),
            end: waiting.next,
            bytes: mem::take(&mut waiting.bytes),
            lost: mem::take(&mut waiting.lost),
            is_last: waiting.is_closed,
        }
    }

    /// Lets time pass; less of it when the queue is closed meanwhile.
    pub(crate) fn rest(&self, time: Duration) {
        let waiting = self.lock();
        drop(self.closed.wait_timeout_while(waiting, time, |waiting| !waiting.is_closed));
    }

    fn wake(&self, waiting: MutexGuard<'_, Waiting>) {
        // A call to the system, which a writer that is busy anyway does not need.
        let is_idle = waiting.is_idle;
        drop(waiting);
        if is_idle {
            self.filled.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Gives up the oldest publications.
    fn make_room(&mut self, most_bytes: usize) {
        while self.bytes > most_bytes
            && let Some(oldest) = self.said.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(oldest.bytes());
            for lane in oldest.lanes {
                self.lost += 1;
                lane.counters.lost_before_disk.add(1);
            }
        }
    }
}

impl Said {
    /// Each lane has its own copy when it is encoded.
    fn bytes(&self) -> usize {
        (self.publication.frame.len() + RECORD_BYTES) * self.lanes.len()
    }
}

#[cfg(test)]
mod tests;
