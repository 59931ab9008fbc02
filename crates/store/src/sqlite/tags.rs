//! The tags of both kinds of resource, in SQLite.

use super::record;
use super::statement::{execute, find_one};
use crate::sql::{self, number};
use crate::{ResourceKey, StoreError, TagsError};
use model::{AccountId, Id, Tags, Violation};
use rusqlite::Connection;

pub(crate) fn find(database: &Connection, key: ResourceKey) -> Result<Option<Tags>, StoreError> {
    let (account, id) = parts(key);
    find_one(database, sql::tags(key), (number(account), id.as_str()), |row| record::tags(row, 0))
}

pub(crate) fn change(
    database: &Connection,
    key: ResourceKey,
    change: impl FnOnce(&Tags) -> Result<Tags, Violation>,
) -> Result<Tags, TagsError> {
    let before = find(database, key)?.ok_or(TagsError::NotFound)?;
    let tags = change(&before).map_err(TagsError::Refused)?;
    let (account, id) = parts(key);
    let values = (record::tags_column(&tags)?, number(account), id.as_str());
    execute(database, sql::set_tags(key), values)?;
    Ok(tags)
}

const fn parts(key: ResourceKey) -> (AccountId, Id) {
    match key {
        ResourceKey::Room(key) => (key.account, key.id),
        ResourceKey::LoggingConfiguration(key) => (key.account, key.id),
    }
}
