//! What a scenario comes to: rooms, who is in them, who sends how much. Pure; knows no server.

use super::args::{BenchCommand, MixedArgs, ReviewArgs, RoomsArgs};
use super::error::BenchError;
use loadgen::{Role, SendPlan};
use std::time::Duration;

/// What one connection may send in a second. Source: IVS Chat user guide, "Service quotas".
const PER_CONNECTION: f64 = 10.0;
/// Viewers of a room, where only the number of viewers is given.
const VIEWERS_PER_ROOM: u32 = 10;
/// Handshakes under way at once where it is not them that are measured.
const CONNECTING_AT_ONCE: u32 = 128;

/// A scenario, worked out.
#[derive(Debug)]
pub(super) struct Plan {
    /// Its name, as it was typed.
    pub(super) scenario: &'static str,
    /// What happens in it.
    pub(super) course: Course,
    /// Rooms of one kind each.
    pub(super) groups: Vec<Group>,
    /// How long it lasts.
    pub(super) lasting: Duration,
    /// Handshakes under way at once.
    pub(super) connecting_at_once: u32,
}

/// What happens in a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// Everybody connects; then messages of so many bytes are sent.
    Messages(u16),
    /// Everybody connects; then nothing happens.
    Idle,
    /// Everybody connects and is dropped, again and again.
    Storm,
}

/// Rooms of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Group {
    /// Its name in the report.
    pub(super) name: &'static str,
    /// How many rooms.
    pub(super) rooms: u32,
    /// Viewers of all of them together, senders included; spread evenly.
    pub(super) viewers: u32,
    /// Further viewers of each room that never read.
    pub(super) stalled_per_room: u32,
    /// Messages a second in each room; zero where none are sent.
    pub(super) per_second: f64,
    /// Whether a handler reviews them.
    pub(super) is_reviewed: bool,
}

/// One room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RoomPlan {
    /// Counted from 0 over all groups.
    pub(super) number: u32,
    /// The index of its group.
    pub(super) group: u8,
    /// Its viewers, senders included.
    pub(super) viewers: u32,
    /// How many of them send.
    pub(super) senders: u32,
    /// Further viewers that never read.
    pub(super) stalled: u32,
    /// Messages a second.
    pub(super) per_second: f64,
    /// Whether a handler reviews them.
    pub(super) is_reviewed: bool,
}

/// One connection to be, without its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The room's number.
    pub(super) room: u32,
    /// Counted from 0 in its room.
    pub(super) number: u32,
    /// What it does there.
    pub(super) role: Role,
}

impl Plan {
    /// Works out what was asked for.
    ///
    /// # Errors
    /// [`BenchError::TooFewViewers`], [`BenchError::EmptyRooms`]
    pub(super) fn new(command: &BenchCommand) -> Result<Self, BenchError> {
        let (scenario, course, groups) = match command {
            BenchCommand::FanOut(args) => {
                let group = Group { stalled_per_room: args.stalled, ..room(args.viewers, args.rate) };
                ("fan-out", Course::Messages(args.messages.size), vec![group])
            }
            BenchCommand::Storm(args) => ("storm", Course::Storm, vec![room(args.viewers, 0.0)]),
            BenchCommand::Idle(args) => ("idle", Course::Idle, vec![room(args.viewers, 0.0)]),
            BenchCommand::Rooms(args) => ("rooms", Course::Messages(args.messages.size), vec![rooms(args)]),
            BenchCommand::Mixed(args) => ("mixed", Course::Messages(args.messages.size), mixed(args)),
            BenchCommand::Review(args) => ("review", Course::Messages(args.messages.size), review(args)),
        };
        groups.iter().try_for_each(Group::check)?;
        let connecting_at_once = match command {
            BenchCommand::Storm(args) => args.at_once,
            _ => CONNECTING_AT_ONCE,
        };
        Ok(Self { scenario, course, groups, lasting: command.site().lasting, connecting_at_once })
    }

    /// All connections, stalled ones included.
    pub(super) fn connections(&self) -> u64 {
        self.groups.iter().map(Group::connections).sum()
    }

    /// All rooms, by number.
    pub(super) fn rooms(&self) -> impl Iterator<Item = RoomPlan> {
        let of_group = |(index, group): (u8, &Group)| {
            let group = *group;
            (0..group.rooms).map(move |number| group.room(index, number))
        };
        (0..).zip(&self.groups).flat_map(of_group).zip(0..).map(|(room, number)| RoomPlan { number, ..room })
    }

    /// Every connection to be, room by room.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> + use<> {
        let rooms: Vec<RoomPlan> = self.rooms().collect();
        rooms.into_iter().flat_map(|room| {
            let place = move |number| Place { room: room.number, number, role: room.role(number) };
            (0..room.viewers + room.stalled).map(place)
        })
    }

    /// What is sent in each room; nothing where nothing is sent.
    pub(super) fn send_plans(&self) -> Vec<SendPlan> {
        let Course::Messages(bytes) = self.course else { return Vec::new() };
        let plan = |room: RoomPlan| SendPlan {
            room: room.number,
            per_second: room.per_second,
            bytes: usize::from(bytes),
        };
        self.rooms().map(plan).collect()
    }
}

impl Group {
    /// All its connections.
    pub(super) fn connections(&self) -> u64 {
        u64::from(self.viewers) + u64::from(self.rooms) * u64::from(self.stalled_per_room)
    }

    /// Whether each room has a viewer, and enough of them to send.
    fn check(&self) -> Result<(), BenchError> {
        let viewers = self.viewers / self.rooms.max(1);
        let senders = senders(self.per_second);
        if viewers == 0 {
            return Err(BenchError::EmptyRooms { rooms: self.rooms, viewers: self.viewers });
        }
        if viewers < senders {
            return Err(BenchError::TooFewViewers { rate: self.per_second, senders, viewers });
        }
        Ok(())
    }

    /// The room with this number in the group; what does not divide goes to the first rooms.
    fn room(self, group: u8, number: u32) -> RoomPlan {
        let rooms = self.rooms.max(1);
        RoomPlan {
            number,
            group,
            viewers: self.viewers / rooms + u32::from(number < self.viewers % rooms),
            senders: senders(self.per_second),
            stalled: self.stalled_per_room,
            per_second: self.per_second,
            is_reviewed: self.is_reviewed,
        }
    }
}

impl RoomPlan {
    /// The room's `maximumMessageRatePerSecond`, of which the API knows 1 to 100.
    pub(super) fn message_rate(&self) -> u32 {
        self.per_second.ceil().clamp(1.0, 100.0) as u32
    }

    /// Senders first, then viewers, then those that never read.
    fn role(&self, number: u32) -> Role {
        match number {
            _ if number < self.senders => Role::Sender,
            _ if number < self.viewers => Role::Viewer,
            _ => Role::Stalled,
        }
    }
}

fn room(viewers: u32, per_second: f64) -> Group {
    Group { name: "room", rooms: 1, viewers, stalled_per_room: 0, per_second, is_reviewed: false }
}

fn rooms(args: &RoomsArgs) -> Group {
    let rooms = args.rooms.unwrap_or(args.viewers.div_ceil(VIEWERS_PER_ROOM));
    Group { name: "rooms", rooms, ..room(args.viewers, args.rate) }
}

fn mixed(args: &MixedArgs) -> Vec<Group> {
    let viewers = args.rooms.saturating_mul(args.room_viewers);
    vec![
        Group { name: "big room", ..room(args.viewers, args.rate) },
        Group { name: "small rooms", rooms: args.rooms, ..room(viewers, args.room_rate) },
    ]
}

fn review(args: &ReviewArgs) -> Vec<Group> {
    let viewers = args.rooms.saturating_mul(args.room_viewers);
    let others = Group { name: "other rooms", rooms: args.rooms, ..room(viewers, args.rate) };
    vec![Group { name: "reviewed rooms", is_reviewed: true, ..others }, others]
}

/// As many as AWS's quota of a connection asks for.
fn senders(per_second: f64) -> u32 {
    (per_second / PER_CONNECTION).ceil() as u32
}

#[cfg(test)]
mod tests;
