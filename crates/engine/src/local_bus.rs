//! The bus of one node: a room's sequencer is a small locked struct, and a submission is a call.

use crate::account::AccountUse;
use crate::bus::{Bus, Notice, Outlet};
use crate::chat_log::ChatLog;
use crate::line::{Asked, Rendered};
use crate::review::{ReviewDesk, ReviewTicket, TicketPlace};
use crate::sequencer::{Admission, Admitted, Release, Sequencer, Step};
use crate::{
    Answer, AnswerTo, Publication, Refusal, Request, ReviewOutcome, ReviewRequest, Reviewer, RoomDirectory,
    RoomSettings, Submission,
};
use model::{AccountId, Monotonic, Now, Quotas, RoomKey, Timestamp};
use papaya::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

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
    /// Asks review handlers.
    pub reviewer: Arc<dyn Reviewer>,
    /// Keeps what rooms with logging configurations say.
    pub chat_log: Arc<dyn ChatLog>,
    /// When this process began; tokens from before are refused, because whether they were used is not known.
    pub started_at: Now,
}

/// All rooms live here.
pub struct LocalBus {
    /// For the tickets of reviews, which must not keep the bus alive.
    me: Weak<Self>,
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
    pub fn new(parts: LocalBusParts) -> Arc<Self> {
        // Two processes one after the other must not share an epoch, and a microsecond lies between any two.
        let epoch = u64::try_from(parts.started_at.wall.as_microsecond()).unwrap_or_default();
        Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            parts,
            rooms: HashMap::new(),
            accounts: HashMap::new(),
            next_epoch: AtomicU64::new(epoch),
        })
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
    /// of positions the order of delivery. Handlers are asked after it.
    fn turn(&self, key: RoomKey, asked: &mut Option<Asked>, now: Now) -> Result<(), Refusal> {
        let settings = self.parts.directory.find(key);
        let is_leave = |asked: &Asked| matches!(asked.submission.request, Request::Leave { .. });
        let leaving = asked.as_ref().is_some_and(is_leave);
        if settings.is_none() && !leaving {
            return Err(Refusal::RoomNotFound);
        }
        if !leaving && self.parts.outlets.iter().any(|outlet| outlet.is_overloaded()) {
            return Err(Refusal::Overloaded);
        }
        let account = self.account(key.account);
        let admission = Admission {
            room: key,
            settings: settings.as_ref(),
            quotas: &self.parts.quotas,
            account: &account,
            in_charge_since: self.started_at(now),
            now,
        };
        let review = self.with_room(key, |sequencer| {
            Ok(match sequencer.admit(asked, &admission)? {
                Step::Done => None,
                Step::Publish(admitted) => {
                    self.publish(key, settings.as_ref(), sequencer, admitted);
                    None
                }
                Step::Review(request, number) => {
                    let place = TicketPlace { room: key, epoch: sequencer.epoch(), number };
                    Some((request, place))
                }
            })
        })?;
        if let Some((request, place)) = review {
            self.ask(request, place);
        }
        Ok(())
    }

    fn ask(&self, request: ReviewRequest, place: TicketPlace) {
        let desk: Weak<dyn ReviewDesk> = Weak::clone(&self.me) as Weak<dyn ReviewDesk>;
        self.parts.reviewer.review(request, ReviewTicket::new(desk, place));
    }

    fn publish(
        &self,
        room: RoomKey,
        settings: Option<&RoomSettings>,
        sequencer: &Sequencer,
        admitted: Admitted,
    ) {
        let Admitted { position, rendered: Rendered { kind, sent_at, text } } = admitted;
        let frame = (self.parts.frame)(&text);
        let text_at = frame.len().saturating_sub(text.len());
        let publication = Arc::new(Publication { room, position, kind, sent_at, frame, text_at });
        if let Some(logging) = settings.and_then(|settings| settings.logging.as_deref()) {
            self.parts.chat_log.append(&publication, logging);
        }
        for outlet in sequencer.watching().filter_map(|shard| self.parts.outlets.get(shard)) {
            outlet.deliver(Arc::clone(&publication));
        }
    }

    fn answer(&self, answer_to: AnswerTo, answer: Answer) {
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
}

impl ReviewDesk for LocalBus {
    /// Whatever this review held back comes out under the room's lock, in the order of admission; who is to be told
    /// is told after it.
    fn reviewed(&self, place: TicketPlace, outcome: ReviewOutcome) {
        let Some(room) = self.rooms.pin().get(&place.room).map(Arc::clone) else { return };
        let mut answers = Vec::new();
        {
            let mut room = lock(&room);
            let sequencer = &mut room.sequencer;
            if sequencer.epoch() != place.epoch {
                return;
            }
            let settings = self.parts.directory.find(place.room);
            sequencer.reviewed(place.number, outcome);
            while let Some(release) = sequencer.release() {
                match release {
                    Release::Publish(admitted, answer) => {
                        self.publish(place.room, settings.as_ref(), sequencer, admitted);
                        answers.extend(answer);
                    }
                    Release::Refuse(answer_to, answer) => answers.push((answer_to, answer)),
                }
            }
        }
        for (answer_to, answer) in answers {
            self.answer(answer_to, answer);
        }
    }
}

impl Bus for LocalBus {
    fn submit(&self, room: RoomKey, submission: Submission, answer_to: AnswerTo, now: Now) {
        let mut asked = Some(Asked { submission, answer_to });
        let result = self.turn(room, &mut asked, now);
        // What is under review is answered when its review is there.
        if let Some(Asked { submission: Submission { id, request_id, .. }, answer_to }) = asked {
            self.answer(answer_to, Answer { id, request_id, result });
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
