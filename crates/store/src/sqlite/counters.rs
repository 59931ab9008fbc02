//! The store's own numbers: the last update time, and how many of each kind an account holds.

use super::statement::{execute, field, find_one};
use crate::sql::{self, number};
use crate::{CreateError, StoreError};
use model::{AccountId, Limit, ResourceKind, Timestamp};
use rusqlite::Connection;

/// Takes the next update time: `wanted`, or the first microsecond after every update before it.
pub(super) fn next_update_time(database: &Connection, wanted: Timestamp) -> Result<Timestamp, StoreError> {
    let taken =
        find_one(database, sql::ADVANCE_CLOCK, (wanted.as_microsecond(),), |row| field::<i64>(row, 0))?;
    let micros = taken.ok_or_else(|| StoreError::corrupt("clock has no row"))?;
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::corrupt("clock.last_update_time"))
}

/// `time` as the database keeps it.
pub(super) fn whole_micros(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// Counts one more of a kind, if `quota` lets it.
pub(super) fn hold(
    database: &Connection,
    account: AccountId,
    kind: ResourceKind,
    quota: Limit,
) -> Result<(), CreateError> {
    let values = (number(account), kind_name(kind));
    let held = find_one(database, sql::ADD_HOLDING, values, |row| field::<i64>(row, 0))?;
    let before = held.and_then(|held| u64::try_from(held).ok()?.checked_sub(1));
    let before = before.ok_or_else(|| StoreError::corrupt("holdings.held"))?;
    if quota.admits(before) { Ok(()) } else { Err(CreateError::QuotaExceeded) }
}

/// Counts one less.
pub(super) fn release(
    database: &Connection,
    account: AccountId,
    kind: ResourceKind,
) -> Result<(), StoreError> {
    execute(database, sql::DROP_HOLDING, (number(account), kind_name(kind))).map(|_| ())
}

const fn kind_name(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Room => "ROOM",
        ResourceKind::LoggingConfiguration => "LOGGING_CONFIGURATION",
    }
}
