//! The batches of one range on their ways: as many at once as the destination takes while all goes well, one after a
//! failure, with pauses. Knows no cursor.

use super::batch::SinkError;
use super::lane::Lane;
use super::means::Means;
use super::parcel::Parcel;
use super::range::{Planned, RecordPlace};
use super::streak::Streak;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{Id as TaskId, JoinSet};
use tokio::time::timeout;

/// How often the same records are tried that a destination refuses. Then they are given up, so that others can go.
const REFUSALS: u32 = 4;

/// What a task comes back with.
type Sent = (Parcel, Result<(), SinkError>);

/// A range under way.
pub(super) struct Round {
    lane: Arc<Lane>,
    means: Arc<Means>,
    /// How many may be under way; they are of different rooms.
    at_once: usize,
    waiting: VecDeque<Parcel>,
    /// Those whose records were refused; they are tried again when there are no others, and after a pause.
    refused: VecDeque<Parcel>,
    under_way: JoinSet<Sent>,
    /// What begins anew where a task ends in a defect of ours.
    copies: HashMap<TaskId, Parcel>,
    /// How long nothing is tried.
    pause: Option<Duration>,
}

impl Round {
    /// Nothing is under way yet; what is confirmed will not be.
    pub(super) fn new(
        lane: Arc<Lane>,
        means: Arc<Means>,
        batches: Vec<Planned>,
        (confirmed, at_once): (&HashSet<RecordPlace>, usize),
    ) -> Self {
        let is_new = |planned: &Planned| !confirmed.contains(&planned.first());
        let waiting = batches.into_iter().filter(is_new).map(Parcel::new).collect();
        Self {
            lane,
            means,
            at_once,
            waiting,
            refused: VecDeque::new(),
            under_way: JoinSet::new(),
            copies: HashMap::new(),
            pause: None,
        }
    }

    /// The first record of the next batch that is done with, however long it takes; none when all are.
    pub(super) async fn next(&mut self, streak: &mut Streak) -> Option<RecordPlace> {
        loop {
            if self.under_way.is_empty() && self.waiting.is_empty() {
                self.take_refused(streak);
            }
            if self.pause.is_none() {
                self.begin(streak.failures() > 0).await;
            } else if self.under_way.is_empty() {
                self.rest().await;
                continue;
            }
            let (parcel, sent) = match self.under_way.join_next_with_id().await? {
                Ok((id, sent)) => {
                    self.copies.remove(&id);
                    sent
                }
                Err(ended) => {
                    let copy = self.copies.remove(&ended.id())?;
                    (copy, Err(SinkError::Passing(ended.to_string().into())))
                }
            };
            match sent {
                Ok(()) => {
                    streak.succeeded(&self.lane);
                    return Some(parcel.first());
                }
                Err(error) => {
                    if let Some(given_up) = self.failed(parcel, &error, streak) {
                        return Some(given_up);
                    }
                }
            }
        }
    }

    /// Sends what may be sent now. Of a destination that fails, one batch at a time, and of all such destinations a
    /// few: however many hang, what they hold in memory is bounded.
    async fn begin(&mut self, is_failing: bool) {
        let at_once = if is_failing { 1 } else { self.at_once };
        while self.under_way.len() < at_once && !self.waiting.is_empty() {
            let permit = match (is_failing, self.under_way.is_empty()) {
                (true, _) => Arc::clone(&self.means.failing).acquire_owned().await.ok(),
                (false, true) => None,
                // More than one only while there is room for it.
                (false, false) => match Arc::clone(&self.means.extra).try_acquire_owned() {
                    Ok(permit) => Some(permit),
                    Err(_) => return,
                },
            };
            let Some(parcel) = self.waiting.pop_front() else { return };
            self.send(parcel, permit);
        }
    }

    fn send(&mut self, parcel: Parcel, permit: Option<OwnedSemaphorePermit>) {
        let copy = parcel.anew();
        let (lane, means, sink) =
            (Arc::clone(&self.lane), Arc::clone(&self.means), self.means.sink(&self.lane));
        let task = self.under_way.spawn(async move {
            let mut parcel = parcel;
            let sent = parcel.send(&lane, &means, &*sink).await;
            drop(permit);
            (parcel, sent)
        });
        self.copies.insert(task.id(), copy);
    }

    /// The batch is tried again, behind the others; or given up, if its records are refused again and again.
    fn failed(&mut self, mut parcel: Parcel, error: &SinkError, streak: &mut Streak) -> Option<RecordPlace> {
        streak.failed(&self.lane, error, (self.means.clock)().monotonic);
        if matches!(error, SinkError::Refused(_)) && parcel.refused() >= REFUSALS {
            let records = parcel.records();
            self.lane.counters.rejected.add(records);
            self.means.trouble.lost(&self.lane.name, records, "the destination refuses them");
            return Some(parcel.first());
        }
        if matches!(error, SinkError::Refused(_)) {
            // It says nothing about others.
            self.refused.push_back(parcel);
        } else {
            self.pause_after(error, streak);
            self.waiting.push_back(parcel);
        }
        None
    }

    /// All others are done with: those that were refused are tried again.
    fn take_refused(&mut self, streak: &Streak) {
        if !self.refused.is_empty() {
            self.pause_after(&SinkError::Refused("".into()), streak);
            self.waiting.append(&mut self.refused);
        }
    }

    fn pause_after(&mut self, error: &SinkError, streak: &Streak) {
        let pause = self.means.back_off.pause(error, streak.failures().max(1), (self.means.random)());
        self.pause = Some(self.pause.map_or(pause, |other| other.max(pause)));
    }

    /// Lets the pause pass, or as much of it as whoever urges leaves.
    async fn rest(&mut self) {
        if let Some(pause) = self.pause.take() {
            // Over or not: it is tried again.
            let _ = timeout(pause, self.lane.urged()).await;
        }
    }
}
