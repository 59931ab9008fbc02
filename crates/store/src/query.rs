//! What is asked of the store and what it gives back, where the model has no noun for it.

use model::{
    AccessKey, AccessPolicy, AccessUser, Account, AccountId, Id, LoggingConfiguration,
    LoggingConfigurationKey, ResourceName, ReviewHandlerUri, Room, RoomKey, Timestamp, UserName,
};
use std::fmt;

/// Which rooms a list shows: those that match every filter that is given, exactly.
///
/// Source: API reference, `ListRooms`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoomFilter {
    /// The room's name.
    pub name: Option<ResourceName>,
    /// The URI of the room's review handler; the empty one finds rooms whose handler was detached.
    pub message_review_handler_uri: Option<ReviewHandlerUri>,
    /// A logging configuration that is attached to the room.
    pub logging_configuration_id: Option<Id>,
}

/// The last item of a page: the next page begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The item's update time, in microseconds since 1970.
    pub update_time_micros: i64,
    /// The item's id.
    pub id: Id,
}

impl From<&Room> for Cursor {
    fn from(room: &Room) -> Self {
        Self { update_time_micros: room.update_time.as_microsecond(), id: room.key.id }
    }
}

impl From<&LoggingConfiguration> for Cursor {
    fn from(configuration: &LoggingConfiguration) -> Self {
        Self { update_time_micros: configuration.update_time.as_microsecond(), id: configuration.key.id }
    }
}

/// A resource that has tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceKey {
    /// A room.
    Room(RoomKey),
    /// A logging configuration.
    LoggingConfiguration(LoggingConfigurationKey),
}

/// Where a user is found: without regard to the name's case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserKey {
    /// Whose user it is.
    pub account: AccountId,
    /// The user's name.
    pub name: UserName,
}

impl From<&AccessUser> for UserKey {
    fn from(user: &AccessUser) -> Self {
        Self { account: user.account, name: user.name.clone() }
    }
}

/// Who may do what, all of it, each kind in the order of account and name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllAccess {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// The users.
    pub users: Vec<AccessUser>,
    /// The keys, of one user oldest first.
    pub keys: Vec<AccessKey>,
    /// The policies that are in the store.
    pub policies: Vec<AccessPolicy>,
}

/// A key that seals chat tokens, wrapped by the master key, which the store never sees.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKeyRow {
    /// The key's id, as tokens name it.
    pub id: u32,
    /// The wrapped key; `Debug` does not show it.
    pub wrapped: Vec<u8>,
    /// When it was made, to the microsecond.
    pub created_at: Timestamp,
    /// From when on it opens no token, to the microsecond.
    pub expires_at: Timestamp,
}

impl fmt::Debug for TokenKeyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, created_at, expires_at, .. } = self;
        write!(f, "TokenKeyRow({id}, ***, {created_at}..{expires_at})")
    }
}
