//! The wrapped keys of chat tokens, in SQLite.

use super::record::time;
use super::statement::{execute, field, find_all, next};
use crate::{StoreError, TokenKeyRow, sql};
use model::Timestamp;
use rusqlite::{Connection, params};

pub(crate) fn list(database: &Connection) -> Result<Vec<TokenKeyRow>, StoreError> {
    find_all(database, sql::TOKEN_KEYS, [], |mut rows| {
        let mut keys = Vec::new();
        while let Some(row) = next(&mut rows)? {
            keys.push(TokenKeyRow {
                id: field(row, 0)?,
                wrapped: field(row, 1)?,
                created_at: time(row, 2)?,
                expires_at: time(row, 3)?,
            });
        }
        Ok(keys)
    })
}

pub(crate) fn add(database: &Connection, row: &TokenKeyRow) -> Result<bool, StoreError> {
    let (created_at, expires_at) = (row.created_at.as_microsecond(), row.expires_at.as_microsecond());
    let values = params![row.id, row.wrapped, created_at, expires_at];
    Ok(execute(database, sql::INSERT_TOKEN_KEY, values)? > 0)
}

pub(crate) fn delete_expired(database: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    execute(database, sql::DELETE_EXPIRED_TOKEN_KEYS, (now.as_microsecond(),))
}
