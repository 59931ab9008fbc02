//! Rooms that were deleted, until the lanes know: however many they are, and however long the disk takes.

use super::lane::Lane;
use model::RoomKey;
use std::collections::BTreeSet;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many are told apart.
const MOST_ROOMS: usize = 1_000;

/// Rooms that were deleted.
#[derive(Debug, Default)]
pub(super) struct DeletedRooms(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    new: Deleted,
    /// Somebody comes for them.
    is_awaited: bool,
}

/// Some of them.
#[derive(Debug, Default)]
pub(super) struct Deleted {
    rooms: BTreeSet<RoomKey>,
    /// There were too many.
    is_any: bool,
}

impl DeletedRooms {
    /// Adds one. Answers whether the caller must come for them; otherwise somebody does already.
    pub(super) fn add(&self, room: RoomKey) -> bool {
        let mut state = self.lock();
        state.new.is_any |= state.new.rooms.len() >= MOST_ROOMS;
        if !state.new.is_any {
            state.new.rooms.insert(room);
        }
        !mem::replace(&mut state.is_awaited, true)
    }

    /// What has come since the last time; with none, nobody comes for them any more.
    pub(super) fn take(&self) -> Option<Deleted> {
        let mut state = self.lock();
        state.is_awaited = !state.new.rooms.is_empty();
        state.is_awaited.then(|| mem::take(&mut state.new))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deleted {
    /// What the lane has of these rooms is delivered without waiting for more.
    pub(super) fn flush(&self, lane: &Lane) {
        if self.is_any {
            lane.flush();
            return;
        }
        let account = lane.name.configuration.account;
        for room in self.rooms.iter().filter(|room| room.account == account) {
            lane.flush_room(room.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AccountId, Id};

    #[test]
    fn one_comes_for_all_and_too_many_are_not_told_apart() {
        let rooms = DeletedRooms::default();
        let room = |number: usize| RoomKey {
            account: AccountId::parse("123456789012").unwrap(),
            id: Id::parse(&format!("room{number:08}")).unwrap(),
        };
        assert!(rooms.add(room(0)));
        assert!(!rooms.add(room(1)));
        let taken = rooms.take().unwrap();
        assert_eq!((taken.rooms.len(), taken.is_any), (2, false));
        assert!((0..MOST_ROOMS + 1).all(|number| !rooms.add(room(number))), "somebody comes still");
        let taken = rooms.take().unwrap();
        assert_eq!((taken.rooms.len(), taken.is_any), (MOST_ROOMS, true));
        assert!(rooms.take().is_none());
        assert!(rooms.add(room(0)));
    }
}
