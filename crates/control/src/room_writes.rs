//! Writes to rooms, each with its announcement: the store first, then the bus, and only then the answer. So whoever
//! has the answer finds the room changed everywhere: read-your-writes, for open connections too.
//!
//! It must not know who asks or what may be asked.

use engine::{Bus, Notice, RoomSettings};
use model::{Limit, Room, RoomKey, Timestamp};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use store::{CreateError, Store, StoreError, UpdateError};
use tokio::sync::Mutex;

/// How many rooms can be written at once, about; what shares a lock only waits.
const TURNS: usize = 64;

/// The way to write a room.
pub(crate) struct RoomWrites(Arc<Parts>);

struct Parts {
    store: Store,
    bus: Arc<dyn Bus>,
    turns: [Arc<Mutex<()>>; TURNS],
}

impl RoomWrites {
    pub(crate) fn new(store: Store, bus: Arc<dyn Bus>) -> Self {
        Self(Arc::new(Parts { store, bus, turns: std::array::from_fn(|_| Arc::default()) }))
    }

    /// As [`Store::create_room`].
    pub(crate) async fn create(&self, room: Room, quota: Limit) -> Result<Room, CreateError> {
        let parts = Arc::clone(&self.0);
        self.in_turn(room.key, async move {
            let room = parts.store.create_room(room, quota).await?;
            parts.announce_change(&room);
            Ok(room)
        })
        .await
    }

    /// As [`Store::update_room`].
    pub(crate) async fn update(
        &self,
        key: RoomKey,
        now: Timestamp,
        change: impl FnOnce(&mut Room) + Send + 'static,
    ) -> Result<Room, UpdateError> {
        let parts = Arc::clone(&self.0);
        self.in_turn(key, async move {
            let room = parts.store.update_room(key, now, change).await?;
            parts.announce_change(&room);
            Ok(room)
        })
        .await
    }

    /// As [`Store::delete_room`].
    pub(crate) async fn delete(&self, key: RoomKey) -> Result<bool, StoreError> {
        let parts = Arc::clone(&self.0);
        self.in_turn(key, async move {
            let existed = parts.store.delete_room(key).await?;
            if existed {
                parts.bus.announce(Notice::RoomDeleted(key));
            }
            Ok(existed)
        })
        .await
    }

    /// Runs a step of a room when those before it are done, in a task of its own. The turn keeps announcements in the
    /// order of the writes; the task keeps the two together when the caller goes away between them.
    async fn in_turn<T, E>(
        &self,
        key: RoomKey,
        step: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let turn = self.0.turn(key);
        let task = tokio::spawn(async move {
            let _turn = turn.lock().await;
            step.await
        });
        task.await.unwrap_or_else(|ended| Err(StoreError::Unavailable { detail: ended.to_string() }.into()))
    }
}

impl Parts {
    fn announce_change(&self, room: &Room) {
        self.bus.announce(Notice::RoomChanged(room.key, RoomSettings::from(room)));
    }

    fn turn(&self, key: RoomKey) -> Arc<Mutex<()>> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.turns.get(hasher.finish() as usize % TURNS).map(Arc::clone).unwrap_or_default()
    }
}
