//! Rooms in SQLite. Each function is one step: the caller runs it in a transaction, or on a reading connection.

use super::counters::{hold, next_update_time, release, whole_micros};
use super::record::{state, tags_column, visit_rooms};
use super::statement::{execute, find_all, find_one, select};
use crate::sql::{self, number};
use crate::{CreateError, Cursor, RoomFilter, StoreError, UpdateError};
use model::{AccountId, Id, Limit, LoggingConfigurationState, ResourceKind, Room, RoomKey, Timestamp};
use rusqlite::{Connection, params};

pub(crate) fn create(database: &Connection, mut room: Room, quota: Limit) -> Result<Room, CreateError> {
    if let Some(missing) = missing_logging_configuration(database, &room)? {
        return Err(CreateError::LoggingConfigurationMissing(missing));
    }
    hold(database, room.key.account, ResourceKind::Room, quota)?;
    room.create_time = whole_micros(room.create_time);
    room.update_time = next_update_time(database, room.create_time)?;
    if !insert(database, &room)? {
        return Err(CreateError::IdTaken);
    }
    attach(database, &room)?;
    Ok(room)
}

pub(crate) fn find(database: &Connection, key: RoomKey) -> Result<Option<Room>, StoreError> {
    find_all(database, sql::ROOM, (number(key.account), key.id.as_str()), |rows| {
        let mut found = None;
        visit_rooms(rows, |room| found = Some(room))?;
        Ok(found)
    })
}

pub(crate) fn update(
    database: &Connection,
    key: RoomKey,
    now: Timestamp,
    change: impl FnOnce(&mut Room),
) -> Result<Room, UpdateError> {
    let before = find(database, key)?.ok_or(UpdateError::NotFound)?;
    let mut room = before.clone();
    change(&mut room);
    if let Some(missing) = missing_logging_configuration(database, &room)? {
        return Err(UpdateError::LoggingConfigurationMissing(missing));
    }
    let update_time = next_update_time(database, now)?;
    let room = Room { key, create_time: before.create_time, update_time, tags: before.tags, ..room };
    write_back(database, &room)?;
    if room.logging_configurations != before.logging_configurations {
        execute(database, sql::DETACH_ALL, (number(key.account), key.id.as_str()))?;
        attach(database, &room)?;
    }
    Ok(room)
}

pub(crate) fn delete(database: &Connection, key: RoomKey) -> Result<bool, StoreError> {
    let existed = execute(database, sql::DELETE_ROOM, (number(key.account), key.id.as_str()))? > 0;
    if existed {
        release(database, key.account, ResourceKind::Room)?;
    }
    Ok(existed)
}

/// `page`: after which room, and how many.
pub(crate) fn list(
    database: &Connection,
    account: AccountId,
    filter: &RoomFilter,
    page: (Option<Cursor>, u32),
) -> Result<Vec<Room>, StoreError> {
    let (after, limit) = page;
    select(database, &sql::list_rooms(account, filter, after, limit), |rows| {
        let mut rooms = Vec::new();
        visit_rooms(rows, |room| rooms.push(room))?;
        Ok(rooms)
    })
}

pub(crate) fn visit_all(database: &Connection, visit: impl FnMut(Room)) -> Result<(), StoreError> {
    find_all(database, sql::ALL_ROOMS, [], |rows| visit_rooms(rows, visit))
}

fn insert(database: &Connection, room: &Room) -> Result<bool, StoreError> {
    let (uri, fallback_result) = handler_columns(room);
    let values = params![
        number(room.key.account),
        room.key.id.as_str(),
        room.name.as_str(),
        room.create_time.as_microsecond(),
        room.update_time.as_microsecond(),
        room.maximum_message_rate_per_second,
        room.maximum_message_length,
        uri,
        fallback_result,
        tags_column(&room.tags)?,
    ];
    Ok(execute(database, sql::INSERT_ROOM, values)? > 0)
}

fn write_back(database: &Connection, room: &Room) -> Result<(), StoreError> {
    let (uri, fallback_result) = handler_columns(room);
    let values = params![
        room.name.as_str(),
        room.update_time.as_microsecond(),
        room.maximum_message_rate_per_second,
        room.maximum_message_length,
        uri,
        fallback_result,
        number(room.key.account),
        room.key.id.as_str(),
    ];
    execute(database, sql::UPDATE_ROOM, values).map(|_| ())
}

fn handler_columns(room: &Room) -> (Option<&str>, Option<&'static str>) {
    let handler = room.message_review_handler.as_ref();
    (handler.map(|handler| handler.uri.as_str()), handler.map(|handler| handler.fallback_result.as_str()))
}

fn attach(database: &Connection, room: &Room) -> Result<(), StoreError> {
    for (position, id) in (0_i64..).zip(&room.logging_configurations) {
        let values = (number(room.key.account), room.key.id.as_str(), position, id.as_str());
        execute(database, sql::ATTACH, values)?;
    }
    Ok(())
}

/// One that is to be deleted is as good as missing, so that it has no room when it goes.
fn missing_logging_configuration(database: &Connection, room: &Room) -> Result<Option<Id>, StoreError> {
    for id in &room.logging_configurations {
        let values = (number(room.key.account), id.as_str());
        let found = find_one(database, sql::LOGGING_CONFIGURATION, values, state)?;
        if !found.is_some_and(LoggingConfigurationState::allows_attachment) {
            return Ok(Some(*id));
        }
    }
    Ok(None)
}
