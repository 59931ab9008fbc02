//! What survives a restart: rooms, logging configurations, their tags, the sealed keys of chat tokens, and who may do
//! what.
//!
//! One [`Store`], cheap to clone, whose methods never block the runtime. Today it is an embedded SQLite database in
//! the data directory; the statements keep to what PostgreSQL understands too.
//!
//! **Invariant:** nothing here reads a clock, draws a random number, or knows the wire or the engine. Times and ids
//! come in; when an id is taken the caller draws another.

mod error;
mod query;
mod sql;
mod sqlite;
mod store;

pub use error::{
    AccessError, Conflict, CreateError, Entity, LoggingConfigurationError, StoreError, TagsError, UpdateError,
};
pub use query::{AllAccess, Cursor, ResourceKey, RoomFilter, TokenKeyRow, UserKey};
pub use store::Store;
