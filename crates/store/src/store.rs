//! The store as the rest of the house sees it. Knows what is kept, not how: that is the back end's.

mod access;
mod logging_configurations;

use crate::sqlite::{Sqlite, rooms, tags, token_keys};
use crate::{CreateError, Cursor, ResourceKey, RoomFilter, StoreError, TagsError, TokenKeyRow, UpdateError};
use model::{AccountId, Limit, Room, RoomKey, Tags, Timestamp, Violation};
use std::path::Path;
use std::sync::Arc;

/// What survives a restart. Clones are handles on the same store; the last one to go closes it.
///
/// A write is acknowledged when it is on the disk, and every read begun after that sees it. Writes queue; those that
/// wait together share one commit. Dropping a write's future does not take the write back.
///
/// Each create and update takes a later update time than any before it in the store, and than the time given if the
/// clock stood still or went back. Times are kept to the microsecond.
#[derive(Debug, Clone)]
pub struct Store {
    sqlite: Arc<Sqlite>,
}

impl Store {
    /// Opens the store in `data_dir`; makes the directory and the database where there are none, and brings an older
    /// format up to date.
    ///
    /// # Errors
    /// Any [`StoreError`]; each says what to do.
    pub async fn open(data_dir: &Path) -> Result<Self, StoreError> {
        let data_dir = data_dir.to_owned();
        let opening = tokio::task::spawn_blocking(move || Sqlite::open(&data_dir));
        let sqlite = opening.await.map_err(|ended| StoreError::unavailable(ended.to_string()))??;
        Ok(Self { sqlite: Arc::new(sqlite) })
    }

    /// Whether the store takes reads and writes; cheap enough for a readiness probe.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.sqlite.ready().await
    }

    /// Creates a room, unless the account then has more than `quota`. The time is the room's `create_time`; the room
    /// comes back with the update time it was given.
    ///
    /// # Errors
    /// Any [`CreateError`].
    pub async fn create_room(&self, room: Room, quota: Limit) -> Result<Room, CreateError> {
        self.sqlite.write(move |database| rooms::create(database, room, quota)).await
    }

    /// Finds a room.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn room(&self, key: RoomKey) -> Result<Option<Room>, StoreError> {
        self.sqlite.read(move |database| rooms::find(database, key)).await
    }

    /// Reads a room, changes it and writes it back, as one step. What `change` does to the key, the times and the
    /// tags is not kept. It runs on the store's own thread: it must only compute.
    ///
    /// # Errors
    /// Any [`UpdateError`].
    pub async fn update_room(
        &self,
        key: RoomKey,
        now: Timestamp,
        change: impl FnOnce(&mut Room) + Send + 'static,
    ) -> Result<Room, UpdateError> {
        self.sqlite.write(move |database| rooms::update(database, key, now, change)).await
    }

    /// Deletes a room; false if there was none.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn delete_room(&self, key: RoomKey) -> Result<bool, StoreError> {
        self.sqlite.write(move |database| rooms::delete(database, key)).await
    }

    /// At most `limit` of an account's rooms that match `filter`, newest update first, beginning after `after`.
    ///
    /// A walk from page to page neither skips nor repeats a room that stood unchanged throughout.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn list_rooms(
        &self,
        account: AccountId,
        filter: RoomFilter,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<Room>, StoreError> {
        self.sqlite.read(move |database| rooms::list(database, account, &filter, (after, limit))).await
    }

    /// Shows every room of every account to `visit`, as they stood at one moment, and gives back what it gathered.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn all_rooms<T: Send + 'static>(
        &self,
        mut gathered: T,
        visit: impl Fn(&mut T, Room) + Send + 'static,
    ) -> Result<T, StoreError> {
        let read = self.sqlite.read(move |database| {
            rooms::visit_all(database, |room| visit(&mut gathered, room))?;
            Ok(gathered)
        });
        read.await
    }

    /// The tags of a resource; none if there is no such resource.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn tags(&self, key: ResourceKey) -> Result<Option<Tags>, StoreError> {
        self.sqlite.read(move |database| tags::find(database, key)).await
    }

    /// Replaces the tags of a resource with what `change` makes of them, as one step. The resource's update time
    /// stays. It runs on the store's own thread: it must only compute.
    ///
    /// # Errors
    /// Any [`TagsError`].
    pub async fn change_tags(
        &self,
        key: ResourceKey,
        change: impl FnOnce(&Tags) -> Result<Tags, Violation> + Send + 'static,
    ) -> Result<Tags, TagsError> {
        self.sqlite.write(move |database| tags::change(database, key, change)).await
    }

    /// The wrapped keys of chat tokens, newest first, expired ones too.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn token_keys(&self) -> Result<Vec<TokenKeyRow>, StoreError> {
        self.sqlite.read(token_keys::list).await
    }

    /// Adds a wrapped key; false if its id is taken.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn add_token_key(&self, row: TokenKeyRow) -> Result<bool, StoreError> {
        self.sqlite.write(move |database| token_keys::add(database, &row)).await
    }

    /// Deletes the keys that have expired, and says how many there were.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn delete_expired_token_keys(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.sqlite.write(move |database| token_keys::delete_expired(database, now)).await
    }
}
