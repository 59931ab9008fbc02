//! The loop of one shard: wait, serve the sockets, take what the inbox holds, walk a slice of each busy room.
//!
//! What happens on each occasion stands beside it: `reading`, `delivery`, `timers`.

use crate::alarms::Alarms;
use crate::connection::{Connection, Place};
use crate::counters::{CloseReason, ShardCounters};
use crate::inbox::{Event, Inbox, Ticket};
use crate::outbox::Outbox;
use crate::reading::Heard;
use crate::reservation::Held;
use crate::room::{Member, Room};
use crate::shards::ShardSettings;
use crate::slots::{Slot, Slots};
use crate::transport::{ChatSocket, Transport};
use engine::{AnswerTo, Bus, Moment, Request, Session, Submission};
use mio::{Events, Poll, Token};
use model::{Id, Monotonic, Now, RoomKey, UserId};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;
use websocket::{Decoder, Limits, Role};

/// The poll's name for the inbox's waker.
pub(crate) const WAKER: Token = Token(usize::MAX);

/// Sockets whose readiness is taken from the kernel at once.
const EVENTS_PER_TURN: usize = 1024;

/// The shard's one read buffer; a connection keeps only the frame that it cuts in two. A viewer says little at a time.
const SCRATCH_BYTES: usize = 16 * 1024;

/// What a shard is given.
pub(crate) struct ShardParts {
    pub(crate) number: usize,
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) settings: ShardSettings,
    pub(crate) clock: Arc<dyn Fn() -> Now + Send + Sync>,
    pub(crate) random: fn() -> u128,
}

/// A shard's state; only its own thread touches it.
pub(crate) struct Shard {
    pub(crate) poll: Poll,
    pub(crate) parts: ShardParts,
    /// The time of this turn.
    pub(crate) now: Now,
    pub(crate) connections: Slots<Connection>,
    pub(crate) rooms: Slots<Room>,
    room_slots: HashMap<RoomKey, Slot>,
    /// Rooms with a pass to walk or publications to take up, each once.
    pub(crate) busy: VecDeque<Slot>,
    /// Reserved places, and their rooms: a place may be gone before its socket comes.
    tickets: HashMap<Ticket, (Slot, RoomKey)>,
    /// Publications taken in so far.
    pub(crate) taken_in: u64,
    /// When the last is let go, while the shard drains.
    pub(crate) drained_at: Option<Monotonic>,
    pub(crate) alarms: Alarms,
    pub(crate) counters: ShardCounters,
    pub(crate) scratch: Vec<u8>,
    /// Sockets that may hold more than was read of them.
    pub(crate) unread: VecDeque<Slot>,
    pub(crate) heard: Vec<Heard>,
    hasher: RandomState,
    stopped: bool,
}

impl Shard {
    pub(crate) fn new(poll: Poll, parts: ShardParts) -> Self {
        Self {
            poll,
            now: (parts.clock)(),
            parts,
            connections: Slots::default(),
            rooms: Slots::default(),
            room_slots: HashMap::new(),
            busy: VecDeque::new(),
            tickets: HashMap::new(),
            taken_in: 0,
            drained_at: None,
            alarms: Alarms::default(),
            counters: ShardCounters::default(),
            scratch: vec![0; SCRATCH_BYTES],
            unread: VecDeque::new(),
            heard: Vec::new(),
            hasher: RandomState::new(),
            stopped: false,
        }
    }

    /// Turns until told to stop.
    pub(crate) fn run(mut self) {
        let mut ready = Events::with_capacity(EVENTS_PER_TURN);
        let mut inbox = Vec::new();
        while !self.stopped {
            let wait = self.wait();
            if let Err(error) = self.poll.poll(&mut ready, wait)
                && error.kind() != std::io::ErrorKind::Interrupted
            {
                tracing::error!(shard = self.parts.number, %error, "the shard cannot wait for its sockets");
                return;
            }
            self.parts.inbox.woke_up();
            self.now = (self.parts.clock)();
            for event in ready.iter().filter(|event| event.token() != WAKER) {
                self.on_ready(slot_of(event.token()), event.is_writable(), event.is_readable(), ended(event));
            }
            self.read_on();
            // After the sockets: what their messages became goes out in the same turn.
            self.parts.inbox.take(&mut inbox);
            inbox.drain(..).for_each(|event| self.on_event(event));
            self.walk_rooms();
            self.ring_alarms();
        }
    }

    /// How long the kernel may wait: not at all while there is work.
    fn wait(&self) -> Option<Duration> {
        if !self.busy.is_empty() || !self.unread.is_empty() || !self.parts.inbox.may_sleep() {
            return Some(Duration::ZERO);
        }
        let alarm = self.alarms.next()?;
        let now = (self.parts.clock)().monotonic;
        // The kernel counts in milliseconds; rounded down, the last one would be spun through.
        Some(alarm.since(now) + Duration::from_millis(1))
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Deliver(publication) => self.on_publication(publication),
            Event::Answer(address, answer) => {
                let slot = Slot { index: address.slot, generation: address.generation };
                if let Some(connection) = self.connections.get_mut(slot).filter(|c| c.ending.is_none()) {
                    let reaction = connection.session.on_answer(&answer);
                    self.react(slot, reaction);
                    self.flush(slot);
                }
            }
            Event::Reserve(ticket, session) => self.reserve(ticket, session),
            Event::Attach { ticket, socket, read_ahead, held } => {
                if let Some(slot) = self.attach(ticket, socket, held) {
                    self.begin(slot, read_ahead);
                }
            }
            Event::Abandon { ticket, joined } => self.abandon(ticket, joined),
            Event::Report(answer) => {
                let mut counters = self.counters.clone();
                let occupied: Vec<Slot> = self.connections.occupied().collect();
                for slot in occupied {
                    if let Some(connection) = self.connections.at(slot.index) {
                        counters.connections += u64::from(connection.transport.is_some());
                        counters.outbox_bytes += connection.outbox.bytes() as u64;
                    }
                }
                // Who asked may have gone.
                let _ = answer.try_send(counters);
            }
            Event::Drain(over) => self.drain(over),
            Event::Stop => self.stopped = true,
        }
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.now, id: Id::from_random((self.parts.random)()) }
    }

    pub(crate) fn user_hash(&self, user: &UserId) -> u32 {
        user_hash(&self.hasher, user)
    }

    /// The place among the viewers is taken now; from here on nothing that the room publishes is missed.
    fn reserve(&mut self, ticket: Ticket, session: Session) {
        let (key, user) = (session.room(), self.user_hash(session.user_id()));
        let room_slot = match self.room_slots.get(&key) {
            Some(slot) => *slot,
            None => {
                let slot = self.rooms.insert(Room::new(key));
                self.room_slots.insert(key, slot);
                slot
            }
        };
        let now = self.now.monotonic;
        let slot = self.connections.insert(Connection {
            transport: None,
            session,
            decoder: Decoder::new(Role::Server, Limits::default()),
            outbox: Outbox::default(),
            place: None,
            joined: false,
            ending: None,
            drop_at: self.drained_at.unwrap_or(Monotonic::NEVER),
            held: None,
            heard_at: now,
            pinged_at: now,
            alarm_at: Monotonic::NEVER,
            entered_at: self.taken_in,
            unread: false,
        });
        let member =
            self.rooms.at(room_slot.index).map(|room| room.enter(Member { connection: slot.index, user }));
        if let (Some(connection), Some(member)) = (self.connections.at(slot.index), member) {
            let member = u32::try_from(member).unwrap_or(u32::MAX);
            connection.place = Some(Place { room: room_slot.index, member });
        }
        self.tickets.insert(ticket, (slot, key));
    }

    fn attach(&mut self, ticket: Ticket, socket: ChatSocket, held: Option<Held>) -> Option<Slot> {
        let (slot, room) = self.tickets.remove(&ticket)?;
        let registered = Transport::register(socket, self.poll.registry(), token_of(slot));
        let Some(connection) = self.connections.get_mut(slot) else {
            // Dropped while it was reserved: for what waited for it, or by a moderator.
            self.submit_leave(room);
            return None;
        };
        connection.joined = true;
        connection.held = held.map(Box::new);
        connection.heard_at = self.now.monotonic;
        connection.pinged_at = self.now.monotonic;
        match registered {
            Ok(transport) => connection.transport = Some(transport),
            Err(_) => {
                self.drop_connection(slot, CloseReason::Lost);
                return None;
            }
        }
        self.counters.opened += 1;
        Some(slot)
    }

    /// The first turn of a connection: what its room has published meanwhile, and what it has said already.
    fn begin(&mut self, slot: Slot, read_ahead: Vec<u8>) {
        if self.connections.get_mut(slot).is_some_and(|connection| connection.place.is_none()) {
            // Disconnected by a moderator before its socket came.
            self.say_leave(slot);
        }
        self.flush(slot);
        self.set_next_alarm(slot);
        if !read_ahead.is_empty() {
            self.on_bytes(slot, &mut read_ahead.into_boxed_slice());
        }
        // What TLS has decrypted already makes no socket ready.
        self.read_later(slot);
    }

    fn abandon(&mut self, ticket: Ticket, joined: bool) {
        let Some((slot, room)) = self.tickets.remove(&ticket) else { return };
        match self.connections.get_mut(slot) {
            Some(connection) => connection.joined = joined,
            None if joined => self.submit_leave(room),
            None => {}
        }
        self.drop_connection(slot, CloseReason::Abandoned);
    }

    /// Says once to the sequencer that a viewer is gone.
    fn say_leave(&mut self, slot: Slot) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        if std::mem::take(&mut connection.joined) {
            let room = connection.session.room();
            self.submit_leave(room);
        }
    }

    fn submit_leave(&self, room: RoomKey) {
        let request = Request::Leave { shard: self.parts.number };
        let submission = Submission { id: Id::from_random(0), request_id: Box::default(), request };
        self.parts.bus.submit(room, submission, AnswerTo::Nobody, self.now);
    }

    /// Takes a connection out of its room.
    pub(crate) fn leave_room(&mut self, slot: Slot) {
        let place = self.connections.get_mut(slot).and_then(|connection| connection.place.take());
        let Some(place) = place else { return };
        self.say_leave(slot);
        let Some(room) = self.rooms.at(place.room) else { return };
        if let Some(moved) = room.leave(place.member as usize)
            && let Some(moved) = self.connections.at(moved)
            && let Some(moved) = &mut moved.place
        {
            moved.member = place.member;
        }
        // While a pass is under way its end looks after this.
        if room.is_deserted() && room.pass.is_none() {
            self.forget_room(place.room);
        }
    }

    /// Lets go of a connection at once. What it was ending for is what is counted.
    pub(crate) fn drop_connection(&mut self, slot: Slot, reason: CloseReason) {
        self.leave_room(slot);
        // It may have left before it was known to have joined.
        self.say_leave(slot);
        let Some(connection) = self.connections.get_mut(slot) else { return };
        let reason = connection.ending.unwrap_or(reason);
        if let Some(transport) = &mut connection.transport {
            transport.deregister(self.poll.registry());
        }
        self.connections.remove(slot.index);
        self.parts.inbox.free_place();
        ShardCounters::count(&mut self.counters.closed, reason as usize, 1);
    }

    pub(crate) fn room_slot(&self, key: RoomKey) -> Option<Slot> {
        self.room_slots.get(&key).copied()
    }

    pub(crate) fn hasher(&self) -> RandomState {
        self.hasher.clone()
    }

    /// Forgets a deserted room, and what nobody will see of it.
    pub(crate) fn forget_room(&mut self, index: u32) {
        if let Some(room) = self.rooms.remove(index) {
            self.room_slots.remove(&room.key);
            let unseen = room.pending.iter().map(|arrival| arrival.publication.frame.len()).sum();
            self.parts.inbox.taken_up(unseen);
        }
    }
}

pub(crate) fn user_hash(hasher: &RandomState, user: &UserId) -> u32 {
    // Half of the hash is enough to look at few others.
    (hasher.hash_one(user) >> 32) as u32
}

fn ended(event: &mio::event::Event) -> bool {
    event.is_read_closed() || event.is_error()
}

const fn token_of(slot: Slot) -> Token {
    Token(((slot.generation as usize) << 32) | slot.index as usize)
}

const fn slot_of(token: Token) -> Slot {
    Slot { index: (token.0 & 0xffff_ffff) as u32, generation: (token.0 >> 32) as u32 }
}
