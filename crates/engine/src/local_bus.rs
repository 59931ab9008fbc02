//! The bus of one node: a room's sequencer is a small locked struct, and a submission is a call.

use crate::account::AccountUse;
use crate::bus::{Bus, Notice, Outlet};
use crate::sequencer::{Admission, Sequencer};
use crate::{Answer, AnswerTo, Publication, Refusal, Request, RoomDirectory, Submission};
use model::{AccountId, Monotonic, Now, Quotas, RoomKey, Timestamp};
use papaya::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a [`LocalBus`] is made of.
pub struct LocalBusParts {
    /// The quotas of every account.
    pub quotas: Arc<Quotas>,
    /// All rooms.
    pub directory: Arc<RoomDirectory>,
    /// One outlet per shard, in the order of the shards.
    pub outlets: Vec<Arc<dyn Outlet>>,
    /// Wraps a text into the frame that every socket is sent.
    pub frame: fn(&[u8]) -> Arc<[u8]>,
    /// When this process began; tokens from before are refused, because whether they were used is not known.
    pub started_at: Now,
}

/// All rooms live here.
pub struct LocalBus {
    parts: LocalBusParts,
    rooms: HashMap<RoomKey, Arc<Mutex<Room>>>,
    accounts: HashMap<AccountId, Arc<AccountUse>>,
    next_epoch: AtomicU64,
}

struct Room {
    sequencer: Sequencer,
    /// Set once the room has left the map, so that a late comer who still holds it looks again.
    retired: bool,
}

impl LocalBus {
    /// A bus without rooms in use.
    #[must_use]
    pub fn new(parts: LocalBusParts) -> Self {
        // Two processes one after the other must not share an epoch, and a microsecond lies between any two.
        let epoch = u64::try_from(parts.started_at.wall.as_microsecond()).unwrap_or_default();
        Self { parts, rooms: HashMap::new(), accounts: HashMap::new(), next_epoch: AtomicU64::new(epoch) }
    }

    /// Forgets the rooms that nobody is in and whose spent tokens have all expired. To be called now and then.
    pub fn forget_idle_rooms(&self, now: Monotonic) {
        let rooms = self.rooms.pin();
        for (key, room) in &rooms {
            let mut room = lock(room);
            if room.sequencer.is_idle(now) {
                room.retired = true;
                rooms.remove(key);
            }
        }
    }

    /// How many rooms are in use.
    #[must_use]
    pub fn rooms_in_use(&self) -> usize {
        self.rooms.pin().len()
    }

    fn account(&self, account: AccountId) -> Arc<AccountUse> {
        Arc::clone(self.accounts.pin().get_or_insert_with(account, Arc::default))
    }

    /// Runs `act` on the room's state, which is made if nobody was in the room.
    fn with_room<T>(&self, key: RoomKey, act: impl FnOnce(&mut Sequencer) -> T) -> T {
        loop {
            let room = Arc::clone(self.rooms.pin().get_or_insert_with(key, || {
                let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
                let sequencer = Sequencer::new(epoch, self.parts.outlets.len());
                Arc::new(Mutex::new(Room { sequencer, retired: false }))
            }));
            let mut room = lock(&room);
            if !room.retired {
                return act(&mut room.sequencer);
            }
        }
    }

    /// When this process began, by the clock on the wall as it stands now. If that was set back meanwhile, so is the
    /// beginning, or nobody would be let in until the clock has caught up.
    fn started_at(&self, now: Now) -> Timestamp {
        let began = self.parts.started_at;
        let ago = now.monotonic.since(began.monotonic);
        began.wall.min(now.wall.checked_sub(ago).unwrap_or(began.wall))
    }

    /// The whole turn happens under the room's lock, the hand-over to the shards included: that is what makes the order
    /// of admission the order of delivery.
    fn turn(&self, key: RoomKey, submission: &Submission, now: Now) -> Result<(), Refusal> {
        let settings = self.parts.directory.find(key);
        let leaving = matches!(submission.request, Request::Leave { .. });
        if settings.is_none() && !leaving {
            return Err(Refusal::RoomNotFound);
        }
        if !leaving && self.parts.outlets.iter().any(|outlet| outlet.is_overloaded()) {
            return Err(Refusal::Overloaded);
        }
        let account = self.account(key.account);
        let admission = Admission {
            settings,
            quotas: &self.parts.quotas,
            account: &account,
            in_charge_since: self.started_at(now),
            now,
        };
        self.with_room(key, |sequencer| {
            let Submission { id, request_id, request } = submission;
            if let Some(admitted) = sequencer.admit(*id, request_id, request, &admission)? {
                let publication = Arc::new(Publication {
                    room: key,
                    position: admitted.position,
                    kind: admitted.kind,
                    frame: (self.parts.frame)(&admitted.text),
                });
                for outlet in sequencer.watching().filter_map(|shard| self.parts.outlets.get(shard)) {
                    outlet.deliver(Arc::clone(&publication));
                }
            }
            Ok(())
        })
    }
}

impl Bus for LocalBus {
    fn submit(&self, room: RoomKey, submission: Submission, answer_to: AnswerTo, now: Now) {
        let result = self.turn(room, &submission, now);
        let answer = Answer { id: submission.id, request_id: submission.request_id, result };
        match answer_to {
            AnswerTo::Nobody => {}
            AnswerTo::Caller(call) => call(answer),
            // The publication itself tells the sender.
            AnswerTo::Connection(_) if answer.result.is_ok() => {}
            AnswerTo::Connection(address) => {
                if let Some(outlet) = self.parts.outlets.get(address.shard) {
                    outlet.answer(address, answer);
                }
            }
        }
    }

    fn announce(&self, notice: Notice) {
        match notice {
            Notice::RoomChanged(room, settings) => self.parts.directory.put(room, settings),
            Notice::RoomDeleted(room) => self.parts.directory.remove(room),
        }
    }
}

/// A panic under the lock would be a defect of ours; the counters it may leave behind are still good enough to go on.
fn lock(room: &Mutex<Room>) -> MutexGuard<'_, Room> {
    room.lock().unwrap_or_else(PoisonError::into_inner)
}
