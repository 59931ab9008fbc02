//! The shards from outside: start, reserve a place, ask for counters, drain, stop.

use crate::counters::ShardCounters;
use crate::inbox::{Event, Inbox};
use crate::reservation::Reservation;
use crate::shard::{Shard, ShardParts, WAKER};
use engine::{Bus, Outlet, Session, SessionRules};
use mio::{Poll, Waker};
use model::Now;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What holds for every connection.
#[derive(Debug, Clone, Copy)]
pub struct ShardSettings {
    /// After so long without a byte from the client, a ping.
    pub ping_interval: Duration,
    /// After so long without a byte from the client, the end.
    pub idle_timeout: Duration,
    /// How many bytes are kept for a client that does not read.
    pub outbox_bytes: usize,
    /// How long something may be kept before the connection is dropped.
    pub write_stall: Duration,
    /// The sessions' rules.
    pub rules: SessionRules,
}

/// Shards that have inboxes but no threads yet: the bus needs the inboxes, the threads need the bus.
pub struct ShardsStart(Vec<(Poll, Arc<Inbox>)>);

impl ShardsStart {
    /// Makes the inboxes of `shards` shards.
    ///
    /// # Errors
    /// When the system gives no more file descriptors.
    pub fn new(shards: usize) -> io::Result<Self> {
        let open = |_| {
            let poll = Poll::new()?;
            let waker = Waker::new(poll.registry(), WAKER)?;
            Ok((poll, Arc::new(Inbox::new(waker))))
        };
        (0..shards.max(1)).map(open).collect::<io::Result<_>>().map(Self)
    }

    /// The inboxes as the bus sees them, in the order of the shards.
    #[must_use]
    pub fn outlets(&self) -> Vec<Arc<dyn Outlet>> {
        self.0.iter().map(|(_, inbox)| Arc::clone(inbox) as Arc<dyn Outlet>).collect()
    }

    /// Starts a thread per shard.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn start(
        self,
        bus: Arc<dyn Bus>,
        settings: ShardSettings,
        clock: Arc<dyn Fn() -> Now + Send + Sync>,
        random: fn() -> u128,
    ) -> io::Result<Shards> {
        let mut inboxes = Vec::new();
        let mut threads = Vec::new();
        for (number, (poll, inbox)) in self.0.into_iter().enumerate() {
            let parts = ShardParts {
                number,
                inbox: Arc::clone(&inbox),
                bus: Arc::clone(&bus),
                settings,
                clock: Arc::clone(&clock),
                random,
            };
            let thread = std::thread::Builder::new()
                .name(format!("shard-{number}"))
                .spawn(move || Shard::new(poll, parts).run())?;
            threads.push(thread);
            inboxes.push(inbox);
        }
        Ok(Shards { inboxes, threads: Mutex::new(threads), next_ticket: AtomicU64::new(0) })
    }
}

/// All shards of the process.
pub struct Shards {
    inboxes: Vec<Arc<Inbox>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    next_ticket: AtomicU64,
}

impl Shards {
    /// Reserves a place on the shard with the fewest. To be done before the join is submitted, so that no
    /// publication after the join is missed.
    #[must_use]
    pub fn reserve(&self, session: Session) -> Reservation {
        let ticket = self.next_ticket.fetch_add(1, Ordering::Relaxed);
        let emptiest = self.inboxes.iter().enumerate().min_by_key(|(_, inbox)| inbox.places());
        let Some((shard, inbox)) = emptiest else {
            // `ShardsStart` makes at least one.
            unreachable!("no shards")
        };
        inbox.take_place();
        inbox.post(Event::Reserve(ticket, session));
        Reservation { inbox: Arc::clone(inbox), shard, ticket, joined: false, attached: false, held: None }
    }

    /// Places taken, sockets and reservations together.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.inboxes.iter().map(|inbox| inbox.places()).sum()
    }

    /// Asks every shard for its numbers; each answers within its next turn.
    #[must_use]
    pub fn counters(&self) -> Vec<Receiver<ShardCounters>> {
        let ask = |inbox: &Arc<Inbox>| {
            let (answer, receiver) = sync_channel(1);
            inbox.post(Event::Report(answer));
            receiver
        };
        self.inboxes.iter().map(ask).collect()
    }

    /// Lets go of all connections, each at a random moment of the time `over`, without a close frame: the chat SDK
    /// takes a clean close as final, and comes back from an unclean one.
    pub fn drain(&self, over: Duration) {
        self.inboxes.iter().for_each(|inbox| inbox.post(Event::Drain(over)));
    }

    /// Ends the threads and waits for them. What is still connected is dropped.
    pub fn stop(&self) {
        self.inboxes.iter().for_each(|inbox| inbox.post(Event::Stop));
        for thread in self.threads.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if thread.join().is_err() {
                tracing::error!("a shard had panicked");
            }
        }
    }
}

impl Drop for Shards {
    fn drop(&mut self) {
        self.stop();
    }
}
