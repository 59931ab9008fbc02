//! Access keys in SQLite. The secrets come and go wrapped.

use super::{check_quota, users};
use crate::StoreError;
use crate::error::{AccessError, Entity};
use crate::query::UserKey;
use crate::sql::{access as sql, number};
use crate::sqlite::counters::whole_micros;
use crate::sqlite::record::{account, parsed, time, time_if_any};
use crate::sqlite::statement::{execute, field, find_all, next};
use model::{AccessKey, AccessKeyId, AccessUser, KeyStatus, Timestamp, UserName};
use rusqlite::{Connection, Rows, params};

pub(crate) fn create(database: &Connection, mut key: AccessKey) -> Result<AccessKey, AccessError> {
    let of = UserKey { account: key.account, name: key.user };
    key.user = users::find_existing(database, &of)?.name;
    let (account, folded_user) = (number(key.account), key.user.folded());
    key.created_at = whole_micros(key.created_at);
    key.last_used_at = key.last_used_at.map(whole_micros);
    let values = params![
        key.id.as_str(),
        account,
        folded_user,
        key.status.as_str(),
        key.wrapped_secret,
        key.created_at.as_microsecond(),
        key.last_used_at.map(Timestamp::as_microsecond),
    ];
    if execute(database, sql::INSERT_KEY, values)? == 0 {
        return Err(AccessError::EntityAlreadyExists(Entity::Key(key.id)));
    }
    let quota = ("AccessKeysPerUser", AccessUser::MAX_KEYS);
    check_quota(database, sql::COUNT_KEYS, (account, &folded_user), quota)?;
    Ok(key)
}

pub(crate) fn set_status(
    database: &Connection,
    of: &UserKey,
    id: &AccessKeyId,
    status: KeyStatus,
) -> Result<(), AccessError> {
    let values = (status.as_str(), id.as_str(), number(of.account), of.name.folded());
    found(execute(database, sql::SET_KEY_STATUS, values)?, id)
}

pub(crate) fn delete(database: &Connection, of: &UserKey, id: &AccessKeyId) -> Result<(), AccessError> {
    let values = (id.as_str(), number(of.account), of.name.folded());
    found(execute(database, sql::DELETE_KEY, values)?, id)
}

pub(crate) fn touch(database: &Connection, id: &AccessKeyId, at: Timestamp) -> Result<bool, StoreError> {
    Ok(execute(database, sql::TOUCH_KEY, (at.as_microsecond(), id.as_str()))? > 0)
}

pub(super) fn all(database: &Connection) -> Result<Vec<AccessKey>, StoreError> {
    find_all(database, sql::ALL_KEYS, [], collect)
}

fn found(rows: usize, id: &AccessKeyId) -> Result<(), AccessError> {
    if rows > 0 { Ok(()) } else { Err(AccessError::NoSuchEntity(Entity::Key(id.clone()))) }
}

fn collect(mut rows: Rows<'_>) -> Result<Vec<AccessKey>, StoreError> {
    let mut keys = Vec::new();
    while let Some(row) = next(&mut rows)? {
        keys.push(AccessKey {
            account: account(row)?,
            id: parsed(row, 1, AccessKeyId::parse)?,
            user: parsed(row, 2, UserName::parse)?,
            status: parsed(row, 3, KeyStatus::parse)?,
            wrapped_secret: field(row, 4)?,
            created_at: time(row, 5)?,
            last_used_at: time_if_any(row, 6)?,
        });
    }
    Ok(keys)
}
