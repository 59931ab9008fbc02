//! The crowd from outside: start, admit guests, send, look on, finish.

use crate::clock::Clock;
use crate::desk::Desk;
use crate::lane::{Lane, Word};
use crate::metronome::Metronome;
use crate::outcome::Outcome;
use crate::settling::settle;
use crate::shared::Shared;
use crate::tally::Campaign;
use crate::transport::Tls;
use crate::worker::{Report, WAKER, Worker};
use mio::{Poll, Waker};
use rustls::pki_types::ServerName;
use std::net::SocketAddr;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

/// Where the crowd goes, and with how many hands.
#[derive(Debug, Clone)]
pub struct CrowdSettings {
    /// The messaging endpoint's address.
    pub address: SocketAddr,
    /// Its `Host` header; under TLS also, without the port, the name that its certificate must have.
    pub host: String,
    /// The path of the handshake's request.
    pub path: String,
    /// TLS, where the endpoint is `wss`.
    pub tls: Option<Arc<rustls::ClientConfig>>,
    /// Threads that read; senders have one more of their own. With at least one for each group, no two groups share a
    /// thread.
    pub threads: usize,
    /// How many handshakes are under way at once, over all threads.
    pub connecting_at_once: usize,
    /// After so long without an answer a handshake has failed.
    pub handshake_timeout: Duration,
    /// The group of each room, by the room's number: latencies and losses are told by group.
    pub rooms: Vec<u8>,
    /// How long a run may be at most; its timeline has an interval for each second, or a few, of it.
    pub longest: Duration,
}

/// What a guest does once it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Reads all that comes.
    Viewer,
    /// Reads and sends.
    Sender,
    /// Never reads; nothing is expected of it or for it.
    Stalled,
}

/// One connection to be.
#[derive(Clone)]
pub struct Guest {
    /// The room's number, an index of [`CrowdSettings::rooms`].
    pub room: u32,
    /// What it does there.
    pub role: Role,
    /// Its chat token.
    pub token: Box<str>,
}

impl fmt::Debug for Guest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut guest = formatter.debug_struct("Guest");
        guest.field("room", &self.room).field("role", &self.role).field("token", &"***").finish()
    }
}

/// What the senders of one room send.
#[derive(Debug, Clone, Copy)]
pub struct SendPlan {
    /// The room's number.
    pub room: u32,
    /// Messages per second, shared evenly among the room's senders.
    pub per_second: f64,
    /// Length of each message's content in bytes, at least 40.
    pub bytes: usize,
}

/// How it stands, for a progress bar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Guests in their rooms.
    pub connected: u64,
    /// Guests that did not get in.
    pub failed: u64,
    /// Guests that were in, and were dropped by the server.
    pub closed: u64,
    /// Messages sent.
    pub sent: u64,
    /// Messages that reached viewers.
    pub delivered: u64,
}

/// A running crowd. Dropped without [`Crowd::finish`], it ends all the same.
#[derive(Debug)]
pub struct Crowd {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<Report>>,
    next_lane: AtomicUsize,
    /// How often sending began, and when for the first time.
    campaigns: Mutex<(usize, Option<Duration>)>,
}

impl Crowd {
    /// Starts the threads; nobody is connected yet.
    ///
    /// # Errors
    /// When the system gives no threads or descriptors, or when the host is no name that a certificate can have.
    pub fn start(settings: CrowdSettings) -> io::Result<Self> {
        let tls = settings.tls.clone().map(|config| tls(config, &settings.host)).transpose()?;
        let (mut polls, mut lanes) = (Vec::new(), Vec::new());
        // The last one is the senders'.
        for _ in 0..=settings.threads.max(1) {
            let poll = Poll::new()?;
            lanes.push(Lane::new(Waker::new(poll.registry(), WAKER)?, settings.rooms.len()));
            polls.push(poll);
        }
        let shared = Arc::new(Shared {
            due: settings.rooms.iter().map(|_| AtomicU64::new(0)).collect(),
            settings,
            tls,
            clock: Clock::start(),
            lanes,
            sending: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
        });
        let campaigns = Mutex::new((0, None));
        let mut crowd = Self { shared, threads: Vec::new(), next_lane: AtomicUsize::new(0), campaigns };
        for (lane, poll) in polls.into_iter().enumerate() {
            let thread = crowd.spawn(lane, poll)?;
            crowd.threads.push(thread);
        }
        Ok(crowd)
    }

    fn spawn(&self, lane: usize, poll: Poll) -> io::Result<JoinHandle<Report>> {
        let shared = Arc::clone(&self.shared);
        let is_for_senders = lane + 1 == shared.lanes.len();
        let desk = if is_for_senders { Some(self.desk(lane)?) } else { None };
        let worker = Worker::new(poll, shared, lane, desk);
        let name = if is_for_senders { "senders".to_owned() } else { format!("viewers-{lane}") };
        thread::Builder::new().name(name).spawn(move || worker.run())
    }

    fn desk(&self, lane: usize) -> io::Result<Desk> {
        let shared = Arc::clone(&self.shared);
        let wake = move || shared.lanes.get(lane).into_iter().for_each(Lane::wake);
        Ok(Desk::new(Metronome::start(self.shared.clock, wake)?, self.shared.groups()))
    }

    /// Sends a guest on its way; it connects as soon as one of [`CrowdSettings::connecting_at_once`] places is free.
    pub fn admit(&self, guest: Guest) {
        let Some((senders, viewers)) = self.shared.lanes.split_last() else { return };
        let lane = match guest.role {
            Role::Sender => Some(senders),
            Role::Viewer | Role::Stalled => {
                let turn = self.next_lane.fetch_add(1, Ordering::Relaxed);
                viewers.get(lane_of(
                    self.shared.group(guest.room).into(),
                    self.shared.groups(),
                    viewers.len(),
                    turn,
                ))
            }
        };
        if let Some(lane) = lane {
            lane.post(Word::Admit(guest));
        }
    }

    /// How it stands now. Cheap, and a few milliseconds old.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.shared.progress()
    }

    /// Starts sending: every plan, from now on, until `lasting` is over or [`Crowd::hush`] is called. Returns at once.
    /// The viewers that are in now are those for whom each message counts.
    ///
    /// Can be called again, best when [`Crowd::is_quiet`]: a message that is still on its way then counts as lost.
    pub fn send(&self, plans: &[SendPlan], lasting: Duration) {
        let campaign = self.next_campaign();
        self.shared.sending.store(true, Ordering::Release);
        // All threads count before the first message is sent.
        self.ask_all(|done| Word::Count(campaign, done));
        if let Some(senders) = self.shared.lanes.last() {
            senders.post(Word::Send { plans: plans.to_vec(), lasting });
        }
    }

    fn next_campaign(&self) -> Campaign {
        let mut campaigns = self.campaigns.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, began) = (campaigns.0, self.shared.clock.now());
        campaigns.0 += 1;
        Campaign { number, began, first_began: *campaigns.1.get_or_insert(began) }
    }

    /// No message is sent from now on.
    pub fn hush(&self) {
        if let Some(senders) = self.shared.lanes.last() {
            senders.post(Word::Hush);
        }
    }

    /// Whether every message that was sent has reached every viewer that it counts for, and no one sends any more. A
    /// viewer whose connection has ended is not waited for.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.shared.is_quiet()
    }

    /// Drops every connection without a word, as a network that fails does, and waits until it is done. The crowd can
    /// then be admitted anew. If messages are being sent, nothing more is expected for those dropped.
    pub fn scatter(&self) {
        self.ask_all(Word::Scatter);
    }

    /// Asks all threads for the same, and waits until all have done it.
    fn ask_all(&self, word: impl Fn(SyncSender<()>) -> Word) {
        let (done, answers) = sync_channel(self.shared.lanes.len());
        self.shared.post_all(|| word(done.clone()));
        drop(done);
        answers.iter().for_each(drop);
    }

    /// Ends the crowd and tells what it saw. What is on its way then, or still being sent, counts as lost: see
    /// [`Crowd::hush`] and [`Crowd::is_quiet`].
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        self.shared.post_all(|| Word::Stop);
        let threads = std::mem::take(&mut self.threads);
        let reports = threads.into_iter().map(JoinHandle::join);
        // A thread that panicked has left no numbers, and without them no outcome would be true.
        let reports = reports.map(|report| report.unwrap_or_else(|panic| resume_unwind(panic)));
        settle(reports.collect(), &self.shared)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.shared.post_all(|| Word::Stop);
        for thread in self.threads.drain(..) {
            // The panic hook has said it already.
            let _ = thread.join();
        }
    }
}

/// The lane of a viewer of `group`. Where there are as many lanes as groups, no two groups share one: frames of a big
/// room that wait to be read would delay those of a small one, and the server would be blamed for it.
const fn lane_of(group: usize, groups: usize, lanes: usize, turn: usize) -> usize {
    if lanes < groups {
        return turn % if lanes == 0 { 1 } else { lanes };
    }
    // Lanes `group`, `group + groups`, and so on.
    let own = (lanes - group).div_ceil(groups);
    group + groups * (turn % own)
}

/// The certificate's name is the host without its port.
fn tls(config: Arc<rustls::ClientConfig>, host: &str) -> io::Result<Tls> {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or(host),
    };
    let name = ServerName::try_from(name.to_owned());
    let name = name.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    Ok(Tls { config, name })
}

#[cfg(test)]
mod tests {
    use super::lane_of;

    #[test]
    fn groups_share_no_lane_where_there_are_enough() {
        let lanes = |group, groups, lanes| {
            let mut used: Vec<_> = (0..60).map(|turn| lane_of(group, groups, lanes, turn)).collect();
            used.sort_unstable();
            used.dedup();
            used
        };
        assert_eq!((lanes(0, 1, 1), lanes(0, 1, 3)), (vec![0], vec![0, 1, 2]));
        assert_eq!((lanes(0, 2, 2), lanes(1, 2, 2)), (vec![0], vec![1]));
        assert_eq!((lanes(0, 2, 5), lanes(1, 2, 5)), (vec![0, 2, 4], vec![1, 3]));
        assert_eq!((lanes(0, 2, 1), lanes(1, 2, 1)), (vec![0], vec![0]));
    }
}
