//! Writes to rooms, each with its announcement: the store first, then the bus, and only then the answer. So whoever
//! has the answer finds the room changed everywhere: read-your-writes, for open connections too.
//!
//! It must not know who asks or what may be asked.

use crate::ChatLogs;
use crate::turns::Turns;
use engine::{Bus, Notice, RoomSettings};
use model::{Limit, Room, RoomKey, Timestamp};
use std::sync::Arc;
use store::{CreateError, Store, StoreError, UpdateError};

/// The way to write a room.
pub(crate) struct RoomWrites {
    parts: Arc<Parts>,
    turns: Turns,
}

struct Parts {
    store: Store,
    bus: Arc<dyn Bus>,
    chat_logs: Arc<dyn ChatLogs>,
}

impl RoomWrites {
    pub(crate) fn new(store: Store, bus: Arc<dyn Bus>, chat_logs: Arc<dyn ChatLogs>) -> Self {
        Self { parts: Arc::new(Parts { store, bus, chat_logs }), turns: Turns::new() }
    }

    /// As [`Store::create_room`].
    pub(crate) async fn create(&self, room: Room, quota: Limit) -> Result<Room, CreateError> {
        let (parts, key) = (Arc::clone(&self.parts), room.key);
        let step = async move {
            let room = parts.store.create_room(room, quota).await?;
            parts.announce_change(&room);
            Ok(room)
        };
        self.turns.run(key, step).await
    }

    /// As [`Store::update_room`].
    pub(crate) async fn update(
        &self,
        key: RoomKey,
        now: Timestamp,
        change: impl FnOnce(&mut Room) + Send + 'static,
    ) -> Result<Room, UpdateError> {
        let parts = Arc::clone(&self.parts);
        let step = async move {
            let room = parts.store.update_room(key, now, change).await?;
            parts.announce_change(&room);
            Ok(room)
        };
        self.turns.run(key, step).await
    }

    /// As [`Store::delete_room`]. Nothing can be said in the room after the announcement, so what its logs still hold
    /// of it need not wait for more.
    pub(crate) async fn delete(&self, key: RoomKey) -> Result<bool, StoreError> {
        let parts = Arc::clone(&self.parts);
        let step = async move {
            let existed = parts.store.delete_room(key).await?;
            if existed {
                parts.bus.announce(Notice::RoomDeleted(key));
                parts.chat_logs.flush_room(key);
            }
            Ok(existed)
        };
        self.turns.run(key, step).await
    }
}

impl Parts {
    fn announce_change(&self, room: &Room) {
        self.bus.announce(Notice::RoomChanged(room.key, RoomSettings::from(room)));
    }
}
